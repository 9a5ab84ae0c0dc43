//! A stretch of futures, computed: the one way for a chunk of `run` and for a shard of a job.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use energyopti_engine::record::metrics::{Formula, Scope};
use energyopti_engine::{Batch, Control, Layout, Table, Tally};
use rayon::ThreadPool;
use serde::{Deserialize, Serialize};

use super::BatchError;
use crate::Variant;
use crate::schema::Kept;

/// What some futures add up to, and the columns that are kept of each.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stretch {
    /// Exact sums.
    pub tally: Tally,
    /// By sampled column, a value per future; no columns where nothing is sampled.
    pub columns: Vec<Vec<f64>>,
}

/// Worlds that compute stretches of a variant.
pub(crate) struct Stretches<'a> {
    batch: Batch<'a>,
    sampled: Vec<(usize, String)>,
}

impl<'a> Stretches<'a> {
    /// Builds a world per thread of `pool`.
    pub fn new(variant: &'a Variant, pool: &'a ThreadPool) -> Result<Self, BatchError> {
        let batch = Batch::new(&variant.model, pool)?;
        let sampled = sampled(variant, batch.layout());
        Ok(Self { batch, sampled })
    }

    /// The columns and metrics of the model.
    pub fn layout(&self) -> &Layout {
        self.batch.layout()
    }

    /// A tally of nothing.
    pub fn empty_tally(&self) -> Tally {
        self.batch.empty_tally()
    }

    /// What [`sampled`] says of the variant.
    pub fn sampled(&self) -> &[(usize, String)] {
        &self.sampled
    }

    /// Computes the futures of `range`, which starts at a multiple of 64.
    pub fn compute(&self, range: Range<u64>, control: &Control) -> Result<Stretch, BatchError> {
        let pieces = Mutex::new(BTreeMap::new());
        let tally = self.batch.run(range, control, &|replica, active, table: &Table| {
            if !self.sampled.is_empty() {
                let column = |(at, _): &(usize, String)| table.columns[*at][..active].to_vec();
                let piece: Vec<Vec<f64>> = self.sampled.iter().map(column).collect();
                pieces.lock().unwrap_or_else(PoisonError::into_inner).insert(replica, piece);
            }
        })?;
        let pieces = pieces.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut columns = vec![Vec::new(); self.sampled.len()];
        for piece in pieces.into_values() {
            columns.iter_mut().zip(piece).for_each(|(column, values)| column.extend(values));
        }
        Ok(Stretch { tally, columns })
    }
}

/// Whether the indices of every replica are an output.
pub(crate) fn keeps_samples(variant: &Variant) -> bool {
    variant.scenario.outputs.keep.contains(&Kept::Samples)
}

/// Columns kept per replica, with their names: all where samples are asked for, else those that a
/// question is about.
pub(crate) fn sampled(variant: &Variant, layout: &Layout) -> Vec<(usize, String)> {
    let metrics = variant.questions.metrics();
    let wanted = |name: &str| keeps_samples(variant) || metrics.contains(&name);
    sampled_columns(layout).filter(|(_, name)| wanted(name)).collect()
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
