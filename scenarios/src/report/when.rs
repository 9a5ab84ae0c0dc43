//! When the shortfalls come: by month and by hour of the day.

use super::calendar::month_name;
use super::html::{Html, beside, paragraph, section, table};
use super::plot::bars::{self, Bar};
use super::plot::{Colour, Figure};
use super::study::{Study, cell};

/// The section; nothing where the run has no such metrics.
pub(super) fn section_of(study: &Study<'_>) -> Option<Html> {
    if study.by_name("lole_h_by_month").is_empty() && study.by_name("lole_h_by_hour").is_empty() {
        return None;
    }
    if !study.positive("lole_h") {
        let nothing = "No shortfall was seen, so there is nothing to show by month or hour.";
        return Some(section("when", "When shortfalls come", &[paragraph(nothing)]));
    }
    let months = split(study, "month", "Month", |key| month_name(key.parse().unwrap_or(0)).into());
    let hours = split(study, "hour", "Hour (UTC)", |key| format!("{key}:00"));
    Some(section("when", "When shortfalls come", &[months, hours]))
}

/// LOLE and EUE by one division of time: two figures and a table.
fn split(study: &Study<'_>, by: &'static str, head: &str, label: impl Fn(&str) -> String) -> Html {
    let lole = study.by_name(&format!("lole_h_by_{by}"));
    let eue = study.by_name(&format!("eue_mwh_by_{by}"));
    let (lole_id, eue_id) =
        if by == "month" { ("lole-by-month", "eue-by-month") } else { ("lole-by-hour", "eue-by-hour") };
    let every = if by == "hour" { 3 } else { 1 };
    let draw = |id, what: &str, unit: &str, entries: &[(&str, &_)], colour| {
        let bars: Vec<Bar> = entries
            .iter()
            .enumerate()
            .map(|(at, (key, estimate))| Bar {
                label: if at % every == 0 { label(key) } else { String::new() },
                estimate: **estimate,
            })
            .collect();
        let title = format!("{what} by {by}");
        let description = describe(&title, unit, entries, &label);
        let figure = Figure { id, title, description, width: 600, height: 210 };
        bars::draw(&figure, &bars, unit, colour)
    };
    let figures = [
        draw(lole_id, "Loss of load expectation", "LOLE in h", &lole, Colour::Blue),
        draw(eue_id, "Expected unserved energy", "EUE in MWh", &eue, Colour::Short),
    ];
    let rows: Vec<Vec<Html>> = lole
        .iter()
        .map(|(key, estimate)| {
            let energy = eue.iter().find(|(other, _)| other == key).map(|(_, e)| *e);
            vec![Html::text(&label(key)), cell(Some(estimate)), cell(energy)]
        })
        .collect();
    let caption = format!("Shortfall by {by}{}", study.with_errors());
    let table = table(&caption, &[head, "LOLE in h", "EUE in MWh"], 0, &rows);
    let lines = if study.summary.replicas.is_some() {
        "Thin lines: 95 % intervals. Where nothing was seen there is no bar; the table gives the bound."
    } else {
        ""
    };
    beside(&figures, lines, &table)
}

/// The figure in words: where it is highest.
fn describe(
    title: &str,
    unit: &str,
    entries: &[(&str, &energyopti_engine::Estimate)],
    label: impl Fn(&str) -> String,
) -> String {
    let highest = entries
        .iter()
        .filter_map(|(key, estimate)| Some((estimate.value.filter(|v| v.is_finite())?, *key)))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match highest {
        Some((value, key)) => format!(
            "Bar chart of {title}, {unit}. The highest bar is {} with {}. All values are in the \
             table beside it.",
            label(key),
            super::number::significant(value, 3)
        ),
        None => format!("Bar chart of {title}, {unit}; no value is defined."),
    }
}
