//! Where the Sun stands among the stars: geocentric right ascension, declination, distance, and the
//! sidereal time at Greenwich. Not here: the observer (see [`super::position`]).
//!
//! Formulas, coefficients and their order: I. Reda and A. Andreas, "Solar position algorithm for
//! solar radiation applications", Solar Energy 76 (2004) 577-589, corrigendum 81 (2007) 838 (VSOP87
//! after Bretagnon and Francou; nutation IAU 1980). The published tables are cut where what follows
//! adds less than 1e-5 degrees between 1950 and 2100: an azimuth near the zenith magnifies every error
//! of the position, so a coarser almanac would not do, and the last terms buy nothing.

#![allow(clippy::unreadable_literal, reason = "coefficients stand as they are printed in the tables")]

use super::angle::{cos_deg, one_turn, sin_deg};

/// Terrestrial time less universal time in s.
///
/// A constant, as the source takes it for an input: right within 4 s from 1998 to today. The true value
/// was 29 s in 1950 and nobody knows that of 2100; 100 s move the Sun by 0.0012 degrees.
pub(super) const DELTA_T_S: f64 = 67.0;

/// The Sun as seen from the centre of the Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Almanac {
    /// Apparent right ascension in degrees, 0 to 360.
    pub right_ascension_deg: f64,
    /// Apparent declination in degrees.
    pub declination_deg: f64,
    /// Distance in astronomical units.
    pub distance_au: f64,
    /// Apparent sidereal time at Greenwich in degrees, 0 to 360.
    pub sidereal_deg: f64,
    /// Apparent less mean solar time in minutes.
    pub equation_of_time_min: f64,
}

/// The Sun at `unix_seconds` (seconds since 1970-01-01T00:00:00Z, UTC taken for UT1).
pub(super) fn almanac(unix_seconds: f64) -> Almanac {
    let days = unix_seconds / 86_400.0 + 2_440_587.5 - 2_451_545.0;
    let century = (days + DELTA_T_S / 86_400.0) / 36_525.0;
    let millennium = century / 10.0;
    let distance_au = (periodic(&RADIUS_0, millennium) + millennium * periodic(&RADIUS_1, millennium)) * 1e-8;
    let latitude_deg = -(periodic(&LATITUDE_0, millennium) * 1e-8).to_degrees();
    let nutation = nutation(century);
    let obliquity_deg = mean_obliquity_deg(century) + nutation.obliquity_deg;
    let aberration_deg = -20.4898 / (3600.0 * distance_au);
    let longitude_deg = earth_longitude_deg(millennium) + 180.0 + nutation.longitude_deg + aberration_deg;

    let (sin_longitude, sin_obliquity) = (sin_deg(longitude_deg), sin_deg(obliquity_deg));
    let (sin_latitude, cos_latitude) = (sin_deg(latitude_deg), cos_deg(latitude_deg));
    let east = sin_longitude * cos_deg(obliquity_deg) - sin_latitude / cos_latitude * sin_obliquity;
    let right_ascension_deg = one_turn(libm::atan2(east, cos_deg(longitude_deg)).to_degrees());
    let up = sin_latitude * cos_deg(obliquity_deg) + cos_latitude * sin_obliquity * sin_longitude;
    let equinoxes_deg = nutation.longitude_deg * cos_deg(obliquity_deg);
    Almanac {
        right_ascension_deg,
        declination_deg: libm::asin(up).to_degrees(),
        distance_au,
        sidereal_deg: one_turn(mean_sidereal_deg(days) + equinoxes_deg),
        equation_of_time_min: equation_of_time_min(millennium, right_ascension_deg, equinoxes_deg),
    }
}

/// Heliocentric longitude of the Earth in degrees, not brought back to one turn.
fn earth_longitude_deg(millennium: f64) -> f64 {
    let sum = periodic(&LONGITUDE_0, millennium)
        + millennium * (periodic(&LONGITUDE_1, millennium) + millennium * periodic(&LONGITUDE_2, millennium));
    one_turn((sum * 1e-8).to_degrees())
}

/// The sum of `a cos(b + c x)` over the rows `[a, b, c]` of a table.
fn periodic(table: &[[f64; 3]], x: f64) -> f64 {
    table.iter().map(|[a, b, c]| a * libm::cos(b + c * x)).sum()
}

/// Mean obliquity of the ecliptic in degrees. Terms above the third power stay below 1e-9 degrees here.
fn mean_obliquity_deg(century: f64) -> f64 {
    let u = century / 100.0;
    (84_381.448 - u * (4_680.93 + u * (1.55 - u * 1_999.25))) / 3600.0
}

/// Mean sidereal time at Greenwich in degrees, `days` after 2000-01-01T12:00 UT1.
fn mean_sidereal_deg(days: f64) -> f64 {
    let century = days / 36_525.0;
    // Whole days turn by whole circles: taking them off first keeps the digits.
    let turned = 360.0 * (days - days.floor()) + 0.985_647_366_29 * days;
    one_turn(280.460_618_37 + turned + century * century * (0.000_387_933 - century / 38_710_000.0))
}

