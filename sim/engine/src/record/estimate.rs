//! From moments to estimates: standard error and 95 % interval.

use super::result::Estimate;

/// Two-sided 95 % quantile of the normal law.
const Z95: f64 = 1.959_963_984_540_054;

/// An estimate of a quantity that cannot be negative, by the central limit theorem.
pub(crate) fn normal(value: f64, standard_error: f64, n: u64) -> Estimate {
    let reach = Z95 * standard_error;
    let low = if value >= 0.0 { (value - reach).max(0.0) } else { value - reach };
    Estimate { value: Some(value), standard_error: Some(standard_error), ci95: Some([low, value + reach]), n: Some(n) }
}

/// A difference: it may have either sign.
#[must_use]
pub fn difference(value: f64, standard_error: f64, n: u64) -> Estimate {
    let reach = Z95 * standard_error;
    Estimate {
        value: Some(value),
        standard_error: Some(standard_error),
        ci95: Some([value - reach, value + reach]),
        n: Some(n),
    }
}

/// No event was seen: the rule of three (J. A. Hanley, A. Lippman-Hand, JAMA 249, 1983). With
/// 95 % confidence at most `3 / n` of the replicas have one, each of at most `bound`.
#[expect(clippy::cast_precision_loss, reason = "replicas are far below 2^52")]
pub(crate) fn never_seen(bound: f64, n: u64) -> Estimate {
    let top = bound * (3.0 / n as f64).min(1.0);
    Estimate { value: Some(0.0), standard_error: Some(0.0), ci95: Some([0.0, top]), n: Some(n) }
}
