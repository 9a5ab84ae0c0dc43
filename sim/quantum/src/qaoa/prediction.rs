//! What a run takes, told without allocating anything.

use super::diagonal::Diagonal;
use super::pairs;
use super::question::Mixer;
use super::sweep;

/// The width of an amplitude's components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// 32 bits.
    Single,
    /// 64 bits.
    Double,
}

/// What one evolution takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// Bytes of the state.
    pub state_bytes: u128,
    /// Bytes of the diagonal, where it is stored.
    pub diagonal_bytes: u128,
    /// Sweeps over the state, each reading and writing it once, besides writing the start.
    pub sweeps: u64,
    /// Bytes moved between state and processor.
    pub moved_bytes: u128,
    /// Floating-point operations, a fused product counted as two.
    pub operations: u128,
}

/// Operations of the phase on an amplitude: angle, sine, cosine, product.
const PHASE_OPERATIONS: u128 = 56;

/// What the layers of a mixer take for a diagonal that is there.
#[must_use]
pub fn prediction(diagonal: &Diagonal, mixer: &Mixer, layers: usize, width: Width) -> Prediction {
    let n = diagonal.qubits();
    let amplitudes = 1_u128 << n;
    let bytes_each = if width == Width::Double { 16 } else { 8 };
    let p = layers as u128;
    let pair_sweeps = |pairs: Vec<(u32, u32)>| (p * (1 + pairs.len() as u128), p * pairs.len() as u128 * 3);
    // Sweeps, and operations of the mixers per amplitude.
    let (sweeps, mixing) = match mixer {
        Mixer::X => (sweep::sweeps(n, layers) as u128, p * u128::from(n) * 4),
        Mixer::Tilted(_) => (sweep::sweeps(n, layers) as u128, p * u128::from(n) * 10),
        Mixer::XyRing => pair_sweeps(pairs::ring(n)),
        Mixer::XyComplete => pair_sweeps(pairs::complete(n)),
    };
    Prediction {
        state_bytes: amplitudes * bytes_each,
        diagonal_bytes: u128::from(diagonal.bytes()),
        sweeps: u64::try_from(sweeps).unwrap_or(u64::MAX),
        moved_bytes: amplitudes * bytes_each * (2 * sweeps + 1) + u128::from(diagonal.bytes()) * p,
        operations: amplitudes * (mixing + p * PHASE_OPERATIONS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qubo::Qubo;
    use crate::state::Limit;

    #[test]
    fn it_counts_bytes_and_sweeps_without_allocating() {
        let of = |n: usize, mixer: Mixer, width: Width| {
            let qubo = Qubo::from_matrix(&vec![vec![1.0; n]; n]).unwrap();
            prediction(&Diagonal::tiled(&qubo), &mixer, 3, width)
        };
        // 16 bytes times 2^26; three layers in four sweeps.
        let large = of(26, Mixer::X, Width::Double);
        assert_eq!((large.state_bytes, large.diagonal_bytes, large.sweeps), (1 << 30, 0, 4));
        assert_eq!(of(26, Mixer::X, Width::Single).state_bytes, 1 << 29);
        // In the cache: a sweep per layer. Pairs: 6 of 4 qubits, and the phase.
        assert_eq!(of(10, Mixer::X, Width::Double).sweeps, 3);
        assert_eq!(of(4, Mixer::XyComplete, Width::Double).sweeps, 21);
        assert_eq!(of(64, Mixer::X, Width::Double).state_bytes, 1 << 68);
    }

    #[test]
    fn a_stored_diagonal_counts() {
        let qubo = Qubo::from_matrix(&vec![vec![1.0; 5]; 5]).unwrap();
        let stored = Diagonal::from_qubo(&qubo, Limit::NONE).unwrap();
        assert_eq!(prediction(&stored, &Mixer::X, 1, Width::Double).diagonal_bytes, 8 << 5);
    }
}
