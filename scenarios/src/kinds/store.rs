//! `[[store]]`: the table, and the engine's store of heat or hydrogen that it becomes.

use energyopti_engine::Carrier;
use energyopti_engine::assets::store::EnergyStore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked};
use crate::fault::Found;
use crate::schema::{OutageSpec, full};

/// A store of heat or hydrogen: a hot water tank, a hydrogen tank or cavern. Hydrogen is
/// taken as it is made, heat as there is capacity to spare; both are given where they would else be missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoreSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus, which carries heat or hydrogen; electricity is stored in a `[[battery]]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(required)]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Power limit at the bus, charging and discharging.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Energy that it holds when full; hydrogen by its lower heating value (33.33 kWh/kg).
    #[schemars(range(min = 0.0, max = 1e12))]
    pub e_nom_mwh: f64,
    /// Stored per withdrawn, above 0 and at most 1.
    #[serde(default = "full")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency_store: f64,
    /// Injected per taken out, above 0 and at most 1.
    #[serde(default = "full")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency_dispatch: f64,
    /// Share of the stored energy that is lost per hour.
    #[serde(default)]
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1))]
    pub standing_loss_per_h: f64,
    /// Share of `e_nom_mwh` stored at the start.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_initial_pu: f64,
    /// How its pumps or compressors fail and are repaired; what is stored stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for StoreSpec {}

/// Reads one store.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<EnergyStore> {
    let carriers = [Carrier::Heat, Carrier::Hydrogen];
    let common = if asset.has("bus") {
        asset.common_on(&carriers, cx)
    } else {
        let help = cx.buses.nearest("", &carriers);
        Err(cx.note(Found::new(asset.span, asset.at("bus"), "is missing").maybe_help(help)))
    };
    Ok(EnergyStore {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        e_nom_mwh: asset.number("e_nom_mwh")?,
        efficiency_store: asset.number("efficiency_store")?,
        efficiency_dispatch: asset.number("efficiency_dispatch")?,
        standing_loss_per_h: asset.number("standing_loss_per_h")?,
        e_initial_pu: asset.number("e_initial_pu")?,
    })
}
