//! The body of solar plants under weather: power from the clear-sky index of each future, and the
//! physics for whoever watches.
//!
//! Where no future differs the power is a known course of the port, and this body only shows.

use std::sync::Arc;

use super::irradiance::Irradiance;
use super::physics::{Physics, Sky};
use super::plant::{Air, PlantModel};
use super::step::SunStep;
use crate::assets::Site;
use crate::body::{Body, Figure, Now};
use crate::clock::Clock;
use crate::fleet::Fleet;
use crate::lanes::{LANES, Lanes};
use crate::ledger::Audit;

/// Sun and air of every step.
type Course = Arc<[(SunStep, Air)]>;

/// See the module.
pub(super) struct Shining {
    slot: usize,
    physics: Physics,
    model: PlantModel,
    clock: Clock,
    /// The process of the clear-sky index, and Sun and air of every step.
    clouds: Option<(usize, Course)>,
    /// Power of one plant, MW.
    unit_mw: Lanes,
}

impl Shining {
    pub fn new(physics: &Physics, site: &Site<'_>) -> Self {
        let clock = site.model.clock.clone();
        let clouds = match physics.weather().sky {
            Sky::Index { process } => physics.steps(&clock).map(|steps| (process, steps)),
            Sky::Clear | Sky::Given { .. } => None,
        };
        let (model, physics) = (physics.plant().prepare(), physics.clone());
        Self { slot: site.slot, physics, model, clock, clouds, unit_mw: Lanes::default() }
    }

    /// The light of the step in one lane.
    fn light(&self, sun: &SunStep, now: &Now<'_>, lane: usize) -> Irradiance {
        let clouded = |(process, _): &(usize, _)| self.model.clouded(sun, now.processes.value(*process)[lane]);
        let given = || self.physics.light(sun, now.step, now.weather[lane] as usize).unwrap_or_default();
        self.clouds.as_ref().map_or_else(given, clouded)
    }
}

impl Body for Shining {
    fn restart(&mut self, _first_replica: u64) {}

    #[inline(always)]
    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>) {
        let Some((process, steps)) = &self.clouds else { return };
        let (sun, air) = &steps[now.step];
        self.model.power_mw(sun, air, now.processes.value(*process), &mut self.unit_mw);
        let (generator, units) = fleet.generator(self.slot);
        for lane in 0..LANES {
            generator.available_mw[lane] = units[lane] * self.unit_mw[lane];
        }
    }

    #[inline(always)]
    fn settle(&mut self, _now: &Now<'_>, _fleet: &mut Fleet<'_>, _audit: &mut Audit) {}

    fn figures(&self, _step_h: f64, _horizon_h: f64) -> Vec<Figure> {
        Vec::new()
    }

    fn watch(&self, now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64)) {
        let sun = self.model.outlook.step(self.clock.middle_unix_s(now.step));
        let year = if self.clouds.is_some() { 0 } else { now.weather[lane] as usize };
        let air = self.physics.air(&self.model, now.step, year);
        let light = self.light(&sun, now, lane);
        let poa = self.model.plane_of_array(&sun, light).global();
        show("zenith_deg", sun.sun.apparent_zenith_deg);
        show("azimuth_deg", sun.sun.azimuth_deg);
        show("ghi_w_per_m2", light.ghi);
        show("poa_w_per_m2", poa);
        show("cell_temperature_c", air.temp_air_c + poa * air.rise_c_per_w_m2);
        show("unit_p_max_mw", self.model.power_given_mw(&sun, light, &air));
    }
}
