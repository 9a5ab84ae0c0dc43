//! Batteries.

use energyopti_engine::assets::battery::Battery;

use super::{Asset, Check, Checked};
use crate::fault::Found;

/// Reads one battery.
pub(super) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Battery> {
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
    Ok(Battery {
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
    })
}
