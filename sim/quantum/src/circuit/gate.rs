//! The gates, and the matrix of each.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_4};

use num_complex::Complex64;

use super::angle::Angle;
use crate::error::Error;

/// A 2 by 2 matrix, row by row: `[row][column]` by the qubit's value.
pub type Matrix1 = [[Complex64; 2]; 2];
/// A 4 by 4 matrix, row by row: row and column are `first + 2 * second` by the qubits' values.
pub type Matrix2 = [[Complex64; 4]; 4];

const ZERO: Complex64 = Complex64::ZERO;
const ONE: Complex64 = Complex64::ONE;
const I: Complex64 = Complex64::I;

/// How far `U U*` may be from the identity, per element, for a matrix given as numbers.
const UNITARY_TOLERANCE: f64 = 1e-9;

/// Greatest angle: beyond it a double has few digits left within a turn.
pub(crate) const MOST_RADIANS: f64 = 1e12;

/// A gate on one or two qubits. Rotations are `exp(-i angle/2 P)`.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// Hadamard.
    H,
    /// Pauli X.
    X,
    /// Pauli Y.
    Y,
    /// Pauli Z.
    Z,
    /// `diag(1, i)`.
    S,
    /// `diag(1, -i)`.
    Sdg,
    /// `diag(1, exp(i pi/4))`.
    T,
    /// `diag(1, exp(-i pi/4))`.
    Tdg,
    /// Root of X with `SX^2 = X`.
    Sx,
    /// `exp(-i angle/2 X)`.
    Rx(Angle),
    /// `exp(-i angle/2 Y)`.
    Ry(Angle),
    /// `exp(-i angle/2 Z)`.
    Rz(Angle),
    /// `diag(1, exp(i angle))`.
    Phase(Angle),
    /// Any 2 by 2 unitary.
    Unitary1(Box<Matrix1>),
    /// X on the second qubit where the first is 1.
    Cx,
    /// Minus one where both are 1.
    Cz,
    /// `exp(i angle)` where both are 1.
    ControlledPhase(Angle),
    /// Exchange of two qubits.
    Swap,
    /// `exp(-i angle/2 Z Z)`.
    Rzz(Angle),
    /// `exp(-i angle (X X + Y Y) / 2)`, that is `exp(-i angle (|01><10| + |10><01|))`: it moves
    /// a one between two qubits and keeps their number.
    Xy(Angle),
    /// Any 4 by 4 unitary.
    Unitary2(Box<Matrix2>),
}

