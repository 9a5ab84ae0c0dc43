//! Loads: where the power comes from, and the order of shedding.

use energyopti_engine::Series;
use energyopti_engine::assets::load::{Load, Tier};

use super::profile::{self, Unit};
use super::{Asset, Check, Checked, Reported, factors};
use crate::document::{Kind, Node};
use crate::fault::Found;
use crate::schema::money;

/// Rounding allowed in the sum of the tiers' shares.
const ROUNDING: f64 = 1e-9;
const VOLL: &str = "voll_¤_per_mwh";

/// Reads one group of loads.
pub(super) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Load> {
    let common = asset.common(cx);
    let p_mw = power(asset, cx);
    let tiers = tiers(asset, cx);
    Ok(Load { common: common?, p_mw: p_mw?, tiers: tiers? })
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
            if profile::unit(&profile, Unit::Mw)? == Unit::Mw {
                no_peak(asset, "a profile in MW", cx)?;
                return profile::read(&profile, &profile::Nominal::none(), Unit::Mw, cx);
            }
            needs_peak(asset, "a profile per unit", cx)?;
            profile::read(&profile, &profile::Nominal::scale(asset, "peak_mw"), Unit::Mw, cx)
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
