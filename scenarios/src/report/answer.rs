//! The top of the page: the answer in one sentence, the four figures people ask for first, and
//! the table of all headline figures.

use energyopti_engine::Estimate;
use std::fmt::Write as _;

use super::html::{Html, escape, prose, section, table};
use super::number::{ends, plain, value_and_error};
use super::study::Study;
use super::text::{count, nothing_seen};
use super::words::{HEADLINE, MONEY, Word};

/// The answer in one sentence.
pub(super) fn sentence(study: &Study<'_>) -> String {
    if let Some(nothing) = nothing_seen(study.summary) {
        return nothing;
    }
    let horizon = plain(study.summary.horizon_h);
    let Some((value, lole)) = study.metric("lole_h").and_then(|e| Some((e.value?, e))) else {
        return "This run defines no loss of load expectation.".to_owned();
    };
    let (hours, _) = value_and_error(value, lole.standard_error);
    let short = format!("The system is short {hours} h over {horizon} h on average");
    match (lole.ci95, lole.n) {
        (Some(ci95), Some(n)) => {
            let [low, high] = ends(ci95, lole.standard_error);
            format!("{short} (95 % interval {low}–{high} h, {} futures).", count(n))
        }
        _ => format!("{short} (computed exactly, without sampling)."),
    }
}

/// Title, answer and the line that says what kind of study this is.
pub(super) fn header(study: &Study<'_>) -> Html {
    let summary = study.summary;
    let futures = summary.replicas.map(|n| prose(&format!("{} futures of ", count(n)))).unwrap_or_default();
    Html::composed(format!(
        "<header>\n<p class=\"kicker\">Resource adequacy</p>\n<h1><bdi>{}</bdi></h1>\n\
         <p class=\"answer\">{}</p>\n<p class=\"method\">{futures}{} h · method {} · seed {} · run \
         <code>{}</code></p>\n</header>\n",
        escape(&summary.scenario),
        prose(&sentence(study)),
        plain(summary.horizon_h),
        escape(&summary.method),
        summary.seed,
        escape(&summary.run),
    ))
}

/// The four large figures.
pub(super) fn tiles(study: &Study<'_>) -> Html {
    let mut out = String::from("<dl class=\"tiles\">\n");
    for word in HEADLINE.iter().take(4) {
        let Some(estimate) = study.metric(word.key) else { continue };
        let Some(value) = estimate.value else { continue };
        let (value, _) = value_and_error(value, estimate.standard_error);
        let range = interval(estimate);
        let range = range.map_or_else(|| Html::literal("exact"), |range| Html::composed(format!("95 %: {range}")));
        let _ = writeln!(
            out,
            "<div><dt><b>{}</b> {}</dt><dd><span class=\"big\">{}</span> {}<br>\
             <span class=\"range\">{range}</span></dd></div>",
            word.short,
            word.name,
            Html::number(&value),
            unit(word, study),
        );
    }
    out.push_str("</dl>\n");
    Html::composed(out)
}

/// The table of the headline figures.
pub(super) fn figures(study: &Study<'_>) -> Html {
    let rows = HEADLINE.iter().filter_map(|word| Some(row(word, study.metric(word.key)?, study)));
    let horizon = plain(study.summary.horizon_h);
    let caption = format!("Every figure refers to the whole horizon of {horizon} h.");
    let head = ["Figure", "Value", "± standard error", "95 % interval", "Unit", "Futures"];
    section("figures", "The figures", &[table(&caption, &head, 0, &rows.collect::<Vec<_>>())])
}

fn row(word: &Word, estimate: &Estimate, study: &Study<'_>) -> Vec<Html> {
    let short = if word.short.is_empty() { String::new() } else { format!(" ({})", word.short) };
    let name = Html::text(&format!("{}{short}", word.name));
    let dash = || Html::literal("–");
    let (value, error) = estimate.value.map_or_else(
        || (dash(), dash()),
        |value| {
            let (value, error) = value_and_error(value, estimate.standard_error);
            let exact = if estimate.n.is_none() { "exact" } else { "0" };
            let error = if error.is_empty() { Html::text(exact) } else { Html::number(&error) };
            (Html::number(&value), error)
        },
    );
    let futures = estimate.n.map_or_else(dash, |n| Html::number(&count(n)));
    vec![name, value, error, interval(estimate).unwrap_or_else(dash), unit(word, study), futures]
}

/// `low to high`; `None` for a figure that is exact, undefined or the same in every future.
fn interval(estimate: &Estimate) -> Option<Html> {
    let (ci95, _) = (estimate.ci95.filter(|ends| ends[0] < ends[1])?, estimate.n?);
    let [low, high] = ends(ci95, estimate.standard_error).map(|end| Html::number(&end));
    Some(Html::composed(format!("{low} to {high}")))
}

fn unit(word: &Word, study: &Study<'_>) -> Html {
    match word.unit {
        MONEY => Html::text(&study.summary.currency),
        unit => Html::text(unit),
    }
}
