//! `[[electrolyser]]`: the table, and the engine's plant that it becomes.

use energyopti_engine::Carrier;
use energyopti_engine::assets::electrolyser::part_load::PartLoad;
use energyopti_engine::assets::electrolyser::plant::ElectrolyserPlant;
use energyopti_engine::assets::electrolyser::{Electrolyser, HTSE_HEAT_PER_HYDROGEN};
use energyopti_engine::assets::readiness::Readiness;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use super::part_load::{self, Curve, PartLoadSpec};
use crate::check::{Asset, Check, Checked};
use crate::fault::Found;
use crate::schema::OutageSpec;

/// An electrolyser: makes hydrogen of cheap electricity, as far as somebody takes the hydrogen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ElectrolyserSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of the electric bus that feeds it; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Name of the hydrogen bus that takes what it makes.
    pub bus_out: String,
    /// Name of the heat bus that gives its steam; without it, it takes electricity alone. Heat is asked
    /// for ahead, for up to twice the power of the step before; what is not used of it is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus_heat: Option<String>,
    /// Heat per hydrogen (lower heating value), MWh per MWh; with `bus_heat`. By default 0.192, of
    /// steam electrolysis (6.4 kWh per kg).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub heat_per_hydrogen: Option<f64>,
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
    /// Hydrogen per electricity, lower heating value, the same at every load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub efficiency: Option<f64>,
    /// Hydrogen per electricity by load; instead of `efficiency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_load: Option<PartLoadSpec>,
    /// It runs on generation of a lower marginal cost that nobody else needs, curtailed sun and wind
    /// (whose cost is 0 unless written) first.
    #[serde(rename = "highest_price_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub highest_price_per_mwh: f64,
    /// Greatest rise of power per hour, share of `p_nom_mw`; unlimited where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub ramp_limit_up_pu_per_h: Option<f64>,
    /// Greatest fall of power per hour; it may always stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub ramp_limit_down_pu_per_h: Option<f64>,
    /// Power that keeps it warm while it does not run, drawn at any price as far as there is any.
    /// Without it, it cools.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub standby_mw: f64,
    /// Time from cold to ready; 0 for one that is always ready.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub cold_start_h: f64,
    /// Electric energy of a start from cold, drawn evenly over `cold_start_h`.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub cold_start_mwh: f64,
    /// Time from ready to cold when it is off.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub cool_down_h: f64,
    /// How it fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for ElectrolyserSpec {}

/// Reads one electrolyser.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<ElectrolyserPlant> {
    let common = asset.common(cx);
    let bus_out = asset.bus("bus_out", &[Carrier::Hydrogen], cx);
    let readiness = readiness(asset).and_then(|r| asset.report(&r.faults(), cx).map(|()| r));
    let written = part_load::read(asset, cx)?;
    let part_load = match written.curve {
        Curve::Table { p_pu, efficiency } => PartLoad::Table { p_pu, efficiency },
        Curve::Loss { auxiliary_pu, efficiency_at_no_load, efficiency_nom } => {
            PartLoad::Loss { auxiliary_pu, efficiency_at_no_load, efficiency_nom }
        }
    };
    let bus_heat = if asset.has("bus_heat") { asset.bus("bus_heat", &[Carrier::Heat], cx).map(Some) } else { Ok(None) };
    let heat_per_hydrogen = match (asset.has("bus_heat"), asset.has("heat_per_hydrogen")) {
        (false, true) => {
            let found =
                Found::new(asset.key_span("heat_per_hydrogen"), asset.at("heat_per_hydrogen"), "needs `bus_heat`");
            return Err(cx.note(found));
        }
        (true, _) => asset.number_or("heat_per_hydrogen", HTSE_HEAT_PER_HYDROGEN)?,
        (false, false) => 0.0,
    };
    written.place.report(&part_load.faults(asset.number("p_min_pu")?, heat_per_hydrogen), cx)?;
    Ok(ElectrolyserPlant {
        common: common?,
        bus_out: bus_out?,
        bus_heat: bus_heat?,
        electrolyser: Electrolyser { readiness: readiness?, part_load, heat_per_hydrogen },
        highest_price_per_mwh: asset.number("highest_price_¤_per_mwh")?,
        in_service: true,
    })
}

fn readiness(asset: &Asset<'_>) -> Checked<Readiness> {
    let limit = |key| if asset.has(key) { asset.number(key).map(Some) } else { Ok(None) };
    Ok(Readiness {
        p_nom_mw: asset.number("p_nom_mw")?,
        p_min_pu: asset.number("p_min_pu")?,
        ramp_limit_up_pu_per_h: limit("ramp_limit_up_pu_per_h")?,
        ramp_limit_down_pu_per_h: limit("ramp_limit_down_pu_per_h")?,
        standby_mw: asset.number("standby_mw")?,
        cold_start_h: asset.number("cold_start_h")?,
        cold_start_mwh: asset.number("cold_start_mwh")?,
        cool_down_h: asset.number("cool_down_h")?,
    })
}
