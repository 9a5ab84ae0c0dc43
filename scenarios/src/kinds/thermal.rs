//! `[[thermal]]`: the table, available power and planned maintenance.

use energyopti_engine::assets::thermal::commitment::Commitment;
use energyopti_engine::assets::thermal::heat_rate::HeatRate;
use energyopti_engine::assets::thermal::{Maintenance, Operation, Start, Switching, Thermal, with_maintenance};
use energyopti_engine::{Carrier, Series};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked, calendar, profile};
use crate::fault::Found;
use crate::schema::{On, OutageSpec, ProfileSpec, Unit, one};

/// A group of equal thermal units: capacity that burns fuel when the merit order calls it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThermalSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How many equal units stand behind the name.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
    /// Nominal power of one unit.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Share of `p_nom_mw` that a unit can give when up: a number, or a profile per unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_max_pu: Option<Share>,
    /// Power that a unit can give when up, step by step; instead of `p_max_pu`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileSpec>,
    /// Cost per MWh generated, beside that of a fuel.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// Name of the fuel that it burns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<String>,
    /// How much fuel a unit burns at which power; with `fuel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat_rate: Option<HeatRateSpec>,
    /// Least power of a unit that is on, share of what it could give. This and the four keys below
    /// make the units switched on and off; without them they are as if always on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub p_min_pu: Option<f64>,
    /// A unit that was started stays on for this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub min_up_time_h: Option<f64>,
    /// A unit that was stopped stays off for this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub min_down_time_h: Option<f64>,
    /// Cost of starting one unit, fuel apart.
    #[serde(default, rename = "start_up_cost_¤", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub start_up_cost: Option<f64>,
    /// Fuel for starting one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub start_up_fuel_mwh: Option<f64>,
    /// Processes that multiply the power it could give.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub p_max_factors: Vec<String>,
    /// Processes that multiply its marginal cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost_factors: Vec<String>,
    /// How a unit fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
    /// Planned stops, known to all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub maintenance: Vec<MaintenanceSpec>,
}

/// A share of nominal power: constant, or step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Share {
    /// The same at every step, 0-1.
    Constant(#[schemars(range(min = 0.0, max = 1.0))] f64),
    /// Step by step.
    Profile(ProfileSpec),
}

/// A planned stop. It covers the steps that start within it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceSpec {
    /// When it starts, RFC 3339 in UTC; or `start_h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// When it starts, in hours from the start of the horizon; or `start`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub start_h: Option<f64>,
    /// How long it lasts.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub duration_h: f64,
    /// Share of the power that is left, 0-1.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub p_max_pu: f64,
}

/// Fuel by power of one unit, lower heating value. Either `efficiency`; or `no_load_mw`, `linear` and
/// `quadratic_per_mw`; or `p_mw`, `average_at_first` and `incremental`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeatRateSpec {
    /// The same electricity per fuel at every power, above 0 and at most 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency: Option<f64>,
    /// Fuel of a unit that runs without load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub no_load_mw: Option<f64>,
    /// MWh of fuel per MWh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e3))]
    pub linear: Option<f64>,
    /// MWh of fuel per MWh, and per MW of power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e3))]
    pub quadratic_per_mw: Option<f64>,
    /// Powers, increasing to `p_nom_mw`; the first is the minimum load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 1000), inner(range(min = 0.0, max = 1e9)))]
    pub p_mw: Option<Vec<f64>>,
    /// MWh of fuel per MWh at the first power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1.0, max = 1e3))]
    pub average_at_first: Option<f64>,
    /// MWh of fuel per further MWh, from each power to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 999), inner(range(min = 0.0, max = 1e3)))]
    pub incremental: Option<Vec<f64>>,
}

impl SpellOut for ThermalSpec {
    fn spell_out(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.spell_out(Unit::Mw);
        }
        if let Some(Share::Profile(profile)) = &mut self.p_max_pu {
            profile.spell_out(Unit::Pu);
        }
    }
}

