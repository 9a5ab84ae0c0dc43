//! The sampled columns on their way out, stretch after stretch: to `samples.parquet`, and to the
//! questions that are about them.

use super::BatchError;
use super::stretch::keeps_samples;
use crate::Variant;
use crate::quantum::Futures;
use crate::results::{Draft, SampleWriter};

/// Takes the columns of a run in the order of its futures.
pub(crate) struct Outlet {
    names: Vec<String>,
    writer: Option<SampleWriter>,
    /// What the questions are about, in every future: eight bytes for each, as comparisons hold them.
    futures: Option<Vec<Vec<f64>>>,
}

impl Outlet {
    /// For the columns `sampled` of a run whose files go to `draft`.
    pub fn open(variant: &Variant, sampled: &[(usize, String)], draft: &mut Draft) -> Result<Self, BatchError> {
        let names: Vec<String> = sampled.iter().map(|(_, name)| name.clone()).collect();
        let writer = if keeps_samples(variant) { Some(draft.samples(&names)?) } else { None };
        let asked = !variant.questions.metrics().is_empty();
        let futures = asked.then(|| vec![Vec::new(); names.len()]);
        Ok(Self { names, writer, futures })
    }

    /// Takes the next futures: a slice per column, all of the same length.
    pub fn take(&mut self, columns: &[Vec<f64>]) -> Result<(), BatchError> {
        if let Some(writer) = &mut self.writer {
            writer.push(columns)?;
        }
        for (kept, values) in self.futures.iter_mut().flatten().zip(columns) {
            kept.extend_from_slice(values);
        }
        Ok(())
    }

    /// Ends the table of samples; gives what the questions are about.
    pub fn close(self, draft: &mut Draft) -> Result<Futures, BatchError> {
        if let Some(writer) = self.writer {
            draft.finish_samples(writer)?;
        }
        Ok(self.futures.map(|columns| self.names.into_iter().zip(columns).collect()).unwrap_or_default())
    }
}
