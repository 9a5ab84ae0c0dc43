//! `[[fuel_cell]]`: the table, and the engine's plant that it becomes.

use energyopti_engine::Carrier;
use energyopti_engine::assets::fuel_cell::FuelCell;
use energyopti_engine::assets::fuel_cell::part_load::FuelCellPartLoad;
use energyopti_engine::assets::fuel_cell::plant::FuelCellPlant;
use energyopti_engine::assets::readiness::Readiness;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use super::part_load::{self, Curve, PartLoadSpec};
use crate::check::{Asset, Check, Checked};
use crate::schema::OutageSpec;

/// A fuel cell: gives electricity in the merit order, as far as stored hydrogen lasts. It is always
/// ready.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FuelCellSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of the electric bus that it feeds; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Name of the hydrogen bus that it takes its hydrogen from. Loads of that bus come first.
    pub bus_in: String,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Greatest electric power.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub p_nom_mw: f64,
    /// Least power while it runs, share of `p_nom_mw`.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub p_min_pu: f64,
    /// Electricity per hydrogen, lower heating value, the same at every load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub efficiency: Option<f64>,
    /// Electricity per hydrogen by load; instead of `efficiency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_load: Option<PartLoadSpec>,
    /// Greatest rise of power per hour, share of `p_nom_mw`; unlimited where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub ramp_limit_up_pu_per_h: Option<f64>,
    /// Greatest fall of power per hour; it may always stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub ramp_limit_down_pu_per_h: Option<f64>,
    /// Cost per MWh generated, which ranks it in the merit order. At least the highest price of the
    /// electrolysers beside it, or they would run on it.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// How it fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for FuelCellSpec {}

/// Reads one fuel cell.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<FuelCellPlant> {
    let common = asset.common(cx);
    let bus_in = asset.bus("bus_in", &[Carrier::Hydrogen], cx);
    let written = part_load::read(asset, cx)?;
    let part_load = match written.curve {
        Curve::Table { p_pu, efficiency } => FuelCellPartLoad::Table { p_pu, efficiency },
        Curve::Loss { auxiliary_pu, efficiency_at_no_load, efficiency_nom } => {
            FuelCellPartLoad::Loss { auxiliary_pu, efficiency_at_no_load, efficiency_nom }
        }
    };
    let p_min_pu = asset.number("p_min_pu")?;
    written.place.report(&part_load.faults(p_min_pu), cx)?;
    let limit = |key| if asset.has(key) { asset.number(key).map(Some) } else { Ok(None) };
    let readiness = Readiness {
        ramp_limit_up_pu_per_h: limit("ramp_limit_up_pu_per_h")?,
        ramp_limit_down_pu_per_h: limit("ramp_limit_down_pu_per_h")?,
        ..Readiness::always(asset.number("p_nom_mw")?, p_min_pu)
    };
    asset.report(&readiness.faults(), cx)?;
    Ok(FuelCellPlant {
        common: common?,
        bus_in: bus_in?,
        fuel_cell: FuelCell { readiness, part_load },
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
        in_service: true,
    })
}
