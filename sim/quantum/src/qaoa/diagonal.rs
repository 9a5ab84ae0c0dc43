//! The cost of every basis state: stored, or worked out block by block from a QUBO.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::error::Error;
use crate::qubo::Qubo;
use crate::state::Limit;

/// Bits of a block of costs: 8 KB, so that it stays in the first cache beside the amplitudes that it
/// turns.
pub(super) const BLOCK_BITS: usize = 10;

/// A cost function over `2^n` basis states.
///
/// [`Diagonal::from_qubo`] stores 8 bytes per state. [`Diagonal::tiled`] stores nothing and gives the
/// same bits, since sums of a [`Qubo`]'s coefficients are exact.
#[derive(Clone, Debug)]
pub struct Diagonal {
    qubits: u32,
    costs: Costs,
    magnitude: f64,
}

#[derive(Clone, Debug)]
enum Costs {
    Stored(Vec<f64>),
    Tiled(Qubo),
}

/// What is common to all blocks of costs of one shape: bit `b` of a place in the block is the qubit
/// `qubits[b]`; the other qubits are the same throughout a block.
#[derive(Debug)]
pub(super) struct Window {
    qubits: Vec<u32>,
    /// Of a QUBO, the pairs among these qubits, by place.
    pairs: Vec<f64>,
}

impl Window {
    /// Number of its qubits.
    pub fn bits(&self) -> usize {
        self.qubits.len()
    }

    /// Costs of a block.
    pub fn size(&self) -> usize {
        1 << self.bits()
    }
}

impl Diagonal {
    /// The costs of a QUBO, worked out once and stored.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before anything is allocated; [`Error::Memory`] where the system has none.
    pub fn from_qubo(qubo: &Qubo, limit: Limit) -> Result<Self, Error> {
        let tiled = Self::tiled(qubo);
        limit.check(tiled.qubits, size_of::<f64>() as u64, 0)?;
        let mut values = Vec::new();
        tiled.write(&mut values)?;
        Ok(Self { costs: Costs::Stored(values), ..tiled })
    }

    /// The costs of a QUBO, worked out wherever they are needed: no memory, and the same bits.
    #[must_use]
    pub fn tiled(qubo: &Qubo) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "at most 64 variables")]
        let qubits = qubo.variables() as u32;
        Self { qubits, costs: Costs::Tiled(qubo.clone()), magnitude: qubo.magnitude() }
    }

    /// Any cost function, by the index of the basis state.
    ///
    /// # Errors
    /// [`Error::Qaoa`] where the length is no power of two or a value is not finite.
    pub fn from_values(values: Vec<f64>) -> Result<Self, Error> {
        let wrong = |reason: String| Err(Error::Qaoa { reason });
        if !values.len().is_power_of_two() {
            return wrong(format!("a diagonal of {} values: their number is no power of two", values.len()));
        }
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return wrong(format!("value {at} of the diagonal is {}", values[at]));
        }
        let magnitude = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        Ok(Self { qubits: values.len().ilog2(), costs: Costs::Stored(values), magnitude })
    }

    /// Number of qubits.
    #[must_use]
    pub fn qubits(&self) -> u32 {
        self.qubits
    }

    /// All costs, by index: those stored, or worked out for the call.
    ///
    /// # Errors
    /// [`Error::Memory`] where they are not stored and the system has no memory for them.
    pub fn values(&self) -> Result<Cow<'_, [f64]>, Error> {
        match &self.costs {
            Costs::Stored(values) => Ok(Cow::Borrowed(values)),
            Costs::Tiled(_) => {
                let mut values = Vec::new();
                self.write(&mut values)?;
                Ok(Cow::Owned(values))
            }
        }
    }

    /// The cost of one basis state; NaN beyond those that are stored.
    #[must_use]
    pub fn value(&self, index: u64) -> f64 {
        match &self.costs {
            Costs::Stored(values) => {
                usize::try_from(index).ok().and_then(|at| values.get(at)).copied().unwrap_or(f64::NAN)
            }
            Costs::Tiled(qubo) => qubo.cost(index),
        }
    }

    /// No cost is further from zero.
    #[must_use]
    pub fn magnitude(&self) -> f64 {
        self.magnitude
    }

    /// Bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match &self.costs {
            Costs::Stored(values) => size_of_val(values.as_slice()) as u64,
            Costs::Tiled(_) => 0,
        }
    }

    /// The window of blocks of consecutive indices.
    pub(super) fn run_window(&self) -> Window {
        self.window((0..self.qubits).take(BLOCK_BITS).collect())
    }

    /// What blocks over these qubits have in common.
    pub(super) fn window(&self, qubits: Vec<u32>) -> Window {
        let pairs = match &self.costs {
            Costs::Stored(_) => Vec::new(),
            Costs::Tiled(qubo) => pairs_among(qubo, &qubits),
        };
        Window { qubits, pairs }
    }

    /// The costs of one block. In `base` the window's qubits are 0.
    #[inline(always)]
    pub(super) fn block(&self, window: &Window, base: usize, out: &mut [f64]) {
        match &self.costs {
            Costs::Stored(values) => copy_runs(values, &window.qubits, base, out),
            Costs::Tiled(qubo) => add_up(qubo, window, base as u64, out),
        }
    }

    fn write(&self, values: &mut Vec<f64>) -> Result<(), Error> {
        let bytes = 8_u128 << self.qubits;
        let memory = |reason: String| Error::Memory { bytes, reason };
        let len = 1_usize.checked_shl(self.qubits).ok_or_else(|| memory("no machine has so many".to_owned()))?;
        values.try_reserve_exact(len).map_err(|error| memory(error.to_string()))?;
        values.resize(len, 0.0);
        let window = self.run_window();
        let size = window.size();
        values.par_chunks_mut(size).enumerate().for_each(|(at, out)| self.block(&window, at * size, out));
        Ok(())
    }
}

