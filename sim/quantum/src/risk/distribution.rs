//! A distribution on finitely many values, its risk, and its discretisation.

use crate::amplitude::MOST_LOADED_QUBITS;
use crate::error::Error;

/// Greatest size of a value: squares of differences stay finite.
const GREATEST: f64 = 1e150;
/// Faulty samples that are named one by one.
const MOST_NAMED: usize = 20;
/// A cumulated probability reaches a level that it misses by this much: rounding of its sum.
const LEVEL_TOLERANCE: f64 = 1e-12;

/// Values in ascending order, each with its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    values: Vec<f64>,
    weights: Vec<f64>,
    total: f64,
}

impl Distribution {
    /// `values` ascending, as many `weights`, of which one is positive.
    pub(super) fn new(values: Vec<f64>, weights: Vec<f64>) -> Self {
        let total = weights.iter().sum();
        Self { values, weights, total }
    }

    /// Equally likely samples; equal ones become one value with their number for a weight.
    ///
    /// # Errors
    /// [`Error::Question`] without samples, or with some that are not finite or beyond 1e150 in
    /// size; it names their positions.
    pub fn of_samples(samples: &[f64]) -> Result<Self, Error> {
        Error::if_any(faults(samples))?;
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (mut values, mut weights): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        for sample in sorted {
            match (values.last(), weights.last_mut()) {
                (Some(&last), Some(weight)) if sample <= last => *weight += 1.0,
                _ => {
                    values.push(sample);
                    weights.push(1.0);
                }
            }
        }
        Ok(Self::new(values, weights))
    }

    /// The values, ascending.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Their weights: numbers of samples, or such numbers split between grid points.
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The greatest value.
    #[must_use]
    pub fn greatest(&self) -> f64 {
        self.values[self.values.len() - 1]
    }

    /// Probability of each value.
    #[must_use]
    pub fn probabilities(&self) -> Vec<f64> {
        self.weights.iter().map(|weight| weight / self.total).collect()
    }

    /// `sum p_x f(x)`.
    pub(super) fn mean_of(&self, f: impl Fn(f64) -> f64) -> f64 {
        let share = |(&value, &weight): (&f64, &f64)| f(value) * (weight / self.total);
        self.values.iter().zip(&self.weights).map(share).sum()
    }

    /// Position of the value at risk: of the smallest value with `P(X <= value) >= alpha`.
    #[must_use]
    pub fn value_at_risk_at(&self, alpha: f64) -> usize {
        let mut below = 0.0;
        let reaches = |&weight: &f64| {
            below += weight;
            below / self.total >= alpha - LEVEL_TOLERANCE
        };
        self.weights.iter().position(reaches).unwrap_or(self.weights.len() - 1)
    }

    /// The value at risk.
    #[must_use]
    pub fn value_at_risk(&self, alpha: f64) -> f64 {
        self.values[self.value_at_risk_at(alpha)]
    }

    /// `E[(X - level)+]`.
    #[must_use]
    pub fn excess(&self, level: f64) -> f64 {
        self.mean_of(|value| (value - level).max(0.0))
    }

    /// The conditional value at risk.
    #[must_use]
    pub fn conditional_value_at_risk(&self, alpha: f64) -> f64 {
        let level = self.value_at_risk(alpha);
        level + self.excess(level) / (1.0 - alpha)
    }

    /// The same on `2^qubits` points evenly from the least value to the greatest: a value between
    /// two points goes to both, in the shares that keep its mean. Values that are all the same stay
    /// on the first point.
    ///
    /// # Errors
    /// [`Error::Question`] for no qubits or more than [`MOST_LOADED_QUBITS`].
    pub fn on_grid(&self, qubits: u32) -> Result<Self, Error> {
        Error::if_any(qubit_faults(qubits))?;
        let points = even_points(self.values[0], self.greatest(), qubits);
        let (low, last) = (points[0], points.len() - 1);
        let step = (self.greatest() - low) / whole(last);
        let mut weights = vec![0.0; points.len()];
        for (&value, &weight) in self.values.iter().zip(&self.weights) {
            let place = if step > 0.0 { ((value - low) / step).clamp(0.0, whole(last)) } else { 0.0 };
            let point = floor(place).min(last - 1);
            let beyond = place - whole(point);
            weights[point] += weight * (1.0 - beyond);
            weights[point + 1] += weight * beyond;
        }
        Ok(Self::new(points, weights))
    }
}

/// `2^qubits` points evenly from `low` to `high`, both exact.
pub(super) fn even_points(low: f64, high: f64, qubits: u32) -> Vec<f64> {
    let last = (1_usize << qubits) - 1;
    let step = (high - low) / whole(last);
    (0..=last).map(|at| if at == last { high } else { low + whole(at) * step }).collect()
}

