//! The distribution of unserved energy over replicas, for the mean of its worst part.
//!
//! A histogram with fixed edges: 128 bins per factor of two, so a value is known to 0.8 %, and
//! each bin keeps its exact count and sums. Only the one bin that the quantile cuts through is
//! shared in proportion; memory does not grow with replicas.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::moments::{Moments, Scale};
use super::result::Estimate;

/// Bits of the mantissa that name a bin: 7, so 128 bins per factor of two.
const MANTISSA_BITS: u32 = 7;

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Bin {
    count: u64,
    moments: Moments,
}

/// Counts and sums by size. Zero has a bin of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tail {
    bins: BTreeMap<u64, Bin>,
}

impl Tail {
    /// `value` must not be negative.
    pub fn add(&mut self, value: f64, scale: Scale) {
        let bin = self.bins.entry(value.max(0.0).to_bits() >> (52 - MANTISSA_BITS)).or_default();
        bin.count += 1;
        bin.moments.add(scale.fix(value));
    }

    pub fn merge(&mut self, other: &Self) {
        for (index, bin) in &other.bins {
            let mine = self.bins.entry(*index).or_default();
            mine.count += bin.count;
            mine.moments.merge(&bin.moments);
        }
    }

    /// Mean of the worst share `tail` of all replicas, zeros included, the bin at the quantile
    /// shared in proportion (R. T. Rockafellar, S. Uryasev, "Conditional value-at-risk for general
    /// loss distributions", 2002). Standard error: that of the mean of
    /// `VaR + (x - VaR)+ / tail`, with VaR taken as known.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn cvar(&self, tail: f64, scale: Scale, n: u64) -> Estimate {
        let wanted = tail * n as f64;
        let (mut taken, mut sum, mut var) = (0.0, 0.0, 0.0);
        for bin in self.bins.values().rev() {
            let count = bin.count as f64;
            var = bin.moments.mean(scale, bin.count);
            let share = ((wanted - taken) / count).min(1.0);
            sum += share * var * count;
            taken += share * count;
            if taken >= wanted {
                break;
            }
        }
        let (mut excess, mut squares) = (0.0, 0.0);
        for bin in self.bins.values().rev() {
            let (count, mean) = (bin.count as f64, bin.moments.mean(scale, bin.count));
            if mean <= var {
                break;
            }
            excess += (mean - var) * count;
            squares += ((mean - var).powi(2) + bin.moments.variance(scale, bin.count)) * count;
        }
        let n_float = n as f64;
        let variance = (squares / n_float - (excess / n_float).powi(2)).max(0.0) / tail.powi(2);
        super::estimate::normal(sum / wanted, libm::sqrt(variance / n_float), n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail_of(values: &[f64]) -> (Tail, Scale) {
        let scale = Scale::for_bound(1e6);
        let mut tail = Tail::default();
        values.iter().for_each(|v| tail.add(*v, scale));
        (tail, scale)
    }

    /// Ten replicas, worst 25 %: 2.5 of them: 100, 60 and half of the atom 20 -> 170 / 2.5 = 68.
    #[test]
    fn the_atom_at_the_quantile_is_shared_in_proportion() {
        let (tail, scale) = tail_of(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 20.0, 20.0, 60.0, 100.0]);
        let cvar = tail.cvar(0.25, scale, 10);
        assert!((cvar.value.unwrap() - 68.0).abs() < 1e-9);
    }

    #[test]
    fn zeros_count_where_the_tail_is_wider_than_the_losses() {
        let (tail, scale) = tail_of(&[0.0, 0.0, 0.0, 40.0]);
        assert!((tail.cvar(0.5, scale, 4).value.unwrap() - 20.0).abs() < 1e-9);
    }

    #[test]
    fn merging_in_any_grouping_gives_the_same_bins() {
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i * i % 977)).collect();
        let whole = tail_of(&values).0;
        let mut parts = tail_of(&values[600..]).0;
        parts.merge(&tail_of(&values[..17]).0);
        parts.merge(&tail_of(&values[17..600]).0);
        assert_eq!(whole, parts);
    }
}
