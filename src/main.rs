//! `energyopti`: one scenario file in, thousands of futures, an answer with error bars out.
//!
//! The command line and nothing else: arguments in, a room called, text out. Printing lives here
//! and only here.
#![expect(clippy::print_stderr, reason = "this is where printing lives")]

mod arguments;
mod commands;
mod failure;
mod progress;
mod scenario;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and version are answers; any other is bad input, and clap says so with 2.
        Err(answer) => answer.exit(),
    };
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Who closed the pipe does not want to read about it.
            if !failure.is_broken_pipe() {
                eprintln!("{failure}");
            }
            failure.exit_code()
        }
    }
}

fn execute(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Run(options) => commands::run::execute(&options),
        Command::Validate(options) => commands::validate::execute(&options),
        Command::Replay(options) => commands::replay::execute(&options),
        Command::Settle(options) => commands::settle::execute(&options),
        Command::Compare(options) => commands::compare::execute(&options),
        Command::CapacityCredit(options) => commands::capacity_credit::execute(&options),
        Command::Report(options) => commands::report::execute(&options),
        Command::Powerflow(options) => commands::powerflow::execute(&options),
        Command::Opf(options) => commands::opf::execute(&options),
        Command::Import(options) => commands::import::execute(&options),
        Command::Submit(options) => commands::jobs::submit(&options),
        Command::Worker(options) => commands::jobs::worker(&options),
        Command::Jobs(options) => commands::jobs::jobs(&options),
        Command::Schedule(options) => commands::schedule::execute(&options),
        Command::Backup(options) => commands::jobs::backup(&options),
        Command::Restore(options) => commands::jobs::restore(&options),
        Command::Quantum(options) => commands::quantum::execute(&options),
        Command::Schema => commands::schema::execute(),
        Command::Init(options) => commands::init::execute(&options),
    }
}
