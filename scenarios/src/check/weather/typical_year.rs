//! A typical year over a horizon: each step takes the hours of the same month, day and hour.
//!
//! Times in the file are local standard time of its place. A step shorter than an hour takes the hour's
//! value as it stands; one that covers several hours takes their mean; where the time zone is not whole
//! hours, a step takes the mean of the two hours that it touches. 29 February takes 28 February where the
//! file has none. Not here: where a format keeps what (`epw`, `tmy3`).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};
use energyopti_engine::Series;
use jiff::Timestamp;
use jiff::tz::Offset;

pub(super) use super::Place;
use super::{Quantity, epw, tmy3};
use crate::check::csv::{MOST, field_span, line_span};
use crate::check::{Check, Checked, Reported};
use crate::document::SourceId;
use crate::fault::{Findings, Found};
use crate::input::sha256;

/// Formats of typical years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) enum Format {
    /// `EnergyPlus` weather.
    Epw,
    /// Typical meteorological year, third edition.
    Tmy3,
}

impl Format {
    /// The format that a file's first lines show; `None` for plain CSV.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let first = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first);
        if first.starts_with(b"LOCATION,") {
            Some(Self::Epw)
        } else if second.starts_with(b"Date (MM/DD/YYYY)") || second.starts_with(b"\"Date (MM/DD/YYYY)") {
            Some(Self::Tmy3)
        } else {
            None
        }
    }
}

impl Quantity {
    /// All of them, in the order of [`Layout::columns`].
    pub(super) const ALL: [Self; 6] = [Self::Ghi, Self::Dni, Self::Dhi, Self::TempAir, Self::Wind, Self::Pressure];
}

/// Where a format keeps a quantity.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub index: usize,
    /// Into the unit of [`Quantity::column`].
    pub scale: f64,
    /// Numbers that mean: not measured.
    pub missing: Vec<f64>,
}

/// Where a file keeps what.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub place: Place,
    /// Local standard time less UTC, hours.
    pub zone_h: f64,
    pub first_row: usize,
    /// Fields of a row.
    pub width: usize,
    /// One per quantity, in the order of [`Quantity::ALL`].
    pub columns: Vec<Column>,
    /// The interval of a row.
    pub when: fn(&StringRecord) -> Option<When>,
}

/// An hour of a year: month 1-12, day 1-31, hour 0-23 in which the interval starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct When {
    month: u8,
    day: u8,
    hour: u8,
}

impl When {
    /// The interval that ends with `hour` 1-24.
    pub fn ending(month: u8, day: u8, hour: u8) -> Option<Self> {
        let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && (1..=24).contains(&hour);
        valid.then(|| Self { month, day, hour: hour - 1 })
    }
}

/// A readable file.
#[derive(Debug)]
pub(crate) struct TypicalYear {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Where it was measured.
    pub place: Place,
    source: SourceId,
    layout: Layout,
    rows: BTreeMap<When, StringRecord>,
}

