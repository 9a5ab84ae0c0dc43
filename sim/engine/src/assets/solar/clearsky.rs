//! Irradiance under a sky without clouds, and the turbidity it depends on.
//!
//! Not here: a world map of turbidity; twelve monthly values are a parameter of the place.

use super::angle::cos_deg;
use super::calendar::year_day;
use super::irradiance::Irradiance;

/// Linke turbidity by month where nothing better is known: 3, a temperate place inland. Clean cold air
/// has about 2, a humid or hazy summer 4 to 5 (P. Ineichen and R. Perez, Solar Energy 73 (2002) 151-157).
pub const DEFAULT_LINKE_TURBIDITY: [f64; 12] = [3.0; 12];

/// Days of the months of a year without a leap day.
const MONTH_DAYS: [f64; 12] = [31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];

/// Linke turbidity on the UTC day of `unix_seconds`: monthly values hold in the middle of their month
/// and are joined by straight lines, as in pvlib.
#[must_use]
pub fn linke_turbidity(monthly: &[f64; 12], unix_seconds: f64) -> f64 {
    let date = year_day(unix_seconds);
    // The middle of the December before.
    let (mut middle, mut value) = (-15.5, monthly[11]);
    let mut month_start = 0.0;
    for month in 0..=12 {
        let leap_day = if month == 1 { date.days_in_year - 365.0 } else { 0.0 };
        let days = MONTH_DAYS[month % 12] + leap_day;
        let (next_middle, next_value) = (month_start + days / 2.0, monthly[month % 12]);
        if date.day_of_year <= next_middle {
            let share = (date.day_of_year - middle) / (next_middle - middle);
            return value + share * (next_value - value);
        }
        (middle, value) = (next_middle, next_value);
        month_start += days;
    }
    value
}

/// The clear sky of Ineichen and Perez at one altitude.
///
/// P. Ineichen and R. Perez, "A new airmass independent formulation for the Linke turbidity
/// coefficient", Solar Energy 73 (2002) 151-157, without the enhancement factor of R. Perez et al.,
/// Solar Energy 73 (2002) 307-317.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ineichen {
    height_1: f64,
    height_2: f64,
    scale: f64,
    extinction: f64,
    beam: f64,
}

impl Ineichen {
    /// The constants of a place `altitude_m` above sea level.
    #[must_use]
    pub fn new(altitude_m: f64) -> Self {
        let height_1 = libm::exp(-altitude_m / 8_000.0);
        Self {
            height_1,
            height_2: libm::exp(-altitude_m / 1_250.0),
            scale: 5.09e-5 * altitude_m + 0.868,
            extinction: 3.92e-5 * altitude_m + 0.0387,
            beam: 0.664 + 0.163 / height_1,
        }
    }

    /// Irradiance in W/m2; all 0 once the apparent zenith reaches 90 degrees.
    ///
    /// `airmass_absolute` is pressure-corrected, `linke_turbidity` at least 1, `dni_extra` in W/m2.
    #[must_use]
    pub fn irradiance(
        &self,
        apparent_zenith_deg: f64,
        airmass_absolute: f64,
        linke_turbidity: f64,
        dni_extra: f64,
    ) -> Irradiance {
        if apparent_zenith_deg >= 90.0 {
            return Irradiance::default();
        }
        let cos_zenith = cos_deg(apparent_zenith_deg);
        let haze = linke_turbidity - 1.0;
        let passed = libm::exp(-self.extinction * airmass_absolute * (self.height_1 + self.height_2 * haze));
        let ghi = self.scale * dni_extra * cos_zenith * passed;
        let beam = dni_extra * self.beam * libm::exp(-0.09 * airmass_absolute * haze);
        // The source's empirical correction keeps some of the global irradiance diffuse.
        let diffuse = (0.1 - 0.2 * libm::exp(-linke_turbidity)) / (0.1 + 0.882 / self.height_1);
        let most = ghi * ((1.0 - diffuse) / cos_zenith).max(0.0);
        let dni = beam.min(most);
        Irradiance { ghi, dni, dhi: ghi - dni * cos_zenith }
    }
}

/// Global horizontal irradiance in W/m2 of a clear sky from the apparent zenith alone.
///
/// B. Haurwitz, "Insolation in relation to cloudiness and cloud density", Journal of Meteorology 2
/// (1945) 154-166 and 3 (1946) 123-124.
#[must_use]
pub fn haurwitz(apparent_zenith_deg: f64) -> f64 {
    if apparent_zenith_deg >= 90.0 {
        return 0.0;
    }
    let cos_zenith = cos_deg(apparent_zenith_deg);
    1_098.0 * cos_zenith * libm::exp(-0.059 / cos_zenith)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turbidity_is_joined_between_the_middles_of_months() {
        let monthly = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0];
        let day = |year_start: f64, day: f64| linke_turbidity(&monthly, year_start + 86_400.0 * (day - 1.0));
        let (y2021, y2020) = (1_609_459_200.0, 1_577_836_800.0);
        // pvlib 0.16, its own interpolation of the same twelve values.
        let known = [
            (y2021, 1.0, 6.145_161_290),
            (y2021, 15.0, 1.177_419_355),
            (y2021, 16.0, 1.016_949_153),
            (y2021, 46.0, 2.033_898_305),
            (y2021, 60.0, 2.508_474_576),
            (y2021, 200.0, 7.112_903_226),
            (y2021, 350.0, 11.822_580_645),
            (y2021, 365.0, 6.500_000_000),
            (y2020, 1.0, 6.145_161_290),
            (y2020, 15.0, 1.177_419_355),
            (y2020, 16.0, 1.016_666_667),
            (y2020, 46.0, 2.016_666_667),
            (y2020, 60.0, 2.483_333_333),
            (y2020, 200.0, 7.080_645_161),
            (y2020, 350.0, 11.983_606_557),
            (y2020, 365.0, 6.854_838_710),
        ];
        for (year, number, expected) in known {
            assert!((day(year, number) - expected).abs() < 1e-8, "{number}");
        }
        // By hand: 1 January lies 16.5 of 31 days after the middle of December.
        assert!((day(y2021, 1.0) - (12.0 - 11.0 * 16.5 / 31.0)).abs() < 1e-12);
    }

    #[test]
    fn the_sky_is_dark_at_the_horizon_and_below() {
        let sky = Ineichen::new(100.0);
        for zenith_deg in [90.0, 90.5, 180.0] {
            assert_eq!(sky.irradiance(zenith_deg, f64::INFINITY, 1.0, 1_366.1), Irradiance::default());
            assert!(haurwitz(zenith_deg) == 0.0);
        }
        let grazing = sky.irradiance(90.0 - 1e-12, 37.9, 3.0, 1_366.1);
        assert!(grazing.ghi >= 0.0 && grazing.ghi < 1e-9 && grazing.dni >= 0.0 && grazing.dhi >= 0.0, "{grazing:?}");
    }
}
