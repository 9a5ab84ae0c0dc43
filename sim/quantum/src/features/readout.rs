//! Expectations of `Z` and `Z Z` from probabilities.

/// The masks of the features in order: each qubit, then each pair.
pub(super) fn masks(qubits: u32) -> impl Iterator<Item = usize> {
    let pairs = (0..qubits).flat_map(move |a| (a + 1..qubits).map(move |b| 1 << a | 1 << b));
    (0..qubits).map(|qubit| 1 << qubit).chain(pairs)
}

/// `sum over x of p(x) (-1)^(ones of x & mask)` for each mask. The Walsh-Hadamard transform gives
/// all of them in `qubits` passes, in an order that nothing changes.
pub(super) fn expectations(mut probabilities: Vec<f64>, qubits: u32) -> Vec<f64> {
    for qubit in 0..qubits {
        let half = 1 << qubit;
        for block in probabilities.chunks_exact_mut(2 * half) {
            let (zeros, ones) = block.split_at_mut(half);
            for (a, b) in zeros.iter_mut().zip(ones) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
    }
    masks(qubits).map(|mask| probabilities[mask]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basis_state_has_signs_by_its_bits() {
        // Bits of qubits 0, 1, 2 are 1, 0, 1, so Z is -1, 1, -1 and Z Z is -1, 1, -1.
        let mut probabilities = vec![0.0; 8];
        probabilities[0b101] = 1.0;
        assert_eq!(expectations(probabilities, 3), [-1.0, 1.0, -1.0, -1.0, 1.0, -1.0]);
    }
}
