//! From moments to estimates: standard error and 95 % interval.

use super::result::Estimate;

/// Two-sided 95 % quantile of the normal law.
const Z95: f64 = 1.959_963_984_540_054;

/// An estimate of a quantity that cannot be negative, by the central limit theorem.
#[must_use]
pub fn normal(value: f64, standard_error: f64, n: u64) -> Estimate {
    let estimate = difference(value, standard_error, n);
    let cut = |[low, high]: [f64; 2]| [if value >= 0.0 { low.max(0.0) } else { low }, high];
    Estimate { ci95: estimate.ci95.map(cut), ..estimate }
}

/// A difference: it may have either sign. One replica has no spread to tell an error from.
#[must_use]
pub fn difference(value: f64, standard_error: f64, n: u64) -> Estimate {
    let known = (n > 1).then_some(standard_error);
    Estimate {
        value: Some(value),
        standard_error: known,
        ci95: known.map(|error| [value - Z95 * error, value + Z95 * error]),
        n: Some(n),
    }
}

/// No event was seen: the rule of three (J. A. Hanley, A. Lippman-Hand, JAMA 249, 1983). With
/// 95 % confidence at most `3 / n` of the replicas have one, each of at most `bound`.
#[must_use]
pub fn never_seen(bound: f64, n: u64) -> Estimate {
    mean_never_seen(bound, 1.0, n)
}

/// The same for the mean of the worst share `tail` of the replicas.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "replicas are far below 2^52")]
pub(crate) fn mean_never_seen(bound: f64, tail: f64, n: u64) -> Estimate {
    let top = bound * (3.0 / n as f64 / tail).min(1.0);
    Estimate { value: Some(0.0), standard_error: Some(0.0), ci95: Some([0.0, top]), n: Some(n) }
}
