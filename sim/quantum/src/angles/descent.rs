//! A quasi-Newton descent whose every question is a batch.
//!
//! The field's libraries ask for one value at a time within a line search. Here the differences of a
//! gradient go out as one batch and the steps of a line search as another, which is what keeps all
//! threads busy; that is why the hundred lines of BFGS (J. Nocedal, S. Wright, "Numerical
//! Optimization", 2006, section 6.1) are written out. Nothing here depends on who computes a batch.

use crate::error::Error;

/// A batch of values at a batch of points.
pub type Values<'a> = &'a dyn Fn(&[Vec<f64>]) -> Result<Vec<f64>, Error>;

/// Half the distance of a central difference: near the cube root of a double's precision, where
/// truncation and rounding are of one size.
const DIFFERENCE: f64 = 1e-5;

/// Farthest that a coordinate moves by a step of factor 1; the landscape's waves are about 1 long.
const FARTHEST: f64 = 0.4;

/// Factors of a line search, asked at once; the second batch shrinks them, and the third.
const FACTORS: [f64; 6] = [4.0, 2.0, 1.0, 0.5, 0.25, 0.0625];
const SHRINKS: [f64; 3] = [1.0, 1.0 / 128.0, 1.0 / 16_384.0];

/// Whether a step was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value is lower than before.
    Down,
    /// No lower value is in reach.
    None,
}

/// A point on its way down.
#[derive(Debug)]
pub struct Descent {
    point: Vec<f64>,
    value: f64,
    slope: Vec<f64>,
    /// The inverse of the Hessian as known so far, row by row; none before the first step.
    inverse: Option<Vec<Vec<f64>>>,
}

impl Descent {
    /// At the start.
    ///
    /// # Errors
    /// [`Error::Angles`] for a value there that is not finite; what `values` returns.
    pub fn from(values: Values, point: Vec<f64>) -> Result<Self, Error> {
        let value = values(std::slice::from_ref(&point))?.first().copied().unwrap_or(f64::NAN);
        if !value.is_finite() {
            return Err(Error::Angles { reason: format!("the expectation at the start is {value}") });
        }
        let slope = slope(values, &point)?;
        Ok(Self { point, value, slope, inverse: None })
    }

    /// Where it is.
    pub fn point(&self) -> &[f64] {
        &self.point
    }

    /// The value there: the lowest so far.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// One step, unless it promises a gain below the tolerance. Where the curvature known so far
    /// leads nowhere it is forgotten and the slope itself is tried.
    ///
    /// # Errors
    /// What `values` returns.
    pub fn step(&mut self, values: Values, tolerance: f64) -> Result<Step, Error> {
        loop {
            let direction = self.direction();
            let gain = -0.5 * dot(&direction, &self.slope);
            let lower = if gain > tolerance { self.search(values, &direction)? } else { None };
            match lower {
                Some((point, value)) => {
                    self.arrive(values, point, value)?;
                    return Ok(Step::Down);
                }
                None if self.inverse.take().is_none() => return Ok(Step::None),
                None => {}
            }
        }
    }

    /// Against the slope, by the curvature known so far, not farther than the landscape is known.
    fn direction(&self) -> Vec<f64> {
        let mut direction: Vec<f64> = match &self.inverse {
            Some(inverse) => inverse.iter().map(|row| -dot(row, &self.slope)).collect(),
            None => self.slope.iter().map(|slope| -slope).collect(),
        };
        let longest = direction.iter().fold(0.0, |longest: f64, part| longest.max(part.abs()));
        if longest > FARTHEST {
            direction.iter_mut().for_each(|part| *part *= FARTHEST / longest);
        }
        direction
    }

    /// The lowest of the points along a direction, where one is lower than here.
    fn search(&self, values: Values, direction: &[f64]) -> Result<Option<(Vec<f64>, f64)>, Error> {
        for shrink in SHRINKS {
            let points = FACTORS.map(|factor| moved(&self.point, direction, factor * shrink));
            let found = values(&points)?;
            let mut lowest = None;
            for (point, value) in points.into_iter().zip(found) {
                // Written so that NaN is never taken.
                if value < lowest.as_ref().map_or(self.value, |&(_, lowest)| lowest) {
                    lowest = Some((point, value));
                }
            }
            if lowest.is_some() {
                return Ok(lowest);
            }
        }
        Ok(None)
    }

