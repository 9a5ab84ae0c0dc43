//! What is wrong with a parameter, in words that a person can act on.
//!
//! Not here: where in a file it stands; the reader of the file adds that.

/// A rule that a parameter breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The parameter's key, with its unit.
    pub key: &'static str,
    /// The valid range in words.
    pub rule: String,
}

impl Fault {
    /// The fault of `key` unless the rule `holds`. A comparison with NaN does not hold, so NaN is
    /// always a fault.
    #[must_use]
    pub fn unless(holds: bool, key: &'static str, rule: &str) -> Option<Self> {
        (!holds).then(|| Self { key, rule: rule.to_owned() })
    }
}

/// Whether `value` is finite and at least 0.
#[must_use]
pub fn not_negative(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

/// Whether `value` is finite and above 0.
#[must_use]
pub fn positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// Whether `value` is a share, 0 to 1.
#[must_use]
pub fn share(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

/// Whether every value lies at least `gap` above the one before it.
#[must_use]
pub fn increasing(values: &[f64], gap: f64) -> bool {
    values.iter().all(|v| v.is_finite()) && values.windows(2).all(|pair| pair[1] - pair[0] >= gap * (1.0 - 1e-9))
}

/// Adds the fault of `key` unless the rule `holds`.
pub(crate) fn require(faults: &mut Vec<Fault>, holds: bool, key: &'static str, rule: &str) {
    faults.extend(Fault::unless(holds, key, rule));
}
