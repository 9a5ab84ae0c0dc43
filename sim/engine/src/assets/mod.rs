//! The kinds of assets, one room each.
//!
//! A room holds the kind's plain data, its pure formulas, and `spawn`, which gives the world an
//! entity with the standard ports that dispatch reads: [`crate::ports`].

pub mod battery;
pub mod load;
pub mod solar;
pub mod thermal;
pub mod wind;

use bevy_ecs::prelude::*;

use crate::lanes::Lanes;
use crate::outage::Outage;
use crate::ports::{Asset, OutageProcess, UnitsUp};

/// What every asset has.
#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    /// Unique among all assets.
    pub name: String,
    /// Name that keys the asset's random streams: its own name unless kept over a renaming.
    pub stream: String,
    /// Index of its bus in [`crate::Model::buses`].
    pub bus: usize,
    /// How many equal units stand behind the name; each has its own outages.
    pub count: u32,
    /// Outages of one unit, if it has any.
    pub outage: Option<Outage>,
}

/// What a room's `spawn` needs to know of the whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    /// The scenario's seed.
    pub seed: u64,
    /// Length of a step in hours.
    pub step_h: f64,
    /// Place of the asset in the order of (table, name).
    pub slot: usize,
}

impl Common {
    /// The components that every asset has; the caller adds the port.
    fn spawn<'w>(&self, world: &'w mut World, site: Site, port: impl Bundle) -> EntityWorldMut<'w> {
        let asset = Asset { name: self.name.clone(), bus: self.bus, slot: site.slot };
        let mut entity = world.spawn((asset, UnitsUp(Lanes::splat(f64::from(self.count))), port));
        if let Some(chain) = &self.outage {
            entity.insert(OutageProcess::new(chain.clone(), site.seed, &self.stream, self.count));
        }
        entity
    }
}
