//! `quantum`: simulated circuits from the command line.

mod allocate;
mod circuit;
mod features;
mod machine;
mod qaoa;
mod tail_risk;

pub use machine::width;

use crate::arguments::quantum::{Quantum, QuantumCommand};
use crate::failure::Failure;

pub fn execute(options: &Quantum) -> Result<(), Failure> {
    match &options.command {
        QuantumCommand::Allocate(options) => allocate::execute(options),
        QuantumCommand::Qaoa(options) => qaoa::execute(options),
        QuantumCommand::Run(options) => circuit::execute(options),
        QuantumCommand::Features(options) => features::execute(options),
        QuantumCommand::TailRisk(options) => tail_risk::execute(options),
    }
}

impl From<energyopti_quantum::Error> for Failure {
    fn from(error: energyopti_quantum::Error) -> Self {
        use energyopti_quantum::Error;
        match error {
            // The system's lack of memory, and a stop that was asked for, are no fault of the input.
            Error::Memory { .. } | Error::Cancelled => Self::Other(error.into()),
            _ => Self::input(error),
        }
    }
}
