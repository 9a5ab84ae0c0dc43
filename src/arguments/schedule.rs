//! What can be typed about schedules.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::amounts::{duration, shards};
use super::jobs::{Log, Place, Queue, Terms};
use super::{Format, Scenario};

/// `schedule`
#[derive(Debug, Args)]
pub struct Schedule {
    /// What to do.
    #[command(subcommand)]
    pub command: ScheduleCommand,
}

/// The commands behind `schedule`.
#[derive(Debug, Subcommand)]
pub enum ScheduleCommand {
    /// Have a scenario run whenever it is due
    Add(Box<Add>),
    /// List schedules with their last and next runs
    List(List),
    /// Print the coming runs of a schedule, or of a rule to try
    Next(Next),
    /// List the runs of a schedule and what changed from one to the next
    Runs(Runs),
    /// Have a schedule rest
    Pause(Named),
    /// End the rest of a schedule; what was due meanwhile is not made up
    Resume(Named),
    /// Submit a run at once
    RunNow(RunNow),
    /// Remove a schedule; its jobs stay
    Remove(Named),
    /// Submit what is due, until told to stop; workers do so, too
    Run(Run),
}

/// What becomes of a local time that a clock change leaves out.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Missing {
    /// It is left out
    Skip,
    /// It is due right after the gap
    Shift,
}

/// What becomes of a local time that a clock change brings twice.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Repeated {
    /// It is due the first time
    First,
    /// It is due both times
    Both,
}

/// What becomes of runs that were due while nobody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Misfire {
    /// They are passed over
    Skip,
    /// One run stands for all
    Once,
    /// The last --misfire-limit of them are made up, one after the other whatever --overlap says
    All,
}

/// What becomes of a run that is due while an earlier one is under way.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Overlap {
    /// It is left out
    Skip,
    /// It waits
    Queue,
    /// The earlier one is cancelled
    Replace,
}

/// On which clock a rule runs.
#[derive(Debug, Args)]
pub struct Clock {
    /// IANA zone of the rule, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub zone: String,
    /// Local times that a clock change leaves out
    #[arg(long, value_enum, default_value = "shift")]
    pub missing: Missing,
    /// Local times that a clock change brings twice
    #[arg(long, value_enum, default_value = "first")]
    pub repeated: Repeated,
}

/// `schedule add`
#[derive(Debug, Args)]
#[command(
    after_help = "The scenario is read anew for every run. In --set and --inputs stand for the due instant: {due} its \
                  time in UTC, {date} and {time} its local day and time of day.\n\
                  Example: energyopti schedule add morning grid.toml --cron \"0 6 * * *\" --zone Europe/Berlin \
                  --start-at-due --inputs 'weather/{date}'"
)]
pub struct Add {
    /// Name of the schedule
    pub name: String,
    /// Scenario file, TOML or JSON
    pub file: PathBuf,
    /// Five fields (minute, hour, day, month, weekday), six with seconds first, or a word such as @daily
    #[arg(long, value_name = "CRON")]
    pub cron: String,
    #[command(flatten)]
    pub clock: Clock,
    /// Runs that were due while nobody looked
    #[arg(long, value_enum, default_value = "once")]
    pub misfire: Misfire,
    /// How many runs are made up at most, with --misfire all [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), allow_negative_numbers = true)]
    pub misfire_limit: Option<u32>,
    /// A run that is due while an earlier one is under way
    #[arg(long, value_enum, default_value = "skip")]
    pub overlap: Overlap,
    /// Longest delay by which starts are spread, such as 30s; due instants stay as they are
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub jitter: Option<Duration>,
    #[command(flatten)]
    pub scenario: Scenario,
    /// Begin each run at its due instant: --set scenario.start={due}
    #[arg(long)]
    pub start_at_due: bool,
    /// Folder in which the scenario's relative files lie, such as weather/{date} [default: beside it]
    #[arg(long, value_name = "DIR")]
    pub inputs: Option<String>,
    /// Add it though the scenario of its next run cannot be read yet
    #[arg(long)]
    pub unchecked: bool,
    /// Number of shards of each run [default: about a second each]
    #[arg(long, value_name = "N", value_parser = shards(), allow_negative_numbers = true)]
    pub shards: Option<u64>,
    #[command(flatten)]
    pub terms: Terms,
    #[command(flatten)]
    pub at: Place,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `schedule list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub queue: Queue,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `schedule next`
#[derive(Debug, Args)]
pub struct Next {
    /// Name of the schedule
    #[arg(required_unless_present = "cron", conflicts_with_all = ["cron", "zone", "missing", "repeated"])]
    pub name: Option<String>,
    /// A rule to try, in place of a schedule
    #[arg(long, value_name = "CRON")]
    pub cron: Option<String>,
    #[command(flatten)]
    pub clock: Clock,
    /// How many runs
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000), allow_negative_numbers = true)]
    pub count: u32,
    #[command(flatten)]
    pub queue: Queue,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `schedule runs`
#[derive(Debug, Args)]
pub struct Runs {
    /// Name of the schedule
    pub name: String,
    /// At most so many, the last ones
    #[arg(long, value_name = "N", default_value_t = 20, allow_negative_numbers = true)]
    pub limit: u32,
    #[command(flatten)]
    pub queue: Queue,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// A schedule that is there.
#[derive(Debug, Args)]
pub struct Named {
    /// Name of the schedule
    pub name: String,
    #[command(flatten)]
    pub queue: Queue,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `schedule run-now`
#[derive(Debug, Args)]
pub struct RunNow {
    /// Name of the schedule
    pub name: String,
    #[command(flatten)]
    pub at: Place,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `schedule run`
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub at: Place,
    /// How log lines are written, on standard error
    #[arg(long, value_enum, default_value = "text")]
    pub log: Log,
}
