//! `[[load]]`: the table, where its power comes from, and the order of shedding.

use energyopti_engine::assets::load::{Load, Tier};
use energyopti_engine::{Carrier, Series};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked, Reported, factors, profile};
use crate::document::{Kind, Node};
use crate::fault::Found;
use crate::schema::{On, OutageSpec, ProfileSpec, Unit, money, one};

/// A load: demand known step by step. Exactly one of `p_mw`, `profile` and `factors`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How many equal loads stand behind the name.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
    /// The same power at every step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_mw: Option<f64>,
    /// Power step by step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileSpec>,
    /// Power from tables by week, day and hour, of `peak_mw`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factors: Option<FactorSpec>,
    /// What `factors`, or a profile per unit, are shares of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub peak_mw: Option<f64>,
    /// Processes that multiply the power.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub p_factors: Vec<String>,
    /// What it pays for each MWh that it gets, counted as `revenue`: a buyer of hydrogen or heat.
    #[serde(default, rename = "offtake_price_¤_per_mwh", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub offtake_price_per_mwh: Option<f64>,
    /// Value of lost load; without `tiers`. By default 0.
    #[serde(default, rename = "voll_¤_per_mwh", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub voll_per_mwh: Option<f64>,
    /// Shares that are shed apart, the cheapest first; together 1. By default one firm tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub tiers: Option<Vec<TierSpec>>,
    /// How the load itself fails: one that is out draws nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

/// A share of a load that is shed together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierSpec {
    /// Share of the load's power.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub share_pu: f64,
    /// Value of lost load. Cheaper tiers are shed first, over all loads.
    #[serde(default, rename = "voll_¤_per_mwh")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub voll_per_mwh: f64,
    /// Whether shedding it counts as unserved energy.
    #[serde(default = "yes")]
    pub firm: bool,
}

/// Load by tables: `peak_mw` x week x day x hour, counted from step 0 = Monday of week 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorSpec {
    /// Peak of each of 52 weeks in percent of the yearly peak.
    #[schemars(length(equal = 52), inner(range(min = 0.0, max = 1000.0)))]
    pub weekly_percent: Vec<f64>,
    /// Peak of each day, Monday first, in percent of the weekly peak.
    #[schemars(length(equal = 7), inner(range(min = 0.0, max = 1000.0)))]
    pub daily_percent: Vec<f64>,
    /// Load of each hour in percent of the daily peak.
    pub hourly_percent: HourlyFactors,
    /// Season of each of 52 weeks.
    #[schemars(length(equal = 52))]
    pub seasons: Vec<Season>,
}

/// Load of each hour of a day in percent of the daily peak, by season and kind of day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HourlyFactors {
    /// Winter, Monday to Friday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub winter_weekday: Vec<f64>,
    /// Winter, Saturday and Sunday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub winter_weekend: Vec<f64>,
    /// Summer, Monday to Friday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub summer_weekday: Vec<f64>,
    /// Summer, Saturday and Sunday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub summer_weekend: Vec<f64>,
    /// Spring and fall, Monday to Friday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub spring_fall_weekday: Vec<f64>,
    /// Spring and fall, Saturday and Sunday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub spring_fall_weekend: Vec<f64>,
}

/// Season of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// Winter.
    Winter,
    /// Summer.
    Summer,
    /// Spring and fall.
    SpringFall,
}

fn yes() -> bool {
    true
}

impl SpellOut for LoadSpec {
    fn spell_out(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.spell_out(Unit::Mw);
        }
        if self.tiers.is_none() {
            self.voll_per_mwh.get_or_insert(0.0);
        }
    }
}

/// Rounding allowed in the sum of the tiers' shares.
const ROUNDING: f64 = 1e-9;
const VOLL: &str = "voll_¤_per_mwh";

/// Reads one group of loads.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Load> {
    let common = asset.common_on(&[Carrier::Electricity, Carrier::Heat, Carrier::Hydrogen], cx);
    let p_mw = power(asset, cx);
    let tiers = tiers(asset, cx);
    let factors = cx.factors_and_effects(asset, "p_factors", On::Load);
    Ok(Load {
        common: common?,
        p_mw: p_mw?,
        tiers: tiers?,
        factors: factors?,
        offtake_price_per_mwh: asset.number_or("offtake_price_¤_per_mwh", 0.0)?,
    })
}

