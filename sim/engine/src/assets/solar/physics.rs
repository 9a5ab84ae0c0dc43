//! A solar plant under its weather: what of it is the same in every future, prepared once and shared.
//!
//! Not here: futures (`shining`), the formulas (`plant`).

use std::sync::{Arc, OnceLock};

use super::irradiance::{Irradiance, erbs};
use super::plant::{Air, Plant, PlantModel};
use super::step::SunStep;
use crate::clock::Clock;
use crate::series::Series;

/// The weather over a plant.
#[derive(Clone, Debug, PartialEq)]
pub struct Weather {
    /// Where the light comes from.
    pub sky: Sky,
    /// Air temperature in degrees Celsius. Under [`Sky::Index`] its first weather year serves all.
    pub temp_air_c: Series,
    /// Wind in m/s at the height that the cell temperature model asks for. Likewise.
    pub wind_m_s: Series,
}

/// Where the light comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Sky {
    /// No clouds.
    Clear,
    /// The clear sky's global irradiance times a process, split after Erbs: other in every future.
    Index {
        /// Index of the process in [`crate::Model::processes`].
        process: usize,
    },
    /// Measured, or a typical year.
    Given {
        /// Global horizontal irradiance in W/m2.
        ghi: Series,
        /// Its parts; without them it is split after Erbs.
        beam: Option<Beam>,
    },
}

/// The parts of a global irradiance.
#[derive(Clone, Debug, PartialEq)]
pub struct Beam {
    /// Direct normal irradiance in W/m2.
    pub dni: Series,
    /// Diffuse horizontal irradiance in W/m2.
    pub dhi: Series,
}

/// A plant under its weather. Clones share what is prepared for a horizon.
#[derive(Clone, Debug)]
pub struct Physics {
    plant: Plant,
    weather: Weather,
    prepared: Arc<OnceLock<Prepared>>,
}

impl PartialEq for Physics {
    fn eq(&self, other: &Self) -> bool {
        self.plant == other.plant && self.weather == other.weather
    }
}

/// What depends on the horizon and on no future.
#[derive(Clone, Debug)]
struct Prepared {
    horizon: (i64, u64, usize),
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// All is known: power of one plant, MW.
    Course(Series),
    /// The light is not.
    Steps(Arc<[(SunStep, Air)]>),
}

impl Physics {
    /// A faultless plant under `weather`.
    #[must_use]
    pub fn new(plant: Plant, weather: Weather) -> Self {
        Self { plant, weather, prepared: Arc::default() }
    }

    /// The plant.
    #[must_use]
    pub fn plant(&self) -> &Plant {
        &self.plant
    }

    /// Its weather.
    #[must_use]
    pub fn weather(&self) -> &Weather {
        &self.weather
    }

    /// Every course that must cover the horizon.
    pub(super) fn series(&self) -> Vec<&Series> {
        let mut series = vec![&self.weather.temp_air_c, &self.weather.wind_m_s];
        if let Sky::Given { ghi, beam } = &self.weather.sky {
            series.push(ghi);
            series.extend(beam.iter().flat_map(|beam| [&beam.dni, &beam.dhi]));
        }
        series
    }

    /// Power of one plant by step, MW; `None` where it differs between futures.
    #[must_use]
    pub fn course(&self, clock: &Clock) -> Option<Series> {
        if let What::Course(course) = self.prepared(clock) { Some(course) } else { None }
    }

    /// Sun and air of every step, where the light differs between futures.
    #[must_use]
    pub fn steps(&self, clock: &Clock) -> Option<Arc<[(SunStep, Air)]>> {
        if let What::Steps(steps) = self.prepared(clock) { Some(steps) } else { None }
    }

    /// From the store if it holds this horizon, which it does unless a model was given another clock.
    fn prepared(&self, clock: &Clock) -> What {
        let horizon = (clock.start_unix_s, clock.step_h.to_bits(), clock.steps());
        let make = || Prepared { horizon, what: self.prepare(clock) };
        let kept = self.prepared.get_or_init(make);
        if kept.horizon == horizon { kept.what.clone() } else { make().what }
    }

    fn prepare(&self, clock: &Clock) -> What {
        let model = self.plant.prepare();
        if matches!(self.weather.sky, Sky::Index { .. }) {
            let step = |step| (model.outlook.step(clock.middle_unix_s(step)), self.air(&model, step, 0));
            return What::Steps((0..clock.steps()).map(step).collect());
        }
        let years = self.series().into_iter().map(Series::years).max().unwrap_or(1);
        let mut values = Vec::with_capacity(clock.steps() * years);
        for step in 0..clock.steps() {
            let sun = model.outlook.step(clock.middle_unix_s(step));
            values.extend((0..years).map(|year| {
                let light = self.light(&sun, step, year).unwrap_or_default();
                model.power_given_mw(&sun, light, &self.air(&model, step, year))
            }));
        }
        let values = values.into();
        What::Course(if years == 1 { Series::Steps(values) } else { Series::Years { years, values } })
    }

    /// The air of a step in a weather year.
    pub(super) fn air(&self, model: &PlantModel, step: usize, year: usize) -> Air {
        model.air(self.weather.temp_air_c.in_year(step, year), self.weather.wind_m_s.in_year(step, year))
    }

    /// The light of a step in a weather year; `None` where it differs between futures.
    pub(super) fn light(&self, sun: &SunStep, step: usize, year: usize) -> Option<Irradiance> {
        match &self.weather.sky {
            Sky::Clear => Some(sun.clear),
            Sky::Index { .. } => None,
            Sky::Given { ghi, beam: None } => Some(erbs(ghi.in_year(step, year), sun.sun.zenith_deg, sun.dni_extra)),
            Sky::Given { ghi, beam: Some(Beam { dni, dhi }) } => Some(Irradiance {
                ghi: ghi.in_year(step, year),
                dni: dni.in_year(step, year),
                dhi: dhi.in_year(step, year),
            }),
        }
    }
}
