//! The one rule that most parameters obey: a range. Not here: which range.

use crate::assets::fault::Fault;

/// Adds a fault unless `low <= value <= high`; a value that is not a number lies nowhere.
pub(super) fn between(faults: &mut Vec<Fault>, key: &'static str, value: f64, low: f64, high: f64) {
    if !(low..=high).contains(&value) {
        faults.push(Fault { key, rule: format!("must lie between {low} and {high}") });
    }
}

/// Adds a fault unless `value` is positive and finite.
pub(super) fn positive(faults: &mut Vec<Fault>, key: &'static str, value: f64) {
    if !(value > 0.0 && value.is_finite()) {
        faults.push(Fault { key, rule: "must be above 0 and finite".to_owned() });
    }
}
