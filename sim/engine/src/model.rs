//! The model: everything that is the same in every future, checked and free of files.
//!
//! A `Model` is plain data. `scenarios` makes one from a file; a researcher may fill one by hand.

use crate::assets::Assets;
use crate::clock::Clock;
use crate::fuel::Fuel;
use crate::processes::Process;

/// A whole energy system and its horizon.
#[derive(Clone, Debug)]
pub struct Model {
    /// Keys every random stream.
    pub seed: u64,
    /// The horizon.
    pub clock: Clock,
    /// Names of the buses; an asset's `bus` is an index into this list.
    pub buses: Vec<String>,
    /// What each bus carries; electricity where the list ends early.
    pub carriers: Vec<Carrier>,
    /// The assets, by kind.
    pub assets: Assets,
    /// Fuels that thermal units burn.
    pub fuels: Vec<Fuel>,
    /// Stochastic processes that assets and fuels follow.
    pub processes: Vec<Process>,
    /// What lies between electric buses.
    pub network: Network,
    /// From what storage recharges.
    pub charge_from: ChargeFrom,
    /// When storage discharges.
    pub discharge_for: DischargeFor,
    /// What to keep beyond the metrics.
    pub keep: Keep,
}

/// What lies between electric buses. Buses of another carrier are one place each carrier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Nothing: all buses are one place, and lines and links are not looked at.
    #[default]
    CopperPlate,
    /// Flows on lines are free within their limits.
    Transport,
    /// Flows on lines follow angles, as in the linear (DC) power flow.
    Dc,
}

/// From what storage may recharge. Storage never charges storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChargeFrom {
    /// Available capacity above load, thermal included; the cost falls where the fuel burns.
    #[default]
    Headroom,
    /// Only must-take generation above load, which would be curtailed otherwise.
    MustTake,
}

/// When storage discharges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DischargeFor {
    /// Only where generation is short.
    #[default]
    Deficit,
    /// In place of generation that costs more than its marginal cost and wear. It then charges from
    /// must-take surplus only.
    MeritOrder,
}

/// What a bus carries. Plates are dispatched in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// Heat, as hot water or steam.
    Heat,
    /// Electricity.
    #[default]
    Electricity,
    /// Hydrogen, counted in MW of its lower heating value.
    Hydrogen,
}

/// What to keep beyond the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Mean and quantiles per step.
    pub timeline: bool,
}

impl Model {
    /// How many weather years the series tell apart (1 where none does).
    #[must_use]
    pub fn weather_years(&self) -> usize {
        self.assets.all().iter().flat_map(|(_, a)| a.series()).map(crate::Series::years).max().unwrap_or(1)
    }

    /// What a bus carries.
    #[must_use]
    pub fn carrier(&self, bus: usize) -> Carrier {
        self.carriers.get(bus).copied().unwrap_or_default()
    }
}
