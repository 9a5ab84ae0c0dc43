//! The gates that a text need not define: those of `stdgates.inc` and `qelib1.inc`, and a few that
//! files use without defining them.

use std::f64::consts::FRAC_PI_2;

use super::action::{Action, What};
use crate::circuit::{Angle, Gate};

/// Makes a rotation of an angle.
type Rotation = fn(Angle) -> Gate;

/// What a standard gate does to its targets.
#[derive(Clone, Debug)]
enum Base {
    Identity,
    Plain(Gate),
    Rotation(Rotation),
    InverseSx,
    /// Three angles.
    Turn,
    /// Two angles; the first of three is a quarter turn.
    QuarterTurn,
    /// Three angles and the phase of the controls.
    PhasedTurn,
    Phase,
    Swap,
    Rzz,
    Rxx,
    Ryy,
}

/// A standard gate.
#[derive(Debug)]
pub(super) struct Standard {
    pub name: &'static str,
    /// Number of angles.
    pub angles: usize,
    /// Number of controls, which come first among its qubits.
    controls: usize,
    base: Base,
    /// Whether a text of version 3 that includes `stdgates.inc` must not define it.
    pub reserved: bool,
}

const fn gate(name: &'static str, angles: usize, controls: usize, base: Base) -> Standard {
    Standard { name, angles, controls, base, reserved: true }
}

const fn beyond(name: &'static str, angles: usize, controls: usize, base: Base) -> Standard {
    Standard { name, angles, controls, base, reserved: false }
}

/// Gates that need no `include`.
pub(super) static BUILT_IN: [Standard; 3] =
    [gate("U", 3, 0, Base::Turn), gate("gphase", 1, 0, Base::Phase), beyond("CX", 0, 1, Base::Plain(Gate::X))];

/// Gates of the included file.
pub(super) static INCLUDED: [Standard; 46] = [
    gate("p", 1, 0, Base::Rotation(Gate::Phase)),
    gate("x", 0, 0, Base::Plain(Gate::X)),
    gate("y", 0, 0, Base::Plain(Gate::Y)),
    gate("z", 0, 0, Base::Plain(Gate::Z)),
    gate("h", 0, 0, Base::Plain(Gate::H)),
    gate("s", 0, 0, Base::Plain(Gate::S)),
    gate("sdg", 0, 0, Base::Plain(Gate::Sdg)),
    gate("t", 0, 0, Base::Plain(Gate::T)),
    gate("tdg", 0, 0, Base::Plain(Gate::Tdg)),
    gate("sx", 0, 0, Base::Plain(Gate::Sx)),
    gate("rx", 1, 0, Base::Rotation(Gate::Rx)),
    gate("ry", 1, 0, Base::Rotation(Gate::Ry)),
    gate("rz", 1, 0, Base::Rotation(Gate::Rz)),
    gate("cx", 0, 1, Base::Plain(Gate::X)),
    gate("cy", 0, 1, Base::Plain(Gate::Y)),
    gate("cz", 0, 1, Base::Plain(Gate::Z)),
    gate("cp", 1, 1, Base::Rotation(Gate::Phase)),
    gate("crx", 1, 1, Base::Rotation(Gate::Rx)),
    gate("cry", 1, 1, Base::Rotation(Gate::Ry)),
    gate("crz", 1, 1, Base::Rotation(Gate::Rz)),
    gate("ch", 0, 1, Base::Plain(Gate::H)),
    gate("swap", 0, 0, Base::Swap),
    gate("ccx", 0, 2, Base::Plain(Gate::X)),
    gate("cswap", 0, 1, Base::Swap),
    gate("cu", 4, 1, Base::PhasedTurn),
    gate("phase", 1, 0, Base::Rotation(Gate::Phase)),
    gate("cphase", 1, 1, Base::Rotation(Gate::Phase)),
    gate("id", 0, 0, Base::Identity),
    gate("u1", 1, 0, Base::Rotation(Gate::Phase)),
    gate("u2", 2, 0, Base::QuarterTurn),
    gate("u3", 3, 0, Base::Turn),
    beyond("u", 3, 0, Base::Turn),
    beyond("u0", 1, 0, Base::Identity),
    beyond("cu1", 1, 1, Base::Rotation(Gate::Phase)),
    beyond("cu3", 3, 1, Base::Turn),
    beyond("sxdg", 0, 0, Base::InverseSx),
    beyond("csx", 0, 1, Base::Plain(Gate::Sx)),
    beyond("cs", 0, 1, Base::Plain(Gate::S)),
    beyond("csdg", 0, 1, Base::Plain(Gate::Sdg)),
    beyond("ccz", 0, 2, Base::Plain(Gate::Z)),
    beyond("c3x", 0, 3, Base::Plain(Gate::X)),
    beyond("c4x", 0, 4, Base::Plain(Gate::X)),
    beyond("rzz", 1, 0, Base::Rzz),
    beyond("rxx", 1, 0, Base::Rxx),
    beyond("ryy", 1, 0, Base::Ryy),
    beyond("cnot", 0, 1, Base::Plain(Gate::X)),
];

