//! The kinds of assets, one room each.
//!
//! A room holds the kind's plain data, its pure formulas, and `spawn`, which gives the world an
//! entity with the standard ports that dispatch reads ([`crate::ports`]) and, where it has physics
//! of its own on the step clock, a [`crate::body::Body`].
//!
//! To add a kind: its folder here with its `mod` line, and its line in [`kinds`] below.

pub mod battery;
pub mod electrolyser;
pub mod fault;
pub mod fuel_cell;
pub mod hydro;
pub mod line;
pub mod link;
pub mod load;
pub mod piecewise;
pub mod reactor;
pub mod readiness;
pub mod solar;
pub mod store;
pub mod thermal;
pub mod wind;

use bevy_ecs::prelude::*;

use crate::fuel::Fuels;
use crate::lanes::Lanes;
use crate::model::Model;
use crate::outage::Outage;
use crate::ports::{Asset, OutageProcess, UnitsUp};
use crate::processes::Processes;
use crate::series::Series;

/// What the engine asks of every kind of asset.
pub(crate) trait Kind {
    /// Name, bus, count, outages.
    fn common(&self) -> &Common;
    /// Courses that must cover the horizon.
    fn series(&self) -> Vec<&Series> {
        Vec::new()
    }
    /// Nominal power of all units at the electric bus, MW; `None` for what gives none.
    fn p_nom_mw(&self) -> Option<f64>;
    /// Takes all its power away; it stays in its place.
    fn remove_power(&mut self);
    /// Why its hours cannot be looked at one by one, each by itself, as a convolution of outages
    /// does; `None` where they can.
    fn ties_hours(&self) -> Option<&'static str> {
        Some("what it can give depends on the hours before")
    }
    /// Gives the world its entities.
    fn spawn(&self, world: &mut World, site: &mut Site<'_>);
}

/// Makes the list of all kinds: a table's name and what stands in it.
macro_rules! kinds {
    ($($(#[$doc:meta])* $table:ident: $kind:ty,)*) => {
        /// The assets of a model, a list per kind.
        #[derive(Clone, Debug, Default)]
        pub struct Assets {
            $($(#[$doc])* pub $table: Vec<$kind>,)*
        }

        impl Assets {
            /// All assets with their tables, in the order of (table, name): the order of slots.
            pub(crate) fn all(&self) -> Vec<(&'static str, &dyn Kind)> {
                let mut all: Vec<(&'static str, &dyn Kind)> = Vec::new();
                $(all.extend(self.$table.iter().map(|asset| (stringify!($table), asset as &dyn Kind)));)*
                all.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.common().name.cmp(&y.common().name)));
                all
            }

            /// The asset of this name.
            fn find_mut(&mut self, name: &str) -> Option<&mut dyn Kind> {
                $(if let Some(found) = self.$table.iter_mut().find(|asset| asset.common.name == name) {
                    return Some(found);
                })*
                None
            }
        }
    };
}

kinds! {
    /// Batteries.
    battery: battery::Battery,
    /// Electrolysers.
    electrolyser: electrolyser::plant::ElectrolyserPlant,
    /// Fuel cells.
    fuel_cell: fuel_cell::plant::FuelCellPlant,
    /// Hydro plants.
    hydro: hydro::Hydro,
    /// Lines.
    line: line::Line,
    /// Links.
    link: link::Link,
    /// Loads.
    load: load::Load,
    /// Reactors.
    reactor: reactor::Reactor,
    /// Solar plants.
    solar: solar::Solar,
    /// Stores of heat or hydrogen.
    store: store::EnergyStore,
    /// Thermal units.
    thermal: thermal::Thermal,
    /// Wind plants.
    wind: wind::Wind,
}

/// An asset in a list of all.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its kind: the name of its table.
    pub table: &'static str,
    /// Name, bus, count, outages.
    pub common: &'a Common,
    /// Nominal power of all units at the electric bus, MW; `None` for what gives none.
    pub p_nom_mw: Option<f64>,
    /// Why its hours cannot be looked at one by one, each by itself; `None` where they can.
    pub ties_hours: Option<&'static str>,
}

impl Assets {
    /// All assets, in the order of (table, name).
    #[must_use]
    pub fn entries(&self) -> Vec<Entry<'_>> {
        let entry = |(table, asset)| {
            let asset: &dyn Kind = asset;
            Entry { table, common: asset.common(), p_nom_mw: asset.p_nom_mw(), ties_hours: asset.ties_hours() }
        };
        self.all().into_iter().map(entry).collect()
    }

    /// Takes all power from the asset of this name and says how much it had, MW; it stays in its
    /// place, so nobody else's luck changes. `None` where no asset of this name gives power.
    pub fn remove_power(&mut self, name: &str) -> Option<f64> {
        let asset = self.find_mut(name)?;
        let p_nom_mw = asset.p_nom_mw()?;
        asset.remove_power();
        Some(p_nom_mw)
    }
}

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
pub(crate) struct Site<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its processes.
    pub processes: &'a Processes,
    /// Its fuels.
    pub fuels: &'a Fuels,
    /// The next free slot: an asset's address.
    pub slot: usize,
}

impl Common {
    /// An asset's entity: the components that every asset has, and its port. Its slot is the one
    /// that `site` names before the call.
    fn spawn<'w>(&self, world: &'w mut World, site: &mut Site<'_>, port: impl Bundle) -> EntityWorldMut<'w> {
        let asset = Asset { name: self.name.clone(), bus: self.bus, slot: site.slot };
        site.slot += 1;
        let mut entity = world.spawn((asset, UnitsUp(Lanes::splat(f64::from(self.count))), port));
        if let Some(chain) = &self.outage {
            entity.insert(OutageProcess::new(chain.clone(), site.model.seed, &self.stream, self.count));
        }
        entity
    }

    /// A further port of the same asset, at another bus, named after both. It has no outages of its
    /// own: the asset's body knows.
    fn spawn_part(&self, world: &mut World, site: &mut Site<'_>, part: &str, bus: usize, port: impl Bundle) -> usize {
        let slot = site.slot;
        site.slot += 1;
        world.spawn((Asset { name: format!("{}.{part}", self.name), bus, slot }, UnitsUp(Lanes::splat(1.0)), port));
        slot
    }
}
