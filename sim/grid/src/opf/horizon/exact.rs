//! From the interior point's answer over many hours to an exact one: Newton steps on the limits that
//! it shows to hold, through the same factors. The counterpart of `polish` for a chain.

use super::super::barrier::{Boxes, Iterate, Structure};

/// Newton steps over the variables that no limit holds, the others at their limits: exact balances
/// and prices where the reading of limits is right; otherwise `found` itself.
pub(super) fn tidy(boxes: &Boxes, a: &mut impl Structure, found: Iterate) -> Iterate {
    /// Regularisation of linear variables; the steps remove its effect.
    const SHIFT: f64 = 1e-4;
    let n = boxes.cost.len();
    let mut at = found.clone();
    let mut theta = vec![0.0; n];
    for j in 0..n {
        let (below, above) = (at.x[j] - boxes.lower[j], boxes.upper[j] - at.x[j]);
        if at.at_lower[j] > below {
            at.x[j] = boxes.lower[j];
        } else if at.at_upper[j] > above {
            at.x[j] = boxes.upper[j];
        } else {
            theta[j] = 1.0 / (boxes.quadratic[j] + SHIFT);
        }
    }
    if !a.factorise(&theta) {
        return found;
    }
    let (mut primal, mut dual, mut dx) = (vec![0.0; boxes.rhs.len()], vec![0.0; n], vec![0.0; n]);
    for _ in 0..4 {
        a.times(&at.x, &mut primal);
        primal.iter_mut().zip(&boxes.rhs).for_each(|(r, b)| *r = b - *r);
        dual.fill(0.0);
        a.add_transposed(&at.y, &mut dual);
        for j in 0..n {
            dual[j] -= boxes.cost[j] + boxes.quadratic[j] * at.x[j];
            dx[j] = theta[j] * dual[j];
        }
        let mut dy = vec![0.0; primal.len()];
        a.times(&dx, &mut dy);
        dy.iter_mut().zip(&primal).for_each(|(d, r)| *d = r - *d);
        a.solve(&mut dy);
        a.add_transposed(&dy, &mut dual);
        for j in 0..n {
            at.x[j] += theta[j] * dual[j];
        }
        at.y.iter_mut().zip(&dy).for_each(|(y, d)| *y += d);
    }
    if exact(boxes, a, &mut at, &theta) { at } else { found }
}

/// Whether limits and equations are kept and every price is explained, to rounding; sets the prices
/// of limits.
fn exact(boxes: &Boxes, a: &impl Structure, at: &mut Iterate, theta: &[f64]) -> bool {
    let mut left = vec![0.0; boxes.rhs.len()];
    a.times(&at.x, &mut left);
    let kept = left.iter().zip(&boxes.rhs).all(|(r, b)| (r - b).abs() < 1e-9);
    let mut z = vec![0.0; at.x.len()];
    a.add_transposed(&at.y, &mut z);
    let mut explained = true;
    for j in 0..z.len() {
        z[j] = boxes.cost[j] + boxes.quadratic[j] * at.x[j] - z[j];
        let (below, above) = (at.x[j] - boxes.lower[j], boxes.upper[j] - at.x[j]);
        let wrong = if theta[j] > 0.0 {
            z[j].abs()
        } else if below <= 0.0 {
            -z[j]
        } else {
            z[j]
        };
        explained &= below >= -1e-9 && above >= -1e-9 && wrong < 1e-9;
    }
    kept && explained
}
