//! Solar plants as given profiles: must-take generation, curtailed only when nobody needs it.
//!
//! Not here: weather. The profile is the power that the plant could give.

mod almanac;
mod angle;
pub mod atmosphere;
mod calendar;
pub mod cell;
pub mod clearsky;
pub mod irradiance;
pub mod location;
pub mod plant;
pub mod position;
pub mod pvwatts;
mod range;
pub mod step;
#[cfg(test)]
mod tests;

use bevy_ecs::world::World;

use super::{Common, Kind, Site};
use crate::ports::Generator;
use crate::series::Series;

/// A group of equal solar plants.
#[derive(Clone, Debug, PartialEq)]
pub struct Solar {
    /// Name, bus, count, outage.
    pub common: Common,
    /// Nominal power of one plant in MW.
    pub p_nom_mw: f64,
    /// Power of one plant that is up, by step, in MW.
    pub p_max_mw: Series,
    /// Money per MWh generated.
    pub marginal_cost_per_mwh: f64,
}

impl Kind for Solar {
    fn common(&self) -> &Common {
        &self.common
    }

    fn series(&self) -> Vec<&Series> {
        vec![&self.p_max_mw]
    }

    fn p_nom_mw(&self) -> Option<f64> {
        Some(self.p_nom_mw * f64::from(self.common.count))
    }

    fn remove_power(&mut self) {
        self.p_max_mw = Series::Constant(0.0);
    }

    fn ties_hours(&self) -> Option<&'static str> {
        None
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let Self { p_max_mw, p_nom_mw, marginal_cost_per_mwh, .. } = self;
        let port = Generator::new(p_max_mw, *p_nom_mw, self.common.count, *marginal_cost_per_mwh).must_take();
        self.common.spawn(world, site, port);
    }
}
