//! The state vector: 2^n amplitudes, real and imaginary parts apart.

mod apply;
mod buffer;
mod limit;
mod sums;

use num_complex::Complex64;

use crate::error::Error;
use crate::real::Real;
use buffer::Buffer;
pub use limit::Limit;
pub use sums::ordered_sum;

/// `2^qubits` amplitudes. Index bit `q` is qubit `q`.
#[derive(Debug)]
pub struct State<R> {
    qubits: u32,
    re: Buffer<R>,
    im: Buffer<R>,
}

impl<R: Real> State<R> {
    /// All qubits 0.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where the limit does not allow the two components, before anything is
    /// allocated; [`Error::Memory`] where the system has none.
    pub fn new(qubits: u32, limit: Limit) -> Result<Self, Error> {
        limit.check(qubits, 2 * size_of::<R>() as u64, 0)?;
        let len = 1_usize << qubits;
        let mut state = Self { qubits, re: Buffer::zeros(len)?, im: Buffer::zeros(len)? };
        state.re.get_mut()[0] = R::ONE;
        Ok(state)
    }

    /// Number of qubits.
    #[must_use]
    pub fn qubits(&self) -> u32 {
        self.qubits
    }

    /// Real and imaginary parts, 2^n each.
    #[must_use]
    pub fn parts(&self) -> (&[R], &[R]) {
        (self.re.get(), self.im.get())
    }

    /// Real and imaginary parts, to be changed.
    #[must_use]
    pub fn parts_mut(&mut self) -> (&mut [R], &mut [R]) {
        (self.re.get_mut(), self.im.get_mut())
    }

    /// Puts the state into one basis state.
    pub fn set_basis(&mut self, index: usize) {
        let (re, im) = self.parts_mut();
        re.fill(R::ZERO);
        im.fill(R::ZERO);
        re[index] = R::ONE;
    }

    /// Puts the state into the even superposition of all basis states.
    pub fn set_uniform(&mut self) {
        let amplitude = R::of(libm::exp2(-0.5 * f64::from(self.qubits)));
        let (re, im) = self.parts_mut();
        re.fill(amplitude);
        im.fill(R::ZERO);
    }

    /// One amplitude.
    #[must_use]
    pub fn amplitude(&self, index: usize) -> Complex64 {
        let (re, im) = self.parts();
        Complex64::new(re[index].wide(), im[index].wide())
    }

    /// Probability of one basis state.
    #[must_use]
    pub fn probability(&self, index: usize) -> f64 {
        self.amplitude(index).norm_sqr()
    }

    /// Sum of all probabilities: 1 but for rounding.
    #[must_use]
    pub fn norm_squared(&self) -> f64 {
        let (re, im) = self.parts();
        ordered_sum(re.len(), |at| re[at].wide() * re[at].wide() + im[at].wide() * im[at].wide())
    }

    /// Mean of a diagonal observable over the state: `sum |a_x|^2 value(x)`.
    #[must_use]
    pub fn expectation_of(&self, value: impl Fn(usize) -> f64 + Sync) -> f64 {
        let (re, im) = self.parts();
        ordered_sum(re.len(), |at| (re[at].wide() * re[at].wide() + im[at].wide() * im[at].wide()) * value(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_state_is_all_zeros_and_uniform_is_even() {
        let mut state = State::<f64>::new(3, Limit::NONE).unwrap();
        assert!((state.probability(0) - 1.0).abs() < 1e-15);
        state.set_uniform();
        assert!((state.probability(5) - 0.125).abs() < 1e-15);
        assert!((state.norm_squared() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn too_many_qubits_are_refused_and_told_how_many_fit() {
        let error = State::<f64>::new(40, Limit { bytes: 1 << 20 }).unwrap_err();
        let Error::TooLarge { most_qubits, .. } = error else { panic!("{error}") };
        assert_eq!(most_qubits, 16);
        assert!(matches!(State::<f32>::new(200, Limit::NONE), Err(Error::TooLarge { .. })));
    }
}
