//! `samples.parquet`: one row per replica, written as the replicas come. Memory holds one row
//! group (65 536 rows of 8 bytes per column, 0.5 MiB) whatever the number of replicas, and the
//! bytes of the file do not depend on the sizes of the blocks that came.

use parquet::data_type::{DoubleType, Int64Type};
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;

use super::parquet_file::{Kind, Table, Values, write_rows, writer};
use super::{Draft, Output, StoreError, file};

/// Rows per row group.
const GROUP: usize = 65_536;

/// The first column.
const REPLICA: &str = "replica";

/// Appends blocks of replicas to `samples.parquet`.
pub struct SampleWriter {
    writer: SerializedFileWriter<Output>,
    replicas: Vec<i64>,
    columns: Vec<Vec<f64>>,
    next: i64,
}

impl Draft {
    /// Opens `samples.parquet` with the given columns (names with units, such as `lole_h`) behind
    /// the column `replica`.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub fn samples<S: AsRef<str>>(&mut self, columns: &[S]) -> Result<SampleWriter, StoreError> {
        let mut schema = vec![(REPLICA, Kind::Count)];
        schema.extend(columns.iter().map(|name| (name.as_ref(), Kind::Real)));
        let output = self.create(file::SAMPLES)?;
        let writer = writer(output, &schema, &[]).map_err(StoreError::parquet(file::SAMPLES))?;
        let columns = columns.iter().map(|_| Vec::new()).collect();
        Ok(SampleWriter { writer, replicas: Vec::new(), columns, next: 0 })
    }

    /// Writes the last rows of `samples.parquet` and syncs it.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub fn finish_samples(&mut self, mut samples: SampleWriter) -> Result<(), StoreError> {
        samples.write_group()?;
        // `into_inner` writes the file's footer.
        let output = samples.writer.into_inner().map_err(StoreError::parquet(file::SAMPLES))?;
        self.finish(output)
    }
}

impl SampleWriter {
    /// Appends the next replicas: one slice per column, all of the same length; an undefined
    /// sample is NaN. Replicas are numbered from 0 in the order in which they come.
    ///
    /// # Errors
    /// [`StoreError::SampleShape`] if the block does not fit the columns (it is then not
    /// appended), [`StoreError::Parquet`] if it cannot be written.
    pub fn push<C: AsRef<[f64]>>(&mut self, block: &[C]) -> Result<(), StoreError> {
        let rows = block.first().map_or(0, |column| column.as_ref().len());
        if block.len() != self.columns.len() || block.iter().any(|c| c.as_ref().len() != rows) {
            return Err(StoreError::SampleShape {
                columns: self.columns.len(),
                found: block.len(),
                lengths: block.iter().map(|column| column.as_ref().len()).collect(),
            });
        }
        let mut from = 0;
        while from < rows {
            let to = rows.min(from + GROUP - self.replicas.len());
            for (kept, new) in self.columns.iter_mut().zip(block) {
                kept.extend_from_slice(&new.as_ref()[from..to]);
            }
            for _ in from..to {
                self.replicas.push(self.next);
                self.next += 1;
            }
            from = to;
            if self.replicas.len() == GROUP {
                self.write_group()?;
            }
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), StoreError> {
        if self.replicas.is_empty() {
            return Ok(());
        }
        let mut values = vec![Values::Count(&self.replicas)];
        values.extend(self.columns.iter().map(|column| Values::Real(column)));
        write_rows(&mut self.writer, &values).map_err(StoreError::parquet(file::SAMPLES))?;
        self.replicas.clear();
        self.columns.iter_mut().for_each(Vec::clear);
        Ok(())
    }
}

/// The content of a `samples.parquet`.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// Numbers of the replicas.
    pub replicas: Vec<i64>,
    /// Name and values of each other column; a value per replica.
    pub columns: Vec<(String, Vec<f64>)>,
}

/// Reads a `samples.parquet` whose hash has been checked.
pub(super) fn read(handle: File) -> Result<Samples, StoreError> {
    let parquet = || StoreError::parquet(file::SAMPLES);
    let missing = |column: &str| StoreError::Column { file: file::SAMPLES.to_owned(), column: column.to_owned() };
    let table = Table::open(handle).map_err(parquet())?;
    let replicas = table.column::<Int64Type>(REPLICA).map_err(parquet())?;
    let mut columns = Vec::new();
    for name in table.columns().into_iter().filter(|name| name != REPLICA) {
        let values = table.column::<DoubleType>(&name).map_err(parquet())?;
        let values = values.ok_or_else(|| missing(&name))?;
        columns.push((name, values));
    }
    Ok(Samples { replicas: replicas.ok_or_else(|| missing(REPLICA))?, columns })
}
