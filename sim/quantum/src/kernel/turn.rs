//! Real rotations of a plane, with the cosine factored out.
//!
//! `[c -s; s c] = c [1 -t; t 1]` with `t = s / c`: one fused multiply-add for each of the two values,
//! where the rotation itself takes two operations for each. The factor goes to the next diagonal
//! step, which multiplies every amplitude anyway. Where `c` is small the sine is factored out instead
//! and the two values change places: `[c -s; s c] = -s Z X [1 -t; t 1]` with `t = -c / s`. A change of
//! places costs something, and a large `t` costs no digit (one rounding, relative to the result), only
//! range: so `|t|` may be [`STEEPEST`], a step grows by 8.1 per qubit at most, and even the 11 qubits
//! of a block stay far inside single precision.

use num_complex::Complex64;

/// Largest tangent.
const STEEPEST: f64 = 8.0;

/// `[1 -tangent; tangent 1]`, and an exchange of the two results where `flip` is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// At most [`STEEPEST`] in size.
    pub tangent: f64,
    /// Whether the results change places.
    pub flip: bool,
}

impl Turn {
    /// The rotation `[cosine -sine; sine cosine]` as a turn and the factors of the two values after
    /// it: `diag(f0, f1) * turn`.
    pub fn new(cosine: f64, sine: f64) -> (Self, [f64; 2]) {
        if STEEPEST * cosine.abs() >= sine.abs() {
            (Self { tangent: sine / cosine, flip: false }, [cosine, cosine])
        } else {
            (Self { tangent: -cosine / sine, flip: true }, [-sine, sine])
        }
    }

    /// Whether it leaves everything as it is.
    pub fn is_identity(self) -> bool {
        self.tangent == 0.0 && !self.flip
    }

    /// Value number `side` of a pair becomes `itself + slope * partner`, before an exchange.
    pub fn slope(self, side: usize) -> f64 {
        if side == 0 { -self.tangent } else { self.tangent }
    }
}

/// A 2 by 2 unitary as `global * diag(1, after) * [c -s; s c] * diag(1, before)`.
#[derive(Clone, Copy, Debug)]
pub struct Euler {
    /// Phase of all.
    pub global: Complex64,
    /// Phase of 1 after the rotation.
    pub after: Complex64,
    /// Cosine of the rotation, not negative.
    pub cosine: f64,
    /// Sine of the rotation, not negative.
    pub sine: f64,
    /// Phase of 1 before the rotation.
    pub before: Complex64,
}

impl Euler {
    /// The split. Phases come from the larger elements: those of a small one are noise.
    pub fn of(matrix: &[[Complex64; 2]; 2]) -> Self {
        let [[u00, u01], [u10, u11]] = *matrix;
        let (cosine, sine) = (size(u00), size(u10));
        let unit = |value: Complex64| if value == Complex64::ZERO { Complex64::ONE } else { value / size(value) };
        let global = unit(u00);
        let after = unit(u10) / global;
        let before = if cosine >= sine { unit(u11) / (global * after) } else { unit(-u01) / global };
        Self { global, after, cosine, sine, before }
    }
}

/// Absolute value.
pub fn size(value: Complex64) -> f64 {
    libm::sqrt(value.norm_sqr())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::{Angle, Gate};

    #[test]
    fn a_turn_with_its_factors_is_the_rotation() {
        for angle in [0.0_f64, 0.3, 0.8, 1.5, 2.5, -0.4, -1.2, 3.1] {
            let (c, s) = (angle.cos(), angle.sin());
            let (turn, factors) = Turn::new(c, s);
            assert!(turn.tangent.abs() <= STEEPEST);
            for (side, expected) in [[c, -s], [s, c]].into_iter().enumerate() {
                let from = side ^ usize::from(turn.flip);
                let mut row = [turn.slope(from) * factors[side]; 2];
                row[from] = factors[side];
                let [zero, one] = row;
                assert!((zero - expected[0]).abs() < 1e-15 && (one - expected[1]).abs() < 1e-15, "{angle}");
            }
        }
    }

    #[test]
    fn euler_angles_give_the_matrix_back() {
        let a = Angle::Fixed;
        for gate in
            [Gate::H, Gate::X, Gate::Y, Gate::T, Gate::Sx, Gate::Rx(a(0.3)), Gate::Ry(a(4.0)), Gate::Rz(a(1e-9))]
        {
            let matrix = gate.matrix1().unwrap();
            let Euler { global, after, cosine: c, sine: s, before } = Euler::of(&matrix);
            let one = Complex64::ONE;
            let made = [[c * one, -s * before], [s * after, c * after * before]];
            for (row, expected) in made.iter().zip(&matrix) {
                for (value, expected) in row.iter().zip(expected) {
                    assert!((value * global - expected).norm() < 1e-15, "{}", gate.name());
                }
            }
        }
    }
}
