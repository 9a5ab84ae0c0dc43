//! From gates to what the kernel does: real rotations, and diagonals between them.
//!
//! Gates on one qubit are multiplied together until a gate on two qubits needs the qubit; then their
//! product is split into a rotation between two phases. The phase after it commutes with a diagonal
//! gate (CZ, phase, ZZ) and waits for the next product. CX is CZ between two Hadamards on its target.
//! Other gates on two qubits become rotations in two planes ([`Canonical`]).

use num_complex::Complex64;

use super::canonical::{Canonical, Plane};
use super::turn::{Euler, Turn};
use crate::circuit::{Circuit, Gate, Matrix1, Operation};
use crate::error::Error;

const ZERO: Complex64 = Complex64::ZERO;
const ONE: Complex64 = Complex64::ONE;
const I: Complex64 = Complex64::I;
/// An element of a product that counts as zero.
const NOTHING: f64 = 1e-32;

/// One thing to be done. A factor stands where it is applied; a real factor that all amplitudes
/// share comes with the turn that left it out.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// A rotation of one qubit.
    Turn { qubit: u32, turn: Turn, scale: f64 },
    /// A rotation of |00>, |11> and one of |01>, |10>; the pair's first value has `first` = 0.
    Pair { first: u32, second: u32, even: Turn, odd: Turn, scale: f64 },
    /// A factor where the qubit is 1.
    Phase { qubit: u32, factor: Complex64 },
    /// A factor where both qubits are 1.
    Both { first: u32, second: u32, factor: Complex64 },
}

impl Op {
    /// Its qubits, as a mask.
    pub fn qubits(&self) -> u64 {
        match *self {
            Self::Turn { qubit, .. } | Self::Phase { qubit, .. } => 1 << qubit,
            Self::Pair { first, second, .. } | Self::Both { first, second, .. } => 1 << first | 1 << second,
        }
    }

    /// Whether it mixes amplitudes; a diagonal one does not.
    pub fn mixes(&self) -> bool {
        matches!(self, Self::Turn { .. } | Self::Pair { .. })
    }
}

/// A circuit without its measurements.
pub struct Lowered {
    /// In order.
    pub ops: Vec<Op>,
    /// A phase of all amplitudes.
    pub global: Complex64,
}

impl Lowered {
    /// # Errors
    /// [`Error::Parameters`] where an angle has no value yet.
    pub fn of(circuit: &Circuit) -> Result<Self, Error> {
        let unbound = || Error::Parameters { parameters: circuit.parameters().len(), given: 0 };
        let mut lowering = Lowering {
            waiting: vec![None; circuit.qubits() as usize],
            lowered: Self { ops: Vec::with_capacity(circuit.operations().len()), global: ONE },
        };
        for operation in circuit.operations() {
            match operation {
                Operation::One(gate, qubit) => lowering.one(&gate.matrix1().ok_or_else(unbound)?, *qubit),
                Operation::Two(gate, first, second) => lowering.two(gate, *first, *second).ok_or_else(unbound)?,
                Operation::Measure { .. } => {}
            }
        }
        (0..circuit.qubits()).for_each(|qubit| lowering.settle(qubit));
        Ok(lowering.lowered)
    }
}

struct Lowering {
    /// The product of gates that waits on each qubit.
    waiting: Vec<Option<Matrix1>>,
    lowered: Lowered,
}

impl Lowering {
    fn one(&mut self, gate: &Matrix1, qubit: u32) {
        let waiting = &mut self.waiting[qubit as usize];
        *waiting = Some(waiting.map_or(*gate, |before| multiply(gate, &before)));
    }

