//! Parquet without Arrow: flat tables of text, counts and reals. It knows neither runs nor
//! metrics. Equal input gives equal bytes: no time, and a fixed `created_by`.

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Count,
    Real,
    OptionalCount,
    OptionalReal,
}

/// The values of a column, for one row group.
pub(super) enum Values<'a> {
    Text(Vec<&'a str>),
    Count(&'a [i64]),
    Real(&'a [f64]),
    OptionalCount(Vec<Option<i64>>),
    OptionalReal(Vec<Option<f64>>),
}

/// Opens a table with `columns` on `sink`.
pub(super) fn writer<W: Write + Send>(
    sink: W,
    columns: &[(&str, Kind)],
    metadata: &[(&str, String)],
) -> Result<SerializedFileWriter<W>> {
    let fields = columns.iter().map(|&(name, kind)| field(name, kind)).collect::<Result<_>>()?;
    let schema = Type::group_type_builder("table").with_fields(fields).build()?;
    let metadata = metadata.iter().map(|(k, v)| KeyValue::new((*k).to_owned(), v.clone()));
    let properties = WriterProperties::builder()
        .set_created_by(concat!("energyopti ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(metadata.collect()))
        .build();
    SerializedFileWriter::new(sink, Arc::new(schema), Arc::new(properties))
}

fn field(name: &str, kind: Kind) -> Result<TypePtr> {
    let physical = match kind {
        Kind::Text => Physical::BYTE_ARRAY,
        Kind::Count | Kind::OptionalCount => Physical::INT64,
        Kind::Real | Kind::OptionalReal => Physical::DOUBLE,
    };
    let repetition = match kind {
        Kind::Text | Kind::Count | Kind::Real => Repetition::REQUIRED,
        Kind::OptionalCount | Kind::OptionalReal => Repetition::OPTIONAL,
    };
    let converted = if kind == Kind::Text { ConvertedType::UTF8 } else { ConvertedType::NONE };
    Type::primitive_type_builder(name, physical)
        .with_repetition(repetition)
        .with_converted_type(converted)
        .build()
        .map(Arc::new)
}

/// Writes one row group; `columns` in the order of the schema.
pub(super) fn write_rows<W: Write + Send>(writer: &mut SerializedFileWriter<W>, columns: &[Values<'_>]) -> Result<()> {
    let mut rows = writer.next_row_group()?;
    for column in columns {
        let mut out = rows.next_column()?.ok_or_else(|| too_many(columns.len()))?;
        match column {
            Values::Text(texts) => {
                let bytes: Vec<ByteArray> = texts.iter().map(|&text| text.into()).collect();
                out.typed::<ByteArrayType>().write_batch(&bytes, None, None)?;
            }
            Values::Count(values) => {
                out.typed::<Int64Type>().write_batch(values, None, None)?;
            }
            Values::Real(values) => {
                out.typed::<DoubleType>().write_batch(values, None, None)?;
            }
            Values::OptionalCount(values) => {
                let (present, levels) = split(values);
                out.typed::<Int64Type>().write_batch(&present, Some(&levels), None)?;
            }
            Values::OptionalReal(values) => {
                let (present, levels) = split(values);
                out.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
            }
        }
        out.close()?;
    }
    rows.close()?;
    Ok(())
}

fn too_many(columns: usize) -> ParquetError {
    ParquetError::General(format!("{columns} columns are more than the schema has"))
}

/// The values that are there, and for each row 1 if there is one.
fn split<T: Copy>(values: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
    let levels = values.iter().map(|value| i16::from(value.is_some())).collect();
    (values.iter().copied().flatten().collect(), levels)
}

/// A table read back, column by column.
pub(super) struct Table {
    reader: SerializedFileReader<File>,
}

impl Table {
    pub(super) fn open(file: File) -> Result<Self> {
        Ok(Self { reader: SerializedFileReader::new(file)? })
    }

    /// The names of the columns, in order.
    pub(super) fn columns(&self) -> Vec<String> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        schema.columns().iter().map(|column| column.name().to_owned()).collect()
    }

    /// The value that the file's metadata gives for `key`.
    pub(super) fn metadata(&self, key: &str) -> Option<&str> {
        let pairs = self.reader.metadata().file_metadata().key_value_metadata()?;
        pairs.iter().find(|pair| pair.key == key)?.value.as_deref()
    }

    /// All values of the column `name`, which must be required and of the type asked for; `None`
    /// if there is no such column.
    pub(super) fn column<T: DataType>(&self, name: &str) -> Result<Option<Vec<T::T>>> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let Some(index) = schema.columns().iter().position(|column| {
            column.name() == name && column.physical_type() == T::get_physical_type() && column.max_def_level() == 0
        }) else {
            return Ok(None);
        };
        let mut values = Vec::new();
        for group in 0..self.reader.num_row_groups() {
            let rows = self.reader.get_row_group(group)?;
            let count = usize::try_from(rows.metadata().num_rows())
                .map_err(|_| ParquetError::General("a row group has no length".to_owned()))?;
            let column = rows.get_column_reader(index)?;
            let mut column = parquet::column::reader::get_typed_column_reader::<T>(column);
            column.read_records(count, None, None, &mut values)?;
        }
        Ok(Some(values))
    }

    /// All rows, for tests and for tables with nullable columns.
    #[cfg(test)]
    pub(super) fn rows(&self) -> Result<parquet::record::reader::RowIter<'_>> {
        self.reader.get_row_iter(None)
    }
}
