//! A circuit to counts and an expectation value: for the command line, and for batches of circuits.
//!
//! Not here: reading its file, and printing.

use std::collections::BTreeMap;

use energyopti_engine::StreamKey;
use energyopti_quantum::circuit::Circuit;
use energyopti_quantum::observable::{PauliSum, Readout, shots};
use energyopti_quantum::qaoa::Width;
use energyopti_quantum::{Error, Limit, Program, Real, State};
use serde::{Deserialize, Serialize};

/// Shots where neither they nor an observable are asked for.
const SHOTS: u64 = 1024;

/// What is asked of a circuit.
#[derive(Clone, Debug)]
pub struct CircuitQuestion {
    circuit: Circuit,
    readout: Readout,
    observable: Option<PauliSum>,
    shots: Option<u64>,
    width: Width,
}

/// What a circuit answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CircuitAnswer {
    /// How often which bits were read, where shots were taken.
    pub counts: Option<BTreeMap<String, u64>>,
    /// Mean of the observable in the ideal state: no sampling error.
    pub expectation: Option<f64>,
    /// Mean of the observable over the shots, where their bits tell it.
    pub sampled: Option<SampledMean>,
}

/// A mean over shots.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampledMean {
    /// The mean.
    pub value: f64,
    /// Its standard error; `None` for one shot.
    pub standard_error: Option<f64>,
}

impl CircuitQuestion {
    /// Asks for `shots` outcomes and the mean of `observable`, a Pauli sum; for 1024 shots where
    /// neither is given.
    ///
    /// # Errors
    /// As [`Readout::of`] and [`PauliSum::parse`]; [`Error::Question`] for an observable of a circuit
    /// that goes on after a measurement.
    pub fn new(circuit: Circuit, observable: Option<&str>, shots: Option<u64>, width: Width) -> Result<Self, Error> {
        let readout = Readout::of(&circuit)?;
        let observable = observable.map(|text| PauliSum::parse(text, circuit.qubits())).transpose()?;
        if observable.is_some() && readout.qubits().is_none() {
            let fault = "an observable needs a circuit without gates after a measurement; leave the measurements out";
            return Err(Error::Question { faults: vec![fault.to_owned()] });
        }
        let shots = shots.or(observable.is_none().then_some(SHOTS));
        Ok(Self { circuit, readout, observable, shots, width })
    }

    /// The circuit.
    #[must_use]
    pub fn circuit(&self) -> &Circuit {
        &self.circuit
    }

    /// Shots that are taken, if any.
    #[must_use]
    pub fn shots(&self) -> Option<u64> {
        self.shots
    }

    /// Bytes of an amplitude.
    #[must_use]
    pub fn amplitude_bytes(&self) -> u64 {
        if self.width == Width::Single { 8 } else { 16 }
    }

    /// The answer for values of the circuit's parameters. Its work goes to the current pool of threads;
    /// shots draw from `key`.
    ///
    /// # Errors
    /// [`Error::Parameters`]; [`Error::TooLarge`] where the state does not fit `limit`.
    pub fn answer(&self, values: &[f64], key: StreamKey, limit: Limit) -> Result<CircuitAnswer, Error> {
        let circuit = self.circuit.bind(values)?;
        match self.width {
            Width::Double => self.answer_in::<f64>(&circuit, key, limit),
            Width::Single => self.answer_in::<f32>(&circuit, key, limit),
        }
    }

