//! Loads: demand that is known by step, and the order in which it may be shed.

use bevy_ecs::world::World;

use super::{Common, Kind, Site};
use crate::factor::{Factor, magnitude};
use crate::ports::Demand;
pub use crate::ports::Tier;
use crate::series::Series;

/// A load.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// Name, bus, count, outage (a load that is "out" draws nothing).
    pub common: Common,
    /// Withdrawal of one unit by step in MW, at least 0.
    pub p_mw: Series,
    /// How it may be shed; shares add up to 1.
    pub tiers: Vec<Tier>,
    /// Processes that multiply the withdrawal.
    pub factors: Vec<Factor>,
    /// What it pays for what it gets, money per MWh: an offtaker's price.
    pub offtake_price_per_mwh: f64,
}

impl Kind for Load {
    fn common(&self) -> &Common {
        &self.common
    }

    fn series(&self) -> Vec<&Series> {
        vec![&self.p_mw]
    }

    fn p_nom_mw(&self) -> Option<f64> {
        None
    }

    fn remove_power(&mut self) {
        self.p_mw = Series::Constant(0.0);
    }

    fn ties_hours(&self) -> Option<&'static str> {
        let reason = "it follows a process";
        (!self.factors.is_empty()).then_some(reason)
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let mut port = Demand::new(&self.p_mw, self.common.count, &self.tiers);
        port.factors.clone_from(&self.factors);
        port.offtake_price_per_mwh = self.offtake_price_per_mwh;
        port.peak_mw *= magnitude(&self.factors, site.processes);
        self.common.spawn(world, site, port);
    }
}
