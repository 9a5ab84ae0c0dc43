//! A gate with any number of controls, and what `inv` and `pow` make of it.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use crate::circuit::{Angle, Gate};

/// What happens to the targets.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// `exp(i angle)`: nothing, until it is controlled.
    Phase(Angle),
    /// A gate on one qubit, none of it a matrix.
    One(Gate, u32),
    /// The inverse of `Gate::Sx`.
    InverseSx(u32),
    /// `[[cos t/2, -e^il sin t/2], [e^ip sin t/2, e^i(p+l) cos t/2]]` by angles `[t, p, l]`.
    Turn([Angle; 3], u32),
    /// Exchange of two qubits.
    Swap(u32, u32),
    /// `exp(-i angle/2 Z Z)`.
    Rzz(Angle, u32, u32),
    /// A transfer as of `Gate::Xy`.
    Xy(Angle, u32, u32),
}

/// A gate, its targets and its controls.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Action {
    /// Qubits that must be 1 (true) or 0 for it to act.
    pub controls: Vec<(u32, bool)>,
    pub what: What,
}

/// A gate written as `after * diag(1, exp(i angle)) * before`, with the gates on its own qubit.
pub(super) struct Conjugated {
    pub before: Vec<Gate>,
    pub angle: f64,
    pub after: Vec<Gate>,
}

/// How a gate without an angle is a phase in another basis: `X = H Z H`, `Y = S X S*`,
/// `H = RY(pi/4) Z RY(-pi/4)`.
pub(super) fn conjugated(gate: &Gate) -> Option<Conjugated> {
    let in_basis = |before: Vec<Gate>, angle: f64, after: Vec<Gate>| Some(Conjugated { before, angle, after });
    match gate {
        Gate::Z => in_basis(vec![], PI, vec![]),
        Gate::S => in_basis(vec![], FRAC_PI_2, vec![]),
        Gate::Sdg => in_basis(vec![], -FRAC_PI_2, vec![]),
        Gate::T => in_basis(vec![], FRAC_PI_4, vec![]),
        Gate::Tdg => in_basis(vec![], -FRAC_PI_4, vec![]),
        Gate::X => in_basis(vec![Gate::H], PI, vec![Gate::H]),
        Gate::Sx => in_basis(vec![Gate::H], FRAC_PI_2, vec![Gate::H]),
        Gate::Y => in_basis(vec![Gate::Sdg, Gate::H], PI, vec![Gate::H, Gate::S]),
        Gate::H => in_basis(vec![Gate::Ry((-FRAC_PI_4).into())], PI, vec![Gate::Ry(FRAC_PI_4.into())]),
        _ => None,
    }
}

impl What {
    fn inverse(self) -> Self {
        let back = |angle: Angle| angle.scaled(-1.0);
        match self {
            Self::Phase(angle) => Self::Phase(back(angle)),
            Self::One(gate, qubit) => match gate {
                Gate::S => Self::One(Gate::Sdg, qubit),
                Gate::Sdg => Self::One(Gate::S, qubit),
                Gate::T => Self::One(Gate::Tdg, qubit),
                Gate::Tdg => Self::One(Gate::T, qubit),
                Gate::Sx => Self::InverseSx(qubit),
                Gate::Rx(angle) => Self::One(Gate::Rx(back(angle)), qubit),
                Gate::Ry(angle) => Self::One(Gate::Ry(back(angle)), qubit),
                Gate::Rz(angle) => Self::One(Gate::Rz(back(angle)), qubit),
                Gate::Phase(angle) => Self::One(Gate::Phase(back(angle)), qubit),
                own_inverse => Self::One(own_inverse, qubit),
            },
            Self::InverseSx(qubit) => Self::One(Gate::Sx, qubit),
            Self::Turn([theta, phi, lambda], qubit) => Self::Turn([back(theta), back(lambda), back(phi)], qubit),
            Self::Swap(a, b) => Self::Swap(a, b),
            Self::Rzz(angle, a, b) => Self::Rzz(back(angle), a, b),
            Self::Xy(angle, a, b) => Self::Xy(back(angle), a, b),
        }
    }

    /// The same turn, so many times as far.
    fn scaled(&self, factor: f64) -> Option<Self> {
        Some(match self {
            Self::Phase(angle) => Self::Phase(angle.scaled(factor)),
            Self::One(Gate::Rx(angle), qubit) => Self::One(Gate::Rx(angle.scaled(factor)), *qubit),
            Self::One(Gate::Ry(angle), qubit) => Self::One(Gate::Ry(angle.scaled(factor)), *qubit),
            Self::One(Gate::Rz(angle), qubit) => Self::One(Gate::Rz(angle.scaled(factor)), *qubit),
            Self::One(Gate::Phase(angle), qubit) => Self::One(Gate::Phase(angle.scaled(factor)), *qubit),
            Self::Rzz(angle, a, b) => Self::Rzz(angle.scaled(factor), *a, *b),
            Self::Xy(angle, a, b) => Self::Xy(angle.scaled(factor), *a, *b),
            _ => return None,
        })
    }
}

impl Action {
    pub fn free(what: What) -> Self {
        Self { controls: Vec::new(), what }
    }

    pub fn inverse(self) -> Self {
        Self { controls: self.controls, what: self.what.inverse() }
    }

    /// The action to a real power, if its principal root is known: of rotations the same turn so
    /// many times as far, of the others by the eigenvalues of [`conjugated`].
    pub fn power(&self, exponent: f64) -> Option<Vec<Self>> {
        if let Some(what) = self.what.scaled(exponent) {
            return Some(vec![Self { controls: self.controls.clone(), what }]);
        }
        let (gate, qubit, sign) = match &self.what {
            What::One(gate, qubit) => (gate, *qubit, 1.0),
            What::InverseSx(qubit) => (&Gate::Sx, *qubit, -1.0),
            _ => return None,
        };
        let Conjugated { before, angle, after } = conjugated(gate)?;
        // The change of basis undoes itself where the controls are off, so it needs none.
        let bare = |gate: Gate| Self::free(What::One(gate, qubit));
        let turn = What::One(Gate::Phase((sign * angle * exponent).into()), qubit);
        let middle = Self { controls: self.controls.clone(), what: turn };
        Some(before.into_iter().map(bare).chain([middle]).chain(after.into_iter().map(bare)).collect())
    }
}

/// The inverse of a sequence.
pub(super) fn inverse(actions: Vec<Action>) -> Vec<Action> {
    actions.into_iter().rev().map(Action::inverse).collect()
}
