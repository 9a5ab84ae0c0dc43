//! Curves of electrolysers and fuel cells, as both tables write them.
//!
//! Not here: what the curves are, which the engine's rooms say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Asset, Check, Checked};
use crate::fault::Found;

/// Efficiency by load, lower heating value. Either `p_pu` and `efficiency`; or `auxiliary_pu`,
/// `efficiency_at_no_load` and `efficiency_nom`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartLoadSpec {
    /// Electric power as share of `p_nom_mw`, increasing, from `p_min_pu` or below to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 1000), inner(range(min = 0.0, max = 1.0)))]
    pub p_pu: Option<Vec<f64>>,
    /// The efficiency at each of them. In between, hydrogen is linear in power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 1000), inner(range(min = 0.0, max = 1.0)))]
    pub efficiency: Option<Vec<f64>>,
    /// Power of auxiliaries while it runs, share of `p_nom_mw`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub auxiliary_pu: Option<f64>,
    /// Efficiency of the stack alone at vanishing current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency_at_no_load: Option<f64>,
    /// Efficiency of the whole at `p_nom_mw`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency_nom: Option<f64>,
}

/// A curve as it was written, with the table that its faults belong to.
pub(super) struct Written<'a> {
    pub place: Asset<'a>,
    pub curve: Curve,
}

/// One of the two forms.
pub(super) enum Curve {
    Table { p_pu: Vec<f64>, efficiency: Vec<f64> },
    Loss { auxiliary_pu: f64, efficiency_at_no_load: f64, efficiency_nom: f64 },
}

/// Reads `efficiency`, the same at every load, or `part_load`.
pub(super) fn read<'a>(asset: &Asset<'a>, cx: &mut Check<'_>) -> Checked<Written<'a>> {
    match (asset.has("efficiency"), asset.has("part_load")) {
        (true, false) => {
            let efficiency = asset.number("efficiency")?;
            let curve =
                Curve::Loss { auxiliary_pu: 0.0, efficiency_at_no_load: efficiency, efficiency_nom: efficiency };
            Ok(Written { place: asset.clone(), curve })
        }
        (false, true) => {
            let place = asset.inner("part_load")?;
            curve(&place, cx).map(|curve| Written { place, curve })
        }
        (true, true) => {
            let rule = "stands beside `efficiency`: write only one";
            let found = Found::new(asset.key_span("part_load"), asset.at("part_load"), rule);
            Err(cx.note(found.also(asset.key_span("efficiency"), "the other one")))
        }
        (false, false) => {
            let found = Found::new(asset.span, asset.path.clone(), "does not say its efficiency");
            Err(cx.note(found.help("write `efficiency` (hydrogen by its lower heating value), or `part_load`")))
        }
    }
}

fn curve(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Curve> {
    const FORMS: [&[&str]; 2] = [&["p_pu", "efficiency"], &["auxiliary_pu", "efficiency_at_no_load", "efficiency_nom"]];
    let begun = FORMS.map(|keys| keys.iter().any(|key| part.has(key)));
    let whole = FORMS.map(|keys| keys.iter().all(|key| part.has(key)));
    match (begun, whole) {
        ([true, false], [true, _]) => {
            Ok(Curve::Table { p_pu: part.numbers("p_pu")?, efficiency: part.numbers("efficiency")? })
        }
        ([false, true], [_, true]) => Ok(Curve::Loss {
            auxiliary_pu: part.number("auxiliary_pu")?,
            efficiency_at_no_load: part.number("efficiency_at_no_load")?,
            efficiency_nom: part.number("efficiency_nom")?,
        }),
        _ => {
            let found = Found::new(part.span, part.path.clone(), "does not say one curve");
            let help = "write `p_pu` and `efficiency`; or `auxiliary_pu`, `efficiency_at_no_load` and `efficiency_nom`";
            Err(cx.note(found.help(help)))
        }
    }
}
