//! Weather files: courses of light, air and wind over the horizon.
//!
//! A typical year (EPW, TMY3) is laid over any horizon by month, day and hour (`typical_year`); a plain
//! CSV file has a row per step. What weather does to a plant the engine's rooms say.

mod epw;
mod tmy3;
mod typical_year;

use std::rc::Rc;

use energyopti_engine::Series;

use super::csv::CsvFile;
use super::{Asset, Check, Checked, Reported};
use crate::fault::Found;

pub(super) use typical_year::{Format, TypicalYear, read as read_typical_year};

/// What weather files tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// Global horizontal irradiance.
    Ghi,
    /// Direct normal irradiance.
    Dni,
    /// Diffuse horizontal irradiance.
    Dhi,
    /// Air temperature.
    TempAir,
    /// Wind speed.
    Wind,
    /// Air pressure.
    Pressure,
}

impl Quantity {
    /// Its column in a plain CSV file, unless `columns` names another.
    pub fn column(self) -> &'static str {
        match self {
            Self::Ghi => "ghi_w_per_m2",
            Self::Dni => "dni_w_per_m2",
            Self::Dhi => "dhi_w_per_m2",
            Self::TempAir => "temp_air_c",
            Self::Wind => "wind_m_s",
            Self::Pressure => "pressure_pa",
        }
    }

    /// Least and greatest that can be true anywhere on Earth, in the unit of [`Self::column`].
    fn range(self) -> (f64, f64) {
        match self {
            Self::Ghi | Self::Dni | Self::Dhi => (0.0, 2_000.0),
            Self::TempAir => (-90.0, 60.0),
            Self::Wind => (0.0, 120.0),
            Self::Pressure => (30_000.0, 120_000.0),
        }
    }
}

/// A place as a weather file tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// Latitude in degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude in degrees, east positive.
    pub longitude_deg: f64,
    /// Altitude in m.
    pub altitude_m: f64,
}

/// A weather file that was read.
pub(crate) enum Source {
    /// A typical year.
    Typical(Rc<TypicalYear>),
    /// A row per step.
    Rows(Rc<CsvFile>),
}

