//! The scenario file as Rust types: the one source of its JSON Schema, its defaults and its
//! canonical form.
//!
//! The doc comments below are what `energyopti schema` shows. Not here: what one key demands of
//! another (`check`), and the walk that holds a file against the schema (`validate`).
//!
//! Money: a key that ends in `_¤_per_mwh` is written with the scenario's currency in place of `¤`,
//! as in `marginal_cost_eur_per_mwh`.

mod fuel;
mod grid;
pub(crate) mod money;
pub(crate) mod nearest;
mod outage;
mod process;
mod profile;
mod publish;
mod quantum;
mod run;
mod weather;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::with_kinds;

pub use crate::kinds::*;
pub use fuel::{FuelKind, FuelSpec};
pub use grid::{Grid, GridModel};
pub use outage::{DerateSpec, OutageSpec};
pub use process::{
    CorrelationSpec, DurationSpec, EffectSpec, IndexFileSpec, IndexSpec, JumpsSpec, LawSpec, On, ProcessSpec,
    RegimeSpec, RiskSpec, SeasonBy, SeasonSpec, SeveritySpec,
};
pub use profile::{ProfileSpec, Unit};
pub(crate) use publish::internal;
pub use publish::schema;
pub(crate) use quantum::permuted;
pub use quantum::{
    AllocationSpec, CandidateSpec, FeatureCircuitSpec, FeaturesSpec, MeasureSpec, MixerSpec, Quantum, ReturnsSpec,
    RiskMeasureSpec, TailRiskSpec,
};
pub use run::{
    Case, ChargeFrom, DischargeFor, Dispatch, Execution, Kept, Method, MonteCarlo, OutputFormat, Outputs, StopAt,
    Study, Sweep, SweepMode, VarianceReduction,
};
pub use weather::{
    PowerCurveSpec, ShearSpec, SkySpec, SolarColumnsSpec, SolarWeatherSpec, TemperatureModelSpec, TranspositionSpec,
    TurbiditySpec, WeatherFormatSpec, WindColumnsSpec, WindWeatherSpec,
};

/// The tables that stand once.
pub(crate) const GROUPS: [&str; 7] = ["scenario", "monte_carlo", "execution", "dispatch", "grid", "outputs", "quantum"];

/// Makes the scenario's struct and the list of its lists from the kinds of assets.
macro_rules! scenario {
    ($($(#[$about:meta])* $table:ident: $spec:ty,)*) => {
        /// The lists of named things: buses, fuels, processes, risks, and one per kind of asset.
        pub(crate) const LISTS: &[&str] = &["bus", "fuel", "process", "risk", $(stringify!($table)),*];

        /// A scenario file: one energy system, its horizon, and how to look into its futures.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(title = "EnergyOpti-Pro scenario")]
        pub struct Scenario {
            /// Version of this file format: 1.
            #[schemars(range(min = 1, max = 1))]
            pub format: u32,
            /// A scenario file that this one is laid over. Tables merge key by key, lists of named
            /// things by name; anything else is replaced.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub extends: Option<String>,
            /// What is studied.
            pub scenario: Study,
            /// How many futures, and how they are drawn.
            #[serde(default)]
            pub monte_carlo: MonteCarlo,
            /// How the run is carried out. Never changes a result.
            #[serde(default)]
            pub execution: Execution,
            /// Who decides what runs.
            #[serde(default)]
            pub dispatch: Dispatch,
            /// What lies between electric buses.
            #[serde(default, skip_serializing_if = "Grid::is_default")]
            pub grid: Grid,
            /// Places where power is balanced.
            #[schemars(length(min = 1))]
            pub bus: Vec<Bus>,
            /// Fuels that thermal units burn.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub fuel: Vec<FuelSpec>,
            /// Stochastic processes that assets and fuels follow.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub process: Vec<ProcessSpec>,
            /// Rare events with declared effects.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub risk: Vec<RiskSpec>,
            $($(#[$about])* pub $table: Vec<$spec>,)*
            /// What to keep beyond the metrics.
            #[serde(default)]
            pub outputs: Outputs,
            /// Questions to simulated quantum circuits.
            #[serde(default, skip_serializing_if = "Quantum::is_default")]
            pub quantum: Quantum,
            /// Variants: each `[[sweep]]` is a set of them, several multiply.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub sweep: Vec<Sweep>,
        }
    };
}
with_kinds!(scenario);

/// A place where power is balanced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bus {
    /// Its name.
    pub name: String,
    /// What it carries.
    #[serde(default, skip_serializing_if = "Carrier::is_electricity")]
    pub carrier: Carrier,
}

/// What a bus carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// Electricity.
    #[default]
    Electricity,
    /// Heat, as hot water or steam.
    Heat,
    /// Hydrogen, counted in MW of its lower heating value (33.33 kWh/kg).
    Hydrogen,
}

impl Carrier {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    fn is_electricity(&self) -> bool {
        *self == Self::Electricity
    }
}

pub(crate) fn one() -> u32 {
    1
}

pub(crate) fn full() -> f64 {
    1.0
}

impl Scenario {
    /// Name of the scenario.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.scenario.name
    }

    /// ISO 4217 code of its currency.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.scenario.currency
    }
}
