//! A window into features, all its values at once.

use std::f64::consts::TAU;

use energyopti_streams::{StreamKey, open_unit};
use rayon::prelude::*;

use super::readout::expectations;
use super::{Design, check_windows};
use crate::circuit::{Gate, Matrix1};
use crate::error::Error;
use crate::state::{Limit, State};

/// More qubits cost more and tell less: the variance of a feature of a deep random circuit falls
/// with 2^-n ("Barren plateaus in quantum neural network training landscapes", Nat. Commun. 9
/// (2018) 4812).
const MOST_QUBITS: u32 = 14;
const MOST_DEPTH: u32 = 64;

/// Data re-uploading: each layer turns every qubit by values of the window and then by a fixed
/// random matrix, and couples neighbours by CZ.
///
/// Value `k` enters qubit `k mod n`, as `RY(bandwidth x)` in even and `RZ(bandwidth x)` in odd
/// rounds, in every layer again; layers of CZ alternate between even and odd neighbours. The
/// features are thus trigonometric polynomials of the values with frequencies up to
/// `depth * bandwidth`.
///
/// Source: A. Perez-Salinas et al., "Data re-uploading for a universal quantum classifier", Quantum
/// 4 (2020) 226; M. Schuld, R. Sweke, J. Meyer, "Effect of data encoding on the expressive power of
/// variational quantum-machine-learning models", Phys. Rev. A 103 (2021) 032430.
#[derive(Clone, Debug)]
pub struct FeatureMap {
    design: Design,
    window: usize,
    /// The fixed matrix of each qubit, layer by layer.
    turns: Vec<Matrix1>,
}

impl FeatureMap {
    /// The map for windows of so many values.
    ///
    /// # Errors
    /// [`Error::Question`] for a number of qubits (2 to 14), of layers (1 to 64) or a bandwidth that
    /// is not possible, or a window without values.
    pub fn new(design: Design, window: usize) -> Result<Self, Error> {
        design.check(2..=MOST_QUBITS, 1..=MOST_DEPTH)?;
        if window == 0 {
            return Err(Error::Question { faults: vec!["a window of 0 values".to_owned()] });
        }
        let key = StreamKey::new(design.seed, &design.name, "feature map", 0);
        let places = (0..design.depth).flat_map(|layer| (0..design.qubits).map(move |qubit| (layer, qubit)));
        let turns = places.map(|(layer, qubit)| random_turn(key, layer, qubit)).collect();
        Ok(Self { design, window, turns })
    }

    /// What it was made of.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The features of one window, in the order of [`Design::labels`]; each from -1 to 1.
    ///
    /// # Errors
    /// [`Error::Question`] for another length or a value that is no number.
    pub fn features(&self, window: &[f64]) -> Result<Vec<f64>, Error> {
        check_windows(&[window], Some(self.window))?;
        Ok(self.read(window, &mut self.state()?))
    }

    /// The features of many windows, spread over the pool in which this is called.
    ///
    /// # Errors
    /// As [`FeatureMap::features`], for all windows at once.
    pub fn batch<W: AsRef<[f64]> + Sync>(&self, windows: &[W]) -> Result<Vec<Vec<f64>>, Error> {
        check_windows(windows, Some(self.window))?;
        let features = |state: &mut Result<State<f64>, Error>, window: &W| match state {
            Ok(state) => Ok(self.read(window.as_ref(), state)),
            Err(error) => Err(error.clone()),
        };
        windows.par_iter().map_init(|| self.state(), features).collect()
    }

    fn state(&self) -> Result<State<f64>, Error> {
        State::new(self.design.qubits, Limit::NONE)
    }

    fn read(&self, window: &[f64], state: &mut State<f64>) -> Vec<f64> {
        let qubits = self.design.qubits;
        let entries: Vec<Matrix1> = (0..qubits as usize).map(|qubit| self.entry(window, qubit)).collect();
        let cz = Gate::Cz.matrix2().expect("CZ has no angle");
        state.set_basis(0);
        for (layer, turns) in (0..).zip(self.turns.chunks_exact(qubits as usize)) {
            for ((qubit, turn), entry) in (0..).zip(turns).zip(&entries) {
                state.apply_matrix1(&product(turn, entry), qubit);
            }
            for first in (layer % 2..qubits - 1).step_by(2) {
                state.apply_matrix2(&cz, first, first + 1);
            }
        }
        let probabilities = (0..1 << qubits).map(|index| state.probability(index)).collect();
        expectations(probabilities, qubits)
    }

    /// The turn of one qubit by its values, the earliest first.
    fn entry(&self, window: &[f64], qubit: usize) -> Matrix1 {
        let values = window.iter().skip(qubit).step_by(self.design.qubits as usize);
        values.enumerate().fold(turn(Gate::Ry, 0.0), |before, (round, value)| {
            let gate = if round % 2 == 0 { Gate::Ry } else { Gate::Rz };
            product(&turn(gate, self.design.bandwidth * value), &before)
        })
    }
}

/// A turn drawn evenly from all: `RZ RY RZ` with even outer angles and an even cosine between.
fn random_turn(key: StreamKey, layer: u32, qubit: u32) -> Matrix1 {
    let event = u64::from(layer) << 32 | u64::from(qubit);
    let [[first, second], [third, _]] = [key.draw(0, event), key.draw(1, event)];
    let around = |word: u64| turn(Gate::Rz, TAU * open_unit(word));
    let between = turn(Gate::Ry, libm::acos(1.0 - 2.0 * open_unit(third)));
    product(&around(second), &product(&between, &around(first)))
}

fn turn(gate: fn(crate::circuit::Angle) -> Gate, angle: f64) -> Matrix1 {
    gate(angle.into()).matrix1().expect("a rotation by a number has a matrix")
}

/// `a b`: first `b`, then `a`.
fn product(a: &Matrix1, b: &Matrix1) -> Matrix1 {
    [0, 1].map(|row| [0, 1].map(|column| a[row][0] * b[0][column] + a[row][1] * b[1][column]))
}
