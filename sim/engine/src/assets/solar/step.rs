//! All that one step's light depends on besides the clouds: prepared once for every future.
//!
//! Not here: weather, power. A step knows time, place and plane; it can be kept for a whole horizon and
//! shared by all groups of futures.

use super::angle::cos_deg;
use super::atmosphere::{airmass_absolute, airmass_relative};
use super::clearsky::{Ineichen, linke_turbidity};
use super::irradiance::{
    Irradiance, MAX_BEAM_ZENITH_DEG, MIN_COS_PROJECTION, MIN_COS_ZENITH, PlaneOfArray, aoi_projection, dni_extra,
    ground_view, sky_view,
};
use super::location::Location;
use super::position::Sun;
use super::range::between;
use crate::assets::fault::Fault;

/// How the sky's diffuse light is brought to a tilted plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transposition {
    /// Equally bright everywhere: [`super::irradiance::isotropic`].
    Isotropic,
    /// Brighter around the Sun: [`super::irradiance::hay_davies`].
    HayDavies,
}

/// The plane that the modules lie in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surface {
    /// Angle from the horizontal in degrees: 90 a wall, 180 face down.
    pub tilt_deg: f64,
    /// Direction it faces, clockwise from north, in degrees: 180 south.
    pub azimuth_deg: f64,
    /// Share of the global irradiance that the ground reflects.
    pub albedo: f64,
    /// Diffuse model.
    pub transposition: Transposition,
}

impl Surface {
    /// Every parameter out of its range.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        between(&mut faults, "tilt_deg", self.tilt_deg, 0.0, 180.0);
        between(&mut faults, "azimuth_deg", self.azimuth_deg, 0.0, 360.0);
        between(&mut faults, "albedo", self.albedo, 0.0, 1.0);
        faults
    }
}

/// Place and plane with the constants of both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    location: Location,
    surface: Surface,
    sky: Ineichen,
    pressure_pa: f64,
    /// Share of the sky that the plane sees.
    pub(super) sky_view: f64,
    /// Ground-reflected per global horizontal irradiance.
    pub(super) ground_view: f64,
}

/// One instant's Sun and clear sky over an [`Outlook`], with the factors that turn light into light on
/// the plane. At night the clear sky and the factors of the beam are 0; no member is ever NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SunStep {
    /// Where the Sun stands.
    pub sun: Sun,
    /// Extraterrestrial normal irradiance in W/m2.
    pub dni_extra: f64,
    /// Pressure-corrected air mass; infinite at night.
    pub airmass_absolute: f64,
    /// Irradiance of the clear sky in W/m2.
    pub clear: Irradiance,
    /// Cosine of the true zenith.
    pub cos_zenith: f64,
    /// Cosine of the angle of incidence, 0 where the plane does not see the Sun.
    pub aoi_projection: f64,
    /// Clearness index per W/m2 of global irradiance.
    pub(super) kt_per_ghi: f64,
    /// Direct normal per direct horizontal irradiance; 0 where a split finds no beam.
    pub(super) dni_per_beam: f64,
    /// Direct on the plane over direct on the horizontal; 0 without circumsolar light.
    pub(super) projection_ratio: f64,
    /// Anisotropy index per W/m2 of direct normal irradiance; 0 without circumsolar light.
    pub(super) anisotropy_per_dni: f64,
}

impl Outlook {
    /// The constants of a place and a plane, both free of faults.
    #[must_use]
    pub fn new(location: Location, surface: Surface) -> Self {
        Self {
            location,
            surface,
            sky: location.clear_sky(),
            pressure_pa: location.pressure_pa(),
            sky_view: sky_view(surface.tilt_deg),
            ground_view: ground_view(surface.tilt_deg, surface.albedo),
        }
    }

    /// The step whose light is that of the instant `unix_seconds`: pass the middle of an interval.
    #[must_use]
    pub fn step(&self, unix_seconds: f64) -> SunStep {
        self.step_under(self.location.sun(unix_seconds), unix_seconds)
    }

    /// The same under a Sun that is already known, as plants at one place share it.
    #[must_use]
    pub fn step_under(&self, sun: Sun, unix_seconds: f64) -> SunStep {
        let airmass = airmass_absolute(airmass_relative(sun.apparent_zenith_deg), self.pressure_pa);
        let extra = dni_extra(unix_seconds);
        let linke = linke_turbidity(&self.location.linke_turbidity, unix_seconds);
        let clear = self.sky.irradiance(sun.apparent_zenith_deg, airmass, linke, extra);
        self.step_of(sun, extra, airmass, clear)
    }

    /// The same with extraterrestrial irradiance (W/m2), absolute air mass and clear sky given too.
    #[must_use]
    pub fn step_of(&self, sun: Sun, dni_extra: f64, airmass_absolute: f64, clear: Irradiance) -> SunStep {
        let Surface { tilt_deg, azimuth_deg, transposition, .. } = self.surface;
        let seen = aoi_projection(tilt_deg, azimuth_deg, sun.apparent_zenith_deg, sun.azimuth_deg).max(0.0);
        let aoi_projection = if sun.is_up() { seen } else { 0.0 };
        let cos_zenith = cos_deg(sun.zenith_deg);
        let beam = sun.is_up() && sun.zenith_deg <= MAX_BEAM_ZENITH_DEG;
        let circumsolar = transposition == Transposition::HayDavies;
        let above = cos_deg(sun.apparent_zenith_deg).max(MIN_COS_PROJECTION);
        SunStep {
            sun,
            dni_extra,
            airmass_absolute,
            clear,
            cos_zenith,
            aoi_projection,
            kt_per_ghi: 1.0 / (dni_extra * cos_zenith.max(MIN_COS_ZENITH)),
            dni_per_beam: if beam { 1.0 / cos_zenith } else { 0.0 },
            projection_ratio: if circumsolar { aoi_projection / above } else { 0.0 },
            anisotropy_per_dni: if circumsolar { 1.0 / dni_extra } else { 0.0 },
        }
    }

    /// Light on the plane in W/m2 under a given sky. Parts below 0, as night-time sensors report them,
    /// count as 0; a beam counts while the Sun is up.
    #[must_use]
    pub fn plane_of_array(&self, step: &SunStep, light: Irradiance) -> PlaneOfArray {
        let (ghi, dni, dhi) = (light.ghi.max(0.0), light.dni.max(0.0), light.dhi.max(0.0));
        let anisotropy = dni * step.anisotropy_per_dni;
        let dome = (dhi * (1.0 - anisotropy) * self.sky_view).max(0.0);
        PlaneOfArray {
            direct: dni * step.aoi_projection,
            sky_diffuse: dome + dhi * anisotropy * step.projection_ratio,
            ground_diffuse: ghi * self.ground_view,
        }
    }
}
