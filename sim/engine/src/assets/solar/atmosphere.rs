//! Pressure and air mass: how much air the light passes. Not here: refraction (see [`super::position`]).

use super::angle::cos_deg;
use super::position::SEA_LEVEL_PRESSURE_PA;

/// Pressure in Pa at `altitude_m` of the standard atmosphere (288.15 K and 6.5 K/km).
///
/// "A Quick Derivation relating altitude to air pressure", Portland State Aerospace Society, 2004, with
/// the constants of pvlib (Anderson et al., "pvlib python: 2023 project update", JOSS 8(92), 2023).
#[must_use]
pub fn pressure_pa(altitude_m: f64) -> f64 {
    100.0 * libm::pow((44_331.514 - altitude_m) / 11_880.516, 1.0 / 0.190_263_2)
}

/// Path of the light relative to that of a Sun overhead, at sea level; infinite once the apparent
/// zenith reaches 90 degrees.
///
/// F. Kasten and A. T. Young, "Revised optical air mass tables and approximation formula", Applied
/// Optics 28 (1989) 4735-4738.
#[must_use]
pub fn airmass_relative(apparent_zenith_deg: f64) -> f64 {
    if apparent_zenith_deg >= 90.0 {
        return f64::INFINITY;
    }
    let grazing = 0.505_72 * libm::pow(96.079_95 - apparent_zenith_deg, -1.636_4);
    1.0 / (cos_deg(apparent_zenith_deg) + grazing)
}

/// Relative air mass brought to the pressure of the place, in Pa.
#[must_use]
pub fn airmass_absolute(airmass_relative: f64, pressure_pa: f64) -> f64 {
    airmass_relative * pressure_pa / SEA_LEVEL_PRESSURE_PA
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pressure_falls_with_altitude_as_in_pvlib() {
        // pvlib 0.16, alt2pres.
        for (altitude_m, pa) in [(0.0, 101_325.0), (34.0, 100_917.224_873), (331.0, 97_411.382_332)] {
            assert!((pressure_pa(altitude_m) / pa - 1.0).abs() < 3e-7, "{altitude_m}");
        }
    }

    #[test]
    fn airmass_is_one_overhead_and_about_38_at_the_horizon() {
        assert!((airmass_relative(0.0) - 1.0).abs() < 3e-4);
        assert!((airmass_relative(90.0 - 1e-9) - 37.92).abs() < 0.01);
        assert!(airmass_relative(90.0).is_infinite());
        // By hand: half the air above, half the mass.
        assert!((airmass_absolute(2.0, SEA_LEVEL_PRESSURE_PA / 2.0) - 1.0).abs() < 1e-15);
    }
}
