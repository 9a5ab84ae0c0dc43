//! `[[line]]`: the table, and the engine's line that the network's model makes of it.

use energyopti_engine::assets::line::Line;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked};
use crate::fault::Found;
use crate::schema::{OutageSpec, full};

/// A line or transformer between two electric buses. What its flow follows, `grid.model` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of the bus where a positive flow begins; a transformer's tap is at this end.
    pub bus0: String,
    /// Name of the bus where a positive flow ends.
    pub bus1: String,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Greatest flow either way, taken as active power; unlimited where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub s_nom_mva: Option<f64>,
    /// Series reactance per unit of `grid.base_mva`; a network other than `transport` needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1e3, max = 1e3))]
    pub x_pu: Option<f64>,
    /// Series resistance per unit of `grid.base_mva`; only `dcp` looks at it.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e3))]
    pub r_pu: f64,
    /// Turns ratio of a transformer; only `matpower` looks at it.
    #[serde(default = "full")]
    #[schemars(range(max = 1e3), extend("exclusiveMinimum" = 0))]
    pub tap: f64,
    /// Phase shift of a transformer; only `matpower` looks at it.
    #[serde(default)]
    #[schemars(range(min = -180.0, max = 180.0))]
    pub shift_deg: f64,
    /// How it fails and is repaired. A line that is out carries nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for LineSpec {}

/// Reads one line.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Line> {
    let common = asset.common_between(cx);
    let rate = asset.number_or("s_nom_mva", f64::INFINITY);
    let law = law(asset, cx);
    let (common, bus1) = common?;
    let (susceptance_mw_per_rad, shift_rad) = law?;
    Ok(Line { common, bus1, s_nom_mw: rate?, susceptance_mw_per_rad, shift_rad })
}

/// MW per radian, and radians.
fn law(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<(f64, f64)> {
    let grid = cx.grid.as_ref().map_err(|reported| *reported)?;
    let Some(model) = grid.branches else { return Ok((0.0, 0.0)) };
    let (base_mva, word) = (grid.base_mva, grid.word);
    if !asset.has("x_pu") {
        let rule = format!("is missing: grid.model = \"{word}\" needs it");
        let found = Found::new(asset.span, asset.at("x_pu"), rule);
        return Err(cx.note(found.help("give each line its reactance, or choose grid.model = \"transport\"")));
    }
    let x_pu = asset.number("x_pu")?;
    let (r_pu, tap, shift_deg) = (asset.number("r_pu")?, asset.number("tap")?, asset.number("shift_deg")?);
    let (susceptance, shift_rad) = model.law(r_pu, x_pu, tap, shift_deg);
    if x_pu == 0.0 || !susceptance.is_finite() {
        let found = Found::new(asset.span_of("x_pu"), asset.at("x_pu"), "must not be 0: the flow would have no law");
        return Err(cx.note(found.help("join the two buses, or give the line a small reactance")));
    }
    Ok((susceptance * base_mva, shift_rad))
}
