//! Controlled gates into the circuit's own gates, exactly. The global phase of what is controlled is
//! kept as a phase of the controls; that of the whole circuit, which nothing can see, is dropped.
//!
//! Sources: A. Barenco et al., "Elementary gates for quantum computation", Phys. Rev. A 52 (1995),
//! lemma 5.1 (`W = A X B X C` with `A B C = 1`) and lemma 7.5 (one control fewer at a time).

use std::f64::consts::{FRAC_PI_2, PI};

use num_complex::Complex64;

use super::action::{Action, Conjugated, What, conjugated};
use crate::circuit::{Angle, Gate, Matrix1, Operation};

/// Most operations of a circuit that is read: a text of a few lines can define gates that unroll to
/// any number of them.
pub(super) const MOST_OPERATIONS: usize = 2_000_000;
/// Most controls of one gate; each further triples the operations.
pub(super) const MOST_CONTROLS: usize = 12;

/// Why an action cannot be written in the circuit's gates.
pub(super) type Reason = &'static str;

const TWO_INPUTS: Reason = "its angles hang on two inputs, and the sum of both would have to be one angle";
/// What is told of a circuit with more than [`MOST_OPERATIONS`].
pub(super) const TOO_MANY: Reason = "the circuit unrolls to more than 2000000 operations";

/// The operations written so far.
#[derive(Debug, Default)]
pub(super) struct Emitter {
    pub operations: Vec<Operation>,
}

impl Emitter {
    /// Writes an action.
    pub fn action(&mut self, action: &Action) -> Result<(), Reason> {
        let zeros: Vec<u32> = action.controls.iter().filter(|(_, on)| !on).map(|(qubit, _)| *qubit).collect();
        let controls: Vec<u32> = action.controls.iter().map(|(qubit, _)| *qubit).collect();
        self.all(&zeros, &Gate::X)?;
        self.controlled(&controls, &action.what)?;
        self.all(&zeros, &Gate::X)
    }

    fn all(&mut self, qubits: &[u32], gate: &Gate) -> Result<(), Reason> {
        qubits.iter().try_for_each(|&qubit| self.one(gate.clone(), qubit))
    }

    pub fn push(&mut self, operation: Operation) -> Result<(), Reason> {
        if self.operations.len() >= MOST_OPERATIONS {
            return Err(TOO_MANY);
        }
        self.operations.push(operation);
        Ok(())
    }

    fn one(&mut self, gate: Gate, qubit: u32) -> Result<(), Reason> {
        self.push(Operation::One(gate, qubit))
    }

    fn two(&mut self, gate: Gate, first: u32, second: u32) -> Result<(), Reason> {
        self.push(Operation::Two(gate, first, second))
    }

    fn controlled(&mut self, controls: &[u32], what: &What) -> Result<(), Reason> {
        match what {
            What::Phase(angle) => self.phase(controls, *angle),
            What::One(gate, qubit) => self.gate(controls, gate, *qubit),
            What::InverseSx(qubit) if controls.is_empty() => self.one(Gate::Rx((-FRAC_PI_2).into()), *qubit),
            What::InverseSx(qubit) => {
                self.one(Gate::H, *qubit)?;
                self.gate(controls, &Gate::Sdg, *qubit)?;
                self.one(Gate::H, *qubit)
            }
            What::Turn(angles, qubit) => self.turn(controls, *angles, *qubit),
            What::Swap(a, b) if controls.is_empty() => self.two(Gate::Swap, *a, *b),
            What::Swap(a, b) => {
                self.two(Gate::Cx, *b, *a)?;
                self.flip(&[controls, &[*a]].concat(), *b)?;
                self.two(Gate::Cx, *b, *a)
            }
            What::Rzz(angle, a, b) if controls.is_empty() => self.two(Gate::Rzz(*angle), *a, *b),
            What::Rzz(angle, a, b) => {
                self.two(Gate::Cx, *a, *b)?;
                self.gate(controls, &Gate::Rz(*angle), *b)?;
                self.two(Gate::Cx, *a, *b)
            }
            What::Xy(angle, a, b) if controls.is_empty() => self.two(Gate::Xy(*angle), *a, *b),
            // Between the two CX the transfer is a turn of `a` where `b` is 1.
            What::Xy(angle, a, b) => {
                self.two(Gate::Cx, *a, *b)?;
                self.gate(&[controls, &[*b]].concat(), &Gate::Rx(angle.scaled(2.0)), *a)?;
                self.two(Gate::Cx, *a, *b)
            }
        }
    }

    /// `exp(i angle)` where all are 1.
    fn phase(&mut self, qubits: &[u32], angle: Angle) -> Result<(), Reason> {
        match *qubits {
            [] => Ok(()),
            [qubit] => self.one(Gate::Phase(angle), qubit),
            [a, b] => self.two(Gate::ControlledPhase(angle), a, b),
            [ref rest @ .., last] => {
                let (half, before) = (angle.scaled(0.5), rest[rest.len() - 1]);
                let fewer = &rest[..rest.len() - 1];
                self.two(Gate::ControlledPhase(half), before, last)?;
                self.flip(fewer, before)?;
                self.two(Gate::ControlledPhase(half.scaled(-1.0)), before, last)?;
                self.flip(fewer, before)?;
                self.phase(&[fewer, &[last]].concat(), half)
            }
        }
    }

