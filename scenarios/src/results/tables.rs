//! `summary.parquet`, `timeseries.parquet` and `margin.parquet`: which columns they have. Column names carry their
//! unit; in the summary the metric's own name does.

use energyopti_engine::{Histogram, Timeline, TimelineRow};
use parquet::data_type::{DoubleType, Int64Type};
use std::fs::File;
use std::io::Write;

use super::parquet_file::{Kind, Table, Values, write_rows, writer};
use super::{Draft, StoreError, Summary, file};

impl Draft {
    /// Writes `summary.json` and `summary.parquet`.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub fn summary(&mut self, summary: &Summary) -> Result<(), StoreError> {
        self.write(file::SUMMARY, summary.to_json()?.as_bytes())?;
        let mut output = self.create(file::SUMMARY_TABLE)?;
        write_summary(&mut output, summary).map_err(StoreError::parquet(file::SUMMARY_TABLE))?;
        self.finish(output)
    }

    /// Writes `timeseries.parquet`; `step_h` is the length of a step in hours.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub fn timeline(&mut self, timeline: &Timeline, step_h: f64) -> Result<(), StoreError> {
        let mut output = self.create(file::TIMESERIES)?;
        write_timeline(&mut output, timeline, step_h).map_err(StoreError::parquet(file::TIMESERIES))?;
        self.finish(output)
    }

    /// Writes `margin.parquet`: how often the margin lay between `low_mw` and `high_mw`, over all
    /// steps and replicas.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub fn margin(&mut self, margin: &Histogram) -> Result<(), StoreError> {
        let mut output = self.create(file::MARGIN)?;
        write_margin(&mut output, margin).map_err(StoreError::parquet(file::MARGIN))?;
        self.finish(output)
    }

    /// Writes `report.html`.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn report(&mut self, html: &str) -> Result<(), StoreError> {
        self.write(file::REPORT, html.as_bytes())
    }
}

fn write_summary(sink: &mut (impl Write + Send), summary: &Summary) -> parquet::errors::Result<()> {
    let columns = [
        ("metric", Kind::Text),
        ("value", Kind::OptionalReal),
        ("standard_error", Kind::OptionalReal),
        ("ci95_low", Kind::OptionalReal),
        ("ci95_high", Kind::OptionalReal),
        ("n", Kind::OptionalCount),
    ];
    let metadata = [
        ("run", summary.run.clone()),
        ("scenario", summary.scenario.clone()),
        ("horizon_h", summary.horizon_h.to_string()),
        ("currency", summary.currency.clone()),
    ];
    let rows = &summary.metrics;
    let finite = |x: Option<f64>| x.filter(|x| x.is_finite());
    let real = |pick: fn(&energyopti_engine::Estimate) -> Option<f64>| {
        Values::OptionalReal(rows.iter().map(|(_, e)| finite(pick(e))).collect())
    };
    let counts = rows.iter().map(|(_, e)| e.n.and_then(|n| i64::try_from(n).ok()));
    let mut writer = writer(sink, &columns, &metadata)?;
    write_rows(
        &mut writer,
        &[
            Values::Text(rows.iter().map(|(name, _)| name.as_str()).collect()),
            real(|e| e.value),
            real(|e| e.standard_error),
            real(|e| e.ci95.map(|ends| ends[0])),
            real(|e| e.ci95.map(|ends| ends[1])),
            Values::OptionalCount(counts.collect()),
        ],
    )?;
    writer.finish().map(drop)
}

