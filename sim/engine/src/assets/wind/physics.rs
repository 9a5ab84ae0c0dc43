//! A wind turbine in its weather: where no future differs, its course is made once and shared.
//!
//! Not here: futures (`blowing`), the formulas (`plant`).

use std::sync::{Arc, OnceLock};

use super::plant::{RunningTurbine, WindTurbine};
use crate::clock::Clock;
use crate::lanes::Lanes;
use crate::series::Series;

/// 0 degrees Celsius in K.
const ZERO_C_K: f64 = 273.15;

/// The weather at a turbine's mast.
#[derive(Clone, Debug, PartialEq)]
pub struct Weather {
    /// How the wind blows.
    pub wind: Speed,
    /// Air temperature in degrees Celsius. Under a process its first weather year serves all.
    pub temperature_c: Series,
    /// Air pressure in Pa. Likewise.
    pub pressure_pa: Series,
}

/// The wind at the mast, m/s.
#[derive(Clone, Debug, PartialEq)]
pub enum Speed {
    /// Index of a process in [`crate::Model::processes`]: other in every future.
    Process(usize),
    /// Measured, or a typical year.
    Given(Series),
}

/// A turbine in its weather. Clones share what is prepared for a horizon.
#[derive(Clone, Debug)]
pub struct Physics {
    turbine: WindTurbine,
    weather: Weather,
    course: Arc<OnceLock<((u64, usize), Series)>>,
}

impl PartialEq for Physics {
    fn eq(&self, other: &Self) -> bool {
        self.turbine == other.turbine && self.weather == other.weather
    }
}

impl Physics {
    /// A faultless turbine in `weather`.
    #[must_use]
    pub fn new(turbine: WindTurbine, weather: Weather) -> Self {
        Self { turbine, weather, course: Arc::default() }
    }

    /// The turbine.
    #[must_use]
    pub fn turbine(&self) -> &WindTurbine {
        &self.turbine
    }

    /// Its weather.
    #[must_use]
    pub fn weather(&self) -> &Weather {
        &self.weather
    }

    /// Every course that must cover the horizon.
    pub(super) fn series(&self) -> Vec<&Series> {
        let mut series = vec![&self.weather.temperature_c, &self.weather.pressure_pa];
        if let Speed::Given(wind) = &self.weather.wind {
            series.push(wind);
        }
        series
    }

    /// Power of one turbine by step, MW; `None` where it differs between futures.
    #[must_use]
    pub fn course(&self, clock: &Clock) -> Option<Series> {
        let Speed::Given(wind) = &self.weather.wind else { return None };
        let horizon = (clock.step_h.to_bits(), clock.steps());
        let (kept, course) = self.course.get_or_init(|| (horizon, self.make(wind, clock.steps())));
        Some(if *kept == horizon { course.clone() } else { self.make(wind, clock.steps()) })
    }

    /// The turbine through each weather year by itself: a storm's stop lasts into the next step.
    fn make(&self, wind: &Series, steps: usize) -> Series {
        let years = self.series().into_iter().map(Series::years).max().unwrap_or(1);
        let mut turbine = RunningTurbine::new(&self.turbine);
        let mut courses = Vec::with_capacity(years);
        for year in 0..years {
            turbine.restart();
            let mut power = Lanes::default();
            let course = (0..steps).map(|step| {
                self.take_up_air(&mut turbine, step, year);
                turbine.step(&Lanes::splat(wind.in_year(step, year)), &mut power);
                power[0]
            });
            courses.push(course.collect());
        }
        Series::from_years(&courses)
    }

    /// Gives the turbine the air of a step.
    #[inline(always)]
    pub fn take_up_air(&self, turbine: &mut RunningTurbine, step: usize, year: usize) {
        let Weather { temperature_c, pressure_pa, .. } = &self.weather;
        turbine.set_air(temperature_c.in_year(step, year) + ZERO_C_K, pressure_pa.in_year(step, year));
    }
}