impl Gate {
    /// Its name in messages and, where it has one there, in `OpenQASM`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::H => "h",
            Self::X => "x",
            Self::Y => "y",
            Self::Z => "z",
            Self::S => "s",
            Self::Sdg => "sdg",
            Self::T => "t",
            Self::Tdg => "tdg",
            Self::Sx => "sx",
            Self::Rx(_) => "rx",
            Self::Ry(_) => "ry",
            Self::Rz(_) => "rz",
            Self::Phase(_) => "p",
            Self::Unitary1(_) => "unitary of one qubit",
            Self::Cx => "cx",
            Self::Cz => "cz",
            Self::ControlledPhase(_) => "cp",
            Self::Swap => "swap",
            Self::Rzz(_) => "rzz",
            Self::Xy(_) => "xy",
            Self::Unitary2(_) => "unitary of two qubits",
        }
    }

    /// How many qubits it acts on.
    #[must_use]
    pub fn arity(&self) -> u32 {
        match self {
            Self::Cx
            | Self::Cz
            | Self::ControlledPhase(_)
            | Self::Swap
            | Self::Rzz(_)
            | Self::Xy(_)
            | Self::Unitary2(_) => 2,
            _ => 1,
        }
    }

    /// The gate's angle, where it has one.
    #[must_use]
    pub fn angle(&self) -> Option<Angle> {
        match *self {
            Self::Rx(angle)
            | Self::Ry(angle)
            | Self::Rz(angle)
            | Self::Phase(angle)
            | Self::ControlledPhase(angle)
            | Self::Rzz(angle)
            | Self::Xy(angle) => Some(angle),
            _ => None,
        }
    }

    /// The gate with a number for its angle.
    #[must_use]
    pub fn bind(&self, values: &[f64]) -> Self {
        match self {
            Self::Rx(angle) => Self::Rx(angle.bind(values)),
            Self::Ry(angle) => Self::Ry(angle.bind(values)),
            Self::Rz(angle) => Self::Rz(angle.bind(values)),
            Self::Phase(angle) => Self::Phase(angle.bind(values)),
            Self::ControlledPhase(angle) => Self::ControlledPhase(angle.bind(values)),
            Self::Rzz(angle) => Self::Rzz(angle.bind(values)),
            Self::Xy(angle) => Self::Xy(angle.bind(values)),
            other => other.clone(),
        }
    }

    /// Checks what the gate itself can get wrong.
    pub(super) fn check(&self, arity: u32) -> Result<(), Error> {
        let wrong = |reason: String| Err(Error::Gate { gate: self.name().to_owned(), reason });
        if self.arity() != arity {
            return wrong(format!("acts on {} qubits, not on {arity}", self.arity()));
        }
        if let Some(value) = self.angle().and_then(Angle::value)
            && (value.is_nan() || value.abs() > MOST_RADIANS)
        {
            return wrong(format!("its angle is {value}; at most {MOST_RADIANS:e} rad are taken"));
        }
        let far = match self {
            Self::Unitary1(matrix) => farthest_from_unitary(matrix.as_ref()),
            Self::Unitary2(matrix) => farthest_from_unitary(matrix.as_ref()),
            _ => 0.0,
        };
        // Written so that a matrix with NaN is refused.
        if far <= UNITARY_TOLERANCE { Ok(()) } else { wrong(format!("not unitary: U U* is {far:e} from the identity")) }
    }

    /// Its matrix, for a gate on one qubit whose angle is a number.
    #[must_use]
    pub fn matrix1(&self) -> Option<Matrix1> {
        let diagonal = |phase: Complex64| [[ONE, ZERO], [ZERO, phase]];
        let half = FRAC_1_SQRT_2.into();
        Some(match self {
            Self::H => [[half, half], [half, -half]],
            Self::X => [[ZERO, ONE], [ONE, ZERO]],
            Self::Y => [[ZERO, -I], [I, ZERO]],
            Self::Z => diagonal(-ONE),
            Self::S => diagonal(I),
            Self::Sdg => diagonal(-I),
            Self::T => diagonal(cis(FRAC_PI_4)),
            Self::Tdg => diagonal(cis(-FRAC_PI_4)),
            Self::Sx => {
                let [plus, minus] = [Complex64::new(0.5, 0.5), Complex64::new(0.5, -0.5)];
                [[plus, minus], [minus, plus]]
            }
            Self::Rx(angle) => {
                let (c, s) = half_turn(angle.value()?);
                [[c.into(), -I * s], [-I * s, c.into()]]
            }
            Self::Ry(angle) => {
                let (c, s) = half_turn(angle.value()?);
                [[c.into(), (-s).into()], [s.into(), c.into()]]
            }
            Self::Rz(angle) => {
                let phase = cis(angle.value()? / 2.0);
                [[phase.conj(), ZERO], [ZERO, phase]]
            }
            Self::Phase(angle) => diagonal(cis(angle.value()?)),
            Self::Unitary1(matrix) => **matrix,
            _ => return None,
        })
    }

    /// Its matrix, for a gate on two qubits whose angle is a number.
    #[must_use]
    pub fn matrix2(&self) -> Option<Matrix2> {
        let diagonal = |d: [Complex64; 4]| {
            let mut matrix = [[ZERO; 4]; 4];
            for (at, value) in d.into_iter().enumerate() {
                matrix[at][at] = value;
            }
            matrix
        };
        Some(match self {
            // The first qubit is the low bit of the row: where it is 1 (rows 1 and 3), the second flips.
            Self::Cx => {
                [[ONE, ZERO, ZERO, ZERO], [ZERO, ZERO, ZERO, ONE], [ZERO, ZERO, ONE, ZERO], [ZERO, ONE, ZERO, ZERO]]
            }
            Self::Cz => diagonal([ONE, ONE, ONE, -ONE]),
            Self::ControlledPhase(angle) => diagonal([ONE, ONE, ONE, cis(angle.value()?)]),
            Self::Swap => {
                [[ONE, ZERO, ZERO, ZERO], [ZERO, ZERO, ONE, ZERO], [ZERO, ONE, ZERO, ZERO], [ZERO, ZERO, ZERO, ONE]]
            }
            Self::Rzz(angle) => {
                let phase = cis(angle.value()? / 2.0);
                diagonal([phase.conj(), phase, phase, phase.conj()])
            }
            Self::Xy(angle) => {
                let (c, s) = (libm::cos(angle.value()?), -I * libm::sin(angle.value()?));
                let c = c.into();
                [[ONE, ZERO, ZERO, ZERO], [ZERO, c, s, ZERO], [ZERO, s, c, ZERO], [ZERO, ZERO, ZERO, ONE]]
            }
            Self::Unitary2(matrix) => **matrix,
            _ => return None,
        })
    }
}