/// A column's name and the value it takes from a row.
type Series = (&'static str, fn(&TimelineRow) -> f64);

/// The real columns of the time series and the value each takes from a row.
const SERIES: [Series; 7] = [
    ("load_mean_mw", |row| row.load_mean_mw),
    ("unserved_mean_mw", |row| row.unserved_mean_mw),
    ("stored_mean_mwh", |row| row.stored_mean_mwh),
    ("margin_mean_mw", |row| row.margin_mean_mw),
    ("margin_q05_mw", |row| row.margin_quantiles_mw[0]),
    ("margin_q50_mw", |row| row.margin_quantiles_mw[1]),
    ("margin_q95_mw", |row| row.margin_quantiles_mw[2]),
];

fn write_timeline(sink: &mut (impl Write + Send), timeline: &Timeline, step_h: f64) -> parquet::errors::Result<()> {
    let mut columns = vec![("step", Kind::Count), ("start_h", Kind::Real)];
    columns.extend(SERIES.iter().map(|&(name, _)| (name, Kind::Real)));
    let metadata = [
        ("steps_per_row", timeline.steps_per_row.to_string()),
        ("resolution_mw", timeline.resolution_mw.to_string()),
        ("quantile_replicas", timeline.quantile_replicas.to_string()),
        ("step_h", step_h.to_string()),
    ];
    let steps: Vec<i64> = timeline.rows.iter().map(|row| i64::try_from(row.step).unwrap_or(i64::MAX)).collect();
    #[expect(clippy::cast_precision_loss, reason = "steps stay far below 2^53")]
    let starts: Vec<f64> = timeline.rows.iter().map(|row| row.step as f64 * step_h).collect();
    let series = SERIES.map(|(_, pick)| timeline.rows.iter().map(pick).collect::<Vec<f64>>());
    let mut values = vec![Values::Count(&steps), Values::Real(&starts)];
    values.extend(series.iter().map(|column| Values::Real(column)));
    let mut writer = writer(sink, &columns, &metadata)?;
    write_rows(&mut writer, &values)?;
    writer.finish().map(drop)
}

fn write_margin(sink: &mut (impl Write + Send), margin: &Histogram) -> parquet::errors::Result<()> {
    let columns = [("low_mw", Kind::Real), ("high_mw", Kind::Real), ("count", Kind::Count)];
    let counts: Vec<i64> = margin.counts.iter().map(|n| i64::try_from(*n).unwrap_or(i64::MAX)).collect();
    let bins = counts.len();
    let mut writer = writer(sink, &columns, &[])?;
    let values = [Values::Real(&margin.edges[..bins]), Values::Real(&margin.edges[1..=bins]), Values::Count(&counts)];
    write_rows(&mut writer, &values)?;
    writer.finish().map(drop)
}

/// Reads a `timeseries.parquet` whose hash has been checked.
pub(super) fn read_timeline(handle: File) -> Result<Timeline, StoreError> {
    let name = file::TIMESERIES;
    let missing = |column: &str| StoreError::Column { file: name.into(), column: column.into() };
    let table = Table::open(handle).map_err(StoreError::parquet(name))?;
    let steps = table.column::<Int64Type>("step").map_err(StoreError::parquet(name))?;
    let steps = steps.ok_or_else(|| missing("step"))?;
    let mut series = Vec::with_capacity(SERIES.len());
    for (column, _) in SERIES {
        let values = table.column::<DoubleType>(column).map_err(StoreError::parquet(name))?;
        series.push(values.filter(|v| v.len() == steps.len()).ok_or_else(|| missing(column))?);
    }
    let rows = steps.iter().enumerate().map(|(at, &step)| TimelineRow {
        step: u64::try_from(step).unwrap_or_default(),
        load_mean_mw: series[0][at],
        unserved_mean_mw: series[1][at],
        stored_mean_mwh: series[2][at],
        margin_mean_mw: series[3][at],
        margin_quantiles_mw: [series[4][at], series[5][at], series[6][at]],
    });
    Ok(Timeline {
        steps_per_row: metadata(&table, "steps_per_row")?,
        resolution_mw: metadata(&table, "resolution_mw")?,
        quantile_replicas: metadata(&table, "quantile_replicas")?,
        rows: rows.collect(),
    })
}

fn metadata<T: std::str::FromStr>(table: &Table, key: &str) -> Result<T, StoreError> {
    table
        .metadata(key)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| StoreError::Column { file: file::TIMESERIES.to_owned(), column: key.to_owned() })
}
