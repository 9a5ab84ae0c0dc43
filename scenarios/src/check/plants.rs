//! Solar and wind plants: a profile each.

use energyopti_engine::Series;
use energyopti_engine::assets::{solar::Solar, wind::Wind};

use super::profile::{self, Unit};
use super::{Asset, Check, Checked};

/// Reads one solar plant.
pub(super) fn solar(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Solar> {
    let (common, p_max) = (asset.common(cx), available(asset, cx));
    Ok(Solar {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        p_max_mw: p_max?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
}

/// Reads one wind plant.
pub(super) fn wind(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Wind> {
    let (common, p_max) = (asset.common(cx), available(asset, cx));
    Ok(Wind {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        p_max_mw: p_max?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
}

fn available(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Series> {
    let profile = asset.inner("profile")?;
    profile::read(&profile, &profile::Nominal::limit(asset, "p_nom_mw"), Unit::Mw, cx)
}
