//! Loads: demand that is known by step, and the order in which it may be shed.

use bevy_ecs::world::World;

use super::{Common, Site};
use crate::lanes::Lanes;
use crate::ports::Demand;
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

/// A share of a load that is shed together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    /// Share of the load's power, 0-1.
    pub share_pu: f64,
    /// Value of lost load, money per MWh. Cheaper tiers are shed first, over all loads.
    pub voll_per_mwh: f64,
    /// Whether shedding it counts as unserved energy.
    pub firm: bool,
}

impl Load {
    pub(super) fn spawn(&self, world: &mut World, site: Site) {
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
