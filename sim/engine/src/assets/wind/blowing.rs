//! The body of wind turbines in weather: power from the wind of each future, and the physics for
//! whoever watches.
//!
//! Where no future differs the power is a known course of the port, and this body only shows.

use super::physics::{Physics, Speed};
use super::plant::RunningTurbine;
use crate::assets::Site;
use crate::body::{Body, Figure, Now};
use crate::fleet::Fleet;
use crate::lanes::{LANES, Lanes};
use crate::ledger::Audit;
use crate::series::Series;

/// See the module.
pub(super) struct Blowing {
    slot: usize,
    physics: Physics,
    turbine: RunningTurbine,
    /// Hub over mast.
    shear: f64,
    /// Power of one turbine where it is known, MW.
    course: Option<Series>,
    /// Power of one turbine, MW.
    unit_mw: Lanes,
}

impl Blowing {
    pub fn new(physics: &Physics, site: &Site<'_>) -> Self {
        let turbine = physics.turbine();
        Self {
            slot: site.slot,
            turbine: RunningTurbine::new(turbine),
            shear: turbine.shear.factor(turbine.wind_height_m, turbine.hub_height_m),
            course: physics.course(&site.model.clock),
            physics: physics.clone(),
            unit_mw: Lanes::default(),
        }
    }

    /// The most that one turbine can give, MW: density moves speeds and no powers.
    pub fn greatest_mw(&self) -> f64 {
        self.physics.turbine().curve.power_mw.iter().copied().fold(0.0, f64::max)
    }
}

impl Body for Blowing {
    fn restart(&mut self, _first_replica: u64) {
        self.turbine.restart();
    }

    #[inline(always)]
    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>) {
        let Speed::Process(process) = self.physics.weather().wind else { return };
        self.physics.take_up_air(&mut self.turbine, now.step, 0);
        self.turbine.step(now.processes.value(process), &mut self.unit_mw);
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
        let year = now.weather[lane] as usize;
        let wind = match &self.physics.weather().wind {
            Speed::Process(process) => now.processes.value(*process)[lane],
            Speed::Given(wind) => wind.in_year(now.step, year),
        };
        let unit_mw = self.course.as_ref().map_or(self.unit_mw[lane], |course| course.in_year(now.step, year));
        show("wind_m_s", wind);
        show("hub_wind_m_s", wind * self.shear);
        show("unit_p_max_mw", unit_mw);
    }
}
