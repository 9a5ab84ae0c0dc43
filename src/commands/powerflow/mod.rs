//! `powerflow`: what flows where in a MATPOWER case.

mod ac;
mod dc;
mod outages;

use energyopti_grid::Network;
use energyopti_grid::flow::{DcModel, FlowError};

use super::{case, print};
use crate::arguments::{BranchLaw, Powerflow};
use crate::failure::Failure;

pub fn execute(options: &Powerflow) -> Result<(), Failure> {
    if options.model.is_some() && !options.dc && !options.n_1 {
        return Err(Failure::input("--model names the law of linear flows: it goes with --dc or --n-1"));
    }
    let network = case::read(&options.case)?;
    if options.dc { dc::execute(&network, options) } else { ac::execute(&network, options) }
}

/// The linear model of the law that was asked for.
fn linear(network: &Network, options: &Powerflow) -> Result<DcModel, Failure> {
    let law = options.model.unwrap_or(BranchLaw::Matpower);
    DcModel::new(network, case::model(law)).map_err(|error| unfit(options, &error))
}

/// A network that parses and yet has no flow.
fn unfit(options: &Powerflow, error: &FlowError) -> Failure {
    Failure::input(format!("{}: {error}", options.case.display()))
}

/// Prints what there is of an answer, and says that it is none.
fn unsolved(answer: &str, reason: &str) -> Failure {
    match print(answer) {
        Ok(()) => Failure::Unsolved(format!("not converged: {reason}")),
        Err(failure) => failure,
    }
}
