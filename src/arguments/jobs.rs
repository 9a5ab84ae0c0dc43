//! What can be typed about jobs: `submit`, `worker`, `jobs`, `backup`, `restore`.

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use clap::{Args, Subcommand, ValueEnum};

use super::amounts::{duration, lease, shards, size, whole};
use super::quantum::Precision;
use super::{Format, Scenario};

/// Where the queue is.
#[derive(Debug, Args)]
pub struct Queue {
    /// Queue: sqlite:FILE, which is created, or postgres://USER@HOST/DATABASE
    #[arg(long = "queue", value_name = "URL", default_value = "sqlite:data/jobs.db")]
    pub url: String,
}

/// Where the queue and its results are, for what reads or writes results.
#[derive(Debug, Args)]
pub struct Place {
    #[command(flatten)]
    pub queue: Queue,
    /// Where results live: a folder or s3://BUCKET/PREFIX [default: `runs` beside the SQLite file,
    /// or what the queue remembers from its first use]
    #[arg(long, value_name = "PLACE")]
    pub store: Option<String>,
}

/// `submit`
#[derive(Debug, Args)]
#[command(after_help = "A .qasm file is a batch of circuits: one per row of --bindings, or one.\n\
                        Start a worker with: energyopti worker --queue URL")]
pub struct Submit {
    /// Scenario file (TOML or JSON), or OpenQASM circuit (.qasm)
    #[arg(required_unless_present = "report")]
    pub file: Option<PathBuf>,
    /// Report what changed between two runs of the store, in place of a file
    #[arg(long, num_args = 2, value_names = ["EARLIER", "LATER"], conflicts_with = "file")]
    pub report: Vec<String>,
    #[command(flatten)]
    pub scenario: Scenario,
    #[command(flatten)]
    pub circuit: CircuitBatch,
    #[command(flatten)]
    pub at: Place,
    /// Number of shards that the work is cut into [default: about a second each]
    #[arg(long, value_name = "N", value_parser = shards(), allow_negative_numbers = true)]
    pub shards: Option<u64>,
    #[command(flatten)]
    pub terms: Terms,
    /// Idempotency key: submitted again under it, the same job answers
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Compute even if the store has the result already
    #[arg(long)]
    pub fresh: bool,
    /// Wait until the job has ended
    #[arg(long)]
    pub wait: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// What is asked of each circuit of a batch.
#[derive(Debug, Args)]
pub struct CircuitBatch {
    /// CSV file of values for the circuit's inputs: a column per input, a row per circuit
    #[arg(long, value_name = "FILE")]
    pub bindings: Option<PathBuf>,
    /// Shots of each circuit
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub shots: Option<u64>,
    /// Expectation value of each circuit, such as "0.5 ZZI + XIX"
    #[arg(long, value_name = "PAULIS")]
    pub observable: Option<String>,
    /// Width of an amplitude's parts [default: f64]
    #[arg(long, value_enum)]
    pub precision: Option<Precision>,
}

/// How a job is treated. Never changes a result.
#[derive(Debug, Args)]
pub struct Terms {
    /// Higher goes first
    #[arg(long, value_name = "P", default_value_t = 0, allow_hyphen_values = true)]
    pub priority: i64,
    /// Tries of a shard that ends in an error which may pass
    #[arg(
        long,
        value_name = "N",
        default_value_t = 5,
        value_parser = clap::value_parser!(u32).range(1..=1000),
        allow_negative_numbers = true
    )]
    pub attempts: u32,
    /// Longest time from the first start to the end, such as 10m
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub timeout: Option<Duration>,
    /// Most memory that a shard may take, such as 2GB
    #[arg(long, value_name = "SIZE", value_parser = size, allow_hyphen_values = true)]
    pub memory: Option<ByteSize>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// For people
    Text,
    /// One JSON object per line
    Json,
}

