//! Stores of heat or hydrogen: a hot water tank, a hydrogen tank or cavern.
//!
//! Charged with what must be taken and nobody needs, discharged where the load of its carrier is not
//! met. Not here: compression work (an efficiency below 1 may stand for it), temperature layers.

use bevy_ecs::world::World;

use super::battery::kept_per_step;
use super::{Common, Kind, Site};
use crate::lanes::Lanes;
use crate::ports::Store;

/// A store on a bus of heat or hydrogen.
#[derive(Clone, Debug, PartialEq)]
pub struct EnergyStore {
    /// Name, bus, outage (of its pumps: what is stored stays).
    pub common: Common,
    /// Power limit at the bus, charging and discharging, in MW.
    pub p_nom_mw: f64,
    /// Energy that it holds when full, in MWh (hydrogen: of its lower heating value).
    pub e_nom_mwh: f64,
    /// Stored per withdrawn, 0-1.
    pub efficiency_store: f64,
    /// Injected per taken out, 0-1.
    pub efficiency_dispatch: f64,
    /// Share of the stored energy lost per hour.
    pub standing_loss_per_h: f64,
    /// Share of `e_nom_mwh` stored at step 0.
    pub e_initial_pu: f64,
}

impl Kind for EnergyStore {
    fn common(&self) -> &Common {
        &self.common
    }

    /// It gives no electricity.
    fn p_nom_mw(&self) -> Option<f64> {
        None
    }

    fn remove_power(&mut self) {
        self.p_nom_mw = 0.0;
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let port = Store {
            p_nom_mw: self.p_nom_mw,
            e_nom_mwh: self.e_nom_mwh,
            e_min_mwh: 0.0,
            e_max_mwh: self.e_nom_mwh,
            e_initial_mwh: self.e_initial_pu * self.e_nom_mwh,
            efficiency_store: self.efficiency_store,
            efficiency_dispatch: self.efficiency_dispatch,
            kept_per_step: kept_per_step(self.standing_loss_per_h, site.model.clock.step_h),
            marginal_cost_per_mwh: 0.0,
            wear_per_mwh: Lanes::default(),
            conversion: None,
            e_mwh: Lanes::default(),
            not_full: u64::MAX,
            deliverable_mw: Lanes::default(),
            p_mw: Lanes::default(),
            discharged: Lanes::default(),
            charged: Lanes::default(),
        };
        self.common.spawn(world, site, port);
    }
}