/// The file that the weather table `part` names.
pub(crate) fn open(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Source> {
    let format = match part.has("format").then(|| part.text("format")).transpose()? {
        Some("epw") => Some(Format::Epw),
        Some("tmy3") => Some(Format::Tmy3),
        _ => None,
    };
    let (node, key) = (part.node("file")?, part.at("file"));
    let plain = format.is_none() && part.has("format");
    let typical = if plain { None } else { cx.shared.typical_year(node, &key, format, cx.findings)? };
    let (source, input) = if let Some((year, input)) = typical {
        (Source::Typical(year), input)
    } else {
        let (file, input) = cx.shared.file(node, &key, cx.findings)?;
        (Source::Rows(file), input)
    };
    cx.keep(input);
    if part.has("columns") && matches!(source, Source::Typical(_)) {
        let rule = "belongs to a plain CSV file: this one's format says where everything stands";
        return Err(cx.note(Found::new(part.key_span("columns"), part.at("columns"), rule)));
    }
    Ok(source)
}

impl Source {
    /// Where the weather was measured, if the file says so.
    pub fn place(&self) -> Option<Place> {
        if let Self::Typical(year) = self { Some(year.place) } else { None }
    }

    /// The course of a quantity; a column that is missing is a fault.
    pub fn course(&self, quantity: Quantity, part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Series> {
        match self {
            Self::Typical(year) => year.course(quantity, cx),
            Self::Rows(file) => rows(file, quantity, part, cx),
        }
    }

    /// Whether it tells of a quantity: every typical year does, a CSV file by its columns.
    pub fn tells(&self, quantity: Quantity, part: &Asset<'_>) -> bool {
        let named = part.inner("columns").is_ok_and(|columns| columns.has(quantity.column()));
        match self {
            Self::Typical(_) => true,
            Self::Rows(file) => named || file.position(quantity.column()).is_some(),
        }
    }

    /// The course of a quantity: the number at `key` of `owner` where it is written, else the file's where
    /// it has one, else `default`.
    pub fn course_or(
        &self,
        quantity: Quantity,
        part: &Asset<'_>,
        (owner, key, default): (&Asset<'_>, &str, f64),
        cx: &mut Check<'_>,
    ) -> Checked<Series> {
        if owner.has(key) || !self.tells(quantity, part) {
            return owner.number_or(key, default).map(Series::Constant);
        }
        self.course(quantity, part, cx)
    }
}

/// A column of a plain CSV file, a row per step.
fn rows(file: &Rc<CsvFile>, quantity: Quantity, part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Series> {
    let steps = cx.study.steps()?;
    if file.len() != steps {
        let rule = format!("has {} rows, but the horizon has {steps} steps", file.len());
        let found = Found::new(part.span_of("file"), part.at("file"), rule);
        return Err(cx.note(found.help("give one row per step, or a typical year (EPW, TMY3), which fits any horizon")));
    }
    let key = quantity.column();
    let named = part.inner("columns").ok().filter(|columns| columns.has(key));
    let column = match named {
        Some(columns) => file.find(columns.text(key)?, columns.span_of(key), &columns.at(key), cx.findings)?,
        None => file.position(key).ok_or_else(|| {
            let rule = format!("names a file without a column `{key}`");
            let found = Found::new(part.span_of("file"), part.at("file"), rule);
            cx.note(found.help(format!("it has {}; write columns = {{ {key} = \"...\" }}", file.columns())))
        })?,
    };
    file.numbers_within(column, quantity.range(), cx.findings).map(Series::Steps)
}

/// Columns of the CSV file that `part` names, of any length, not negative.
pub(crate) fn columns<const N: usize>(
    part: &Asset<'_>,
    names: [&str; N],
    cx: &mut Check<'_>,
) -> Checked<[Vec<f64>; N]> {
    let (node, key) = (part.node("file")?, part.at("file"));
    let (file, input) = cx.shared.file(node, &key, cx.findings)?;
    cx.keep(input);
    let read = names.map(|name| {
        let index = file.find(name, node.span, &key, cx.findings)?;
        file.numbers(index, cx.findings).map(|values| values.to_vec())
    });
    let read: Checked<Vec<_>> = read.into_iter().collect();
    read?.try_into().map_err(|_| Reported)
}

/// Which one of `ways` the table at `part` takes; a fault unless it is exactly one.
pub(crate) fn only_one(part: &Asset<'_>, ways: &[&'static str], cx: &mut Check<'_>) -> Checked<&'static str> {
    let written: Vec<_> = ways.iter().copied().filter(|key| part.has(key)).collect();
    match written.as_slice() {
        [only] => Ok(only),
        [] => {
            let found = Found::new(part.span, part.path.clone(), "does not say where the weather comes from");
            Err(cx.note(found.help(format!("write one of {}", crate::schema::nearest::quoted(ways, "and")))))
        }
        [first, second, ..] => {
            let rule = format!("stands beside `{first}`: write only one");
            let found = Found::new(part.key_span(second), part.at(second), rule);
            Err(cx.note(found.also(part.key_span(first), "the other one")))
        }
    }
}

/// Whether a plant follows `weather`: a fault unless exactly one of it and `profile` is written, and
/// `physical` keys only with it.
pub(crate) fn is_followed(asset: &Asset<'_>, physical: &[&str], cx: &mut Check<'_>) -> Checked<bool> {
    match (asset.has("profile"), asset.has("weather")) {
        (true, true) => {
            let found =
                Found::new(asset.key_span("weather"), asset.at("weather"), "stands beside `profile`: write only one");
            Err(cx.note(found.also(asset.key_span("profile"), "the other one")))
        }
        (false, false) => {
            let found = Found::new(asset.span, asset.at("profile"), "is missing");
            Err(cx.note(found.help("needed: power that one plant could give, step by step; or `weather`")))
        }
        (false, true) => Ok(true),
        (true, false) => {
            let stray: Vec<_> = physical.iter().filter(|key| asset.has(key)).collect();
            for key in &stray {
                let found = Found::new(asset.key_span(key), asset.at(key), "belongs to `weather`, not to `profile`");
                cx.note(found);
            }
            if stray.is_empty() { Ok(false) } else { Err(Reported) }
        }
    }
}