/// What is wrong with a number of qubits.
pub(super) fn qubit_faults(qubits: u32) -> Vec<String> {
    let fine = (1..=MOST_LOADED_QUBITS).contains(&qubits);
    if fine { Vec::new() } else { vec![format!("{qubits} qubits, not 1 to {MOST_LOADED_QUBITS}")] }
}

/// What is wrong with samples.
pub(super) fn faults(samples: &[f64]) -> Vec<String> {
    if samples.is_empty() {
        return vec!["no samples".to_owned()];
    }
    let wrong: Vec<_> =
        samples.iter().enumerate().filter(|(_, sample)| sample.is_nan() || sample.abs() > GREATEST).collect();
    let mut faults: Vec<_> = wrong
        .iter()
        .take(MOST_NAMED)
        .map(|(at, sample)| format!("sample {at} (from 0) is {sample}, not a number of size {GREATEST:e} at most"))
        .collect();
    if wrong.len() > MOST_NAMED {
        faults.push(format!("and {} more samples are no such numbers", wrong.len() - MOST_NAMED));
    }
    faults
}

/// A position or count as a double.
#[expect(clippy::cast_precision_loss, reason = "positions are far below 2^53")]
pub(super) fn whole(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position on the grid")]
fn floor(place: f64) -> usize {
    place as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> Distribution {
        Distribution::of_samples(values).unwrap()
    }

    /// Eight zeros, 10 and 20. At 0.85, F reaches 0.8, 0.9: VaR = 10; the worst 0.15 is 0.1 of 20
    /// and 0.05 of 10: CVaR = (2 + 0.5) / 0.15 = 50 / 3. At 0.5 the VaR is 0 and the worst half
    /// holds 30 / 10 = 3 of mean: CVaR = 6.
    #[test]
    fn an_atom_at_the_value_at_risk_is_split() {
        let losses = samples(&[0.0, 20.0, 0.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!((losses.values(), losses.weights()), (&[0.0, 10.0, 20.0][..], &[8.0, 1.0, 1.0][..]));
        assert!((losses.value_at_risk(0.85) - 10.0).abs() < 1e-15);
        assert!((losses.conditional_value_at_risk(0.85) - 50.0 / 3.0).abs() < 1e-13);
        assert!(losses.value_at_risk(0.5).abs() < 1e-15);
        assert!((losses.conditional_value_at_risk(0.5) - 6.0).abs() < 1e-14);
        assert!(losses.value_at_risk(0.8).abs() < 1e-15, "P(X <= 0) is 0.8 already");
    }

    #[test]
    fn a_level_that_a_decimal_fraction_of_the_samples_reaches_is_reached() {
        let losses = samples(&(1..=100).map(f64::from).collect::<Vec<_>>());
        for percent in 1..=99 {
            assert!((losses.value_at_risk(f64::from(percent) / 100.0) - f64::from(percent)).abs() < 1e-15);
        }
    }

    /// On 0, 10, 20, 30: 4 is 0.6 of 0 and 0.4 of 10; 25 is half of 20 and half of 30.
    #[test]
    fn a_sample_between_two_points_goes_to_both_and_keeps_its_mean() {
        let grid = samples(&[0.0, 4.0, 25.0, 30.0]).on_grid(2).unwrap();
        for (found, expected) in grid.weights().iter().zip([1.6, 0.4, 0.5, 1.5]) {
            assert!((found - expected).abs() < 1e-15);
        }
        assert!((grid.mean_of(|value| value) - 59.0 / 4.0).abs() < 1e-14);
    }

    #[test]
    fn equal_samples_stay_on_one_point() {
        let grid = samples(&[7.0; 5]).on_grid(3).unwrap();
        assert_eq!(grid.probabilities(), [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert!((grid.conditional_value_at_risk(0.9) - 7.0).abs() < 1e-15);
        assert!(samples(&[5e-324, 0.0]).on_grid(12).is_ok(), "points closer than numbers are");
    }

    #[test]
    fn faulty_samples_are_named_by_position_all_at_once() {
        let text = Distribution::of_samples(&[1.0, f64::NAN, 2.0, f64::NEG_INFINITY, 1e200]).unwrap_err().to_string();
        for part in ["sample 1 (from 0) is NaN", "sample 3 (from 0) is -inf", "sample 4"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(Distribution::of_samples(&[f64::NAN; 50]).unwrap_err().to_string().contains("and 30 more"));
        assert!(Distribution::of_samples(&[]).unwrap_err().to_string().contains("no samples"));
    }
}
