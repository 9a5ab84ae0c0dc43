//! Lines: what carries electricity between two buses by the network's own law.
//!
//! Not here: the law itself, and how generation gives way to a line that is full, which are
//! `dispatch/network/`. A transformer is a line with a tap.

use bevy_ecs::world::World;

use super::{Common, Kind, Site};
use crate::branch::{Branch, Passage};
use crate::model::Network;

/// A line or a transformer.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Name, bus (its `from` end), outage: a line that is out carries nothing.
    pub common: Common,
    /// The bus at its other end.
    pub bus1: usize,
    /// Greatest flow either way in MW; infinite where unlimited.
    pub s_nom_mw: f64,
    /// Flow per angle difference, MW per radian; of no meaning where the network is transport.
    pub susceptance_mw_per_rad: f64,
    /// Phase shift in radians.
    pub shift_rad: f64,
}

impl Kind for Line {
    fn common(&self) -> &Common {
        &self.common
    }

    /// It gives no power of its own.
    fn p_nom_mw(&self) -> Option<f64> {
        None
    }

    fn remove_power(&mut self) {
        self.s_nom_mw = 0.0;
    }

    fn ties_hours(&self) -> Option<&'static str> {
        Some("what one bus has to spare reaches another through the network only")
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        // Where all buses are one place there is nothing to carry between them.
        if site.model.network == Network::CopperPlate {
            return;
        }
        let passage = Passage::Line { susceptance_mw_per_rad: self.susceptance_mw_per_rad, shift_rad: self.shift_rad };
        self.common.spawn(world, site, Branch::new(self.bus1, [self.s_nom_mw; 2], passage));
    }
}
