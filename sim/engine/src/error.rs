//! What can go wrong in the engine.

use thiserror::Error;

use crate::assets::fault::Fault;
use crate::processes::Process;

/// An error of the engine.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum EngineError {
    /// In and out differ: an error of the program, never of the input.
    #[error("the energy ledger of replicas {}..{} is open by {beyond_mw:e} MW beyond rounding; please report this scenario", group * 64, group * 64 + 64)]
    LedgerOpen {
        /// Gap beyond 1e-9 of the energy of its step, MW.
        beyond_mw: f64,
        /// Group of 64 replicas.
        group: u64,
    },
    /// No steps, or more than the clock can count.
    #[error("a horizon of {steps} steps cannot be run (1 to {})", u32::MAX / 2 - 1)]
    Horizon {
        /// Steps asked for.
        steps: usize,
    },
    /// A series does not cover the horizon.
    #[error("the series of `{asset}` has {found} steps, the horizon {steps}")]
    SeriesLength {
        /// Whose.
        asset: String,
        /// Its length.
        found: usize,
        /// The horizon's.
        steps: usize,
    },
    /// Series with different numbers of weather years.
    #[error("the series of `{asset}` has {found} weather years, others have {years}")]
    WeatherYears {
        /// Whose.
        asset: String,
        /// Its number.
        found: usize,
        /// The others'.
        years: usize,
    },
    /// A process whose parameters cannot be.
    #[error("process `{process}`: {key} {rule}")]
    Process {
        /// Which.
        process: String,
        /// Its parameter.
        key: &'static str,
        /// The rule that it breaks.
        rule: String,
    },
    /// A sum is greater than its scale, which would cost its digits.
    #[error(
        "`{metric}` came to {value:e} in a future, beyond {bound:e}, the most that was expected of it; give the \
         processes that drive it a `max` (and a `min`)"
    )]
    Beyond {
        /// Its metric, or what is counted.
        metric: String,
        /// What it came to.
        value: f64,
        /// The scale that it has.
        bound: f64,
    },
    /// The equations of the network have no solution.
    #[error(
        "the network has no power flow{}: {reason}; look for reactances that cancel each other there, or choose \
         grid.model = \"transport\"",
        bus.as_ref().map_or_else(String::new, |bus| format!(" around bus `{bus}`"))
    )]
    Network {
        /// Where, if that can be told.
        bus: Option<String>,
        /// What the kernel says.
        reason: String,
    },
    /// The run was asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl EngineError {
    /// The first of the faults of processes.
    pub(crate) fn process(processes: &[Process], faults: &[(usize, Fault)]) -> Self {
        let (at, fault) = &faults[0];
        Self::Process { process: processes[*at].name.clone(), key: fault.key, rule: fault.rule.clone() }
    }
}
