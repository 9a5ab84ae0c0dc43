//! `[[battery]]`: the table, and the engine's battery that it becomes.

use energyopti_engine::assets::battery::ageing::{AgeingParameters, Chemistry};
use energyopti_engine::assets::battery::converter::Converter;
use energyopti_engine::assets::battery::{AtEndOfLife, Battery, Life, Power};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked, Reported};
use crate::fault::Found;
use crate::schema::{OutageSpec, full, money};

/// Where a scenario does not say: a temperate container, and the usual end of warranty.
const TEMPERATURE_C: f64 = 25.0;
const END_OF_LIFE_PU: f64 = 0.8;

/// A battery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatterySpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Power limit at the bus, charging and discharging.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Energy inside the battery when full.
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
    /// Discharging stops at this share of `e_nom_mwh`.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_min_pu: f64,
    /// Charging stops at this share of `e_nom_mwh`.
    #[serde(default = "full")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_max_pu: f64,
    /// Share of `e_nom_mwh` stored at the start; by default `e_min_pu`, so empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_initial_pu: Option<f64>,
    /// Cost per MWh discharged.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// From this state of charge on the charging power falls in a straight line, to
    /// `taper_floor_pu` of it at `e_max_pu`; by default it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub taper_charge_from_pu: Option<f64>,
    /// From this state of charge down the discharging power falls so, at `e_min_pu`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub taper_discharge_from_pu: Option<f64>,
    /// Share of the power that is left when full or empty; by default 0.05.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub taper_floor_pu: Option<f64>,
    /// Efficiency of the converter at 10 % and at 100 % of its power, from which its part-load curve
    /// follows. The efficiencies above are then those of the cells alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(equal = 2), inner(range(min = 0.01, max = 1.0)))]
    pub converter_efficiency: Option<Vec<f64>>,
    /// Load of its controls at all times; it is shed before any other load and is not firm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub auxiliary_standby_mw: Option<f64>,
    /// Thermal management: loss per power at the bus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1))]
    pub auxiliary_per_power: Option<f64>,
    /// How its cells age; by default they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ageing: Option<AgeingSpec>,
    /// Temperature of the cells in degrees Celsius; with `ageing`. By default 25.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -40.0, max = 80.0))]
    pub temperature_c: Option<f64>,
    /// Share of the nominal capacity at which the cells are spent; with `ageing`. By default 0.8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub end_of_life_pu: Option<f64>,
    /// What is done with spent cells; with `ageing`. By default they are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_end_of_life: Option<EndOfLifeSpec>,
    /// Price of new cells per MWh of `e_nom_mwh`; with `ageing`. Wear is counted with it: the
    /// marginal wear cost ranks the battery where `dispatch.discharge_for = "merit_order"`.
    #[serde(default, rename = "replacement_cost_¤_per_mwh", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub replacement_cost_per_mwh: Option<f64>,
    /// How its converter fails and is repaired; stored energy stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

/// Cells whose ageing is known, calendar and cycle (models of NREL's BLAST-Lite).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgeingSpec {
    /// LFP-graphite, 250 Ah prismatic.
    Lfp,
    /// NMC-graphite, 75 Ah pouch.
    Nmc,
}

/// What is done with spent cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndOfLifeSpec {
    /// New cells take their place.
    Replace,
    /// The battery stops.
    Retire,
    /// It goes on.
    Continue,
}

impl SpellOut for BatterySpec {
    fn spell_out(&mut self) {
        self.e_initial_pu.get_or_insert(self.e_min_pu);
        if self.ageing.is_some() {
            self.temperature_c.get_or_insert(TEMPERATURE_C);
            self.end_of_life_pu.get_or_insert(END_OF_LIFE_PU);
            self.at_end_of_life.get_or_insert(EndOfLifeSpec::Replace);
            self.replacement_cost_per_mwh.get_or_insert(0.0);
        }
    }
}

