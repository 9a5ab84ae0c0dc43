//! An electrolyser in the system: a flexible consumer at the electric bus, and a must-take source at
//! a hydrogen bus.
//!
//! Not here: what it does in a step (`making`); heat for steam electrolysis, which no bus gives yet.

use bevy_ecs::world::World;

use super::making::Making;
use super::{Electrolyser, RunningElectrolyser};
use crate::assets::{Common, Kind, Site};
use crate::body::Physics;
use crate::ports::{Flexible, Generator};

/// An electrolyser and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ElectrolyserPlant {
    /// Name, electric bus, outage; one unit.
    pub common: Common,
    /// Index of the bus that takes its hydrogen.
    pub bus_out: usize,
    /// Its physics; without heat input.
    pub electrolyser: Electrolyser,
    /// It runs on what would be curtailed, and on generation that costs less than this, money per
    /// MWh.
    pub highest_price_per_mwh: f64,
    /// Whether it stands ready to run at all.
    pub in_service: bool,
}

impl Kind for ElectrolyserPlant {
    fn common(&self) -> &Common {
        &self.common
    }

    /// It gives no electricity.
    fn p_nom_mw(&self) -> Option<f64> {
        None
    }

    fn remove_power(&mut self) {
        self.in_service = false;
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let p_nom_mw = self.electrolyser.readiness.p_nom_mw;
        let running = RunningElectrolyser::new(&self.electrolyser, site.model.clock.step_h);
        let most_mw = running.hydrogen_mw(p_nom_mw);
        let slot = site.slot;
        let port = Flexible::new(p_nom_mw, self.highest_price_per_mwh);
        let entity = self.common.spawn(world, site, port).id();
        let source = Generator::driven(most_mw, most_mw, 0.0).must_take();
        let hydrogen_slot = self.common.spawn_part(world, site, "hydrogen", self.bus_out, source);
        let body = Making::new(self, running, slot, hydrogen_slot);
        world.entity_mut(entity).insert(Physics::new(body));
    }
}
