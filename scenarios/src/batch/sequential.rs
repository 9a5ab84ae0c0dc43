//! A sequential Monte Carlo run, chunk by chunk: resuming and stopping.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use energyopti_engine::{Control, Controls, Results};

use super::checkpoint::{Checkpoint, State};
use super::outlet::Outlet;
use super::stretch::Stretches;
use super::{BatchError, exact, stop};
use crate::Variant;
use crate::schema::VarianceReduction;

/// Finished chunks are saved at most this often.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// The expectations that the variance reduction needs, if one is asked for.
pub(crate) fn controls(variant: &Variant) -> Result<Option<Controls>, BatchError> {
    match variant.scenario.monte_carlo.variance_reduction {
        VarianceReduction::None => Ok(None),
        VarianceReduction::ControlVariate => exact::controls(&variant.model).map(Some),
    }
}

/// A sequential Monte Carlo run, chunk by chunk.
pub(super) struct Sequential<'a> {
    variant: &'a Variant,
    stretches: &'a Stretches<'a>,
    checkpoint: &'a Checkpoint,
    controls: Option<Controls>,
    chunk: u64,
    /// Samples of finished chunks that are not on disk yet.
    unsaved: BTreeMap<u64, Vec<Vec<f64>>>,
    state: State,
    saved: Instant,
}

impl<'a> Sequential<'a> {
    pub fn new(
        variant: &'a Variant,
        id: &str,
        stretches: &'a Stretches<'a>,
        (checkpoint, fresh): (&'a Checkpoint, bool),
        chunk: u64,
        controls: Option<Controls>,
    ) -> Self {
        let nothing = || State { run: id.to_owned(), done: 0, pieces: vec![], tally: stretches.empty_tally() };
        let earlier = if fresh { None } else { checkpoint.load(id) };
        let state = earlier.unwrap_or_else(nothing);
        let unsaved = BTreeMap::new();
        Self { variant, stretches, checkpoint, controls, chunk, unsaved, state, saved: Instant::now() }
    }

    pub fn run(&mut self, control: &Control) -> Result<(), BatchError> {
        let monte_carlo = &self.variant.scenario.monte_carlo;
        control.progress.store(self.state.done, std::sync::atomic::Ordering::Relaxed);
        while self.state.done < monte_carlo.replicas {
            let first = self.state.done;
            let mut end = (first + self.chunk).min(monte_carlo.replicas);
            if let Some(rule) = &monte_carlo.stop_at {
                if stop::is_satisfied(rule, &self.state.tally, self.stretches.layout(), self.controls) {
                    break;
                }
                end = end.min(stop::next_judgement(first));
            }
            match self.run_chunk(first, end, control) {
                Ok(()) => {}
                Err(error) => {
                    // What is finished stays finished, whatever ended the rest.
                    self.save()?;
                    return Err(error);
                }
            }
            if self.saved.elapsed() >= SAVE_EVERY {
                self.save()?;
            }
        }
        Ok(())
    }

    fn run_chunk(&mut self, first: u64, end: u64, control: &Control) -> Result<(), BatchError> {
        let stretch = self.stretches.compute(first..end, control)?;
        if !stretch.columns.is_empty() {
            self.unsaved.insert(first, stretch.columns);
        }
        self.state.tally.merge(&stretch.tally);
        self.state.done = end;
        Ok(())
    }

    /// Puts what is finished on disk.
    fn save(&mut self) -> Result<(), BatchError> {
        if self.state.done == 0 {
            return Ok(());
        }
        while let Some((first, columns)) = self.unsaved.pop_first() {
            let piece = self.checkpoint.save_samples(first, &columns)?;
            self.state.pieces.push(piece);
        }
        self.checkpoint.save(&self.state)?;
        self.saved = Instant::now();
        Ok(())
    }

    /// Hands out the sampled columns, stretch after stretch of replicas.
    pub fn hand_out(&self, outlet: &mut Outlet) -> Result<(), BatchError> {
        for piece in &self.state.pieces {
            outlet.take(&self.checkpoint.load_samples(piece.first, self.stretches.sampled().len())?)?;
        }
        self.unsaved.values().try_for_each(|columns| outlet.take(columns))
    }

    pub fn results(&self) -> Results {
        self.state.tally.results(self.stretches.layout(), self.controls)
    }
}
