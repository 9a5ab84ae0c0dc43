//! Profiles: known courses, one value per step.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A known course of a quantity, one value per step: from a CSV file, or written here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileSpec {
    /// CSV file with a header line, relative to this file and inside its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The column to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The columns to read, one weather year each; instead of `column`. Each replica draws one
    /// year, the same for all profiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub columns: Option<Vec<String>>,
    /// What the file's numbers are; by default MW (in `p_max_pu`: per unit).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The values in MW, instead of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(range(min = 0.0, max = 1e9)))]
    pub values_mw: Option<Vec<f64>>,
    /// The values per unit of `p_nom_mw` (of a load: `peak_mw`), instead of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(range(min = 0.0, max = 1e9)))]
    pub values_pu: Option<Vec<f64>>,
}

/// What the numbers of a profile are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// MW.
    Mw,
    /// Shares of `p_nom_mw`, of a load: of `peak_mw`.
    Pu,
}

impl ProfileSpec {
    /// Says the unit of a file's numbers where it was left out.
    pub(crate) fn spell_out(&mut self, default: Unit) {
        if self.file.is_some() {
            self.unit.get_or_insert(default);
        }
    }
}
