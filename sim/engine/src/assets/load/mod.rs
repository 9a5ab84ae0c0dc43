//! Loads: demand that is known by step, and the order in which it may be shed.

use bevy_ecs::world::World;

use super::{Common, Site};
use crate::lanes::Lanes;
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
}

impl Load {
    pub(crate) fn spawn(&self, world: &mut World, site: Site) {
        let port = Demand {
            p_mw: self.p_mw.clone(),
            peak_mw: self.p_mw.greatest() * f64::from(self.common.count),
            tiers: self.tiers.clone(),
            wanted_mw: Lanes::default(),
            wanted: Lanes::default(),
            shed: Lanes::default(),
        };
        self.common.spawn(world, site, port);
    }
}
