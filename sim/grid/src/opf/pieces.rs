//! A generator's cost as convex pieces, each a variable of its own: the power of a unit is the sum of
//! its pieces. Cheaper pieces fill first by themselves because marginal cost rises; a curve whose
//! marginal cost falls is refused.

use super::error::Error;
use crate::network::{Cost, Generator};

/// A boxed variable with cost `cost x + quadratic x^2 / 2`, pu and currency per hour.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    pub bus: usize,
    pub lower: f64,
    pub upper: f64,
    pub cost: f64,
    pub quadratic: f64,
}

impl Piece {
    /// Currency per hour at `x` pu.
    pub fn cost_at(&self, x: f64) -> f64 {
        (0.5 * self.quadratic * x + self.cost) * x
    }
}

/// Constant cost and pieces of a generator; power in pu of `base`.
pub(super) fn pieces_of(
    generator: &Generator,
    base: f64,
    name: impl Fn() -> String,
) -> Result<(f64, Vec<Piece>), Error> {
    let (lower, upper) = (generator.p_min_mw, generator.p_max_mw);
    if lower.is_nan() || upper.is_nan() || lower == f64::INFINITY || upper == f64::NEG_INFINITY {
        return Err(Error::BadData { asset: name(), what: "power limit" });
    }
    if lower > upper {
        return Err(Error::InvertedLimits { asset: name(), lower, upper });
    }
    match &generator.cost {
        Cost::Polynomial(c) => polynomial(c, (lower, upper), base, name),
        Cost::PiecewiseLinear(points) => piecewise(points, (lower, upper), base, name),
    }
}

fn polynomial(
    c: &[f64],
    (lower, upper): (f64, f64),
    base: f64,
    name: impl Fn() -> String,
) -> Result<(f64, Vec<Piece>), Error> {
    if c.iter().any(|x| !x.is_finite()) {
        return Err(Error::BadData { asset: name(), what: "cost coefficient" });
    }
    let degree = c.iter().rposition(|&x| x != 0.0).unwrap_or(0);
    if degree > 2 {
        return Err(Error::CostDegree { generator: name(), degree });
    }
    let at = |i: usize| c.get(i).copied().unwrap_or(0.0);
    if at(2) < 0.0 && lower < upper {
        let slope = |p: f64| at(1) + 2.0 * at(2) * p;
        return Err(Error::NonConvexCost { generator: name(), from_per_mwh: slope(lower), to_per_mwh: slope(upper) });
    }
    let piece = Piece {
        bus: 0,
        lower: lower / base,
        upper: upper / base,
        cost: at(1) * base,
        quadratic: 2.0 * at(2) * base * base,
    };
    Ok((at(0), vec![piece]))
}

/// Slopes may fall by this part of the steepest before a curve counts as not convex: tables are
/// rounded.
const ROUNDING: f64 = 1e-9;

fn piecewise(
    points: &[(f64, f64)],
    (lower, upper): (f64, f64),
    base: f64,
    name: impl Fn() -> String,
) -> Result<(f64, Vec<Piece>), Error> {
    let rising = points.windows(2).all(|w| w[0].0 < w[1].0);
    if !rising || points.iter().any(|p| !p.0.is_finite() || !p.1.is_finite()) {
        return Err(Error::BadData { asset: name(), what: "cost curve" });
    }
    if points.len() < 2 {
        return polynomial(&points.first().map_or(vec![], |p| vec![p.1]), (lower, upper), base, name);
    }
    let slopes: Vec<f64> = points.windows(2).map(|w| (w[1].1 - w[0].1) / (w[1].0 - w[0].0)).collect();
    // The segments that the limits leave: those whose end lies above `lower` and start below `upper`.
    let last = slopes.len() - 1;
    let first_used = (0..last).find(|&i| points[i + 1].0 > lower).unwrap_or(last);
    let last_used = (first_used..last).find(|&i| points[i + 1].0 >= upper).unwrap_or(last);
    let steepest = slopes.iter().fold(0.0_f64, |most, s| most.max(s.abs()));
    for i in first_used..last_used {
        if slopes[i + 1] < slopes[i] - ROUNDING * steepest {
            return Err(Error::NonConvexCost { generator: name(), from_per_mwh: slopes[i], to_per_mwh: slopes[i + 1] });
        }
    }
    // The first piece is the power itself, up to its segment's end; the others are what is added.
    let mut pieces = Vec::new();
    for i in first_used..=last_used {
        let end = if i == last_used { upper } else { points[i + 1].0 };
        let (from, to) = if i == first_used { (lower, end) } else { (0.0, end - points[i].0) };
        pieces.push(Piece { bus: 0, lower: from / base, upper: to / base, cost: slopes[i] * base, quadratic: 0.0 });
    }
    let constant = points[first_used].1 - slopes[first_used] * points[first_used].0;
    Ok((constant, pieces))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(lower: f64, upper: f64, cost: Cost) -> Generator {
        Generator { bus: 0, p_min_mw: lower, p_max_mw: upper, cost, ..Generator::default() }
    }

    fn curve() -> Cost {
        Cost::PiecewiseLinear(vec![(0.0, 10.0), (10.0, 110.0), (20.0, 310.0), (30.0, 310.0)])
    }

    #[test]
    fn pieces_cost_what_the_curve_costs() {
        // Limits 5..20 use the slopes 10 and 20; the flat third segment lies above them.
        let (constant, pieces) = pieces_of(&unit(5.0, 20.0, curve()), 100.0, String::new).unwrap();
        let boxes: Vec<_> = pieces.iter().map(|p| (p.lower * 100.0, p.upper * 100.0, p.cost / 100.0)).collect();
        assert_eq!(boxes, [(5.0, 10.0, 10.0), (0.0, 10.0, 20.0)]);
        // At 15 MW: 10 + 10 * 10 + 20 * 5 = 210.
        let total = constant + pieces[0].cost_at(0.10) + pieces[1].cost_at(0.05);
        assert!((total - 210.0).abs() < 1e-9, "{total}");
    }

    #[test]
    fn a_falling_marginal_cost_within_the_limits_is_refused() {
        let error = pieces_of(&unit(0.0, 25.0, curve()), 100.0, || "g".into()).unwrap_err();
        assert_eq!(error.to_string(), "g: marginal cost falls from 20 to 0 per MWh; cost must be convex");
    }

    #[test]
    fn a_cubic_is_refused_unless_its_coefficient_is_zero() {
        let cubic = |c| pieces_of(&unit(0.0, 1.0, Cost::Polynomial(vec![0.0, 1.0, 1.0, c])), 1.0, || "g".into());
        assert!(cubic(0.0).is_ok());
        assert!(matches!(cubic(0.1), Err(Error::CostDegree { degree: 3, .. })));
    }
}