    fn answer_in<R: Real>(&self, circuit: &Circuit, key: StreamKey, limit: Limit) -> Result<CircuitAnswer, Error> {
        let Some(qubits) = self.readout.qubits() else {
            // What a measurement leaves behind is another state for each shot.
            let outcomes = shots::<R>(circuit, 0..self.shots.unwrap_or(0), key, limit)?;
            return Ok(CircuitAnswer { counts: Some(self.readout.counts(&outcomes)), ..CircuitAnswer::default() });
        };
        let mut state = State::<R>::new(circuit.qubits(), limit)?;
        Program::compile(circuit)?.run(&mut state)?;
        let outcomes = self.shots.map(|shots| self.readout.sample(&state, 0..shots, key)).transpose()?;
        let read = outcomes.as_ref().zip(self.observable.as_ref());
        Ok(CircuitAnswer {
            counts: outcomes.as_ref().map(|outcomes| self.readout.counts(outcomes)),
            expectation: self.observable.as_ref().map(|sum| sum.expectation(&state)).transpose()?,
            sampled: read.and_then(|(outcomes, sum)| sampled(sum, qubits, outcomes)),
        })
    }
}

/// Mean of a sum over outcomes that show `qubits`; `None` where a term has X or Y, or a qubit that is
/// not shown.
#[expect(clippy::cast_precision_loss, reason = "shots are far below 2^53")]
fn sampled(sum: &PauliSum, qubits: &[u32], outcomes: &[u64]) -> Option<SampledMean> {
    let place = |qubit: u32| qubits.iter().position(|shown| *shown == qubit);
    let mask = |signs: u64| {
        let signed = (0..u64::BITS).filter(|qubit| signs >> qubit & 1 == 1);
        signed.map(|qubit| place(qubit).map(|at| 1_u64 << at)).sum::<Option<u64>>()
    };
    let terms = sum.terms().iter().map(|(coefficient, string)| {
        let mask = if string.flips == 0 { mask(string.signs) } else { None };
        mask.map(|mask| (*coefficient, mask))
    });
    let terms: Vec<(f64, u64)> = terms.collect::<Option<_>>()?;
    let value = |outcome: u64| -> f64 {
        let signed = |&(c, mask): &(f64, u64)| if (outcome & mask).count_ones() & 1 == 1 { -c } else { c };
        terms.iter().map(signed).sum()
    };
    let n = outcomes.len() as f64;
    let mean = outcomes.iter().map(|outcome| value(*outcome)).sum::<f64>() / n;
    let squares = outcomes.iter().map(|outcome| (value(*outcome) - mean).powi(2)).sum::<f64>();
    let standard_error = (outcomes.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt());
    (n > 0.0).then_some(SampledMean { value: mean, standard_error })
}

#[cfg(test)]
mod tests {
    use energyopti_quantum::qasm;

    use super::*;

    fn answer(text: &str, observable: &str, shots: u64) -> CircuitAnswer {
        let circuit = qasm::parse(text).unwrap();
        let question = CircuitQuestion::new(circuit, Some(observable), Some(shots), Width::Double).unwrap();
        question.answer(&[], StreamKey::new(3, "circuit", "shots", 0), Limit::NONE).unwrap()
    }

    /// Rx(t) turns Z to cos t; 4000 shots know it to sin t / sqrt(4000).
    #[test]
    fn the_mean_over_shots_is_the_expectation_within_its_error() {
        let found = answer("OPENQASM 3.0; include \"stdgates.inc\"; qubit[2] q; rx(1.1) q[1];", "2 IZ + 1", 4000);
        let exact = 1.0 + 2.0 * 1.1_f64.cos();
        assert!((found.expectation.unwrap() - exact).abs() < 1e-12);
        let sampled = found.sampled.unwrap();
        let error = sampled.standard_error.unwrap();
        assert!((error / (2.0 * 1.1_f64.sin() / 4000_f64.sqrt()) - 1.0).abs() < 0.1);
        assert!((sampled.value - exact).abs() < 3.0 * error);
    }

    #[test]
    fn bits_that_do_not_show_an_observable_give_no_mean() {
        let measured = "OPENQASM 3.0; include \"stdgates.inc\"; qubit[2] q; bit[1] b; h q[0]; b[0] = measure q[1];";
        for (observable, known) in [("IZ", true), ("ZI", false), ("IX", false), ("3", true)] {
            assert_eq!(answer(measured, observable, 10).sampled.is_some(), known, "{observable}");
        }
    }
}