    /// Moves to a lower point and learns the curvature on the way:
    /// `H' = (1 - r s y') H (1 - r y s') + r s s'`, `r = 1 / (y's)`, with the move `s` and the change
    /// of slope `y`; before the first, `H = (y's / y'y) 1` (equations 6.17 and 6.20).
    fn arrive(&mut self, values: Values, point: Vec<f64>, value: f64) -> Result<(), Error> {
        let slope = slope(values, &point)?;
        let s: Vec<f64> = point.iter().zip(&self.point).map(|(after, before)| after - before).collect();
        let y: Vec<f64> = slope.iter().zip(&self.slope).map(|(after, before)| after - before).collect();
        (self.point, self.value, self.slope) = (point, value, slope);
        let (along, square) = (dot(&y, &s), dot(&y, &y));
        // Without convexity along the way there is nothing that a quadratic could learn.
        if along <= 1e-12 * libm::sqrt(square * dot(&s, &s)) {
            return Ok(());
        }
        let first = || (0..s.len()).map(|row| unit(s.len(), row, along / square)).collect();
        let mut inverse: Vec<Vec<f64>> = self.inverse.take().unwrap_or_else(first);
        let turned: Vec<f64> = inverse.iter().map(|row| dot(row, &y)).collect();
        let weight = (1.0 + dot(&y, &turned) / along) / along;
        for (row, line) in inverse.iter_mut().enumerate() {
            for (column, element) in line.iter_mut().enumerate() {
                *element += weight * s[row] * s[column] - (turned[row] * s[column] + s[row] * turned[column]) / along;
            }
        }
        self.inverse = Some(inverse);
        Ok(())
    }
}

/// Central differences, all in one batch.
fn slope(values: Values, point: &[f64]) -> Result<Vec<f64>, Error> {
    let beside = |at: usize| {
        let along = unit(point.len(), at, DIFFERENCE);
        [moved(point, &along, 1.0), moved(point, &along, -1.0)]
    };
    let points: Vec<Vec<f64>> = (0..point.len()).flat_map(beside).collect();
    let found = values(&points)?;
    if let Some(value) = found.iter().find(|value| !value.is_finite()) {
        return Err(Error::Angles { reason: format!("an expectation is {value}") });
    }
    Ok(found.chunks_exact(2).map(|pair| (pair[0] - pair[1]) / (2.0 * DIFFERENCE)).collect())
}

fn unit(len: usize, at: usize, length: f64) -> Vec<f64> {
    (0..len).map(|other| if other == at { length } else { 0.0 }).collect()
}

fn moved(point: &[f64], direction: &[f64], factor: f64) -> Vec<f64> {
    point.iter().zip(direction).map(|(at, part)| at + factor * part).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descend(function: impl Fn(&[f64]) -> f64, start: &[f64]) -> Descent {
        let values = |points: &[Vec<f64>]| Ok(points.iter().map(|point| function(point)).collect());
        let mut descent = Descent::from(&values, start.to_vec()).unwrap();
        for _ in 0..500 {
            if descent.step(&values, 1e-12).unwrap() == Step::None {
                return descent;
            }
        }
        panic!("no end: {descent:?}");
    }

    #[test]
    fn it_follows_a_bent_valley_to_its_end() {
        // Rosenbrock: 0 at (1, 1).
        let valley = |at: &[f64]| 100.0 * (at[1] - at[0] * at[0]).powi(2) + (1.0 - at[0]).powi(2);
        let end = descend(valley, &[-1.2, 1.0]);
        assert!((end.point()[0] - 1.0).abs() < 1e-4 && end.value() < 1e-8, "{end:?}");
    }

    #[test]
    fn a_plain_has_no_way_down() {
        assert_eq!(descend(|_| 3.0, &[0.1, 0.2]).point(), [0.1, 0.2]);
        assert!(descend(|_| 3.0, &[]).point().is_empty());
    }

    #[test]
    fn a_hole_that_is_not_a_number_is_never_entered() {
        let hole = |at: &[f64]| if at[0] < -1.0 { f64::NAN } else { at[0] * at[0] + at[0] };
        assert!((descend(hole, &[3.0]).point()[0] + 0.5).abs() < 1e-5);
    }
}
