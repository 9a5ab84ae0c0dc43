//! The names of what is counted per replica, and of the metrics that follow.
//!
//! A *column* is one number per replica; a *metric* is the mean of a column, a scaled mean, or a
//! ratio of two means. Flat names: `lole_h`, `lole_h.<bus>`, `energy_mwh.<asset>`,
//! `lole_h_by_month.01`, `lole_h_by_hour.00`.

use serde::{Deserialize, Serialize};

use super::layout::Listed;
use crate::model::Model;

/// What a column counts over the horizon of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Quantity {
    /// Loss of load expectation: hours with a shortfall.
    Lole,
    /// Days with a short step.
    Lold,
    /// Loss of load frequency: events.
    Lolf,
    /// Expected unserved energy of firm load, MWh.
    Eue,
    /// Sum over events of each event's deepest shortfall, MW.
    Depths,
    /// Longest event, h.
    Longest,
    /// Deepest shortfall, MW.
    Deepest,
    /// Money for energy: marginal cost times energy, without value of lost load.
    Cost,
    /// Value of all load that was shed, money.
    LostLoadCost,
    /// Energy that loads wanted, MWh.
    Demand,
    /// Hours that would have been short without storage.
    LoleWithoutStorage,
    /// Unserved energy without storage, MWh.
    EueWithoutStorage,
    /// Energy given (generators, storage) or taken (loads), MWh.
    Energy,
    /// Must-take energy that nobody needed, MWh.
    Curtailment,
    /// Energy withdrawn by storage, MWh.
    Charge,
    /// Carbon dioxide, t.
    Emissions,
    /// Energy given although nobody could take it, MWh.
    Excess,
    /// What a load pays for what it gets, money.
    Revenue,
    /// Events of a risk.
    RiskEvents,
    /// Hours in which an event of a risk runs.
    RiskActive,
    /// What the asset's body counts, by its place among the body's figures.
    Own(u8),
    /// Price of another MWh at a bus, money per MWh times hours.
    Price,
    /// Energy carried either way, MWh.
    Carried,
    /// Lost on the way, MWh.
    LostOnTheWay,
    /// Hours at the limit, with a price for it.
    Congested,
    /// What the flow is worth more at its end than at its start, money.
    CongestionRent,
}

/// Whose column it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// The whole system.
    System,
    /// One bus, by index.
    Bus(usize),
    /// One asset, by its place in the order of (table, name).
    Asset(usize),
    /// One process, by index.
    Process(usize),
    /// One month of the year, 0 = January.
    Month(usize),
    /// One hour of the day (UTC).
    Hour(usize),
}

/// One number per replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Column {
    /// Whose.
    pub scope: Scope,
    /// What.
    pub quantity: Quantity,
}

/// How a metric follows from the columns' means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// `factor * mean(column)`.
    Mean {
        /// Index of the column.
        column: usize,
        /// Constant factor.
        factor: f64,
    },
    /// `factor * mean(numerator) / mean(denominator)`, undefined where the denominator is 0.
    Ratio {
        /// Index of the numerator's column.
        numerator: usize,
        /// Index of the denominator's column.
        denominator: usize,
        /// Constant factor.
        factor: f64,
    },
    /// Mean of the worst 5 % of replicas of a column.
    Cvar95 {
        /// Index of the column.
        column: usize,
    },
    /// No such figure here (an asset of size 0).
    Undefined,
}

/// A named metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Flat name with its unit.
    pub name: String,
    /// Where it comes from.
    pub formula: Formula,
}

impl Quantity {
    /// The metric's name; `None` for what only feeds ratios.
    fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Lole => "lole_h",
            Self::Lold => "lold_d",
            Self::Lolf => "lolf",
            Self::Eue => "eue_mwh",
            Self::Depths | Self::Own(_) | Self::Price => return None,
            Self::Longest => "max_event_duration_h",
            Self::Deepest => "max_event_depth_mw",
            Self::Cost => "cost",
            Self::LostLoadCost => "lost_load_cost",
            Self::Demand => "load_mwh",
            Self::LoleWithoutStorage => "lole_without_storage_h",
            Self::EueWithoutStorage => "eue_without_storage_mwh",
            Self::Energy => "energy_mwh",
            Self::Curtailment => "curtailment_mwh",
            Self::Charge => "charge_mwh",
            Self::Emissions => "emissions_t",
            Self::Excess => "excess_mwh",
            Self::Revenue => "revenue",
            Self::RiskEvents => "risk_events",
            Self::RiskActive => "risk_active_h",
            Self::Carried => "carried_mwh",
            Self::LostOnTheWay => "lost_mwh",
            Self::Congested => "congested_h",
            Self::CongestionRent => "congestion_rent",
        })
    }

    /// Whether it is an unlikely event, whose absence from a sample proves little.
    #[must_use]
    pub fn is_rare(self) -> bool {
        matches!(
            self,
            Self::Lole
                | Self::Lold
                | Self::Lolf
                | Self::Eue
                | Self::Longest
                | Self::Deepest
                | Self::LostLoadCost
                | Self::LoleWithoutStorage
                | Self::EueWithoutStorage
        )
    }
}

impl Column {
    /// The column's metric name, given the model and its assets.
    pub(crate) fn name(&self, model: &Model, assets: &[Listed<'_>]) -> Option<String> {
        let base = match (self.scope, self.quantity) {
            (Scope::Asset(slot), Quantity::Own(at)) => assets[slot].figures[usize::from(at)].name,
            (_, quantity) => quantity.name()?,
        };
        Some(match self.scope {
            Scope::System => base.to_owned(),
            Scope::Bus(bus) => format!("{base}.{}", model.buses[bus]),
            Scope::Process(process) => format!("{base}.{}", model.processes[process].name),
            Scope::Asset(slot) => format!("{base}.{}", assets[slot].name),
            Scope::Month(month) => format!("{base}_by_month.{:02}", month + 1),
            Scope::Hour(hour) => format!("{base}_by_hour.{hour:02}"),
        })
    }
}
