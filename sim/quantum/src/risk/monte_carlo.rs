//! The classical answer at the same price: independent draws from the samples.

use std::f64::consts::SQRT_2;

use energyopti_streams::StreamKey;

use super::answer::MonteCarlo;
use super::distribution::Distribution;
use crate::amplitude::Interval;
use crate::amplitude::{Control, clopper_pearson};
use crate::error::Error;

/// Draws between two looks at the cancel flag.
const PIECE: u64 = 1 << 20;

/// VaR and CVaR of `draws` draws; each interval misses with probability `miss`.
///
/// # Errors
/// [`Error::Cancelled`].
pub(super) fn monte_carlo(
    samples: &Distribution,
    alpha: f64,
    draws: u64,
    seed: u64,
    miss: f64,
    control: &Control,
) -> Result<[MonteCarlo; 2], Error> {
    let counts = draw(samples, draws, seed, control)?;
    let drawn = Distribution::new(samples.values().to_vec(), counts.iter().map(|&count| real(count)).collect());
    let var = drawn.value_at_risk(alpha);
    let excess = drawn.excess(var);
    let square = drawn.mean_of(|value| (value - var).max(0.0) * (value - var).max(0.0));
    // The level's own error is of second order: the CVaR is a minimum over it.
    let error = libm::sqrt((square - excess * excess).max(0.0) / real(draws)) / (1.0 - alpha);
    let cvar = var + excess / (1.0 - alpha);
    let reach = two_sided_normal_quantile(miss) * error;
    let interval = Interval { low: cvar - reach, high: cvar + reach };
    Ok([
        MonteCarlo {
            estimate: var,
            interval: quantile_interval(samples.values(), &counts, alpha, miss),
            samples: draws,
        },
        MonteCarlo { estimate: cvar, interval, samples: draws },
    ])
}

/// How often each value is drawn; draw `d` is keyed by (seed, d).
fn draw(samples: &Distribution, draws: u64, seed: u64, control: &Control) -> Result<Vec<u64>, Error> {
    let key = StreamKey::new(seed, "quantum", "classical monte carlo", 0);
    let cumulated: Vec<u64> = cumulate(samples.weights().iter().map(|&weight| count(weight)));
    let total = u128::from(cumulated.last().copied().unwrap_or(0));
    let mut counts = vec![0; cumulated.len()];
    for at in 0..draws {
        if at % PIECE == 0 {
            control.check()?;
        }
        let word = u128::from(key.draw(0, at)[0]);
        // The high word of the product: even over the samples to total / 2^64.
        let sample = (word * total) >> 64;
        counts[cumulated.partition_point(|&below| u128::from(below) <= sample)] += 1;
    }
    Ok(counts)
}

/// All values whose level `alpha` cannot be refused: with `c` draws up to a value, its probability
/// lies in the interval of Clopper and Pearson for `c`; exact whatever the distribution.
fn quantile_interval(values: &[f64], counts: &[u64], alpha: f64, miss: f64) -> Interval {
    let cumulated = cumulate(counts.iter().copied());
    let draws = cumulated[cumulated.len() - 1];
    let last = values.len() - 1;
    let end = |reaches: &dyn Fn(Interval) -> bool| {
        values[cumulated.partition_point(|&below| !reaches(clopper_pearson(below, draws, miss))).min(last)]
    };
    Interval { low: end(&|probability| probability.high >= alpha), high: end(&|probability| probability.low >= alpha) }
}

fn cumulate(counts: impl Iterator<Item = u64>) -> Vec<u64> {
    let add = |sum: &mut u64, count| {
        *sum += count;
        Some(*sum)
    };
    counts.scan(0, add).collect()
}

/// The `z` with `P(|Z| > z) = miss` of a standard normal `Z`, by bisection.
fn two_sided_normal_quantile(miss: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return high;
        }
        if libm::erfc(middle / SQRT_2) > miss { low = middle } else { high = middle }
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of draws are far below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "weights of samples are counts")]
fn count(weight: f64) -> u64 {
    weight as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_are_those_of_the_tables() {
        for (miss, z) in [(0.05, 1.959_963_984_540_054), (0.01, 2.575_829_303_548_901), (1e-6, 4.891_638_475_699_088)] {
            assert!((two_sided_normal_quantile(miss) - z).abs() < 1e-9);
        }
    }

    #[test]
    fn intervals_hold_the_exact_values_as_often_as_they_say() {
        let losses: Vec<f64> = (0..1000).map(|at| f64::from((at - 700).max(0)).powi(2)).collect();
        let samples = Distribution::of_samples(&losses).unwrap();
        let exact = [samples.value_at_risk(0.9), samples.conditional_value_at_risk(0.9)];
        let mut held = [0; 2];
        for seed in 0..400 {
            let found = monte_carlo(&samples, 0.9, 2000, seed, 0.05, &Control::none()).unwrap();
            (0..2).for_each(|at| held[at] += u32::from(found[at].interval.contains(exact[at])));
        }
        // 3 standard errors of 0.95 over 400: 0.033.
        assert!(held.iter().all(|&held| held >= 367), "{held:?}");
    }
}
