//! Profiles: one value per step, from a CSV file or written in the scenario, in MW or per unit.
//!
//! Several columns are weather years. Not here: reading CSV (`csv`).

use std::rc::Rc;
use std::sync::Arc;

use energyopti_engine::Series;

use super::csv::CsvFile;
use super::{Asset, Check, Checked, Reported};
use crate::document::{Node, Span};
use crate::fault::Found;
pub(crate) use crate::schema::Unit;

/// Relative excess over nominal power that is taken for rounding.
const ROUNDING: f64 = 1e-9;

/// The power that per-unit values are shares of.
pub(crate) struct Nominal<'a> {
    owner: Option<(&'a Asset<'a>, &'static str)>,
    limits: bool,
}

impl<'a> Nominal<'a> {
    /// There is none; values are in MW.
    pub fn none() -> Self {
        Self { owner: None, limits: false }
    }

    /// The number at `key`, which no value may exceed.
    pub fn limit(asset: &'a Asset<'_>, key: &'static str) -> Self {
        Self { owner: Some((asset, key)), limits: true }
    }

    /// The number at `key`.
    pub fn scale(asset: &'a Asset<'_>, key: &'static str) -> Self {
        Self { owner: Some((asset, key)), limits: false }
    }

    fn mw(&self) -> Checked<f64> {
        self.owner.map_or(Ok(1.0), |(asset, key)| asset.number(key))
    }
}

/// The number of weather years, where a profile first said it.
#[derive(Default)]
pub(crate) struct Years(Option<(usize, Span)>);

/// The unit that a profile says, or `default`.
pub(crate) fn unit(profile: &Asset<'_>, default: Unit) -> Checked<Unit> {
    if profile.has("values_mw") {
        return Ok(Unit::Mw);
    }
    if profile.has("values_pu") {
        return Ok(Unit::Pu);
    }
    match profile.has("unit").then(|| profile.text("unit")).transpose()? {
        Some("pu") => Ok(Unit::Pu),
        Some(_) => Ok(Unit::Mw),
        None => Ok(default),
    }
}

/// Reads a profile as MW.
pub(crate) fn read(profile: &Asset<'_>, nominal: &Nominal<'_>, default: Unit, cx: &mut Check<'_>) -> Checked<Series> {
    let courses = courses(profile, cx)?;
    lengths(profile, &courses, cx)?;
    let unit = unit(profile, default)?;
    if default == Unit::Pu && unit == Unit::Mw {
        let key = if profile.has("unit") { "unit" } else { "values_mw" };
        let found = Found::new(profile.key_span(key), profile.at(key), "must be per unit here");
        return Err(cx.note(found.help("write `profile` instead of `p_max_pu` for MW")));
    }
    same_years(profile, courses.len(), cx)?;
    let nominal_mw = nominal.mw()?;
    let scale = if unit == Unit::Pu { nominal_mw } else { 1.0 };
    if nominal.limits {
        within_nominal(&courses, scale, nominal_mw, unit, cx)?;
    }
    Ok(series(&courses, scale, cx))
}

/// The profile of a plant, at most its nominal power.
pub(crate) fn of_plant(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Series> {
    read(&asset.inner("profile")?, &Nominal::limit(asset, "p_nom_mw"), Unit::Mw, cx)
}

/// Reads a flow of water in m3/s as MW.
pub(crate) fn flow(profile: &Asset<'_>, mw_per_m3_per_s: f64, cx: &mut Check<'_>) -> Checked<Series> {
    if !profile.has("file") && !profile.has("values_m3_per_s") {
        let found = Found::new(profile.span, profile.path.clone(), "does not say its values");
        return Err(cx.note(found.help("write one of `file` and `values_m3_per_s`")));
    }
    let courses = courses(profile, cx)?;
    lengths(profile, &courses, cx)?;
    same_years(profile, courses.len(), cx)?;
    Ok(series(&courses, mw_per_m3_per_s, cx))
}

/// One course of values and where they are written.
struct Course<'a> {
    values: Arc<[f64]>,
    place: Place<'a>,
}

enum Place<'a> {
    Inline(&'a [Node], String),
    Column(Rc<CsvFile>, usize),
}

fn courses<'a>(profile: &Asset<'a>, cx: &mut Check<'_>) -> Checked<Vec<Course<'a>>> {
    let ways = ["file", "values_mw", "values_pu", "values_m3_per_s"];
    let chosen: Vec<&str> = ways.into_iter().filter(|key| profile.has(key)).collect();
    match chosen.as_slice() {
        ["file"] => from_file(profile, cx),
        [inline] => {
            for key in ["column", "columns", "unit"].into_iter().filter(|key| profile.has(key)) {
                let rule = format!("belongs to `file`, not to `{inline}`");
                cx.note(Found::new(profile.key_span(key), profile.at(key), rule));
            }
            let nodes = profile.node(inline)?.list().ok_or(Reported)?;
            let values: Checked<Arc<[f64]>> = nodes.iter().map(|n| n.number().ok_or(Reported)).collect();
            Ok(vec![Course { values: values?, place: Place::Inline(nodes, profile.at(inline)) }])
        }
        [] => {
            let found = Found::new(profile.span, profile.path.clone(), "does not say its values");
            Err(cx.note(found.help("write one of `file`, `values_mw` and `values_pu`")))
        }
        [first, second, ..] => {
            let found = Found::new(
                profile.key_span(second),
                profile.at(second),
                format!("stands beside `{first}`: write only one"),
            );
            Err(cx.note(found.also(profile.key_span(first), "the other one")))
        }
    }
}