/// Apparent less mean solar time in minutes, within half a day.
fn equation_of_time_min(millennium: f64, right_ascension_deg: f64, equinoxes_deg: f64) -> f64 {
    let m = millennium;
    let mean_longitude_deg = 280.466_456_7 + m * (360_007.698_277_9 + m * (0.030_320_28 + m / 49_931.0));
    let ahead_deg = one_turn(mean_longitude_deg - 0.005_718_3 - right_ascension_deg + equinoxes_deg);
    4.0 * if ahead_deg > 180.0 { ahead_deg - 360.0 } else { ahead_deg }
}

/// Nutation in degrees.
struct Nutation {
    longitude_deg: f64,
    obliquity_deg: f64,
}

/// The wobble of the Earth's axis, `century` Julian centuries after J2000.
fn nutation(century: f64) -> Nutation {
    let c = century;
    // Moon's elongation, anomalies of Sun and Moon, Moon's argument of latitude and ascending node.
    let angles_deg = [
        297.85036 + c * (445267.111480 + c * (-0.0019142 + c / 189474.0)),
        357.52772 + c * (35999.050340 + c * (-0.0001603 - c / 300000.0)),
        134.96298 + c * (477198.867398 + c * (0.0086972 + c / 56250.0)),
        93.27191 + c * (483202.017538 + c * (-0.0036825 + c / 327270.0)),
        125.04452 + c * (-1934.136261 + c * (0.0020708 + c / 450000.0)),
    ];
    let (mut longitude, mut obliquity) = (0.0, 0.0);
    for (multiples, [a, b, d, e]) in &NUTATION {
        let angle = multiples.iter().zip(&angles_deg).map(|(multiple, angle)| multiple * angle).sum::<f64>();
        longitude += (a + b * c) * sin_deg(angle);
        obliquity += (d + e * c) * cos_deg(angle);
    }
    Nutation { longitude_deg: longitude / 36_000_000.0, obliquity_deg: obliquity / 36_000_000.0 }
}

/// Heliocentric longitude of the Earth, constant part, in 1e-8 rad.
#[rustfmt::skip]
const LONGITUDE_0: [[f64; 3]; 64] = [
    [175347046.0, 0.0, 0.0], [3341656.0, 4.6692568, 6283.07585], [34894.0, 4.6261, 12566.1517],
    [3497.0, 2.7441, 5753.3849], [3418.0, 2.8289, 3.5231], [3136.0, 3.6277, 77713.7715],
    [2676.0, 4.4181, 7860.4194], [2343.0, 6.1352, 3930.2097], [1324.0, 0.7425, 11506.7698],
    [1273.0, 2.0371, 529.691], [1199.0, 1.1096, 1577.3435], [990.0, 5.233, 5884.927], [902.0, 2.045, 26.298],
    [857.0, 3.508, 398.149], [780.0, 1.179, 5223.694], [753.0, 2.533, 5507.553], [505.0, 4.583, 18849.228],
    [492.0, 4.205, 775.523], [357.0, 2.92, 0.067], [317.0, 5.849, 11790.629], [284.0, 1.899, 796.298],
    [271.0, 0.315, 10977.079], [243.0, 0.345, 5486.778], [206.0, 4.806, 2544.314], [205.0, 1.869, 5573.143],
    [202.0, 2.458, 6069.777], [156.0, 0.833, 213.299], [132.0, 3.411, 2942.463], [126.0, 1.083, 20.775],
    [115.0, 0.645, 0.98], [103.0, 0.636, 4694.003], [102.0, 0.976, 15720.839], [102.0, 4.267, 7.114],
    [99.0, 6.21, 2146.17], [98.0, 0.68, 155.42], [86.0, 5.98, 161000.69], [85.0, 1.3, 6275.96],
    [85.0, 3.67, 71430.7], [80.0, 1.81, 17260.15], [79.0, 3.04, 12036.46], [75.0, 1.76, 5088.63],
    [74.0, 3.5, 3154.69], [74.0, 4.68, 801.82], [70.0, 0.83, 9437.76], [62.0, 3.98, 8827.39], [61.0, 1.82, 7084.9],
    [57.0, 2.78, 6286.6], [56.0, 4.39, 14143.5], [56.0, 3.47, 6279.55], [52.0, 0.19, 12139.55],
    [52.0, 1.33, 1748.02], [51.0, 0.28, 5856.48], [49.0, 0.49, 1194.45], [41.0, 5.37, 8429.24],
    [41.0, 2.4, 19651.05], [39.0, 6.17, 10447.39], [37.0, 6.04, 10213.29], [37.0, 2.57, 1059.38],
    [36.0, 1.71, 2352.87], [36.0, 1.78, 6812.77], [33.0, 0.59, 17789.85], [30.0, 0.44, 83996.85],
    [30.0, 2.74, 1349.87], [25.0, 3.16, 4690.48],
];