    /// `None` where the gate's angle has no value.
    fn two(&mut self, gate: &Gate, first: u32, second: u32) -> Option<()> {
        match gate {
            Gate::Cx => {
                const HALF: Complex64 = Complex64::new(std::f64::consts::FRAC_1_SQRT_2, 0.0);
                const H: Matrix1 = [[HALF, HALF], [HALF, Complex64::new(-HALF.re, 0.0)]];
                self.one(&H, second);
                self.diagonal([ONE, ONE, ONE, -ONE], [first, second]);
                self.one(&H, second);
            }
            Gate::Cz | Gate::ControlledPhase(_) | Gate::Rzz(_) => {
                let matrix = gate.matrix2()?;
                self.diagonal([0, 1, 2, 3].map(|at| matrix[at][at]), [first, second]);
            }
            Gate::Swap => {
                let odd = Plane { phase: -I, cosine: 0.0, sine: 1.0 };
                self.planes(Plane::STILL, odd, [first, second]);
            }
            Gate::Xy(_) => {
                let matrix = gate.matrix2()?;
                let odd = Plane { phase: ONE, cosine: matrix[1][1].re, sine: matrix[1][2].im };
                self.planes(Plane::STILL, odd, [first, second]);
            }
            _ => {
                let split = Canonical::of(&gate.matrix2()?);
                self.one(&split.before[0], first);
                self.one(&split.before[1], second);
                self.planes(split.even, split.odd, [first, second]);
                self.one(&split.after[0], first);
                self.one(&split.after[1], second);
            }
        }
        Some(())
    }

    /// `diag(00, 10, 01, 11)`, the first qubit's value in front.
    fn diagonal(&mut self, [none, one, other, both]: [Complex64; 4], [first, second]: [u32; 2]) {
        self.turn_out(first);
        self.turn_out(second);
        self.lowered.global *= none;
        self.phase(first, one / none);
        self.phase(second, other / none);
        self.lowered.ops.push(Op::Both { first, second, factor: both * none / (one * other) });
    }

    fn planes(&mut self, even: Plane, odd: Plane, [first, second]: [u32; 2]) {
        let (even_turn, [e0, e1]) = Turn::new(even.cosine, even.sine);
        let (odd_turn, [o0, o1]) = Turn::new(odd.cosine, odd.sine);
        // [cos, i sin; i sin, cos] is a real rotation between diag(1, -i) and diag(1, i).
        if even_turn.is_identity() && odd_turn.is_identity() {
            let [e, o] = [even.phase * e0, odd.phase * o0];
            return self.diagonal([e, o, o, e], [first, second]);
        }
        self.turn_out(first);
        self.turn_out(second);
        self.phase(first, -I);
        self.settle(first);
        self.settle(second);
        self.lowered.ops.push(Op::Pair { first, second, even: even_turn, odd: odd_turn, scale: e0 });
        // The planes have factors of different size; they must not wait among unitary matrices.
        let (none, o) = (even.phase, odd.phase / e0);
        let [one, other, both] = [o * o1 * I, o * o0, none * (e1 / e0) * I];
        self.lowered.global *= none;
        self.lowered.ops.push(Op::Phase { qubit: first, factor: one / none });
        self.lowered.ops.push(Op::Phase { qubit: second, factor: other / none });
        self.lowered.ops.push(Op::Both { first, second, factor: both * none / (one * other) });
    }

    fn phase(&mut self, qubit: u32, factor: Complex64) {
        self.one(&[[ONE, ZERO], [ZERO, factor]], qubit);
    }

    /// Puts out what waits on a qubit, but for a phase that may wait on.
    fn turn_out(&mut self, qubit: u32) {
        let Some(matrix) = self.waiting[qubit as usize] else { return };
        if matrix[1][0].norm_sqr() < NOTHING {
            return;
        }
        let euler = Euler::of(&matrix);
        let (turn, [zero, one]) = Turn::new(euler.cosine, euler.sine);
        self.lowered.global *= euler.global;
        self.lowered.ops.push(Op::Phase { qubit, factor: euler.before });
        self.lowered.ops.push(Op::Turn { qubit, turn, scale: zero });
        self.waiting[qubit as usize] = Some([[ONE, ZERO], [ZERO, euler.after * (one / zero)]]);
    }

    /// Puts out all that waits on a qubit.
    fn settle(&mut self, qubit: u32) {
        self.turn_out(qubit);
        if let Some(diagonal) = self.waiting[qubit as usize].take() {
            self.lowered.global *= diagonal[0][0];
            self.lowered.ops.push(Op::Phase { qubit, factor: diagonal[1][1] / diagonal[0][0] });
        }
    }
}

fn multiply(a: &Matrix1, b: &Matrix1) -> Matrix1 {
    let element = |row: usize, column: usize| a[row][0] * b[0][column] + a[row][1] * b[1][column];
    [[element(0, 0), element(0, 1)], [element(1, 0), element(1, 1)]]
}
