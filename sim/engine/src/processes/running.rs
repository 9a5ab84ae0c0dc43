//! All processes of a model under way, one row of futures each.
//!
//! `advance` is inlined all the way down, so that it runs in whatever instruction set its caller
//! dispatched to; what happens at events only is kept out of line.

use std::sync::Arc;

use bevy_ecs::resource::Resource;

use super::correlation::{self, Mixing};
use super::markov::RegimePath;
use super::mean_reverting::RevertingPath;
use super::normal::Noise;
use super::risk::RiskPath;
use super::{Bounds, Kind, Process, Season};
use crate::assets::fault::Fault;
use crate::clock::Stamp;
use crate::lanes::{LANES, Lanes};
use crate::streams::StreamKey;

/// The processes of a model in lanes.
#[derive(Resource, Clone, Debug)]
pub struct Processes {
    running: Vec<Running>,
    /// Innovations of this step, by process; 0 where a process has none.
    innovations: Vec<Lanes>,
    /// Everyone after those whose innovations it uses.
    order: Vec<usize>,
    step_h: f64,
    stamps: Arc<[Stamp]>,
}

/// One process in lanes.
#[derive(Clone, Debug)]
struct Running {
    noise: Option<Noise>,
    mixing: Mixing,
    path: Path,
    season: Option<Season>,
    bounds: Option<Bounds>,
    /// The path's own row.
    raw: Lanes,
    /// After season and bounds.
    value: Lanes,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "few processes, each read at every step")]
enum Path {
    Reverting(RevertingPath),
    Regimes(RegimePath),
    Risk(RiskPath),
}

impl Processes {
    /// Prepares the processes for a horizon of `stamps.len()` steps of `step_h` hours, above 0.
    ///
    /// # Errors
    /// Every broken rule, with the index of its process.
    pub fn new(
        processes: &[Process],
        seed: u64,
        step_h: f64,
        stamps: Arc<[Stamp]>,
    ) -> Result<Self, Vec<(usize, Fault)>> {
        let network = correlation::resolve(processes)?;
        let start = |(process, mixing)| Running::new(process, mixing, seed, step_h, &stamps);
        Ok(Self {
            running: processes.iter().zip(network.mixing).map(start).collect(),
            innovations: vec![Lanes::default(); processes.len()],
            order: network.order,
            step_h,
            stamps,
        })
    }

    /// Puts every process before step 0 of the replicas from `first_replica` on.
    pub fn restart(&mut self, first_replica: u64) {
        for process in &mut self.running {
            process.restart(first_replica);
        }
    }

    /// Moves every process to the start of step `step`: 0 after a restart, then each in turn.
    ///
    /// # Panics
    /// Beyond the horizon.
    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "a horizon has far fewer than 2^52 steps")]
    pub fn advance(&mut self, step: usize, first_replica: u64) {
        let now = Now { step, hours: step as f64 * self.step_h, stamp: self.stamps[step], first_replica };
        for place in 0..self.order.len() {
            let index = self.order[place];
            self.running[index].innovate(now, index, &mut self.innovations);
            self.running[index].advance(now, &self.innovations[index]);
        }
    }

    /// The values of process `index` in this step.
    #[must_use]
    #[inline(always)]
    pub fn value(&self, index: usize) -> &Lanes {
        &self.running[index].value
    }

    /// A magnitude that the value of process `index` never passes, or, where it has no bound, one
    /// passed about once in 1e12 (with jumps an estimate of it). For scales, not for results.
    #[must_use]
    pub fn magnitude(&self, index: usize) -> f64 {
        let process = &self.running[index];
        let raw = match &process.path {
            Path::Reverting(path) => path.magnitude(),
            Path::Regimes(path) => path.magnitude(),
            Path::Risk(path) => path.magnitude(),
        };
        let most = process.season.as_ref().map_or(raw, |season| season.magnitude(raw));
        let bounded = process.bounds.map_or(f64::INFINITY, |bounds| bounds.min.abs().max(bounds.max.abs()));
        most.min(bounded)
    }

    /// Events so far of process `index`, if it is a risk.
    #[must_use]
    pub fn events(&self, index: usize) -> Option<&Lanes<u32>> {
        if let Path::Risk(path) = &self.running[index].path { Some(path.events()) } else { None }
    }

    /// Hours in crisis of process `index` from step 0 to the end of `step`, the last one advanced,
    /// if it is a risk.
    #[must_use]
    pub fn hours_active(&self, index: usize, step: usize) -> Option<Lanes> {
        if let Path::Risk(path) = &self.running[index].path { Some(path.hours_active(step)) } else { None }
    }

    /// A number of events that a lane hardly ever has over `hours`: mean and thirty deviations.
    #[must_use]
    pub fn most_events(&self, index: usize, hours: f64) -> f64 {
        let Path::Risk(path) = &self.running[index].path else { return 0.0 };
        let mean = path.greatest_hazard_per_h() * hours;
        mean + 30.0 * mean.sqrt() + 100.0
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.running.len()
    }
}

