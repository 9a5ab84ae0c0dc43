//! The model: everything that is the same in every future, checked and free of files.
//!
//! A `Model` is plain data. `scenarios` makes one from a file; a researcher may fill one by hand.

use crate::assets::{battery::Battery, load::Load, solar::Solar, thermal::Thermal, wind::Wind};
use crate::clock::Clock;

/// A whole energy system and its horizon.
#[derive(Clone, Debug)]
pub struct Model {
    /// Keys every random stream.
    pub seed: u64,
    /// The horizon.
    pub clock: Clock,
    /// Names of the buses; an asset's `bus` is an index into this list.
    pub buses: Vec<String>,
    /// Thermal units.
    pub thermal: Vec<Thermal>,
    /// Solar plants.
    pub solar: Vec<Solar>,
    /// Wind plants.
    pub wind: Vec<Wind>,
    /// Loads.
    pub load: Vec<Load>,
    /// Batteries.
    pub battery: Vec<Battery>,
    /// From what storage recharges.
    pub charge_from: ChargeFrom,
    /// What to keep beyond the metrics.
    pub keep: Keep,
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
        let thermal = self.thermal.iter().map(|a| &a.p_max_mw);
        let solar = self.solar.iter().map(|a| &a.p_max_mw);
        let wind = self.wind.iter().map(|a| &a.p_max_mw);
        let load = self.load.iter().map(|a| &a.p_mw);
        thermal.chain(solar).chain(wind).chain(load).map(crate::Series::years).max().unwrap_or(1)
    }
}
