//! The kinds of assets in a scenario file: a file each, which holds the kind's table and how it
//! becomes the engine's asset.
//!
//! To add a kind: its file here with its `mod` line, and its line in [`with_kinds`], from which the
//! scenario's struct, its schema, its checks and its canonical form all follow. Not here: what the
//! numbers do, which the engine's asset rooms say.

pub(crate) mod battery;
pub(crate) mod electrolyser;
pub(crate) mod fuel_cell;
pub(crate) mod hydro;
pub(crate) mod line;
pub(crate) mod link;
pub(crate) mod load;
mod part_load;
pub(crate) mod reactor;
pub(crate) mod solar;
pub(crate) mod store;
pub(crate) mod thermal;
pub(crate) mod wind;

pub use battery::{AgeingSpec, BatterySpec, EndOfLifeSpec};
pub use electrolyser::ElectrolyserSpec;
pub use fuel_cell::FuelCellSpec;
pub use hydro::{FlowSpec, HydroSpec};
pub use line::LineSpec;
pub use link::LinkSpec;
pub use load::{FactorSpec, HourlyFactors, LoadSpec, Season, TierSpec};
pub use part_load::PartLoadSpec;
pub use reactor::{CoreSpec, HeatSpec, RampSpec, ReactorPreset, ReactorSpec, RefuellingSpec};
pub use solar::SolarSpec;
pub use store::StoreSpec;
pub use thermal::{HeatRateSpec, MaintenanceSpec, Share, ThermalSpec};
pub use wind::WindSpec;

/// Hands the list of all kinds to the macro `$then`: the table's name, which is its file's and the
/// engine's too, and what stands in it.
macro_rules! with_kinds {
    ($then:ident) => {
        $then! {
            /// Thermal units.
            #[serde(default)]
            thermal: ThermalSpec,
            /// Solar plants.
            #[serde(default)]
            solar: SolarSpec,
            /// Wind plants.
            #[serde(default)]
            wind: WindSpec,
            /// Loads.
            #[schemars(length(min = 1))]
            load: LoadSpec,
            /// Lines between electric buses.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            line: LineSpec,
            /// Links between electric buses.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            link: LinkSpec,
            /// Batteries.
            #[serde(default)]
            battery: BatterySpec,
            /// Hydro plants.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            hydro: HydroSpec,
            /// Electrolysers.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            electrolyser: ElectrolyserSpec,
            /// Fuel cells.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            fuel_cell: FuelCellSpec,
            /// Stores of heat or hydrogen.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            store: StoreSpec,
            /// Nuclear reactors.
            #[serde(default)]
            reactor: ReactorSpec,
        }
    };
}
pub(crate) use with_kinds;

/// Defaults that are a kind's own, and that follow from its other keys.
pub(crate) trait SpellOut {
    /// Makes them explicit.
    fn spell_out(&mut self) {}
}
