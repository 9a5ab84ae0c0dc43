//! An interval, and the exact one for a probability after a count.
//!
//! The quantiles are solved for here rather than taken from `statrs`, whose logarithms are the
//! platform's: their last bits differ between processors.

use serde::Serialize;

/// From `low` to `high`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether a value lies inside.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Upper end minus lower end.
    #[must_use]
    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// What both share; `None` where they share nothing.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let shared = Self { low: self.low.max(other.low), high: self.high.min(other.high) };
        (shared.low <= shared.high).then_some(shared)
    }
}

/// The interval of C. J. Clopper and E. S. Pearson (Biometrika 26, 1934, 404): all probabilities
/// under which neither `successes` or more nor `successes` or fewer, out of `trials`, is rarer than
/// `miss / 2`. It misses the true one with a probability of at most `miss`, whatever that is.
///
/// Without a trial, or with more successes than trials, it is [0, 1].
#[must_use]
pub fn clopper_pearson(successes: u64, trials: u64, miss: f64) -> Interval {
    if trials == 0 || successes > trials {
        return Interval { low: 0.0, high: 1.0 };
    }
    let tail = miss / 2.0;
    let low = lower_end(successes, trials, tail);
    Interval { low, high: 1.0 - lower_end(trials - successes, trials, tail) }
}

/// The `p` with `P(Bin(n, p) >= k) = tail`, by bisection: the left side grows with `p`, from 0 to at
/// least 1/2 at `p = k/n`, since the median of a binomial whose mean is an integer is that mean.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn lower_end(k: u64, n: u64, tail: f64) -> f64 {
    if k == 0 {
        return 0.0;
    }
    let (k, n) = (k as f64, n as f64);
    let ln_ways = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
    let (mut low, mut high) = (0.0, k / n);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return low;
        }
        if upper_tail(k, n, middle, ln_ways) < tail { low = middle } else { high = middle }
    }
}

/// `P(Bin(n, p) >= k)` for `0 < p <= k/n`: the term at `k`, times the sum of the ratios to it, which
/// fall from the first on. Nothing cancels.
fn upper_tail(k: f64, n: f64, p: f64, ln_ways: f64) -> f64 {
    let missed = if k < n { (n - k) * libm::log1p(-p) } else { 0.0 };
    let first = libm::exp(ln_ways + k * libm::log(p) + missed);
    let odds = p / (1.0 - p);
    let (mut ratio, mut sum, mut at) = (1.0, 1.0, k);
    while at < n && ratio > f64::EPSILON / 16.0 * sum {
        ratio *= (n - at) / (at + 1.0) * odds;
        sum += ratio;
        at += 1.0;
    }
    first * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.beta` 1.17: `ppf(miss/2, k, n-k+1)` and `isf(miss/2, k+1, n-k)`.
    #[test]
    fn clopper_pearson_gives_the_quantiles_of_the_beta_distribution_even_far_out() {
        for (k, n, miss, low, high) in [
            (0, 1, 0.05, 0.0, 0.975),
            (3, 10, 0.05, 0.066_739_511_177_734_47, 0.652_452_850_059_997_3),
            (0, 100, 0.05, 0.0, 0.036_216_692_645_176_41),
            (1, 100, 0.05, 0.000_253_146_032_977_420_64, 0.054_459_385_392_080_66),
            (50, 100, 0.05, 0.398_321_129_503_300_95, 0.601_678_870_496_699_1),
            (99, 100, 0.05, 0.945_540_614_607_919_4, 0.999_746_853_967_022_6),
            (100, 100, 0.05, 0.963_783_307_354_823_5, 1.0),
            (5, 100_000, 1e-6, 1.466_335_762_443_264_4e-6, 2.626_050_055_731_965e-4),
            (50_000, 100_000, 1e-6, 0.492_261_123_259_503_55, 0.507_738_876_740_496_4),
            (99_999, 100_000, 1e-6, 0.999_825_792_154_694, 0.999_999_999_995),
            (499_999, 1_000_000, 1e-4, 0.498_053_211_920_077_45, 0.501_944_788_100_779_2),
            (10, 1_000_000, 1e-12, 2.733_093_337_486_259_5e-7, 5.315_411_667_410_982e-5),
        ] {
            let found = clopper_pearson(k, n, miss);
            assert!((found.low - low).abs() <= 1e-9 * low, "{k} of {n}: low {} instead of {low}", found.low);
            assert!((found.high - high).abs() <= 1e-9 * high, "{k} of {n}: high {} instead of {high}", found.high);
        }
    }

    #[test]
    fn no_trial_says_nothing() {
        assert_eq!(clopper_pearson(0, 0, 0.05), Interval { low: 0.0, high: 1.0 });
        assert_eq!(clopper_pearson(2, 1, 0.05), Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn intervals_apart_share_nothing() {
        let [a, b] = [Interval { low: 0.0, high: 0.4 }, Interval { low: 0.3, high: 1.0 }];
        assert_eq!(a.intersection(b), Some(Interval { low: 0.3, high: 0.4 }));
        assert_eq!(a.intersection(Interval { low: 0.5, high: 0.6 }), None);
    }
}
