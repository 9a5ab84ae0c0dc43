//! Spin glasses of finite size, drawn.

use std::f64::consts::TAU;

use energyopti_streams::{StreamKey, open_unit};

use crate::error::Error;
use crate::qubo::Qubo;

/// `C = (1/sqrt(n)) sum_{j<k} J_jk z_j z_k` with standard normal `J`, one draw per replica, as a QUBO
/// of `z = 1 - 2x`: its costs are `C` but for a constant, so `C = cost - ising().offset`.
///
/// A coupling is keyed by its pair: a spin more leaves the others' luck as it was.
///
/// # Errors
/// [`Error::Qubo`] for no spins or more than a QUBO has variables.
pub fn instance(spins: usize, key: StreamKey, replica: u64) -> Result<Qubo, Error> {
    // More than a QUBO can have are refused by it; nothing of that size is drawn.
    let spins = spins.min(crate::qubo::MOST_VARIABLES + 1);
    let mut matrix = vec![vec![0.0; spins]; spins];
    #[expect(clippy::cast_precision_loss, reason = "a number of spins")]
    let unit = 1.0 / libm::sqrt(spins as f64);
    for (high, pairs_before) in (0..spins).map(|high| (high, high * high.saturating_sub(1) / 2)) {
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

/// A standard normal draw: Box and Muller's cosine half.
fn normal([radius, turn]: [u64; 2]) -> f64 {
    libm::sqrt(-2.0 * libm::log(open_unit(radius))) * libm::cos(TAU * open_unit(turn))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "spin glass";

    #[test]
    fn fields_cancel_and_couplings_have_variance_one_over_n() {
        let key = StreamKey::new(7, KEY, "couplings", 0);
        let (spins, replicas) = (8, 500);
        let mut squares = 0.0;
        for replica in 0..replicas {
            let ising = instance(spins, key, replica).unwrap().ising();
            assert!(ising.fields.iter().all(|field| field.abs() < 1e-12));
            squares += ising.couplings.iter().map(|(_, _, coupling)| coupling * coupling).sum::<f64>();
        }
        // 500 times 28 couplings of variance 1/8; the relative error of a variance is sqrt(2/14000).
        let variance = squares / f64::from(500 * 28);
        assert!((variance * 8.0 - 1.0).abs() < 3.0 * (2.0 / 14_000.0_f64).sqrt(), "{variance}");
    }

    #[test]
    fn a_spin_more_leaves_the_other_couplings() {
        let key = StreamKey::new(7, KEY, "couplings", 0);
        let (few, more) = (instance(4, key, 3).unwrap(), instance(5, key, 3).unwrap());
        assert!((few.pair(1, 3) * 2.0 - more.pair(1, 3) * 5.0_f64.sqrt()).abs() < 1e-12);
        assert!(instance(0, key, 0).is_err() && instance(100, key, 0).is_err());
    }
}