/// By doubling: `pairs[2^b + k] = pairs[k] + sum_{j in k} pair_bj`.
fn pairs_among(qubo: &Qubo, qubits: &[u32]) -> Vec<f64> {
    let mut pairs = vec![0.0; 1 << qubits.len()];
    for (b, &i) in qubits.iter().enumerate() {
        for k in 0..1 << b {
            let added = |(_, &j): (usize, &u32)| qubo.pair(i as usize, j as usize);
            let sum: f64 = qubits.iter().enumerate().filter(|&(a, _)| k >> a & 1 == 1).map(added).sum();
            pairs[1 << b | k] = pairs[k] + sum;
        }
    }
    pairs
}

/// Runs of the leading qubits that are also the lowest, from where the others say.
#[inline(always)]
fn copy_runs(values: &[f64], qubits: &[u32], base: usize, out: &mut [f64]) {
    let low = qubits.iter().enumerate().take_while(|&(b, &qubit)| b == qubit as usize).count();
    for (run, out) in out.chunks_exact_mut(1 << low).enumerate() {
        let spread = |at: usize, (b, &qubit): (usize, &u32)| at | (run >> b & 1) << qubit;
        let first = qubits[low..].iter().enumerate().fold(base, spread);
        out.copy_from_slice(&values[first..first + (1 << low)]);
    }
}

/// Cost of `base`, plus per qubit of the window its coefficient given `base` (by doubling), plus the
/// pairs among them.
#[inline(always)]
fn add_up(qubo: &Qubo, window: &Window, base: u64, out: &mut [f64]) {
    out[0] = qubo.cost(base);
    for (b, &i) in window.qubits.iter().enumerate() {
        let field = qubo.field(i as usize, base);
        let (done, next) = out.split_at_mut(1 << b);
        for (next, done) in next.iter_mut().zip(done) {
            *next = *done + field;
        }
    }
    for (cost, pairs) in out.iter_mut().zip(&window.pairs) {
        *cost += pairs;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn qubo(n: u32) -> Qubo {
        let element = |i: u32, j: u32| libm::sin(f64::from(3 * i + 7 * j));
        Qubo::from_matrix(&(0..n).map(|i| (0..n).map(|j| element(i, j)).collect()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn stored_and_tiled_costs_are_those_of_the_qubo_to_the_bit() {
        let qubo = qubo(12);
        let stored = Diagonal::from_qubo(&qubo, Limit::NONE).unwrap();
        let tiled = Diagonal::tiled(&qubo);
        for (index, value) in stored.values().unwrap().iter().enumerate() {
            assert_eq!(value.to_bits(), qubo.cost(index as u64).to_bits());
        }
        assert_eq!(stored.values(), tiled.values());
        assert_eq!((stored.bytes(), tiled.bytes()), (8 << 12, 0));
    }

    #[test]
    fn a_block_over_any_qubits_holds_their_costs() {
        let qubo = qubo(6);
        for diagonal in [Diagonal::from_qubo(&qubo, Limit::NONE).unwrap(), Diagonal::tiled(&qubo)] {
            let window = diagonal.window(vec![0, 1, 3, 5]);
            let mut out = [0.0; 16];
            diagonal.block(&window, 0b01_0100, &mut out);
            for (k, cost) in out.into_iter().enumerate() {
                let index = 0b01_0100 | k & 3 | (k >> 2 & 1) << 3 | (k >> 3) << 5;
                assert_eq!(cost.to_bits(), qubo.cost(index as u64).to_bits(), "{k}");
            }
        }
    }

    #[test]
    fn values_that_are_no_diagonal_are_refused() {
        assert!(Diagonal::from_values(vec![0.0; 3]).is_err());
        assert!(Diagonal::from_values(Vec::new()).is_err());
        assert!(Diagonal::from_values(vec![0.0, f64::NAN]).unwrap_err().to_string().contains("value 1"));
        assert!(matches!(Diagonal::from_qubo(&qubo(20), Limit { bytes: 1 << 20 }), Err(Error::TooLarge { .. })));
    }
}
