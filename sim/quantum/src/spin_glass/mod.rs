//! The Sherrington-Kirkpatrick spin glass of infinite size: what QAOA with given angles reaches.
//!
//! The cost is `C = (1/sqrt(n)) sum_{j<k} J_jk z_j z_k` with standard normal couplings, and a layer
//! is `exp(-i beta sum X) exp(-i gamma C)`. As `n` grows, `<C>/n` tends for almost every instance to
//! one number that depends on the angles alone (E. Farhi, J. Goldstone, S. Gutmann, L. Zhou, "The
//! QAOA and the Sherrington-Kirkpatrick model at infinite size", Quantum 6:759, 2022). No state
//! vector and no instance is needed for it: a spin sees all others only through a Gaussian field
//! whose correlations over time are its own. No classical optimum is computed here.

mod correlations;
mod drawn;
mod paths;

use crate::error::Error;
use correlations::Correlations;
pub use drawn::{Drawn, drawn, instance};

/// Most layers: the weights of the last take `2 * 4^(p-1)` complex numbers, 134 MB at 12, and as
/// much again beside them.
pub const MOST_LAYERS: usize = 12;

/// Greatest sum of `|gamma|`: beyond it the weights leave the range of a double.
/// The best angles sum to about `0.6 p`.
pub const MOST_GAMMA: f64 = 13.0;

/// The greatest energy per spin that there is, Parisi's constant: no angles reach more. M. J. Schmidt,
/// "Replica symmetry breaking at low temperatures", thesis, Wuerzburg 2008.
pub const GROUND_STATE: f64 = 0.763_166_7;

/// `lim <C>/n`, the mean of the cost per spin that QAOA reaches; it is to be maximised, and minus
/// the angles' gammas give minus it.
///
/// Formula: section 4 of J. Basso, E. Farhi, K. Marwaha, B. Villalonga, L. Zhou, "The Quantum
/// Approximate Optimization Algorithm at High Depth for `MaxCut` on Large-Girth Regular Graphs and
/// the Sherrington-Kirkpatrick Model", 2022 (arXiv:2110.14206),
/// `nu_p = (i/2) sum_j Gamma_j G_{0,j}^2` over `j = 1..p, -p..-1` with
/// `Gamma = (gamma_1, ..., gamma_p, -gamma_p, ..., -gamma_1)`. Backward and forward times being
/// conjugate, `G_{0,-j} = conj(G_{0,j})`, that is `-2 sum_j gamma_j Re(G_{0,j}) Im(G_{0,j})`. It is
/// the energy itself: at `p = 1`, `gamma sin(4 beta) exp(-2 gamma^2)`, at most `1/sqrt(4 e)`.
/// `4^p` operations.
///
/// # Errors
/// [`Error::Angles`] for another number of gammas than betas, an angle that is not finite, more
/// than [`MOST_LAYERS`] layers, or gammas that sum to more than [`MOST_GAMMA`].
pub fn energy_per_spin(gamma: &[f64], beta: &[f64]) -> Result<f64, Error> {
    check(gamma, beta)?;
    let last = Correlations::of(gamma, beta).last();
    Ok(gamma.iter().zip(&last).map(|(gamma, with_start)| -2.0 * gamma * with_start.re * with_start.im).sum())
}

fn check(gamma: &[f64], beta: &[f64]) -> Result<(), Error> {
    let wrong = |reason: String| Err(Error::Angles { reason });
    if gamma.len() != beta.len() {
        return wrong(format!("{} gammas and {} betas", gamma.len(), beta.len()));
    }
    if gamma.len() > MOST_LAYERS {
        return wrong(format!("{} layers of at most {MOST_LAYERS}", gamma.len()));
    }
    if let Some(angle) = gamma.iter().chain(beta).find(|angle| !angle.is_finite()) {
        return wrong(format!("an angle is {angle}"));
    }
    let sum: f64 = gamma.iter().map(|gamma| gamma.abs()).sum();
    if sum > MOST_GAMMA { wrong(format!("the gammas sum to {sum}, of at most {MOST_GAMMA}")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_layers_reach_nothing() {
        assert_eq!(energy_per_spin(&[], &[]), Ok(0.0));
    }

    #[test]
    fn angles_that_make_no_sense_are_refused() {
        for (gamma, beta) in [(vec![0.5], vec![]), (vec![f64::NAN], vec![0.1]), (vec![14.0], vec![0.1])] {
            assert!(matches!(energy_per_spin(&gamma, &beta), Err(Error::Angles { .. })));
        }
        assert!(energy_per_spin(&[0.1; 15], &[0.1; 15]).is_err());
    }
}