/// `exp(i angle)`.
fn cis(angle: f64) -> Complex64 {
    Complex64::new(libm::cos(angle), libm::sin(angle))
}

/// Cosine and sine of half an angle.
fn half_turn(angle: f64) -> (f64, f64) {
    (libm::cos(angle / 2.0), libm::sin(angle / 2.0))
}

/// Greatest distance of an element of `U U*` from the identity; NaN where the matrix has one.
fn farthest_from_unitary<const N: usize>(matrix: &[[Complex64; N]; N]) -> f64 {
    let mut farthest = 0.0_f64;
    for row in 0..N {
        for column in 0..N {
            let product: Complex64 = (0..N).map(|k| matrix[row][k] * matrix[column][k].conj()).sum();
            let distance = (product - if row == column { ONE } else { ZERO }).norm_sqr();
            if distance.is_nan() {
                return f64::NAN;
            }
            farthest = farthest.max(distance);
        }
    }
    libm::sqrt(farthest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gate_is_unitary() {
        let angle = Angle::Fixed(0.7);
        let ones = [Gate::H, Gate::X, Gate::Y, Gate::Z, Gate::S, Gate::Sdg, Gate::T, Gate::Tdg, Gate::Sx];
        let turns = [Gate::Rx(angle), Gate::Ry(angle), Gate::Rz(angle), Gate::Phase(angle)];
        for gate in ones.iter().chain(&turns) {
            assert!(farthest_from_unitary(&gate.matrix1().unwrap()) < 1e-15, "{}", gate.name());
        }
        let twos = [Gate::Cx, Gate::Cz, Gate::Swap, Gate::ControlledPhase(angle), Gate::Rzz(angle), Gate::Xy(angle)];
        for gate in twos {
            assert!(farthest_from_unitary(&gate.matrix2().unwrap()) < 1e-15, "{}", gate.name());
        }
    }

    #[test]
    fn a_matrix_that_is_not_unitary_is_refused() {
        let twice = Gate::Unitary1(Box::new([[Complex64::new(2.0, 0.0), ZERO], [ZERO, ONE]]));
        assert!(twice.check(1).unwrap_err().to_string().contains("not unitary"));
        let nan = Gate::Unitary1(Box::new([[Complex64::new(f64::NAN, 0.0), ZERO], [ZERO, ONE]]));
        assert!(nan.check(1).is_err());
        assert!(Gate::Rx(Angle::Fixed(f64::INFINITY)).check(1).is_err());
    }
}