/// The same, part that grows with the millennium.
#[rustfmt::skip]
const LONGITUDE_1: [[f64; 3]; 16] = [
    [628331966747.0, 0.0, 0.0], [206059.0, 2.678235, 6283.07585], [4303.0, 2.6351, 12566.1517],
    [425.0, 1.59, 3.523], [119.0, 5.796, 26.298], [109.0, 2.966, 1577.344], [93.0, 2.59, 18849.23],
    [72.0, 1.14, 529.69], [68.0, 1.87, 398.15], [67.0, 4.41, 5507.55], [59.0, 2.89, 5223.69], [56.0, 2.17, 155.42],
    [45.0, 0.4, 796.3], [36.0, 0.47, 775.52], [29.0, 2.65, 7.11], [21.0, 5.34, 0.98],
];

/// The same, part that grows with its square.
#[rustfmt::skip]
const LONGITUDE_2: [[f64; 3]; 3] = [
    [52919.0, 0.0, 0.0], [8720.0, 1.0721, 6283.0758], [309.0, 0.867, 12566.152],
];

/// Heliocentric latitude of the Earth in 1e-8 rad.
#[rustfmt::skip]
const LATITUDE_0: [[f64; 3]; 5] = [
    [280.0, 3.199, 84334.662], [102.0, 5.422, 5507.553], [80.0, 3.88, 5223.69], [44.0, 3.7, 2352.87],
    [32.0, 4.0, 1577.34],
];

/// Distance of the Earth from the Sun in 1e-8 AU.
#[rustfmt::skip]
const RADIUS_0: [[f64; 3]; 7] = [
    [100013989.0, 0.0, 0.0], [1670700.0, 3.0984635, 6283.07585], [13956.0, 3.05525, 12566.1517],
    [3084.0, 5.1985, 77713.7715], [1628.0, 1.1739, 5753.3849], [1576.0, 2.8469, 7860.4194],
    [925.0, 5.453, 11506.77],
];

/// The same, part that grows with the millennium.
#[rustfmt::skip]
const RADIUS_1: [[f64; 3]; 1] = [
    [103019.0, 1.10749, 6283.07585],
];

/// Multiples of the five angles; sine (longitude) and cosine (obliquity) amplitudes with their change
/// per century, in 1e-4 arc seconds.
#[rustfmt::skip]
const NUTATION: [([f64; 5], [f64; 4]); 13] = [
    ([0.0, 0.0, 0.0, 0.0, 1.0], [-171996.0, -174.2, 92025.0, 8.9]),
    ([-2.0, 0.0, 0.0, 2.0, 2.0], [-13187.0, -1.6, 5736.0, -3.1]),
    ([0.0, 0.0, 0.0, 2.0, 2.0], [-2274.0, -0.2, 977.0, -0.5]),
    ([0.0, 0.0, 0.0, 0.0, 2.0], [2062.0, 0.2, -895.0, 0.5]),
    ([0.0, 1.0, 0.0, 0.0, 0.0], [1426.0, -3.4, 54.0, -0.1]),
    ([0.0, 0.0, 1.0, 0.0, 0.0], [712.0, 0.1, -7.0, 0.0]),
    ([-2.0, 1.0, 0.0, 2.0, 2.0], [-517.0, 1.2, 224.0, -0.6]),
    ([0.0, 0.0, 0.0, 2.0, 1.0], [-386.0, -0.4, 200.0, 0.0]),
    ([0.0, 0.0, 1.0, 2.0, 2.0], [-301.0, 0.0, 129.0, -0.1]),
    ([-2.0, -1.0, 0.0, 2.0, 2.0], [217.0, -0.5, -95.0, 0.3]),
    ([-2.0, 0.0, 1.0, 0.0, 0.0], [-158.0, 0.0, 0.0, 0.0]),
    ([-2.0, 0.0, 0.0, 2.0, 1.0], [129.0, 0.1, -70.0, 0.0]),
    ([0.0, 0.0, -1.0, 2.0, 2.0], [123.0, 0.0, -53.0, 0.0]),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Reda and Andreas (2004), appendix A.5: 2003-10-17T12:30:30 at UTC-7, delta T 67 s.
    #[test]
    fn the_worked_example_of_the_source_is_met() {
        let sun = almanac(1_066_419_030.0);
        assert!((sun.right_ascension_deg - 202.227_41).abs() < 2e-5, "{sun:?}");
        assert!((sun.declination_deg + 9.314_34).abs() < 2e-5, "{sun:?}");
        assert!((sun.distance_au - 0.996_542_3).abs() < 1e-5, "{sun:?}");
        assert!((sun.equation_of_time_min - 14.641_503).abs() < 2e-4, "{sun:?}");
    }
}