/// Rounding allowed where hours become steps.
const ROUNDING: f64 = 1e-9;

/// Reads one group of units.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Thermal> {
    let common = asset.common_on(&[Carrier::Electricity, Carrier::Heat], cx);
    let p_max = available(asset, cx);
    let operation = operation(asset, cx);
    let windows: Checked<Vec<_>> =
        asset.parts("maintenance").map(|parts| parts.iter().map(|part| window(part, cx)).collect());
    let steps = cx.study.steps()?;
    let windows = windows?.into_iter().collect::<Checked<Vec<Maintenance>>>()?;
    Ok(Thermal {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        p_max_mw: with_maintenance(&p_max?, &windows, steps),
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
        operation: operation?,
    })
}

/// Fuel, switching and what follows processes.
fn operation(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Operation> {
    let availability = cx.factors_and_effects(asset, "p_max_factors", On::PMax);
    let cost = cx.factors_and_effects(asset, "cost_factors", On::Price);
    let burns = burns(asset, cx);
    let switching = switching(asset, cx);
    Ok(Operation { burns: burns?, switching: switching?, availability: availability?, cost: cost? })
}

fn burns(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Option<(usize, HeatRate)>> {
    let (one, other) = match (asset.has("fuel"), asset.has("heat_rate")) {
        (false, false) => return Ok(None),
        (true, true) => {
            let (fuel, rate) = (cx.fuel(asset, "fuel"), heat_rate(asset, cx));
            return Ok(Some((fuel?, rate?)));
        }
        (true, false) => ("heat_rate", "fuel"),
        (false, true) => ("fuel", "heat_rate"),
    };
    let found = Found::new(asset.key_span(other), asset.at(one), format!("is missing beside `{other}`"));
    Err(cx.note(found.help("a fuel and a heat rate go together, such as heat_rate = { efficiency = 0.55 }")))
}

fn heat_rate(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<HeatRate> {
    const FORMS: [&[&str]; 3] =
        [&["efficiency"], &["no_load_mw", "linear", "quadratic_per_mw"], &["p_mw", "average_at_first", "incremental"]];
    let part = asset.inner("heat_rate")?;
    let begun: Vec<usize> = (0..3).filter(|at| FORMS[*at].iter().any(|key| part.has(key))).collect();
    let rate = match begun.as_slice() {
        [0] => HeatRate::Quadratic { no_load_mw: 0.0, linear: 1.0 / part.number("efficiency")?, quadratic_per_mw: 0.0 },
        [1] => HeatRate::Quadratic {
            no_load_mw: part.number_or("no_load_mw", 0.0)?,
            linear: part.number_or("linear", 0.0)?,
            quadratic_per_mw: part.number_or("quadratic_per_mw", 0.0)?,
        },
        [2] if FORMS[2].iter().all(|key| part.has(key)) => HeatRate::Incremental {
            p_mw: part.numbers("p_mw")?,
            average_at_first: part.number("average_at_first")?,
            incremental: part.numbers("incremental")?,
        },
        _ => {
            let found = Found::new(part.span, part.path.clone(), "does not say one curve");
            let help = "write `efficiency`; or `no_load_mw`, `linear` and `quadratic_per_mw`; or `p_mw`, \
                        `average_at_first` and `incremental`";
            return Err(cx.note(found.help(help)));
        }
    };
    let p_nom_mw = asset.number("p_nom_mw")?;
    if p_nom_mw > 0.0 {
        part.report(&rate.faults(p_nom_mw), cx)?;
    }
    Ok(rate)
}

/// How units are switched, where any key says so.
fn switching(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Option<Switching>> {
    let keys = ["p_min_pu", "min_up_time_h", "min_down_time_h", "start_up_cost_¤", "start_up_fuel_mwh"];
    if !keys.iter().any(|key| asset.has(key)) {
        return Ok(None);
    }
    if asset.has("start_up_fuel_mwh") && !asset.has("fuel") {
        let found = Found::new(asset.key_span("start_up_fuel_mwh"), asset.at("start_up_fuel_mwh"), "needs a `fuel`");
        return Err(cx.note(found));
    }
    let commitment = Commitment {
        count: asset.count()?,
        min_up_time_h: asset.number_or("min_up_time_h", 0.0)?,
        min_down_time_h: asset.number_or("min_down_time_h", 0.0)?,
        initial_on: 0,
    };
    asset.report(&commitment.faults(cx.study.step_h()?), cx)?;
    let cost = asset.number_or("start_up_cost_¤", 0.0)?;
    let start = Start { cost, fuel_mwh: asset.number_or("start_up_fuel_mwh", 0.0)? };
    Ok(Some(Switching { p_min_pu: asset.number_or("p_min_pu", 0.0)?, commitment, start }))
}

/// Power of one unit that is up, without maintenance.
fn available(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Series> {
    let nominal = profile::Nominal::limit(asset, "p_nom_mw");
    match (asset.has("p_max_pu"), asset.has("profile")) {
        (true, true) => {
            let found =
                Found::new(asset.key_span("p_max_pu"), asset.at("p_max_pu"), "stands beside `profile`: write only one");
            Err(cx.note(found.also(asset.key_span("profile"), "the other one")))
        }
        (false, true) => profile::read(&asset.inner("profile")?, &nominal, profile::Unit::Mw, cx),
        (false, false) => asset.number("p_nom_mw").map(Series::Constant),
        (true, false) => match asset.node("p_max_pu")?.number() {
            Some(share) => Ok(Series::Constant(share * asset.number("p_nom_mw")?)),
            None => profile::read(&asset.inner("p_max_pu")?, &nominal, profile::Unit::Pu, cx),
        },
    }
}

/// A maintenance window in steps: those that start within it.
fn window(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Maintenance> {
    let begin_h = match (part.has("start"), part.has("start_h")) {
        (true, false) => instant_h(part, cx),
        (false, true) => part.number("start_h"),
        (both, _) => {
            let rule =
                if both { "has both `start` and `start_h`: write only one" } else { "does not say when it starts" };
            Err(cx
                .note(Found::new(part.span, part.path.clone(), rule).help("write start_h, or start as a time in UTC")))
        }
    };
    let (begin_h, duration_h, p_max_pu) = (begin_h?, part.number("duration_h")?, part.number("p_max_pu")?);
    let (step_h, horizon_h, steps) = (cx.study.step_h()?, cx.study.horizon_h()?, cx.study.steps()?);
    let end_h = begin_h + duration_h;
    if begin_h < -ROUNDING || end_h > horizon_h + ROUNDING {
        let key = if begin_h < 0.0 || begin_h >= horizon_h { "start" } else { "duration_h" };
        let key = if key == "start" && part.has("start_h") { "start_h" } else { key };
        let rule = format!("leaves the horizon: hours {begin_h} to {end_h} of 0 to {horizon_h}");
        return Err(cx.note(Found::new(part.span_of(key), part.path.clone(), rule)));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the horizon")]
    let step = |hours: f64| ((hours / step_h - ROUNDING).ceil().max(0.0) as usize).min(steps);
    let (first, last) = (step(begin_h), step(end_h));
    if first >= last {
        let rule = "is shorter than a step and covers the start of none";
        return Err(cx.note(Found::new(part.span_of("duration_h"), part.path.clone(), rule)));
    }
    Ok(Maintenance { first, steps: last - first, p_max_pu })
}

/// `start` in hours from the start of the horizon.
fn instant_h(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<f64> {
    let at = calendar::parse_instant(part.text("start")?)
        .map_err(|(rule, help)| cx.note(Found::new(part.span_of("start"), part.at("start"), rule).help(help)))?;
    #[expect(clippy::cast_precision_loss, reason = "seconds within the calendar are far below 2^52")]
    Ok((at.as_second() - cx.study.start()?.as_second()) as f64 / 3600.0)
}