/// A field as a number.
pub(super) fn number(row: &StringRecord, index: usize) -> Option<f64> {
    row.get(index)?.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

/// Reads a file; notes what makes it unreadable.
pub(in crate::check) fn read(
    format: Format,
    path: &Path,
    label: String,
    bytes: &Arc<[u8]>,
    findings: &mut Findings,
) -> Checked<TypicalYear> {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    // Place names in these files are often in another encoding than UTF-8; no number is.
    let text = String::from_utf8_lossy(bytes).into_owned();
    let source = findings.sources.add(label, text.as_str(), folder);
    let whole = |rule: String, findings: &mut Findings| {
        findings.note(Found::file(source, rule));
        Reported
    };
    let mut reader = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let records: Result<Vec<StringRecord>, _> = reader.records().collect();
    let records = records.map_err(|e| whole(format!("is not CSV: {e}"), findings))?;
    let layout = match format {
        Format::Epw => epw::layout(&records),
        Format::Tmy3 => tmy3::layout(&records),
    };
    let layout = layout.map_err(|rule| whole(rule, findings))?;
    if !(-12.0..=14.0).contains(&layout.zone_h) {
        return Err(whole(format!("must tell a time zone between -12 and 14, not {}", layout.zone_h), findings));
    }
    let rows = rows(records, &layout, source, &text, findings)?;
    Ok(TypicalYear { sha256: sha256(bytes), bytes: bytes.clone(), place: layout.place, source, layout, rows })
}

/// Every row by its hour; the first of an hour counts.
fn rows(
    records: Vec<StringRecord>,
    layout: &Layout,
    source: SourceId,
    text: &str,
    findings: &mut Findings,
) -> Checked<BTreeMap<When, StringRecord>> {
    let mut rows = BTreeMap::new();
    let mut wrong = 0;
    for row in records.into_iter().skip(layout.first_row) {
        let rule = if row.len() < layout.width {
            format!("the row has {} fields, but the format has {}", row.len(), layout.width)
        } else if let Some(when) = (layout.when)(&row) {
            rows.entry(when).or_insert(row);
            continue;
        } else {
            "the row does not tell a month, a day and an hour from 1 to 24".to_owned()
        };
        wrong += 1;
        if wrong <= MOST {
            findings.note(Found::new(line_span(source, text, &row), "", rule));
        }
    }
    ended(wrong, source, findings).map(|()| rows)
}

/// Fails if anything was wrong, and says how much was left unsaid.
fn ended(wrong: usize, source: SourceId, findings: &mut Findings) -> Checked<()> {
    if wrong > MOST {
        findings.note(Found::file(source, format!("has {} more faults like these", wrong - MOST)).last());
    }
    if wrong == 0 { Ok(()) } else { Err(Reported) }
}

impl TypicalYear {
    /// The course of a quantity over the horizon.
    pub(super) fn course(&self, quantity: Quantity, cx: &mut Check<'_>) -> Checked<Series> {
        let (start, step_s, steps) = (cx.study.start()?.as_second(), cx.study.step_s()?, cx.study.steps()?);
        let values = self.values(quantity, cx.findings)?;
        // Two samples an hour: the second differs where the time zone is not whole hours.
        let samples = 2 * step_s.div_euclid(3600).max(1) + if step_s > 3600 && step_s % 3600 != 0 { 2 } else { 0 };
        let mut course = Vec::with_capacity(steps);
        let mut second = start;
        for _ in 0..steps {
            let mut sum = 0.0;
            for sample in 0..samples {
                let at = second + step_s * (2 * sample + 1) / (2 * samples);
                sum += self.at(&values, at).map_err(|when| {
                    let When { month, day, hour } = when;
                    let rule =
                        format!("has no row for hour {} of {month:02}-{day:02}, which the horizon needs", hour + 1);
                    cx.note(Found::file(self.source, rule).help(
                        "months, days and hours (local standard time) of the \
                        horizon must all be in the file",
                    ))
                })?;
            }
            #[expect(clippy::cast_precision_loss, reason = "at most 48")]
            course.push(sum / samples as f64);
            second += step_s;
        }
        Ok(Series::Steps(course.into()))
    }

    /// The value of the hour into which an instant falls.
    fn at(&self, values: &BTreeMap<When, f64>, unix_s: i64) -> Result<f64, When> {
        let when = self.when(unix_s);
        let common = When { day: if when.month == 2 && when.day == 29 { 28 } else { when.day }, ..when };
        values.get(&when).or_else(|| values.get(&common)).copied().ok_or(common)
    }

    /// An instant on the file's clock.
    fn when(&self, unix_s: i64) -> When {
        #[expect(clippy::cast_possible_truncation, reason = "at most 14 hours")]
        let local = unix_s + (self.layout.zone_h * 3600.0).round() as i64;
        // The check of the study keeps the horizon within the calendar; hours beside it do no harm.
        let date = Offset::UTC.to_datetime(Timestamp::from_second(local).unwrap_or_default());
        let byte = |value: i8| u8::try_from(value).unwrap_or_default();
        When { month: byte(date.month()), day: byte(date.day()), hour: byte(date.hour()) }
    }

    /// A quantity by hour; notes gaps and what cannot be true.
    fn values(&self, quantity: Quantity, findings: &mut Findings) -> Checked<BTreeMap<When, f64>> {
        let at = Quantity::ALL.iter().position(|q| *q == quantity).unwrap_or_default();
        let Column { index, scale, missing } = &self.layout.columns[at];
        let (least, most) = quantity.range();
        let mut values = BTreeMap::new();
        let mut wrong = 0;
        for (when, row) in &self.rows {
            let rule = match number(row, *index) {
                Some(value) if missing.contains(&value) => format!("is missing: {value} stands for a gap"),
                Some(value) if (least..=most).contains(&(value * scale)) => {
                    values.insert(*when, value * scale);
                    continue;
                }
                Some(_) => format!("must lie between {} and {}", least / scale, most / scale),
                None => "must hold a number".to_owned(),
            };
            wrong += 1;
            if wrong <= MOST {
                let span = field_span(self.source, &findings.sources.get(self.source).text, row, *index);
                let found = Found::new(span, quantity.column(), rule);
                let constant = matches!(quantity, Quantity::TempAir | Quantity::Wind | Quantity::Pressure);
                findings.note(if constant {
                    found.help("fill the gap, or write the key as a number in the scenario instead")
                } else {
                    found.help("fill the gap: light cannot be left out")
                });
            }
        }
        ended(wrong, self.source, findings).map(|()| values)
    }
}
