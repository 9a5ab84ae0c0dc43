//! The `[[fuel]]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fuel: what it costs, what it emits, how much of it there is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FuelSpec {
    /// Name, unique among all assets, fuels and processes.
    pub name: String,
    /// Price per MWh of heat (lower heating value).
    #[serde(rename = "price_¤_per_mwh")]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub price_per_mwh: f64,
    /// Carbon dioxide per MWh of heat; by default that of the fuel named by `kind`, else 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub co2_t_per_mwh: Option<f64>,
    /// A fuel of the IPCC's table, whose carbon dioxide it emits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FuelKind>,
    /// Price of a tonne of carbon dioxide.
    #[serde(default, rename = "co2_price_¤_per_t")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub co2_price_per_t: f64,
    /// The most that all units together may burn at any time, MW of heat; by default no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub supply_mw: Option<f64>,
    /// Processes that multiply the price.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price_factors: Vec<String>,
    /// Processes that multiply the supply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supply_factors: Vec<String>,
}

/// Fuels of the IPCC's table of emission factors (2006 Guidelines, volume 2, table 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FuelKind {
    /// Anthracite.
    Anthracite,
    /// Other bituminous coal: the hard coal of power stations.
    HardCoal,
    /// Sub-bituminous coal.
    SubBituminousCoal,
    /// Lignite.
    Lignite,
    /// Peat.
    Peat,
    /// Natural gas.
    NaturalGas,
    /// Liquefied petroleum gases.
    LiquefiedPetroleumGas,
    /// Crude oil.
    CrudeOil,
    /// Gas and diesel oil.
    GasOil,
    /// Residual (heavy) fuel oil.
    ResidualFuelOil,
    /// Petroleum coke.
    PetroleumCoke,
    /// Municipal waste, its fossil part.
    MunicipalWasteFossil,
    /// Wood and wood waste: biogenic, counted as 0.
    Wood,
    /// Hydrogen, uranium and all else that holds no carbon.
    CarbonFree,
}