/// The step at hand.
#[derive(Clone, Copy, Debug)]
struct Now {
    step: usize,
    /// Hours from step 0 to its start.
    hours: f64,
    stamp: Stamp,
    first_replica: u64,
}

impl Running {
    fn new(process: &Process, mixing: Mixing, seed: u64, step_h: f64, stamps: &[Stamp]) -> Self {
        let stream = process.stream.as_str();
        let noise = process.has_innovations().then(|| Noise::new(StreamKey::new(seed, stream, "noise", 0)));
        let path = match &process.kind {
            Kind::MeanReverting(kind) => Path::Reverting(RevertingPath::new(kind, seed, stream, step_h)),
            Kind::Regimes(kind) => Path::Regimes(RegimePath::new(kind, seed, stream, step_h)),
            Kind::Risk(kind) => Path::Risk(RiskPath::new(kind, seed, stream, step_h, stamps)),
        };
        Self {
            noise,
            mixing,
            path,
            season: process.season.clone(),
            bounds: (process.bounds != Bounds::NONE).then_some(process.bounds),
            raw: Lanes::default(),
            value: Lanes::default(),
        }
    }

    fn restart(&mut self, first_replica: u64) {
        match &mut self.path {
            Path::Reverting(path) => path.restart(first_replica),
            Path::Regimes(path) => path.restart(first_replica),
            Path::Risk(path) => path.restart(first_replica),
        }
    }

    /// This step's innovation: the process's own normal row and those of the processes it names.
    #[inline(always)]
    fn innovate(&mut self, now: Now, index: usize, innovations: &mut [Lanes]) {
        let Some(noise) = &mut self.noise else { return };
        if self.mixing.named.is_empty() {
            noise.row(now.step, now.first_replica, &mut innovations[index]);
            return;
        }
        let mut sum = Lanes::default();
        noise.row(now.step, now.first_replica, &mut sum);
        for lane in 0..LANES {
            sum[lane] *= self.mixing.own;
        }
        for (other, weight) in &self.mixing.named {
            let row = &innovations[*other];
            for lane in 0..LANES {
                sum[lane] += weight * row[lane];
            }
        }
        innovations[index] = sum;
    }

    #[inline(always)]
    fn advance(&mut self, now: Now, innovation: &Lanes) {
        let Now { step, hours, stamp, first_replica } = now;
        let shaped = self.season.is_some() || self.bounds.is_some();
        // A path writes to what it finds: its own row, which season and bounds must not touch.
        let row = if shaped { &mut self.raw } else { &mut self.value };
        let changed = match &mut self.path {
            Path::Reverting(path) => {
                path.advance(hours, first_replica, innovation, row);
                true
            }
            Path::Regimes(path) => path.advance(hours, first_replica, innovation, row),
            Path::Risk(path) => path.advance(step, hours, first_replica, row),
        };
        if shaped && (changed || self.season.is_some()) {
            self.value = self.raw;
            if let Some(season) = &self.season {
                season.apply(stamp, &mut self.value);
            }
            if let Some(bounds) = self.bounds {
                for lane in 0..LANES {
                    self.value[lane] = bounds.cut(self.value[lane]);
                }
            }
        }
    }
}
