//! What a generator's hour costs as a function of its power.

use serde::Serialize;

/// A cost curve in currency per hour over power in MW.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// Coefficients by rising power: `c[0] + c[1] p + c[2] p^2 + ...`.
    Polynomial(Vec<f64>),
    /// Points (MW, currency per hour) by rising power, joined by straight lines that go on beyond
    /// the first and last point.
    PiecewiseLinear(Vec<(f64, f64)>),
}

impl Default for Cost {
    fn default() -> Self {
        Self::Polynomial(Vec::new())
    }
}

impl Cost {
    /// Currency per hour at `p_mw`.
    #[must_use]
    pub fn at(&self, p_mw: f64) -> f64 {
        match self {
            Self::Polynomial(c) => c.iter().rev().fold(0.0, |sum, c| sum * p_mw + c),
            Self::PiecewiseLinear(points) => {
                let Some(segment) = points.windows(2).find(|w| p_mw <= w[1].0).or_else(|| points.windows(2).last())
                else {
                    return points.first().map_or(0.0, |point| point.1);
                };
                let slope = (segment[1].1 - segment[0].1) / (segment[1].0 - segment[0].0);
                segment[0].1 + slope * (p_mw - segment[0].0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polynomial_rises_by_its_coefficients() {
        // 5 + 3 * 2 + 0.5 * 4 = 13
        assert!((Cost::Polynomial(vec![5.0, 3.0, 0.5]).at(2.0) - 13.0).abs() < 1e-12);
        assert!(Cost::default().at(7.0).abs() < 1e-12);
    }

    #[test]
    fn a_piecewise_curve_goes_on_beyond_its_ends() {
        let cost = Cost::PiecewiseLinear(vec![(0.0, 0.0), (10.0, 100.0), (20.0, 300.0)]);
        // Within the first segment 10 per MW, in the second 20; beyond by the same slopes.
        assert!((cost.at(5.0) - 50.0).abs() < 1e-12);
        assert!((cost.at(15.0) - 200.0).abs() < 1e-12);
        assert!((cost.at(25.0) - 400.0).abs() < 1e-12);
        assert!((cost.at(-1.0) + 10.0).abs() < 1e-12);
    }
}