/// `worker`
#[derive(Debug, Args)]
#[command(
    after_help = "SIGTERM or Ctrl-C: takes nothing new, finishes what it can within --grace, hands the rest back."
)]
pub struct Worker {
    #[command(flatten)]
    pub at: Place,
    /// Shards at a time [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096), allow_negative_numbers = true)]
    pub concurrency: Option<u32>,
    /// Threads that compute, shared by all shards [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024), allow_negative_numbers = true)]
    pub threads: Option<u32>,
    /// How long a shard stays with a worker that gives no sign of life
    #[arg(long, value_name = "TIME", value_parser = lease, allow_hyphen_values = true, default_value = "4s")]
    pub lease: Duration,
    /// How long running shards may go on after SIGTERM
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, default_value = "10s")]
    pub grace: Duration,
    /// End when no job is left
    #[arg(long)]
    pub until_idle: bool,
    /// Leave schedules to other workers
    #[arg(long)]
    pub no_schedules: bool,
    /// Address that serves metrics for Prometheus, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    pub metrics: Option<std::net::SocketAddr>,
    /// How log lines are written, on standard error
    #[arg(long, value_enum, default_value = "text")]
    pub log: Log,
}

/// `jobs`
#[derive(Debug, Args)]
pub struct Jobs {
    /// What to do.
    #[command(subcommand)]
    pub command: JobsCommand,
}

/// The commands behind `jobs`.
#[derive(Debug, Subcommand)]
pub enum JobsCommand {
    /// List jobs, the youngest first
    List(List),
    /// Show a job: state, progress, shards, result or what is known so far
    Show(Show),
    /// Follow a job, or all that are under way, as a live table
    Watch(Watch),
    /// Stop a job
    Cancel(One),
    /// Put a job that failed, was cancelled or is dead-letter back into the queue
    Retry(One),
    /// Print what happened, in order
    Events(Events),
}

/// `jobs list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub queue: Queue,
    /// Only jobs in this state
    #[arg(long, value_name = "STATE", value_parser = ["queued", "running", "succeeded", "failed", "cancelled", "dead-letter"])]
    pub state: Option<String>,
    /// Only jobs of this schedule
    #[arg(long, value_name = "NAME")]
    pub schedule: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub limit: Option<u32>,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `jobs cancel`, `jobs retry`
#[derive(Debug, Args)]
pub struct One {
    /// Its id, or the beginning of it
    pub job: String,
    #[command(flatten)]
    pub queue: Queue,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `jobs show`
#[derive(Debug, Args)]
pub struct Show {
    /// Its id, or the beginning of it
    pub job: String,
    #[command(flatten)]
    pub at: Place,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `jobs watch`
#[derive(Debug, Args)]
pub struct Watch {
    /// Its id, or the beginning of it [default: all under way]
    pub job: Option<String>,
    #[command(flatten)]
    pub queue: Queue,
}

/// `jobs events`
#[derive(Debug, Args)]
pub struct Events {
    #[command(flatten)]
    pub queue: Queue,
    /// Only those after this number
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..), allow_negative_numbers = true)]
    pub after: i64,
    /// Go on as more happens
    #[arg(long)]
    pub follow: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `backup`
#[derive(Debug, Args)]
#[command(
    after_help = "Workers may go on meanwhile: the rows are those of one instant, the files of the store follow.\n\
                        The folder is there whole or not at all; sha256sum -c manifest.sha256 checks its manifest."
)]
pub struct Backup {
    /// Folder to back up into, new or empty
    pub folder: PathBuf,
    #[command(flatten)]
    pub at: Place,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `restore`
#[derive(Debug, Args)]
#[command(after_help = "Every file is checked before anything is written. SQLite and PostgreSQL take each other's.\n\
                        Stop the workers of the old queue first: both would run the same schedules.")]
pub struct Restore {
    /// Folder that `backup` made
    pub folder: PathBuf,
    #[command(flatten)]
    pub at: Place,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}