fn power(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Series> {
    let ways = ["p_mw", "profile", "factors"];
    let chosen: Vec<&str> = ways.into_iter().filter(|key| asset.has(key)).collect();
    match chosen.as_slice() {
        ["p_mw"] => {
            no_peak(asset, "a constant `p_mw`", cx)?;
            asset.number("p_mw").map(Series::Constant)
        }
        ["profile"] => {
            let profile = asset.inner("profile")?;
            if profile::unit(&profile, profile::Unit::Mw)? == profile::Unit::Mw {
                no_peak(asset, "a profile in MW", cx)?;
                return profile::read(&profile, &profile::Nominal::none(), profile::Unit::Mw, cx);
            }
            needs_peak(asset, "a profile per unit", cx)?;
            profile::read(&profile, &profile::Nominal::scale(asset, "peak_mw"), profile::Unit::Mw, cx)
        }
        [_factors] => {
            needs_peak(asset, "`factors`", cx)?;
            factors::read(&asset.inner("factors")?, asset.number("peak_mw")?, cx)
        }
        [] => {
            let found = Found::new(asset.span, asset.path.clone(), "does not say its power");
            Err(cx.note(found.help("write one of `p_mw`, `profile` and `factors`")))
        }
        [first, second, ..] => {
            let rule = format!("stands beside `{first}`: write only one of `p_mw`, `profile` and `factors`");
            let found = Found::new(asset.key_span(second), asset.at(second), rule);
            Err(cx.note(found.also(asset.key_span(first), "the other one")))
        }
    }
}

fn no_peak(asset: &Asset<'_>, beside: &str, cx: &mut Check<'_>) -> Checked<()> {
    if !asset.has("peak_mw") {
        return Ok(());
    }
    let rule = format!("has no meaning beside {beside}");
    let found = Found::new(asset.key_span("peak_mw"), asset.at("peak_mw"), rule);
    Err(cx.note(found.help("it scales `factors`, or a profile with unit = \"pu\"")))
}

fn needs_peak(asset: &Asset<'_>, what: &str, cx: &mut Check<'_>) -> Checked<()> {
    if asset.has("peak_mw") {
        return Ok(());
    }
    Err(cx.note(Found::new(asset.span, asset.at("peak_mw"), format!("is missing: {what} needs it"))))
}

fn tiers(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Vec<Tier>> {
    if !asset.has("tiers") {
        return Ok(vec![Tier { share_pu: 1.0, voll_per_mwh: asset.number_or(VOLL, 0.0)?, firm: true }]);
    }
    if asset.has(VOLL) {
        let key = money::spell(VOLL, cx.currency);
        let found = Found::new(asset.key_span(VOLL), asset.at(&key), "stands beside `tiers`: each tier has its own");
        cx.note(found.also(asset.key_span("tiers"), "the tiers"));
    }
    let parts = asset.parts("tiers")?;
    let tiers: Vec<Checked<Tier>> = parts.iter().map(tier).collect();
    let tiers = tiers.into_iter().collect::<Checked<Vec<Tier>>>()?;
    let total: f64 = tiers.iter().map(|t| t.share_pu).sum();
    if (total - 1.0).abs() > ROUNDING {
        let rule = format!("must have shares that add up to 1, not {}", (total * 1e9).round() / 1e9);
        return Err(cx.note(Found::new(asset.span_of("tiers"), asset.at("tiers"), rule)));
    }
    Ok(tiers)
}

fn tier(part: &Asset<'_>) -> Checked<Tier> {
    let firm = match part.node("firm").map(|n: &Node| &n.kind) {
        Ok(Kind::Flag(firm)) => Ok(*firm),
        _ => Err(Reported),
    };
    Ok(Tier { share_pu: part.number("share_pu")?, voll_per_mwh: part.number(VOLL)?, firm: firm? })
}
