//! Batteries: power and energy limits, efficiencies, standing loss; and, where asked for, a taper
//! near full and empty, a converter with a part-load curve, auxiliary load, and ageing cells.
//!
//! Not here: cell temperature by load, imbalance between cells.

pub mod ageing;
mod cells;
pub mod converter;
mod health;
pub mod limits;
pub mod rainflow;
pub mod wear;

use bevy_ecs::world::World;

use self::ageing::AgeingParameters;
use self::cells::Cells;
use self::converter::Converter;
use self::health::Health;
use self::limits::Limits;
use super::{Common, Kind, Site};
use crate::body::Physics;
use crate::lanes::Lanes;
use crate::ports::{Conversion, Demand, Store, Tier};
use crate::series::Series;

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
    /// Taper, converter and auxiliaries, if they are modelled.
    pub power: Option<Power>,
    /// Ageing, if it is modelled.
    pub life: Option<Life>,
}

/// What limits and costs power beyond the nominal power and two efficiencies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power {
    /// From this state of charge on the charging power falls towards the floor at `e_max_pu`.
    pub taper_charge_from_pu: f64,
    /// From this state of charge down the discharging power falls towards the floor at `e_min_pu`.
    pub taper_discharge_from_pu: f64,
    /// Share of the power left when full or empty, above 0.
    pub taper_floor_pu: f64,
    /// Losses of the converter; the efficiencies are then those of the cells alone.
    pub converter: Converter,
    /// Load of its controls at all times, MW: at its bus, and shed before any other load.
    pub auxiliary_standby_mw: f64,
    /// Thermal management, MW per MW at the bus.
    pub auxiliary_per_power: f64,
}

impl Default for Power {
    fn default() -> Self {
        Self {
            taper_charge_from_pu: 1.0,
            taper_discharge_from_pu: 0.0,
            taper_floor_pu: 0.05,
            converter: Converter::default(),
            auxiliary_standby_mw: 0.0,
            auxiliary_per_power: 0.0,
        }
    }
}

/// How a battery ages, and what happens at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Life {
    /// The cells, their temperature and when they are spent.
    pub cells: AgeingParameters,
    /// What is done then.
    pub at_end: AtEndOfLife,
    /// Price of new cells, money per MWh of `e_nom_mwh`: what wear is counted with.
    pub replacement_cost_per_mwh: f64,
}

/// What is done with spent cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtEndOfLife {
    /// New cells take their place.
    #[default]
    Replace,
    /// The battery stops.
    Retire,
    /// It goes on.
    Continue,
}

impl Battery {
    /// Its limits as the model of cells and converter sees them.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let power = self.power.unwrap_or_default();
        let converter = power.converter;
        Limits {
            p_nom_mw: self.p_nom_mw,
            e_nom_mwh: self.e_nom_mwh,
            e_min_pu: self.e_min_pu,
            e_max_pu: self.e_max_pu,
            taper_charge_from_pu: power.taper_charge_from_pu.min(self.e_max_pu),
            taper_discharge_from_pu: power.taper_discharge_from_pu.max(self.e_min_pu),
            taper_floor_pu: power.taper_floor_pu,
            efficiency_store: self.efficiency_store,
            efficiency_dispatch: self.efficiency_dispatch,
            // Thermal management grows with the power as a loss of the converter does.
            converter: Converter { linear_pu: converter.linear_pu + power.auxiliary_per_power, ..converter },
            auxiliary_standby_mw: power.auxiliary_standby_mw,
            auxiliary_per_power: power.auxiliary_per_power,
            standing_loss_per_h: self.standing_loss_per_h,
        }
    }
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

    fn ties_hours(&self) -> Option<&'static str> {
        let reason = "what it can give depends on the hours before, which a convolution of each hour by itself does not \
                      know";
        (self.p_nom_mw > 0.0 && self.e_nom_mwh > 0.0).then_some(reason)
    }

    fn spawn(&self, world: &mut World, site: &mut Site<'_>) {
        let step_h = site.model.clock.step_h;
        let detailed = self.p_nom_mw > 0.0 && self.e_nom_mwh > 0.0 && (self.power.is_some() || self.life.is_some());
        let conversion = || Box::new(Cells::new(&self.limits(), step_h)) as Box<dyn Conversion>;
        let port = Store {
            p_nom_mw: self.p_nom_mw,
            e_nom_mwh: self.e_nom_mwh,
            e_min_mwh: self.e_min_pu * self.e_nom_mwh,
            e_max_mwh: self.e_max_pu * self.e_nom_mwh,
            e_initial_mwh: self.e_initial_pu * self.e_nom_mwh,
            efficiency_store: self.efficiency_store,
            efficiency_dispatch: self.efficiency_dispatch,
            kept_per_step: kept_per_step(self.standing_loss_per_h, step_h),
            marginal_cost_per_mwh: self.marginal_cost_per_mwh,
            wear_per_mwh: Lanes::default(),
            conversion: detailed.then(conversion),
            e_mwh: Lanes::default(),
            not_full: u64::MAX,
            deliverable_mw: Lanes::default(),
            p_mw: Lanes::default(),
            discharged: Lanes::default(),
            charged: Lanes::default(),
        };
        let slot = site.slot;
        let mut entity = self.common.spawn(world, site, port);
        if let Some(life) = self.life.filter(|_| detailed) {
            entity.insert(Physics::new(Health::new(self, life, slot)));
        }
        let standby_mw = self.power.map_or(0.0, |power| power.auxiliary_standby_mw);
        if standby_mw > 0.0 {
            let tier = Tier { share_pu: 1.0, voll_per_mwh: 0.0, firm: false };
            let load = Demand::new(&Series::Constant(standby_mw), 1, &[tier]);
            self.common.spawn_part(world, site, "auxiliary", self.common.bus, load);
        }
    }
}

/// Share of the stored energy kept over a step of `step_h` hours when `loss_per_h` is lost per
/// hour: `(1 - loss)^step` (PyPSA's `standing_loss`).
#[must_use]
pub fn kept_per_step(loss_per_h: f64, step_h: f64) -> f64 {
    libm::pow(1.0 - loss_per_h, step_h)
}
