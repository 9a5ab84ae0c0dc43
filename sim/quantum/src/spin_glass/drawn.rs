//! Spin glasses of finite size: drawn, and run as circuits.

use std::f64::consts::TAU;

use energyopti_streams::{StreamKey, open_unit};
use rayon::prelude::*;

use crate::error::Error;
use crate::qaoa::{Angles, Diagonal, Mixer, Start, evolve};
use crate::qubo::{MOST_VARIABLES, Qubo};
use crate::state::{Limit, State};

/// A mean over drawn instances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Mean of `<C>/n`.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// `C = (1/sqrt(n)) sum_{j<k} J_jk z_j z_k` with standard normal `J`, one draw per replica, as a QUBO
/// of `z = 1 - 2x`: its costs are `C` but for a constant, so `C = cost - ising().offset`.
///
/// A coupling is keyed by its pair: a spin more leaves the others' luck as it was.
///
/// # Errors
/// [`Error::Qubo`] for no spins or more than a QUBO has variables.
pub fn instance(spins: u32, seed: u64, replica: u64) -> Result<Qubo, Error> {
    let key = StreamKey::new(seed, "spin glass", "couplings", 0);
    // More than a QUBO can have are refused by it; nothing of that size is drawn.
    let size = (spins as usize).min(MOST_VARIABLES + 1);
    let mut matrix = vec![vec![0.0; size]; size];
    let unit = 1.0 / libm::sqrt(f64::from(spins));
    for high in 1..size {
        let pairs_before = high * (high - 1) / 2;
        for low in 0..high {
            let coupling = unit * normal(key.draw(replica, (pairs_before + low) as u64));
            // z_j z_k = 1 - 2 x_j - 2 x_k + 4 x_j x_k.
            matrix[low][high] = 4.0 * coupling;
            matrix[low][low] -= 2.0 * coupling;
            matrix[high][high] -= 2.0 * coupling;
        }
    }
    Qubo::from_matrix(&matrix)
}

/// Mean of `<C>/n` after the circuit, over `replicas` instances: what tends to
/// [`super::energy_per_spin`] as `n` grows. Replicas are spread over threads.
///
/// # Errors
/// [`Error::Angles`] for fewer than two replicas; as [`instance`] and [`evolve`]; as [`Limit::check`]
/// for states beyond `limit`, of which there is one per thread.
pub fn drawn(spins: u32, angles: &Angles, seed: u64, replicas: u64, limit: Limit) -> Result<Drawn, Error> {
    if replicas < 2 {
        return Err(Error::Angles { reason: format!("a standard error of {replicas} replicas") });
    }
    let one = |replica| -> Result<f64, Error> {
        let qubo = instance(spins, seed, replica)?;
        let offset = qubo.ising().offset;
        let diagonal = Diagonal::tiled(&qubo);
        let mut state = State::<f64>::new(spins, limit)?;
        evolve(&mut state, &diagonal, &Mixer::X, &Start::Uniform, angles)?;
        let costs = diagonal.values()?;
        Ok((state.expectation_of(|at| costs[at]) - offset) / f64::from(spins))
    };
    let energies: Result<Vec<f64>, Error> = (0..replicas).into_par_iter().map(one).collect();
    let energies = energies?;
    #[expect(clippy::cast_precision_loss, reason = "a number of replicas")]
    let count = replicas as f64;
    let mean = energies.iter().sum::<f64>() / count;
    let squares: f64 = energies.iter().map(|energy| (energy - mean) * (energy - mean)).sum();
    Ok(Drawn { mean, standard_error: libm::sqrt(squares / (count * (count - 1.0))) })
}

/// A standard normal draw: Box and Muller's cosine half.
fn normal([radius, turn]: [u64; 2]) -> f64 {
    libm::sqrt(-2.0 * libm::log(open_unit(radius))) * libm::cos(TAU * open_unit(turn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_cancel_and_couplings_have_variance_one_over_n() {
        let mut squares = 0.0;
        for replica in 0..500 {
            let ising = instance(8, 7, replica).unwrap().ising();
            assert!(ising.fields.iter().all(|field| field.abs() < 1e-12));
            squares += ising.couplings.iter().map(|(_, _, coupling)| coupling * coupling).sum::<f64>();
        }
        // 500 times 28 couplings of variance 1/8; the relative error of a variance is sqrt(2/14000).
        let variance = squares / f64::from(500 * 28);
        assert!((variance * 8.0 - 1.0).abs() < 3.0 * (2.0 / 14_000.0_f64).sqrt(), "{variance}");
    }

    #[test]
    fn a_spin_more_leaves_the_other_couplings() {
        let (few, more) = (instance(4, 7, 3).unwrap(), instance(5, 7, 3).unwrap());
        assert!((few.pair(1, 3) * 2.0 - more.pair(1, 3) * 5.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn sizes_and_counts_without_an_answer_are_refused() {
        assert!(instance(0, 7, 0).is_err() && instance(100, 7, 0).is_err());
        let angles = Angles::default();
        assert!(drawn(4, &angles, 7, 1, Limit::NONE).is_err());
        assert!(matches!(drawn(30, &angles, 7, 2, Limit { bytes: 1 << 20 }), Err(Error::TooLarge { .. })));
    }
}