fn from_file<'a>(profile: &Asset<'a>, cx: &mut Check<'_>) -> Checked<Vec<Course<'a>>> {
    let (file, input) = cx.shared.file(profile.node("file")?, &profile.at("file"), cx.findings)?;
    cx.keep(input);
    let columns: Vec<(&Node, String)> = match (profile.has("column"), profile.has("columns")) {
        (true, false) => vec![(profile.node("column")?, profile.at("column"))],
        (false, true) => {
            let nodes = profile.node("columns")?.list().ok_or(Reported)?.iter().enumerate();
            nodes.map(|(i, node)| (node, format!("{}[{i}]", profile.at("columns")))).collect()
        }
        (true, true) => {
            let found = Found::new(
                profile.key_span("columns"),
                profile.at("columns"),
                "stands beside `column`: write only one",
            );
            return Err(cx.note(found.also(profile.key_span("column"), "the other one")));
        }
        (false, false) => {
            let found = Found::new(profile.span, profile.at("column"), "is missing");
            return Err(cx.note(found.maybe_help(Some(format!("choose from {}", file.columns())))));
        }
    };
    let read = |(node, key): &(&Node, String)| {
        let (file, index, values) = cx.shared.column(&file, node, key, cx.findings)?;
        Ok(Course { values, place: Place::Column(file, index) })
    };
    let all: Vec<Checked<Course<'a>>> = columns.iter().map(read).collect();
    all.into_iter().collect()
}

/// One value per step.
fn lengths(profile: &Asset<'_>, courses: &[Course<'_>], cx: &mut Check<'_>) -> Checked<()> {
    let steps = cx.study.steps()?;
    let Some(course) = courses.iter().find(|c| c.values.len() != steps) else { return Ok(()) };
    let count = course.values.len();
    let (key, what) = match &course.place {
        Place::Column(..) => ("file", "rows"),
        Place::Inline(..) if profile.has("values_mw") => ("values_mw", "values"),
        Place::Inline(..) if profile.has("values_m3_per_s") => ("values_m3_per_s", "values"),
        Place::Inline(..) => ("values_pu", "values"),
    };
    let rule = format!("has {count} {what}, but the horizon has {steps} steps");
    Err(cx.note(
        Found::new(profile.span_of(key), profile.at(key), rule)
            .help("give one value per step, or change scenario.steps"),
    ))
}

/// All profiles with several weather years have equally many.
fn same_years(profile: &Asset<'_>, years: usize, cx: &mut Check<'_>) -> Checked<()> {
    if years < 2 {
        return Ok(());
    }
    let span = profile.span_of("columns");
    let (first, at) = *cx.years.0.get_or_insert((years, span));
    if first == years {
        return Ok(());
    }
    let rule = format!("has {years} weather years, but another profile has {first}");
    Err(cx.note(Found::new(span, profile.at("columns"), rule).also(at, "the other profile")))
}

fn within_nominal(courses: &[Course<'_>], scale: f64, nominal_mw: f64, unit: Unit, cx: &mut Check<'_>) -> Checked<()> {
    let limit = nominal_mw * (1.0 + ROUNDING);
    for course in courses {
        let Some(at) = course.values.iter().position(|v| v * scale > limit) else { continue };
        let rule = match unit {
            Unit::Mw => format!("must not exceed p_nom_mw = {nominal_mw}"),
            Unit::Pu => "must not exceed 1 per unit".to_owned(),
        };
        let found = match &course.place {
            Place::Inline(nodes, key) => Found::new(nodes[at].span, format!("{key}[{at}]"), rule),
            Place::Column(file, column) => Found::new(file.cell(at, *column, cx.findings), file.key(*column), rule),
        };
        return Err(cx.note(found));
    }
    Ok(())
}

fn series(courses: &[Course<'_>], scale: f64, cx: &mut Check<'_>) -> Series {
    #[expect(clippy::float_cmp, reason = "exactly 1 means: as it stands")]
    if let ([only], true) = (courses, scale == 1.0) {
        return Series::Steps(only.values.clone());
    }
    let make = || {
        let scaled = |c: &Course<'_>| c.values.iter().map(|v| v * scale).collect();
        Series::from_years(&courses.iter().map(scaled).collect::<Vec<Vec<f64>>>())
    };
    let names: Option<Vec<String>> = courses.iter().map(|c| c.place.name()).collect();
    match names {
        Some(names) => cx.shared.series(format!("{} x {scale}", names.join(" ")), make),
        None => make(),
    }
}

impl Place<'_> {
    /// Names a column of a file in full.
    fn name(&self) -> Option<String> {
        if let Place::Column(file, column) = self { Some(format!("{}:{column}", file.sha256)) } else { None }
    }
}
