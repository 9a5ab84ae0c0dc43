//! What can be typed.
#![expect(clippy::doc_markdown, reason = "these comments are the help text, which shows backticks as they are")]

mod amounts;
pub mod jobs;
pub mod quantum;
pub mod schedule;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Write your energy system as one file; get thousands of its futures, and an answer with error
/// bars.
#[derive(Debug, Parser)]
#[command(
    name = "energyopti",
    version,
    max_term_width = 100,
    after_help = "Start: energyopti init grid.toml && energyopti run grid.toml\nExit codes: 0 a result, 2 bad input, 3 no solution, 1 anything else."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario file and keep its results
    Run(Run),
    /// Check a scenario file and tell what a run of it would take
    Validate(Validate),
    /// Write the full course of one future of a run
    Replay(Replay),
    /// Tell who pays whom in one future of a run with a network
    Settle(Settle),
    /// Compare two runs or two scenario files on the same luck
    Compare(Compare),
    /// Find what an asset is worth in load or perfect capacity
    CapacityCredit(CapacityCredit),
    /// Tell what a run found and where its report is
    Report(Report),
    /// Solve the power flow of a MATPOWER case
    Powerflow(Powerflow),
    /// Find the least-cost dispatch of a MATPOWER case and its nodal prices
    Opf(Opf),
    /// Make a scenario of a MATPOWER case or a PyPSA folder
    Import(Import),
    /// Simulate quantum circuits: allocation, tail risk, QAOA, OpenQASM
    Quantum(quantum::Quantum),
    /// Hand a scenario, circuits or a report to a queue of jobs
    Submit(Box<jobs::Submit>),
    /// Carry the jobs of a queue until told to stop
    Worker(jobs::Worker),
    /// List, show, follow, cancel and retry the jobs of a queue
    Jobs(jobs::Jobs),
    /// Run scenarios whenever they are due, and tell what changed
    Schedule(schedule::Schedule),
    /// Save a queue and its results in a folder, while work goes on
    Backup(jobs::Backup),
    /// Bring a saved queue and its results back, on either database
    Restore(jobs::Restore),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// Write a commented scenario to start from
    Init(Init),
}

/// How the answer is found.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Method {
    /// Monte Carlo, hour by hour
    Sequential,
    /// Convolution of the units' outages, where the model allows
    Exact,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What is changed of a scenario file. Each has a key in the file, too.
#[derive(Debug, Args)]
pub struct Changes {
    /// Set a key: scenario.steps=48, load.system.peak_mw=3000, battery.bess.e_nom_mwh=0
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Number of futures (with stop_at: at most)
    #[arg(long, value_name = "N", value_parser = amounts::whole, allow_negative_numbers = true)]
    pub replicas: Option<u64>,
    /// Key of all random draws
    #[arg(long, value_name = "N", value_parser = amounts::whole, allow_negative_numbers = true)]
    pub seed: Option<u64>,
}

/// What is changed of a scenario file, and which of its variants are wanted.
#[derive(Debug, Args)]
pub struct Scenario {
    #[command(flatten)]
    pub changes: Changes,
    /// How the answer is found
    #[arg(long, value_enum)]
    pub method: Option<Method>,
    /// Only this variant of the sweep
    #[arg(long, value_name = "ID")]
    pub variant: Option<String>,
}

