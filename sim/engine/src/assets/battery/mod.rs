//! Batteries: power and energy limits, two efficiencies, standing loss.
//!
//! Not here: ageing, power taper, part-load curves.

pub mod ageing;
pub mod converter;
pub mod limits;
pub mod rainflow;
pub mod wear;

use bevy_ecs::world::World;

use super::{Common, Kind, Site};
use crate::lanes::Lanes;
use crate::ports::Store;

/// A battery.
#[derive(Clone, Debug, PartialEq)]
pub struct Battery {
    /// Name, bus, outage (of its converter: stored energy stays).
    pub common: Common,
    /// Power limit at the bus, charging and discharging, in MW.
    pub p_nom_mw: f64,
    /// Nominal energy in MWh, inside the battery.
    pub e_nom_mwh: f64,
    /// Stored per withdrawn, 0-1.
    pub efficiency_store: f64,
    /// Injected per taken out, 0-1.
    pub efficiency_dispatch: f64,
    /// Share of the stored energy lost per hour.
    pub standing_loss_per_h: f64,
    /// Discharging stops at this share of `e_nom_mwh`.
    pub e_min_pu: f64,
    /// Charging stops at this share of `e_nom_mwh`.
    pub e_max_pu: f64,
    /// Share of `e_nom_mwh` stored at step 0.
    pub e_initial_pu: f64,
    /// Money per MWh discharged.
    pub marginal_cost_per_mwh: f64,
}

impl Kind for Battery {
    fn common(&self) -> &Common {
        &self.common
    }

    fn p_nom_mw(&self) -> Option<f64> {
        Some(self.p_nom_mw)
    }

    fn remove_power(&mut self) {
        self.p_nom_mw = 0.0;
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let port = Store {
            p_nom_mw: self.p_nom_mw,
            e_nom_mwh: self.e_nom_mwh,
            e_min_mwh: self.e_min_pu * self.e_nom_mwh,
            e_max_mwh: self.e_max_pu * self.e_nom_mwh,
            e_initial_mwh: self.e_initial_pu * self.e_nom_mwh,
            efficiency_store: self.efficiency_store,
            efficiency_dispatch: self.efficiency_dispatch,
            kept_per_step: kept_per_step(self.standing_loss_per_h, site.model.clock.step_h),
            marginal_cost_per_mwh: self.marginal_cost_per_mwh,
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

/// Share of the stored energy kept over a step of `step_h` hours when `loss_per_h` is lost per
/// hour: `(1 - loss)^step` (PyPSA's `standing_loss`).
#[must_use]
pub fn kept_per_step(loss_per_h: f64, step_h: f64) -> f64 {
    libm::pow(1.0 - loss_per_h, step_h)
}
