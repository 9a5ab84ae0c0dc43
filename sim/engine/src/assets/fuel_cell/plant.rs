//! A fuel cell in the system: a unit in the merit order of the electric bus, and a load at a
//! hydrogen bus.
//!
//! It is always ready: standby and cold starts are in the pure model, but who draws their power when
//! the unit stands is not modelled. Not here: what it does in a step (`burning`).

use bevy_ecs::world::World;

use super::burning::Burning;
use super::{FuelCell, RunningFuelCell};
use crate::assets::thermal::commitment::{Commitment, RunningUnits};
use crate::assets::{Common, Kind, Site};
use crate::body::Physics;
use crate::dispatch::commitment::Switched;
use crate::ports::{Demand, Generator, Tier};
use crate::series::Series;

/// A fuel cell and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct FuelCellPlant {
    /// Name, electric bus, outage; one unit.
    pub common: Common,
    /// Index of the bus that it takes its hydrogen from.
    pub bus_in: usize,
    /// Its physics; without standby and cold starts.
    pub fuel_cell: FuelCell,
    /// Money per MWh of electricity: what ranks it, and what it is paid.
    pub marginal_cost_per_mwh: f64,
    /// Whether it stands ready to run at all.
    pub in_service: bool,
}

impl Kind for FuelCellPlant {
    fn common(&self) -> &Common {
        &self.common
    }

    fn p_nom_mw(&self) -> Option<f64> {
        Some(if self.in_service { self.fuel_cell.readiness.p_nom_mw } else { 0.0 })
    }

    fn remove_power(&mut self) {
        self.in_service = false;
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let (p_nom_mw, step_h) = (self.fuel_cell.readiness.p_nom_mw, site.model.clock.step_h);
        let running = RunningFuelCell::new(&self.fuel_cell, step_h);
        let most_mw = running.hydrogen_mw(p_nom_mw);
        let slot = site.slot;
        let mut port = Generator::driven(p_nom_mw, p_nom_mw, self.marginal_cost_per_mwh);
        port.keep_detail().has_floor = true;
        // A single unit without minimum times: it is switched on where the merit order calls it, and
        // then gives its least power at least.
        let unit = Commitment { count: 1, min_up_time_h: 0.0, min_down_time_h: 0.0, initial_on: 0 };
        port.switched = Some(Box::new(Switched::new(RunningUnits::new(&unit, step_h), 0.0)));
        let entity = self.common.spawn(world, site, port).id();
        // It asks for no more than there is, so nothing of it is ever shed.
        let tier = Tier { share_pu: 1.0, voll_per_mwh: 0.0, firm: true };
        let mut load = Demand::new(&Series::Constant(most_mw), 1, &[tier]);
        load.driven = true;
        let hydrogen_slot = self.common.spawn_part(world, site, "hydrogen", self.bus_in, load);
        let body = Burning::new(running, self, slot, hydrogen_slot);
        world.entity_mut(entity).insert(Physics::new(body));
    }
}