    /// X on the target where all controls are 1.
    fn flip(&mut self, controls: &[u32], target: u32) -> Result<(), Reason> {
        if let [control] = *controls {
            return self.two(Gate::Cx, control, target);
        }
        self.one(Gate::H, target)?;
        self.phase(&[controls, &[target]].concat(), PI.into())?;
        self.one(Gate::H, target)
    }

    fn gate(&mut self, controls: &[u32], gate: &Gate, target: u32) -> Result<(), Reason> {
        let zero = Angle::Fixed(0.0);
        match gate {
            _ if controls.is_empty() => self.one(gate.clone(), target),
            Gate::X => self.flip(controls, target),
            Gate::Phase(angle) => self.phase(&[controls, &[target]].concat(), *angle),
            Gate::Rx(angle) => self.rotation(controls, [*angle, (-FRAC_PI_2).into(), FRAC_PI_2.into()], target),
            Gate::Ry(angle) => self.rotation(controls, [*angle, zero, zero], target),
            Gate::Rz(angle) => self.rotation(controls, [zero, zero, *angle], target),
            other => {
                let Some(Conjugated { before, angle, after }) = conjugated(other) else {
                    return Err("this gate cannot be controlled here");
                };
                before.into_iter().try_for_each(|gate| self.one(gate, target))?;
                match *controls {
                    [control] if angle.to_bits() == PI.to_bits() => self.two(Gate::Cz, control, target)?,
                    _ => self.phase(&[controls, &[target]].concat(), angle.into())?,
                }
                after.into_iter().try_for_each(|gate| self.one(gate, target))
            }
        }
    }

    /// The matrix of three angles, as one gate where they are numbers.
    fn turn(&mut self, controls: &[u32], angles @ [theta, phi, lambda]: [Angle; 3], target: u32) -> Result<(), Reason> {
        if !controls.is_empty() {
            self.phase(controls, sum(phi, lambda, 0.5)?)?;
            return self.rotation(controls, angles, target);
        }
        if let [Some(theta), Some(phi), Some(lambda)] = angles.map(Angle::value) {
            return self.one(Gate::Unitary1(Box::new(turn_matrix(theta, phi, lambda))), target);
        }
        self.one(Gate::Rz(lambda), target)?;
        self.one(Gate::Ry(theta), target)?;
        self.one(Gate::Rz(phi), target)
    }

    /// `RZ(phi) RY(theta) RZ(lambda)` under controls: `A X B X C` with `A = RZ(phi) RY(theta/2)`,
    /// `B = RY(-theta/2) RZ(-(phi+lambda)/2)`, `C = RZ((lambda-phi)/2)`.
    fn rotation(&mut self, controls: &[u32], [theta, phi, lambda]: [Angle; 3], target: u32) -> Result<(), Reason> {
        self.unless_zero(Gate::Rz, sum(lambda, phi.scaled(-1.0), 0.5)?, target)?;
        self.flip(controls, target)?;
        self.unless_zero(Gate::Rz, sum(phi, lambda, -0.5)?, target)?;
        self.unless_zero(Gate::Ry, theta.scaled(-0.5), target)?;
        self.flip(controls, target)?;
        self.unless_zero(Gate::Ry, theta.scaled(0.5), target)?;
        self.unless_zero(Gate::Rz, phi, target)
    }

    fn unless_zero(&mut self, gate: fn(Angle) -> Gate, angle: Angle, target: u32) -> Result<(), Reason> {
        if angle == Angle::Fixed(0.0) { Ok(()) } else { self.one(gate(angle), target) }
    }
}

/// `factor * (a + b)`, where that is still one angle.
fn sum(a: Angle, b: Angle, factor: f64) -> Result<Angle, Reason> {
    use Angle::{Fixed, Parameter};
    let total = match (a, b) {
        (Fixed(a), Fixed(b)) => Fixed(a + b),
        (Parameter { index, scale, offset }, Fixed(number)) | (Fixed(number), Parameter { index, scale, offset }) => {
            Parameter { index, scale, offset: offset + number }
        }
        (Parameter { index, scale, offset }, Parameter { index: i, scale: s, offset: o }) if index == i => {
            Parameter { index, scale: scale + s, offset: offset + o }
        }
        _ => return Err(TWO_INPUTS),
    };
    Ok(total.scaled(factor))
}

/// `[[cos t/2, -e^il sin t/2], [e^ip sin t/2, e^i(p+l) cos t/2]]`.
fn turn_matrix(theta: f64, phi: f64, lambda: f64) -> Matrix1 {
    let (s, c) = (libm::sin(theta / 2.0), libm::cos(theta / 2.0));
    let at = |radius: f64, angle: f64| Complex64::new(radius * libm::cos(angle), radius * libm::sin(angle));
    [[c.into(), at(-s, lambda)], [at(s, phi), at(c, phi + lambda)]]
}
