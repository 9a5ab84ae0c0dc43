//! `[[thermal]]`: the table, available power and planned maintenance.

use energyopti_engine::Series;
use energyopti_engine::assets::thermal::{Maintenance, Thermal, with_maintenance};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked, calendar, profile};
use crate::fault::Found;
use crate::schema::{OutageSpec, ProfileSpec, Unit, one};

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
    /// Cost per MWh generated.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
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
    let common = asset.common(cx);
    let p_max = available(asset, cx);
    let windows: Checked<Vec<_>> =
        asset.parts("maintenance").map(|parts| parts.iter().map(|part| window(part, cx)).collect());
    let steps = cx.study.steps()?;
    let windows = windows?.into_iter().collect::<Checked<Vec<Maintenance>>>()?;
    Ok(Thermal {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        p_max_mw: with_maintenance(&p_max?, &windows, steps),
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
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