impl Standard {
    /// Number of qubits, controls among them.
    pub fn qubits(&self) -> usize {
        let targets = match self.base {
            Base::Phase => 0,
            Base::Swap | Base::Rzz | Base::Rxx | Base::Ryy => 2,
            _ => 1,
        };
        targets + self.controls
    }

    /// Appends what it does. There must be as many angles and qubits as it takes.
    pub fn act(&self, angles: &[Angle], qubits: &[u32], out: &mut Vec<Action>) {
        let (controls, targets) = qubits.split_at(self.controls);
        let controls: Vec<(u32, bool)> = controls.iter().map(|&qubit| (qubit, true)).collect();
        let mut push = |what: What| out.push(Action { controls: controls.clone(), what });
        match (&self.base, targets, angles) {
            (Base::Plain(gate), &[a], _) => push(What::One(gate.clone(), a)),
            (Base::Rotation(gate), &[a], &[angle]) => push(What::One(gate(angle), a)),
            (Base::InverseSx, &[a], _) => push(What::InverseSx(a)),
            (Base::Turn, &[a], &[theta, phi, lambda]) => push(What::Turn([theta, phi, lambda], a)),
            (Base::QuarterTurn, &[a], &[phi, lambda]) => push(What::Turn([FRAC_PI_2.into(), phi, lambda], a)),
            (Base::PhasedTurn, &[a], &[theta, phi, lambda, gamma]) => {
                push(What::Phase(gamma));
                push(What::Turn([theta, phi, lambda], a));
            }
            (Base::Phase, [], &[angle]) => push(What::Phase(angle)),
            (Base::Swap, &[a, b], _) => push(What::Swap(a, b)),
            (Base::Rzz, &[a, b], &[angle]) => push(What::Rzz(angle, a, b)),
            (Base::Rxx, &[a, b], &[angle]) => in_basis(&[Gate::H], &[Gate::H], angle, [a, b], out),
            (Base::Ryy, &[a, b], &[angle]) => {
                in_basis(&[Gate::Sdg, Gate::H], &[Gate::H, Gate::S], angle, [a, b], out);
            }
            _ => {}
        }
    }
}

/// `exp(-i angle/2 Z Z)` between changes of basis on both qubits.
fn in_basis(before: &[Gate], after: &[Gate], angle: Angle, [a, b]: [u32; 2], out: &mut Vec<Action>) {
    let both = |gates: &[Gate], out: &mut Vec<Action>| {
        for (gate, qubit) in gates.iter().flat_map(|gate| [(gate, a), (gate, b)]) {
            out.push(Action::free(What::One(gate.clone(), qubit)));
        }
    };
    both(before, out);
    out.push(Action::free(What::Rzz(angle, a, b)));
    both(after, out);
}
