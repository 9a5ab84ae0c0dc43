//! Links: a flow between two buses that is set, not found: HVDC, or a net transfer capacity.

use bevy_ecs::world::World;

use super::{Common, Kind, Site};
use crate::branch::{Branch, Passage};
use crate::model::Network;

/// A controllable connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Name, bus (where a positive flow is taken), outage.
    pub common: Common,
    /// The bus that a positive flow reaches.
    pub bus1: usize,
    /// Greatest flow, measured where it is taken, MW.
    pub p_nom_mw: f64,
    /// Greatest flow the other way, MW.
    pub p_back_mw: f64,
    /// Share of the flow that arrives; 1 where the flow goes both ways.
    pub efficiency: f64,
    /// Money per MWh taken, whichever way it flows.
    pub marginal_cost_per_mwh: f64,
}

impl Kind for Link {
    fn common(&self) -> &Common {
        &self.common
    }

    /// It gives no power of its own.
    fn p_nom_mw(&self) -> Option<f64> {
        None
    }

    fn remove_power(&mut self) {
        (self.p_nom_mw, self.p_back_mw) = (0.0, 0.0);
    }

    fn ties_hours(&self) -> Option<&'static str> {
        Some("what one bus has to spare reaches another through the network only")
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        // Where all buses are one place there is nothing to carry between them.
        if site.model.network == Network::CopperPlate {
            return;
        }
        let passage = Passage::Link { efficiency: self.efficiency, marginal_cost_per_mwh: self.marginal_cost_per_mwh };
        self.common.spawn(world, site, Branch::new(self.bus1, [self.p_nom_mw, self.p_back_mw], passage));
    }
}
