//! What can be typed behind `energyopti quantum`.

use std::path::PathBuf;

use bytesize::ByteSize;
use clap::{Args, Subcommand, ValueEnum};

use super::{Format, Keeping, Scenario, Work};

/// `quantum`
#[derive(Debug, Args)]
#[command(
    after_help = "All circuits are ideal ones, simulated on a CPU. No quantum advantage is claimed; the figures to \
                        decide by are the classical ones, which stand beside each answer."
)]
pub struct Quantum {
    /// What to do.
    #[command(subcommand)]
    pub command: QuantumCommand,
}

/// The commands behind `quantum`.
#[derive(Debug, Subcommand)]
pub enum QuantumCommand {
    /// Choose and size what a scenario's [quantum.allocation] offers
    Allocate(Allocate),
    /// Simulate QAOA on a QUBO, with given angles or the best
    Qaoa(Qaoa),
    /// Run an OpenQASM circuit: counts of shots, or an expectation value
    Run(Circuit),
    /// Find VaR and CVaR of samples by amplitude estimation
    TailRisk(TailRisk),
    /// Print what a fixed circuit makes of every window of a series
    Features(Features),
}

/// `quantum allocate`
#[derive(Debug, Args)]
pub struct Allocate {
    /// Scenario file with [quantum.allocation], TOML or JSON
    pub file: PathBuf,
    #[command(flatten)]
    pub scenario: Scenario,
    #[command(flatten)]
    pub work: Work,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// How a circuit is simulated, and what is printed.
#[derive(Debug, Args)]
pub struct Machine {
    /// Width of an amplitude's parts
    #[arg(long, value_enum, default_value = "f64")]
    pub precision: Precision,
    /// Write the circuit to this OpenQASM file
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// Most memory to use, such as 500MB or 2GiB [default: what the machine has free]
    #[arg(long, value_name = "SIZE")]
    pub memory_limit: Option<ByteSize>,
    /// Only tell bytes, sweeps over them and time; allocate nothing
    #[arg(long)]
    pub plan: bool,
    #[command(flatten)]
    pub work: Work,
}

/// Width of an amplitude's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    /// Double
    F64,
    /// Single: half the memory, 7 digits
    F32,
}

/// What mixes the variables of a QAOA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mixer {
    /// exp(-i beta sum X), from the even superposition
    X,
    /// exp(-i beta (XX+YY)/2) around a ring; keeps the number of ones
    XyRing,
    /// exp(-i beta (XX+YY)/2) over all pairs; keeps the number of ones
    XyComplete,
}

/// `quantum qaoa`
#[derive(Debug, Args)]
#[command(after_help = "The cost x'Qx is minimised; an upper-triangular Q is as good as a symmetric one. A layer is \
                        exp(-i beta sum X) exp(-i gamma cost). The leftmost bit is variable 0.\n\
                        The approximation ratio is (worst - expectation) / (worst - optimum).\n\
                        XY mixers: the product of exp(-i beta (XX+YY)/2) over pairs, on a ring (0,1), (2,3), ..., \
                        then (1,2), (3,4), ..., then (0,n-1); complete (0,1), (0,2), ..., (1,2), ...")]
pub struct Qaoa {
    /// Square matrix Q as CSV or JSON
    #[arg(long, value_name = "FILE")]
    pub qubo: PathBuf,
    /// Layers [default: one per gamma, else 1]
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub layers: Option<u32>,
    /// Angles of the cost, one per layer [default: the best found]
    #[arg(long, value_name = "A,B,...", value_delimiter = ',', allow_hyphen_values = true, requires = "beta")]
    pub gamma: Vec<f64>,
    /// Angles of the mixer, one per layer
    #[arg(long, value_name = "C,D,...", value_delimiter = ',', allow_hyphen_values = true, requires = "gamma")]
    pub beta: Vec<f64>,
    /// What mixes the variables
    #[arg(long, value_enum, default_value = "x")]
    pub mixer: Mixer,
    /// Number of ones that an XY mixer starts with and keeps [default: half of the variables]
    #[arg(long, value_name = "K")]
    pub ones: Option<u32>,
    #[command(flatten)]
    pub machine: Machine,
}

/// `quantum run`
#[derive(Debug, Args)]
#[command(after_help = "The leftmost character of a bit or Pauli string is bit or qubit 0. Without --shots and \
                        --observable, 1024 shots are taken.")]
pub struct Circuit {
    /// OpenQASM 3 file
    pub circuit: PathBuf,
    /// Number of measurements
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub shots: Option<u64>,
    /// Key of the random draws
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Pauli string, or a sum such as "0.5 ZZI - XIX": its expectation value
    #[arg(long, value_name = "PAULIS", allow_hyphen_values = true)]
    pub observable: Option<String>,
    /// Value of an input parameter
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub sets: Vec<String>,
    #[command(flatten)]
    pub machine: Machine,
}

/// `quantum tail-risk`
#[derive(Debug, Args)]
pub struct TailRisk {
    /// Losses (more is worse): a column as CSV or JSON, or a run that kept samples
    #[arg(long, value_name = "FILE")]
    pub samples: PathBuf,
    /// Which column, where there are several
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// The worst 1 - alpha of the samples are the tail
    #[arg(long, value_name = "A", default_value_t = 0.95)]
    pub alpha: f64,
    /// The distribution is laid on 2^N points
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub qubits: u32,
    /// Wanted half width of the estimated amplitudes
    #[arg(long, value_name = "E", default_value_t = 0.002)]
    pub epsilon: f64,
    /// Key of the random draws
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// Which circuit makes features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FeatureCircuit {
    /// Layers of rotations by the window's values between fixed random layers
    Map,
    /// A fixed random circuit that values enter one after another, and that forgets
    Reservoir,
}

/// `quantum features`
#[derive(Debug, Args)]
#[command(after_help = "Text is CSV: a row per window, called by the row of the series at which it ends.")]
pub struct Features {
    /// Series: a column as CSV or JSON
    #[arg(long, value_name = "FILE")]
    pub series: PathBuf,
    /// Which column, where there are several
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Values per window
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub window: u32,
    /// Which circuit
    #[arg(long, value_enum, default_value = "map")]
    pub circuit: FeatureCircuit,
    /// Qubits: 2 to 14 of a map, 2 to 8 of a reservoir
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub qubits: u32,
    /// Layers: up to 64, of a reservoir at least 2
    #[arg(long, value_name = "P", default_value_t = 4)]
    pub layers: u32,
    /// Radians per unit of the series: about 1 over its standard deviation, less for smoother features
    #[arg(long, value_name = "B", default_value_t = 1.0)]
    pub bandwidth: f64,
    /// Key of the fixed random circuit
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    #[command(flatten)]
    pub work: Work,
}
