//! Where the Sun stands in an observer's sky, with and without refraction.
//!
//! I. Reda and A. Andreas, "Solar position algorithm for solar radiation applications", Solar Energy 76
//! (2004) 577-589. Not here: horizons, shading, irradiance.

use super::almanac::{Almanac, almanac};
use super::angle::{cos_deg, one_turn, sin_deg};

/// Pressure at sea level of the standard atmosphere in Pa.
pub const SEA_LEVEL_PRESSURE_PA: f64 = 101_325.0;

/// Air temperature that refraction is usually computed for, in degrees Celsius.
pub const REFRACTION_TEMPERATURE_C: f64 = 12.0;

/// Flattening of the Earth as the ratio of its axes.
const AXES: f64 = 0.996_647_19;

/// Below this true elevation the Sun's upper edge is out of sight and its light is not refracted:
/// its radius plus the refraction at sunrise and sunset, in degrees.
const SIGHT_DEG: f64 = -(0.266_67 + 0.566_7);

/// The Sun in an observer's sky.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sun {
    /// Angle from the vertical without refraction in degrees, 0 to 180.
    pub zenith_deg: f64,
    /// Angle from the vertical as seen through the atmosphere in degrees, 0 to 180.
    pub apparent_zenith_deg: f64,
    /// Direction clockwise from north in degrees, 0 to 360 (360 excluded).
    pub azimuth_deg: f64,
    /// Apparent less mean solar time in minutes.
    pub equation_of_time_min: f64,
    /// Distance of the Sun in astronomical units.
    pub distance_au: f64,
}

impl Sun {
    /// Whether the Sun's centre is seen above a flat horizon.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.apparent_zenith_deg < 90.0
    }
}

/// The Sun at an instant and a place.
///
/// `unix_seconds` since 1970-01-01T00:00:00Z (for an interval pass its middle); latitude north and
/// longitude east positive, in degrees; altitude above sea level in m; pressure in Pa and temperature in
/// degrees Celsius bend the light. Within 1e-5 degrees of the full algorithm from 1950 to 2100 (an azimuth
/// within that over the sine of the zenith); the unknown delta T of far years adds up to 0.002 degrees.
#[must_use]
pub fn sun(
    unix_seconds: f64,
    latitude_deg: f64,
    longitude_deg: f64,
    altitude_m: f64,
    pressure_pa: f64,
    temperature_c: f64,
) -> Sun {
    let almanac = almanac(unix_seconds);
    let (hour_deg, declination_deg) = topocentric(&almanac, latitude_deg, longitude_deg, altitude_m);
    let (sin_latitude, cos_latitude) = (sin_deg(latitude_deg), cos_deg(latitude_deg));
    let (sin_declination, cos_declination) = (sin_deg(declination_deg), cos_deg(declination_deg));
    let up = sin_latitude * sin_declination + cos_latitude * cos_declination * cos_deg(hour_deg);
    let elevation_deg = libm::asin(up.clamp(-1.0, 1.0)).to_degrees();
    // Both sides of the source's quotient times the cosine of the declination: no tangent to blow up.
    let west = sin_deg(hour_deg) * cos_declination;
    let south = cos_deg(hour_deg) * sin_latitude * cos_declination - sin_declination * cos_latitude;
    Sun {
        zenith_deg: 90.0 - elevation_deg,
        apparent_zenith_deg: 90.0 - elevation_deg - refraction_deg(elevation_deg, pressure_pa, temperature_c),
        azimuth_deg: one_turn(libm::atan2(west, south).to_degrees() + 180.0),
        equation_of_time_min: almanac.equation_of_time_min,
        distance_au: almanac.distance_au,
    }
}

/// Hour angle (west of south) and declination in degrees as seen from the surface instead of the centre.
fn topocentric(sun: &Almanac, latitude_deg: f64, longitude_deg: f64, altitude_m: f64) -> (f64, f64) {
    let hour_deg = one_turn(sun.sidereal_deg + longitude_deg - sun.right_ascension_deg);
    let parallax = sin_deg(8.794 / (3600.0 * sun.distance_au));
    let (sin_latitude, cos_latitude) = (sin_deg(latitude_deg), cos_deg(latitude_deg));
    let reduced = libm::atan2(AXES * sin_latitude, cos_latitude);
    let height = altitude_m / 6_378_140.0;
    let out = (libm::cos(reduced) + height * cos_latitude) * parallax;
    let up = (AXES * libm::sin(reduced) + height * sin_latitude) * parallax;
    let cos_declination = cos_deg(sun.declination_deg);
    let along = cos_declination - out * cos_deg(hour_deg);
    let shift = libm::atan2(-out * sin_deg(hour_deg), along);
    let declination = libm::atan2((sin_deg(sun.declination_deg) - up) * libm::cos(shift), along);
    (hour_deg - shift.to_degrees(), declination.to_degrees())
}

/// How much higher the Sun appears than it stands, in degrees: after J. Meeus, "Astronomical Algorithms"
/// (1998), as the source has it. 0 once the whole disc is out of sight.
#[must_use]
pub fn refraction_deg(elevation_deg: f64, pressure_pa: f64, temperature_c: f64) -> f64 {
    if elevation_deg < SIGHT_DEG {
        return 0.0;
    }
    let bent_deg = elevation_deg + 10.3 / (elevation_deg + 5.11);
    let air = pressure_pa / 101_000.0 * 283.0 / (273.0 + temperature_c);
    air * 1.02 / (60.0 * libm::tan(bent_deg.to_radians()))
}
