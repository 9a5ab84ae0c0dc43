//! Irradiance outside the atmosphere, its split into beam and diffuse light, and what falls on a plane.
//!
//! Pure formulas, one instant each. Not here: clear skies, spectra, reflection at the glass.

use super::angle::{cos_deg, sin_deg};
use super::calendar::year_day;

/// Solar constant in W/m2, as pvlib takes it.
pub const SOLAR_CONSTANT_W_M2: f64 = 1_366.1;

/// Least cosine of the zenith in a clearness index (zenith 86.27 degrees): below it the index means nothing.
pub(super) const MIN_COS_ZENITH: f64 = 0.065;

/// From this true zenith in degrees on, a split finds no beam: it would divide by next to nothing.
pub(super) const MAX_BEAM_ZENITH_DEG: f64 = 87.0;

/// Least cosine of the zenith under a projection on a plane (zenith 89 degrees).
pub(super) const MIN_COS_PROJECTION: f64 = 0.017_45;

/// The three parts of daylight in W/m2.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Irradiance {
    /// Global horizontal irradiance.
    pub ghi: f64,
    /// Direct normal irradiance (beam).
    pub dni: f64,
    /// Diffuse horizontal irradiance.
    pub dhi: f64,
}

/// What falls on a tilted plane, in W/m2.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlaneOfArray {
    /// Straight from the Sun.
    pub direct: f64,
    /// From the sky.
    pub sky_diffuse: f64,
    /// From the ground.
    pub ground_diffuse: f64,
}

impl PlaneOfArray {
    /// All of it, in W/m2.
    #[must_use]
    pub fn global(&self) -> f64 {
        self.direct + (self.sky_diffuse + self.ground_diffuse)
    }
}

/// Extraterrestrial normal irradiance in W/m2 on the UTC day of `unix_seconds`.
///
/// J. W. Spencer, "Fourier series representation of the sun", Search 2 (1971) 172, times
/// [`SOLAR_CONSTANT_W_M2`].
#[must_use]
pub fn dni_extra(unix_seconds: f64) -> f64 {
    let angle = std::f64::consts::TAU / 365.0 * (year_day(unix_seconds).day_of_year - 1.0);
    let once = 0.034_221 * libm::cos(angle) + 0.001_28 * libm::sin(angle);
    let twice = 0.000_719 * libm::cos(2.0 * angle) + 0.000_077 * libm::sin(2.0 * angle);
    SOLAR_CONSTANT_W_M2 * (1.000_11 + once + twice)
}

/// Diffuse share of the global irradiance at clearness index `kt` (0 to 1), without branches.
///
/// D. G. Erbs, S. A. Klein and J. A. Duffie, "Estimation of the diffuse radiation fraction for hourly,
/// daily and monthly-average global radiation", Solar Energy 28 (1982) 293-302, eq. 1.
#[inline(always)]
#[must_use]
pub fn diffuse_fraction(kt: f64) -> f64 {
    let cloudy = 1.0 - 0.09 * kt;
    let mixed = 0.9511 + kt * (-0.1604 + kt * (4.388 + kt * (-16.638 + kt * 12.336)));
    let fraction = if kt > 0.22 { mixed } else { cloudy };
    if kt > 0.8 { 0.165 } else { fraction }
}

/// Beam and diffuse light behind a global horizontal irradiance `ghi` in W/m2, after Erbs.
///
/// `zenith_deg` is the true zenith. As in pvlib the clearness index is capped at 1 and there is no beam
/// above 87 degrees; beyond pvlib the beam is capped at `dni_extra`, which binds only where `ghi` exceeds
/// what arrives outside the atmosphere by a fifth. Closes: `ghi = dni cos(zenith) + dhi`.
#[must_use]
pub fn erbs(ghi: f64, zenith_deg: f64, dni_extra: f64) -> Irradiance {
    if ghi.is_nan() || ghi <= 0.0 {
        return Irradiance::default();
    }
    if zenith_deg > MAX_BEAM_ZENITH_DEG {
        return Irradiance { ghi, dni: 0.0, dhi: ghi };
    }
    let cos_zenith = cos_deg(zenith_deg);
    let kt = (ghi / (dni_extra * cos_zenith.max(MIN_COS_ZENITH))).min(1.0);
    let dni = ((ghi - diffuse_fraction(kt) * ghi) / cos_zenith).min(dni_extra);
    Irradiance { ghi, dni, dhi: ghi - dni * cos_zenith }
}

