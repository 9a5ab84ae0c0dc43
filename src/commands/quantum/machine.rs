//! What the machine has: memory that a state may take, threads, and how long a piece of work would be.

use std::fs;
use std::path::Path;

use bytesize::ByteSize;
use energyopti_quantum::qaoa::{Prediction, Width};
use energyopti_quantum::{Limit, kernel};
use energyopti_scenarios::batch;
use indicatif::{ProgressBar, ProgressDrawTarget};
use rayon::ThreadPool;
use serde::Serialize;
use sysinfo::System;

use super::super::{print, print_json};
use crate::arguments::quantum::{Machine, Precision};
use crate::arguments::{Format, Work};
use crate::failure::Failure;

impl Machine {
    /// The memory that was allowed, or what the machine and the control group it runs in have free.
    pub fn limit(&self) -> Limit {
        let free = || {
            let mut system = System::new();
            system.refresh_memory();
            let group = system.cgroup_limits().map_or(u64::MAX, |group| group.free_memory);
            system.available_memory().min(group)
        };
        Limit { bytes: self.memory_limit.map_or_else(free, |size| size.as_u64()) }
    }

    /// As many threads as were asked for, or one per core.
    pub fn pool(&self) -> Result<ThreadPool, Failure> {
        Ok(batch::pool(self.work.threads)?)
    }
}

/// The kernel's word for a width.
pub fn width(precision: Precision) -> Width {
    match precision {
        Precision::F64 => Width::Double,
        Precision::F32 => Width::Single,
    }
}

/// What a run takes, told before anything is allocated.
#[derive(Serialize)]
pub struct Plan {
    qubits: u32,
    state_bytes: u128,
    diagonal_bytes: u128,
    sweeps: u64,
    /// On this machine, as measured on a small circuit.
    seconds: f64,
}

impl Plan {
    /// Of an ansatz.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn of_ansatz(qubits: u32, prediction: &Prediction, operations_per_second: f64) -> Self {
        let Prediction { state_bytes, diagonal_bytes, sweeps, operations, .. } = *prediction;
        Self { qubits, state_bytes, diagonal_bytes, sweeps, seconds: operations as f64 / operations_per_second }
    }

    /// Of a compiled circuit.
    pub fn of_circuit(qubits: u32, prediction: &kernel::Prediction, operations_per_second: f64) -> Self {
        let seconds = 2.0 * prediction.multiply_adds / operations_per_second;
        Self { qubits, state_bytes: prediction.bytes, diagonal_bytes: 0, sweeps: prediction.sweeps.into(), seconds }
    }

    pub fn print(&self, work: &Work) -> Result<(), Failure> {
        if work.format == Some(Format::Json) {
            return print_json(self);
        }
        let size = |bytes: u128| ByteSize(u64::try_from(bytes).unwrap_or(u64::MAX)).display().iec();
        print(&format!(
            "{} qubits: state {}, diagonal {}, {} sweeps over the state, about {} a run",
            self.qubits,
            size(self.state_bytes),
            size(self.diagonal_bytes),
            self.sweeps,
            duration(self.seconds)
        ))
    }
}

/// Writes a file whole.
pub fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error| anyhow::Error::new(error).context(format!("cannot write {}", file.display()));
    Ok(fs::write(file, text).map_err(failed)?)
}

/// Seconds as people say them, to two digits.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.2} ms", s * 1e3),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3600.0),
    }
}

/// One line on a terminal that tells how far the work is; silent where standard error is none.
pub struct Spinner(ProgressBar);

impl Spinner {
    pub fn new() -> Self {
        Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8)))
    }

    pub fn tell(&self, message: &str) {
        self.0.set_message(message.to_owned());
        self.0.tick();
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
