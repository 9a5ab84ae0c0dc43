//! What the answers of quantum circuits leave: tables, and their part of the summary.

use serde_json::{Value, json};

use super::parquet_file::{Kind, Values, write_rows, writer};
use super::{Draft, StoreError, file};
use crate::quantum::{Answers, Tail};

/// The part `quantum` of `summary.json`; `None` where nothing was asked.
pub(crate) fn summary(answers: &Answers) -> Option<Value> {
    if answers.is_empty() {
        return None;
    }
    let mut summary = json!({"claim": energyopti_quantum::HONEST_CLAIM});
    if let Some(tail) = &answers.tail_risk {
        summary["tail_risk"] = json!(tail.answer);
        summary["tail_risk"]["of"] = json!(tail.of);
    }
    Some(summary)
}

impl Draft {
    /// Writes a table for each answer that has one.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub(crate) fn quantum(&mut self, answers: &Answers) -> Result<(), StoreError> {
        answers.tail_risk.iter().try_for_each(|tail| self.tail_risk(tail))
    }

    /// `tail_risk.parquet`: the discretised distribution.
    fn tail_risk(&mut self, tail: &Tail) -> Result<(), StoreError> {
        let grid = tail.question.grid();
        let unit = tail.of.split('.').next().unwrap_or(&tail.of);
        let metadata = [("of", tail.of.clone()), ("alpha", tail.answer.alpha.to_string())];
        self.rows(
            file::TAIL_RISK,
            &[(unit, Kind::Real), ("probability", Kind::Real)],
            &metadata,
            &[Values::Real(grid.values()), Values::Real(&grid.probabilities())],
        )
    }

    /// A table of one row group.
    fn rows(
        &mut self,
        name: &str,
        columns: &[(&str, Kind)],
        metadata: &[(&str, String)],
        values: &[Values<'_>],
    ) -> Result<(), StoreError> {
        let mut output = self.create(name)?;
        let mut table = writer(&mut output, columns, metadata).map_err(StoreError::parquet(name))?;
        write_rows(&mut table, values).and_then(|()| table.finish().map(drop)).map_err(StoreError::parquet(name))?;
        drop(table);
        self.finish(output)
    }
}
