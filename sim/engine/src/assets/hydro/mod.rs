//! Hydro power: run of river and reservoirs with a turbine.
//!
//! Not here: pumps (a battery with inflow), cascades (what leaves one reservoir is returned, so
//! that a caller can lead it into the next), evaporation.

mod flowing;
pub mod reservoir;

use bevy_ecs::world::World;

use self::flowing::Flowing;
use self::reservoir::Reservoir;
use super::{Common, Kind, Site};
use crate::body::Physics;
use crate::factor::{Factor, magnitude};
use crate::ports::Generator;
use crate::series::Series;

/// A hydro plant: turbines at one reservoir, or in a river.
#[derive(Clone, Debug, PartialEq)]
pub struct Hydro {
    /// Name, bus, number of turbines, outage of one.
    pub common: Common,
    /// All turbines together, and the reservoir. One that holds nothing is run of river: must-take.
    pub reservoir: Reservoir,
    /// Power of the water that flows in, by step, in MW.
    pub inflow_mw: Series,
    /// Processes that multiply the inflow.
    pub inflow_factors: Vec<Factor>,
    /// Money per MWh of electricity; for a reservoir its water value, which ranks it.
    pub marginal_cost_per_mwh: f64,
}

impl Kind for Hydro {
    fn common(&self) -> &Common {
        &self.common
    }

    fn series(&self) -> Vec<&Series> {
        vec![&self.inflow_mw]
    }

    fn p_nom_mw(&self) -> Option<f64> {
        Some(self.reservoir.p_nom_mw)
    }

    fn remove_power(&mut self) {
        self.reservoir.p_nom_mw = 0.0;
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let most = magnitude(&self.inflow_factors, site.processes);
        let body = Flowing::new(self, site.slot, site.model.clock.step_h, self.inflow_mw.greatest() * most);
        let p_nom_mw = self.reservoir.p_nom_mw;
        let mut port = Generator::driven(p_nom_mw, p_nom_mw, self.marginal_cost_per_mwh);
        let holds = self.reservoir.e_nom_mwh > 0.0;
        // What must be taken has no floor besides: the minimum flow is in what it gives.
        port.keep_detail().has_floor =
            holds && self.reservoir.min_release_mw > 0.0 && self.reservoir.release_through_turbine;
        let port = if holds { port } else { port.must_take() };
        self.common.spawn(world, site, port).insert(Physics::new(body));
    }
}