/// Reads one battery.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Battery> {
    let common = asset.common(cx);
    let (e_min, e_max) = (asset.number("e_min_pu"), asset.number("e_max_pu"));
    let e_initial = if asset.has("e_initial_pu") { asset.number("e_initial_pu") } else { e_min };
    if let (Ok(least), Ok(most)) = (e_min, e_max) {
        if least > most {
            let rule = format!("must be at most e_max_pu = {most}");
            cx.note(Found::new(asset.span_of("e_min_pu"), asset.at("e_min_pu"), rule));
        } else if let Ok(initial) = e_initial
            && !(least..=most).contains(&initial)
        {
            let rule = format!("must lie between e_min_pu = {least} and e_max_pu = {most}");
            cx.note(Found::new(asset.span_of("e_initial_pu"), asset.at("e_initial_pu"), rule));
        }
    }
    let (power, life) = (power(asset, cx), life(asset, cx));
    let battery = Battery {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        e_nom_mwh: asset.number("e_nom_mwh")?,
        efficiency_store: asset.number("efficiency_store")?,
        efficiency_dispatch: asset.number("efficiency_dispatch")?,
        standing_loss_per_h: asset.number("standing_loss_per_h")?,
        e_min_pu: e_min?,
        e_max_pu: e_max?,
        e_initial_pu: e_initial?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
        power: power?,
        life: life?,
    };
    if battery.power.is_some() || battery.life.is_some() {
        asset.report(&battery.limits().faults(), cx)?;
    }
    Ok(battery)
}

/// Taper, converter and auxiliaries, where any key says so.
fn power(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Option<Power>> {
    let keys = [
        "taper_charge_from_pu",
        "taper_discharge_from_pu",
        "taper_floor_pu",
        "converter_efficiency",
        "auxiliary_standby_mw",
        "auxiliary_per_power",
    ];
    if !keys.iter().any(|key| asset.has(key)) {
        return Ok(None);
    }
    let default = Power::default();
    Ok(Some(Power {
        taper_charge_from_pu: asset.number_or("taper_charge_from_pu", default.taper_charge_from_pu)?,
        taper_discharge_from_pu: asset.number_or("taper_discharge_from_pu", default.taper_discharge_from_pu)?,
        taper_floor_pu: asset.number_or("taper_floor_pu", default.taper_floor_pu)?,
        converter: converter(asset, cx)?,
        auxiliary_standby_mw: asset.number_or("auxiliary_standby_mw", 0.0)?,
        auxiliary_per_power: asset.number_or("auxiliary_per_power", 0.0)?,
    }))
}

fn converter(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Converter> {
    if !asset.has("converter_efficiency") {
        return Ok(Converter::default());
    }
    let [part, full] = asset.numbers("converter_efficiency")?.try_into().map_err(|_| Reported)?;
    let converter = Converter::from_efficiencies(part, full);
    if !converter.faults().is_empty() {
        let rule = format!("makes no curve: {part} at 10 % and {full} at 100 % of the power");
        let found = Found::new(asset.span_of("converter_efficiency"), asset.at("converter_efficiency"), rule);
        return Err(cx.note(found.help("a converter is best between a tenth and its full power, such as [0.93, 0.97]")));
    }
    Ok(converter)
}

fn life(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Option<Life>> {
    if !asset.has("ageing") {
        for key in ["temperature_c", "end_of_life_pu", "at_end_of_life", "replacement_cost_¤_per_mwh"] {
            if asset.has(key) {
                let written = asset.at(&money::spell(key, cx.currency));
                cx.note(Found::new(asset.key_span(key), written, "belongs to `ageing`, which is not there"));
            }
        }
        return Ok(None);
    }
    let cells = AgeingParameters {
        chemistry: if asset.text("ageing")? == "lfp" { Chemistry::Lfp } else { Chemistry::Nmc },
        temperature_c: asset.number_or("temperature_c", TEMPERATURE_C)?,
        end_of_life_pu: asset.number_or("end_of_life_pu", END_OF_LIFE_PU)?,
    };
    asset.report(&cells.faults(), cx)?;
    let at_end = match asset.has("at_end_of_life").then(|| asset.text("at_end_of_life")).transpose()? {
        Some("retire") => AtEndOfLife::Retire,
        Some("continue") => AtEndOfLife::Continue,
        _ => AtEndOfLife::Replace,
    };
    let replacement_cost_per_mwh = asset.number_or("replacement_cost_¤_per_mwh", 0.0)?;
    Ok(Some(Life { cells, at_end, replacement_cost_per_mwh }))
}
