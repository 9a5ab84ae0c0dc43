//! Tidal stream plants: the moon's half-daily tide through springs and neaps, cubed.

use bevy_ecs::world::World;

use super::{Common, Kind, Site};
use crate::ports::Generator;
use crate::series::Series;

/// Period of the principal lunar tide, h, and of springs and neaps (half a synodic month), h.
const TIDE_H: f64 = 12.420_601;
const SPRINGS_H: f64 = 354.367;

/// A group of equal plants.
#[derive(Clone, Debug, PartialEq)]
pub struct Tidal {
    /// Name, bus, count, outage.
    pub common: Common,
    /// Nominal power of one plant, MW; 0 gives nothing.
    pub p_nom_mw: f64,
    /// Peak of the current at springs and at neaps, and the current of nominal power, m/s.
    pub current_m_s: [f64; 3],
}

impl Tidal {
    /// Power of one plant `hours` after high water at springs, MW: `p_nom (v / v_nom)^3`, at most
    /// `p_nom` (kinetic power of a stream, `rho A v^3 / 2`).
    #[must_use]
    pub fn power_mw(&self, hours: f64) -> f64 {
        let [springs, neaps, nominal] = self.current_m_s;
        let turn = |period_h: f64| libm::cos(std::f64::consts::TAU * hours / period_h);
        let peak = f64::midpoint(springs, neaps) + (springs - neaps) / 2.0 * turn(SPRINGS_H);
        let share = (peak * turn(TIDE_H)).abs() / nominal;
        self.p_nom_mw * (share * share * share).min(1.0)
    }
}

impl Kind for Tidal {
    fn common(&self) -> &Common {
        &self.common
    }

    fn p_nom_mw(&self) -> Option<f64> {
        Some(self.p_nom_mw * f64::from(self.common.count))
    }

    fn remove_power(&mut self) {
        self.p_nom_mw = 0.0;
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let clock = &site.model.clock;
        #[expect(clippy::cast_precision_loss, reason = "a horizon has far fewer than 2^52 steps")]
        let course = (0..clock.steps()).map(|step| self.power_mw((step as f64 + 0.5) * clock.step_h)).collect();
        let port = Generator::new(&Series::Steps(course), self.p_nom_mw, self.common.count, 0.0).must_take();
        self.common.spawn(world, site, port);
    }
}