/// Cosine of the angle between the Sun and the normal of a plane: negative behind the plane.
///
/// Angles in degrees; azimuths clockwise from north; `zenith_deg` as the Sun is seen.
#[must_use]
pub fn aoi_projection(tilt_deg: f64, surface_azimuth_deg: f64, zenith_deg: f64, azimuth_deg: f64) -> f64 {
    let level = cos_deg(tilt_deg) * cos_deg(zenith_deg);
    let turned = sin_deg(tilt_deg) * sin_deg(zenith_deg) * cos_deg(azimuth_deg - surface_azimuth_deg);
    (level + turned).clamp(-1.0, 1.0)
}

/// Angle of incidence in degrees, 0 to 180.
#[must_use]
pub fn aoi_deg(tilt_deg: f64, surface_azimuth_deg: f64, zenith_deg: f64, azimuth_deg: f64) -> f64 {
    libm::acos(aoi_projection(tilt_deg, surface_azimuth_deg, zenith_deg, azimuth_deg)).to_degrees()
}

/// Share of the sky's dome that a plane sees (isotropic view factor).
#[must_use]
pub fn sky_view(tilt_deg: f64) -> f64 {
    0.5 + 0.5 * cos_deg(tilt_deg)
}

/// Ground-reflected irradiance per global horizontal irradiance: albedo times the view of the ground.
#[must_use]
pub fn ground_view(tilt_deg: f64, albedo: f64) -> f64 {
    albedo * (1.0 - cos_deg(tilt_deg)) / 2.0
}

/// Sky diffuse irradiance in W/m2 on a plane under an equally bright sky: H. C. Hottel and B. B.
/// Woertz, "Evaluation of flat-plate solar heat collector", Trans. ASME 64 (1942) 91.
#[must_use]
pub fn isotropic(tilt_deg: f64, dhi: f64) -> f64 {
    dhi * sky_view(tilt_deg)
}

/// Sky diffuse irradiance in W/m2 on a plane under a sky that is brighter around the Sun.
///
/// J. E. Hay and J. A. Davies, "Calculations of the solar radiation incident on an inclined surface",
/// Proc. First Canadian Solar Radiation Data Workshop (1980) 59. `projection` is
/// [`aoi_projection`], `cos_zenith` that of the apparent zenith; it is kept above 0.01745 as in pvlib.
#[must_use]
pub fn hay_davies(tilt_deg: f64, light: Irradiance, dni_extra: f64, projection: f64, cos_zenith: f64) -> f64 {
    let ratio = projection.max(0.0) / cos_zenith.max(MIN_COS_PROJECTION);
    let anisotropy = light.dni / dni_extra;
    let dome = (light.dhi * (1.0 - anisotropy) * sky_view(tilt_deg)).max(0.0);
    dome + light.dhi * anisotropy * ratio
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diffuse_fraction_hardly_jumps_where_its_pieces_meet() {
        for kt in [0.22, 0.8] {
            assert!((diffuse_fraction(kt) - diffuse_fraction(kt + 1e-9)).abs() < 2e-3, "{kt}");
        }
        assert!((diffuse_fraction(0.0) - 1.0).abs() < 1e-15 && (diffuse_fraction(1.0) - 0.165).abs() < 1e-15);
    }

    #[test]
    fn erbs_closes_and_survives_any_irradiance() {
        for zenith_deg in [0.0, 45.0, 86.0, 86.9, 87.1, 89.99, 90.0, 120.0] {
            for ghi in [-5.0, 0.0, 1e-9, 30.0, 500.0, 1_400.0, 1e6, f64::NAN] {
                let light = erbs(ghi, zenith_deg, 1_366.1);
                assert!(light.dni >= 0.0 && light.dni <= 1_366.1 && light.dhi >= 0.0, "{light:?}");
                let closure = light.dni * cos_deg(zenith_deg) + light.dhi - light.ghi;
                assert!(closure.abs() <= 1e-9 * light.ghi, "{zenith_deg} {light:?}");
            }
        }
    }

    #[test]
    fn a_plane_facing_the_sun_sees_it_at_right_angles() {
        assert!((aoi_projection(50.0, 200.0, 50.0, 200.0) - 1.0).abs() < 1e-15);
        assert!((aoi_deg(90.0, 0.0, 90.0, 180.0) - 180.0).abs() < 1e-6);
        assert!((aoi_deg(0.0, 77.0, 33.0, 180.0) - 33.0).abs() < 1e-12);
    }

    #[test]
    fn a_level_plane_sees_the_horizontal_irradiance() {
        let light = erbs(600.0, 40.0, 1_366.1);
        let level = aoi_projection(0.0, 180.0, 40.0, 130.0);
        let sky = hay_davies(0.0, light, 1_366.1, level, cos_deg(40.0));
        assert!((sky - light.dhi).abs() < 1e-9 && (isotropic(0.0, light.dhi) - light.dhi).abs() < 1e-12);
        assert!((light.dni * level + sky - 600.0).abs() < 1e-9 && ground_view(0.0, 0.25) == 0.0);
    }
}