/// How the work is done. Never changes a result.
#[derive(Debug, Args)]
pub struct Work {
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// What to print [default: text]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// Where runs are kept, and how.
#[derive(Debug, Args)]
pub struct Keeping {
    /// Folder that holds the runs [default: runs]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Futures per saved chunk, the unit of resuming
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub chunk: Option<u64>,
    /// Compute even if the run is there already
    #[arg(long)]
    pub fresh: bool,
}

/// `run`
#[derive(Debug, Args)]
pub struct Run {
    /// Scenario file, TOML or JSON
    pub file: PathBuf,
    #[command(flatten)]
    pub scenario: Scenario,
    #[command(flatten)]
    pub work: Work,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// `validate`
#[derive(Debug, Args)]
pub struct Validate {
    /// Scenario file, TOML or JSON
    pub file: PathBuf,
    #[command(flatten)]
    pub scenario: Scenario,
    #[command(flatten)]
    pub work: Work,
}

/// A run that is there.
#[derive(Debug, Args)]
pub struct Kept {
    /// Run: its id, the beginning of it, or its folder
    pub run: String,
    /// Folder that holds the runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    pub out: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `replay`
#[derive(Debug, Args)]
pub struct Replay {
    #[command(flatten)]
    pub kept: Kept,
    /// Which future, from 0
    #[arg(long, value_name = "K")]
    pub replica: u64,
    /// CSV file to write [default: RUN.replay-K.csv in the folder of runs]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `settle`
#[derive(Debug, Args)]
pub struct Settle {
    #[command(flatten)]
    pub kept: Kept,
    /// Which future, from 0
    #[arg(long, value_name = "K", default_value_t = 0)]
    pub replica: u64,
    /// Parquet file of all entries to write [default: RUN.ledger-K.parquet in the folder of runs]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `compare`
#[derive(Debug, Args)]
pub struct Compare {
    /// Run or scenario file
    pub a: String,
    /// Run or scenario file; the difference is B - A
    pub b: String,
    #[command(flatten)]
    pub changes: Changes,
    /// Folder that holds the runs
    #[arg(long, value_name = "DIR", default_value = "runs")]
    pub out: PathBuf,
    #[command(flatten)]
    pub work: Work,
}

/// What is equated for a capacity credit.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Credit {
    /// Load that can be added with the asset (effective load-carrying capability)
    Elcc,
    /// Perfect capacity that does what the asset does (equivalent firm capacity)
    Efc,
}

/// The index that is held equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Index {
    /// Hours short
    #[value(name = "lole_h")]
    Lole,
    /// Energy unserved
    #[value(name = "eue_mwh")]
    Eue,
}

/// `capacity-credit`
#[derive(Debug, Args)]
pub struct CapacityCredit {
    /// Scenario file, TOML or JSON
    pub file: PathBuf,
    /// Generator or battery
    #[arg(long, value_name = "NAME")]
    pub asset: String,
    /// What is equated
    #[arg(long, value_enum)]
    pub method: Credit,
    /// The index that is held equal
    #[arg(long, value_enum, default_value = "lole_h")]
    pub metric: Index,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub work: Work,
}

/// `report`
#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    pub kept: Kept,
    /// Copy the report to this file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How a branch carries power in the linear model. Published figures differ by it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum BranchLaw {
    /// b = x/(r^2+x^2), taps and shifts ignored (PowerModels, PGLib)
    Dcp,
    /// b = 1/(x tap), shifts kept (MATPOWER)
    Matpower,
    /// b = 1/x, taps and shifts ignored (PLEXOS)
    Reactance,
}

/// `powerflow`
#[derive(Debug, Args)]
pub struct Powerflow {
    /// MATPOWER case file, version 2
    pub case: PathBuf,
    /// Linear (DC) flow in place of the full AC equations
    #[arg(long)]
    pub dc: bool,
    /// Law of the linear flows [default: matpower]
    #[arg(long, value_enum)]
    pub model: Option<BranchLaw>,
    /// Generators at a reactive limit no longer hold their voltage
    #[arg(long, conflicts_with = "dc")]
    pub enforce_q: bool,
    /// Screen the loss of each branch, by linear flows
    #[arg(long)]
    pub n_1: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `opf`
#[derive(Debug, Args)]
pub struct Opf {
    /// MATPOWER case file, version 2
    pub case: PathBuf,
    /// Law of the linear flows
    #[arg(long, value_enum)]
    pub model: BranchLaw,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `import`
#[derive(Debug, Args)]
pub struct Import {
    /// MATPOWER case file or folder of CSV files written by PyPSA
    pub source: PathBuf,
    /// Scenario file to write; series go into CSV files beside it
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace files that are there already
    #[arg(long)]
    pub force: bool,
}

/// `init`
#[derive(Debug, Args)]
pub struct Init {
    /// File to write; the scenario is printed without it
    pub file: Option<PathBuf>,
}
