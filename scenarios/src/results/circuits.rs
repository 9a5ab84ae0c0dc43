//! `circuits.parquet` and `counts.parquet`: a row per circuit, and one per circuit and outcome, written
//! as the circuits come. The bytes do not depend on how they came.

use energyopti_quantum::HONEST_CLAIM;
use parquet::file::writer::SerializedFileWriter;

use super::parquet_file::{Kind, Values, write_rows, writer};
use super::{Draft, Output, StoreError, file};
use crate::quantum::CircuitAnswer;

/// Rows per row group.
const GROUP: usize = 65_536;

/// The tables of a batch of circuits.
pub(crate) struct CircuitTables {
    circuits: SerializedFileWriter<Output>,
    counts: Option<SerializedFileWriter<Output>>,
    next: i64,
    rows: Rows,
    outcomes: Outcomes,
}

/// Rows of `circuits.parquet` that are not written yet.
struct Rows {
    row: Vec<i64>,
    inputs: Vec<Vec<f64>>,
    expectation: Vec<Option<f64>>,
    sampled: Vec<Option<f64>>,
    error: Vec<Option<f64>>,
}

/// Rows of `counts.parquet` that are not written yet.
#[derive(Default)]
struct Outcomes {
    row: Vec<i64>,
    bits: Vec<String>,
    count: Vec<i64>,
}

impl Draft {
    /// Opens the tables of circuits with the given inputs; `counts.parquet` where shots are taken.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub(crate) fn circuits(&mut self, inputs: &[String], shots: bool) -> Result<CircuitTables, StoreError> {
        // An input may have the name of any column.
        let names: Vec<String> = inputs.iter().map(|input| format!("input.{input}")).collect();
        let mut schema = vec![("row", Kind::Count)];
        schema.extend(names.iter().map(|name| (name.as_str(), Kind::Real)));
        schema.extend(["expectation", "sampled_mean", "standard_error"].map(|name| (name, Kind::OptionalReal)));
        let circuits = self.open(file::CIRCUITS, &schema)?;
        let schema = [("row", Kind::Count), ("outcome", Kind::Text), ("count", Kind::Count)];
        let counts = if shots { Some(self.open(file::COUNTS, &schema)?) } else { None };
        let rows = Rows {
            row: Vec::new(),
            inputs: vec![Vec::new(); inputs.len()],
            expectation: Vec::new(),
            sampled: Vec::new(),
            error: Vec::new(),
        };
        Ok(CircuitTables { circuits, counts, next: 0, rows, outcomes: Outcomes::default() })
    }

    fn open(&self, name: &str, schema: &[(&str, Kind)]) -> Result<SerializedFileWriter<Output>, StoreError> {
        let claim = [("claim", HONEST_CLAIM.to_owned())];
        writer(self.create(name)?, schema, &claim).map_err(StoreError::parquet(name))
    }

    /// Writes what is left and syncs the tables.
    ///
    /// # Errors
    /// As [`circuits`](Self::circuits).
    pub(crate) fn finish_circuits(&mut self, mut tables: CircuitTables) -> Result<(), StoreError> {
        tables.write_rows()?;
        tables.write_outcomes()?;
        self.finish(tables.circuits.into_inner().map_err(StoreError::parquet(file::CIRCUITS))?)?;
        match tables.counts {
            Some(counts) => self.finish(counts.into_inner().map_err(StoreError::parquet(file::COUNTS))?),
            None => Ok(()),
        }
    }
}

impl CircuitTables {
    /// Appends the next circuit: its values, and what it answered.
    ///
    /// # Errors
    /// [`StoreError::Parquet`].
    pub(crate) fn push(&mut self, values: &[f64], answer: &CircuitAnswer) -> Result<(), StoreError> {
        self.rows.row.push(self.next);
        self.rows.inputs.iter_mut().zip(values).for_each(|(column, value)| column.push(*value));
        self.rows.expectation.push(answer.expectation);
        self.rows.sampled.push(answer.sampled.map(|mean| mean.value));
        self.rows.error.push(answer.sampled.and_then(|mean| mean.standard_error));
        for (bits, count) in answer.counts.iter().flatten() {
            self.outcomes.row.push(self.next);
            self.outcomes.bits.push(bits.clone());
            self.outcomes.count.push(i64::try_from(*count).unwrap_or(i64::MAX));
            if self.outcomes.row.len() == GROUP {
                self.write_outcomes()?;
            }
        }
        self.next += 1;
        if self.rows.row.len() == GROUP { self.write_rows() } else { Ok(()) }
    }

    fn write_rows(&mut self) -> Result<(), StoreError> {
        let Rows { row, inputs, expectation, sampled, error } = &mut self.rows;
        if row.is_empty() {
            return Ok(());
        }
        let mut values = vec![Values::Count(row)];
        values.extend(inputs.iter().map(|column| Values::Real(column)));
        values.extend([expectation, sampled, error].map(|column| Values::OptionalReal(std::mem::take(column))));
        write_rows(&mut self.circuits, &values).map_err(StoreError::parquet(file::CIRCUITS))?;
        drop(values);
        row.clear();
        inputs.iter_mut().for_each(Vec::clear);
        Ok(())
    }

    fn write_outcomes(&mut self) -> Result<(), StoreError> {
        let Outcomes { row, bits, count } = std::mem::take(&mut self.outcomes);
        let Some(counts) = self.counts.as_mut().filter(|_| !row.is_empty()) else { return Ok(()) };
        let texts = bits.iter().map(String::as_str).collect();
        let values = [Values::Count(&row), Values::Text(texts), Values::Count(&count)];
        write_rows(counts, &values).map_err(StoreError::parquet(file::COUNTS))
    }
}
