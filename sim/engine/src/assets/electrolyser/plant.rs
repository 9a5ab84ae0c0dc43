//! An electrolyser in the system: a flexible consumer at the electric bus, and a must-take source at
//! a hydrogen bus.
//!
//! One for steam is a consumer at a heat bus as well. Not here: what it does in a step (`making`).

use bevy_ecs::world::World;

use super::making::{Making, Slots};
use super::{Electrolyser, RunningElectrolyser};
use crate::assets::{Common, Kind, Site};
use crate::body::Physics;
use crate::ports::{Demand, Flexible, Generator, Tier};
use crate::series::Series;

/// An electrolyser and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ElectrolyserPlant {
    /// Name, electric bus, outage; one unit.
    pub common: Common,
    /// Index of the bus that takes its hydrogen.
    pub bus_out: usize,
    /// Index of the bus that gives its heat, where it takes any.
    pub bus_heat: Option<usize>,
    /// Its physics.
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
        let heat_slot = self.bus_heat.map(|bus| {
            let most_heat_mw = most_mw * self.electrolyser.heat_per_hydrogen;
            let tier = Tier { share_pu: 1.0, voll_per_mwh: 0.0, firm: false };
            let demand = Demand { driven: true, ..Demand::new(&Series::Constant(most_heat_mw), 1, &[tier]) };
            self.common.spawn_part(world, site, "heat", bus, demand)
        });
        let body = Making::new(self, running, Slots { electric: slot, hydrogen: hydrogen_slot, heat: heat_slot });
        world.entity_mut(entity).insert(Physics::new(body));
    }
}
