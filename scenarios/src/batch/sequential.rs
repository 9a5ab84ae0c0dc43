//! A sequential Monte Carlo run, chunk by chunk: resuming, stopping, and what every future gave.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use energyopti_engine::record::metrics::{Formula, Scope};
use energyopti_engine::{Batch, Control, Controls, Layout, Results, Table};

use super::checkpoint::{Checkpoint, State};
use super::{BatchError, exact, stop};
use crate::Variant;
use crate::quantum::Futures;
use crate::results::Draft;
use crate::schema::{Kept, VarianceReduction};

/// Finished chunks are saved at most this often.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// The expectations that the variance reduction needs, if one is asked for.
pub(super) fn controls(variant: &Variant) -> Result<Option<Controls>, BatchError> {
    match variant.scenario.monte_carlo.variance_reduction {
        VarianceReduction::None => Ok(None),
        VarianceReduction::ControlVariate => exact::controls(&variant.model).map(Some),
    }
}

/// A sequential Monte Carlo run, chunk by chunk.
pub(super) struct Sequential<'a> {
    variant: &'a Variant,
    batch: &'a Batch<'a>,
    checkpoint: &'a Checkpoint,
    controls: Option<Controls>,
    chunk: u64,
    /// Columns kept per replica, with their names: all where samples are asked for, else those that
    /// a question is about.
    sampled: Vec<(usize, String)>,
    /// Samples of finished chunks that are not on disk yet.
    unsaved: BTreeMap<u64, Vec<Vec<f64>>>,
    state: State,
    saved: Instant,
}

impl<'a> Sequential<'a> {
    pub fn new(
        variant: &'a Variant,
        id: &str,
        batch: &'a Batch<'a>,
        (checkpoint, fresh): (&'a Checkpoint, bool),
        chunk: u64,
        controls: Option<Controls>,
    ) -> Self {
        let metrics = variant.questions.metrics();
        let wanted = |name: &str| keeps_samples(variant) || metrics.contains(&name);
        let sampled = sampled_columns(batch.layout()).filter(|(_, name)| wanted(name)).collect();
        let nothing = || State { run: id.to_owned(), done: 0, pieces: vec![], tally: batch.empty_tally() };
        let earlier = if fresh { None } else { checkpoint.load(id) };
        let state = earlier.unwrap_or_else(nothing);
        let unsaved = BTreeMap::new();
        Self { variant, batch, checkpoint, controls, chunk, sampled, unsaved, state, saved: Instant::now() }
    }

    pub fn run(&mut self, control: &Control) -> Result<(), BatchError> {
        let monte_carlo = &self.variant.scenario.monte_carlo;
        control.progress.store(self.state.done, std::sync::atomic::Ordering::Relaxed);
        while self.state.done < monte_carlo.replicas {
            let first = self.state.done;
            let mut end = (first + self.chunk).min(monte_carlo.replicas);
            if let Some(rule) = &monte_carlo.stop_at {
                if stop::is_satisfied(rule, &self.state.tally, self.batch.layout(), self.controls) {
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
        let pieces = Mutex::new(BTreeMap::new());
        let sampled = &self.sampled;
        let tally = self.batch.run(first..end, control, &|replica, active, table: &Table| {
            if !sampled.is_empty() {
                let piece: Vec<Vec<f64>> = sampled.iter().map(|(c, _)| table.columns[*c][..active].to_vec()).collect();
                let mut pieces = pieces.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                pieces.insert(replica, piece);
            }
        })?;
        let pieces = pieces.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !pieces.is_empty() {
            let mut columns = vec![Vec::new(); self.sampled.len()];
            for piece in pieces.into_values() {
                columns.iter_mut().zip(piece).for_each(|(column, values)| column.extend(values));
            }
            self.unsaved.insert(first, columns);
        }
        self.state.tally.merge(&tally);
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

    pub fn write_samples(&self, draft: &mut Draft) -> Result<(), BatchError> {
        if !keeps_samples(self.variant) {
            return Ok(());
        }
        let names: Vec<&str> = self.sampled.iter().map(|(_, name)| name.as_str()).collect();
        let mut writer = draft.samples(&names)?;
        self.each_piece(|columns| Ok(writer.push(columns)?))?;
        Ok(draft.finish_samples(writer)?)
    }

    /// What the questions are about, in every replica: eight bytes for each, as comparisons hold them.
    pub fn futures(&self) -> Result<Futures, BatchError> {
        let mut columns = vec![Vec::new(); self.sampled.len()];
        if !self.variant.questions.metrics().is_empty() {
            self.each_piece(|piece| {
                columns.iter_mut().zip(piece).for_each(|(column, values)| column.extend_from_slice(values));
                Ok(())
            })?;
        }
        Ok(self.sampled.iter().map(|(_, name)| name.clone()).zip(columns).collect())
    }

    /// The sampled columns, stretch after stretch of replicas.
    fn each_piece(&self, mut take: impl FnMut(&[Vec<f64>]) -> Result<(), BatchError>) -> Result<(), BatchError> {
        for piece in &self.state.pieces {
            take(&self.checkpoint.load_samples(piece.first, self.sampled.len())?)?;
        }
        self.unsaved.values().try_for_each(|columns| take(columns))
    }

    pub fn results(&self) -> Results {
        self.state.tally.results(self.batch.layout(), self.controls)
    }
}

/// Whether the indices of every replica are an output.
fn keeps_samples(variant: &Variant) -> bool {
    variant.scenario.outputs.keep.contains(&Kept::Samples)
}

/// The columns worth keeping per replica, with their names: all but the calendar's.
pub(crate) fn sampled_columns(layout: &Layout) -> impl Iterator<Item = (usize, String)> {
    layout.metrics.iter().filter_map(|metric| match metric.formula {
        Formula::Mean { column, factor } => {
            let calendar = matches!(layout.columns[column].scope, Scope::Month(_) | Scope::Hour(_));
            #[expect(clippy::float_cmp, reason = "exactly 1 marks the column itself")]
            let itself = factor == 1.0;
            (itself && !calendar).then(|| (column, metric.name.clone()))
        }
        _ => None,
    })
}
