//! What the report and the table of a run must never do, on a study with every section.

use energyopti_engine::{Estimate, Histogram, Timeline, TimelineRow};
use std::path::Path;

use super::*;
use crate::results::Summary;

fn estimate(value: f64) -> Estimate {
    let error = value * 0.0167;
    let ci95 = Some([value - 1.96 * error, value + 1.96 * error]);
    Estimate { value: Some(value), standard_error: Some(error), ci95, n: Some(10_000) }
}

fn never_seen() -> Estimate {
    // 3 / 10 000 of 8736 h.
    Estimate { value: Some(0.0), standard_error: Some(0.0), ci95: Some([0.0, 2.6208]), n: Some(10_000) }
}

const NASTY: &str = "<script>alert('x')</script>";

fn metrics(scale: f64) -> Vec<(String, Estimate)> {
    let mut metrics: Vec<(String, Estimate)> =
        words::HEADLINE.iter().map(|word| (word.key.to_owned(), estimate(9.394 * scale))).collect();
    for asset in ["u1", "bess", NASTY, "port"] {
        metrics.push((format!("energy_mwh.{asset}"), estimate(1e5 * scale)));
    }
    metrics.push(("capacity_factor.u1".to_owned(), estimate(0.8)));
    metrics.push(("cycles.bess".to_owned(), estimate(50.0)));
    for bus in ["north", "<b>south"] {
        metrics.push((format!("lole_h.{bus}"), estimate(scale)));
    }
    for month in 1..=12 {
        metrics.push((format!("lole_h_by_month.{month:02}"), estimate(f64::from(month) * scale)));
        metrics.push((format!("eue_mwh_by_month.{month:02}"), estimate(scale)));
    }
    for hour in 0..24 {
        metrics.push((format!("lole_h_by_hour.{hour:02}"), estimate(f64::from(hour) * scale)));
        metrics.push((format!("eue_mwh_by_hour.{hour:02}"), Estimate::undefined(None)));
    }
    metrics
}

fn summary(scale: f64) -> Summary {
    Summary {
        run: "3f2a91c0d4e5b6a7".to_owned(),
        scenario: "RTS-79".to_owned(),
        seed: 79,
        replicas: Some(10_000),
        horizon_h: 8736.0,
        currency: "USD".to_owned(),
        method: "sequential".to_owned(),
        metrics: metrics(scale),
        quantum: None,
    }
}

fn timeline(scale: f64) -> Timeline {
    let row = |step: u64| {
        let margin = scale * f64::from(u32::try_from(step % 31).unwrap()) - scale;
        TimelineRow {
            step,
            load_mean_mw: scale,
            unserved_mean_mw: 0.0,
            stored_mean_mwh: scale,
            margin_mean_mw: margin,
            margin_quantiles_mw: [margin - scale, margin, margin + scale],
        }
    };
    Timeline { steps_per_row: 1, resolution_mw: 1.0, quantile_replicas: 1024, rows: (0..8736).map(row).collect() }
}

fn histogram(scale: f64) -> Histogram {
    let edges = (-20_i32..=108).map(|i| f64::from(i) * scale).collect();
    Histogram { edges, counts: (0..128).map(|i| 1 + i * i * i).collect() }
}

/// Hands a study with everything in it to `look`.
fn with_study<T>(scale: f64, look: impl FnOnce(&Study<'_>) -> T) -> T {
    let (summary, margin, timeline) = (summary(scale), histogram(scale), timeline(scale));
    let label =
        |name: &str, kind: &str| AssetLabel { name: name.to_owned(), kind: kind.to_owned(), bus: "north".to_owned() };
    let assets = [label("u1", "thermal"), label("bess", "battery"), label(NASTY, "wind"), label("port", "load")];
    look(&Study {
        summary: &summary,
        margin: Some(&margin),
        timeline: Some(&timeline),
        step_h: 1.0,
        start: "2024-01-01T00:00:00Z".parse().unwrap(),
        assets: &assets,
        answers: None,
    })
}

#[test]
fn names_that_users_give_are_escaped_everywhere() {
    let page = with_study(1.0, |study| {
        let summary = Summary { scenario: format!("{NASTY}&\"\u{202e}"), ..study.summary.clone() };
        render(&Study { summary: &summary, ..*study })
    });
    assert!(!page.contains("<script"), "a name became a tag");
    assert!(!page.contains("<b>south"));
    assert!(page.contains("&lt;script&gt;alert"));
    assert!(!page.contains('\u{202e}'), "a name may not turn the text around");
}

#[test]
fn the_page_needs_nothing_from_outside_and_runs_nothing() {
    let page = with_study(1.0, render);
    for word in ["http://", "https://", "src=", "href=", "url(", "@import", "<script", "onload"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn every_figure_has_a_title_a_description_and_colours_of_the_style_sheet() {
    let page = with_study(1.0, render);
    let figures: Vec<&str> = page.split("<svg ").skip(1).collect();
    assert_eq!(figures.len(), 8, "months 2, hours 2, margin, course, stored, mix");
    for figure in figures {
        let figure = figure.split("</svg>").next().unwrap();
        assert!(figure.contains("role=\"img\"") && figure.contains("<title id="));
        assert!(figure.contains("<desc id="));
        assert!(!figure.contains("\"#"), "a colour is left that no style sheet can change");
    }
    assert!(!page.contains("could not be drawn"));
}

#[test]
fn ids_on_the_page_are_unique() {
    let page = with_study(1.0, render);
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn no_number_makes_the_page_fail() {
    for scale in [0.0, 1e-300, 1e-12, 1e12, 1e300, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let page = with_study(scale, render);
        assert!(page.ends_with("</html>\n"), "{scale}");
        assert!(!page.contains("could not be drawn"), "{scale}");
        assert!(!page.contains("NaN"), "{scale}");
    }
}

#[test]
fn no_horizon_makes_the_page_fail() {
    for horizon_h in [0.0, 1.0, 24.0, 168.0, 1500.0, 8784.0, 87_600.0, 1e12, f64::NAN, -1.0] {
        for step_h in [0.25, 1.0, 24.0, 0.0, f64::NAN] {
            let page = with_study(1.0, |study| {
                let summary = Summary { horizon_h, ..study.summary.clone() };
                render(&Study { summary: &summary, step_h, ..*study })
            });
            assert!(page.ends_with("</html>\n"));
        }
    }
}

#[test]
fn equal_studies_give_equal_pages() {
    assert_eq!(with_study(1.0, render), with_study(1.0, render));
}

#[test]
fn the_answer_is_one_sentence_with_its_interval_horizon_and_futures() {
    let sentence = with_study(1.0, answer::sentence);
    assert_eq!(
        sentence,
        "The system is short 9.39 h over 8736 h on average (95 % interval 9.09–9.70 h, 10 000 futures)."
    );
}

#[test]
fn a_run_without_a_shortfall_says_what_that_excludes() {
    let mut summary = summary(1.0);
    summary.metrics[0].1 = never_seen();
    let says = "No shortfall was seen in 10 000 futures; LOLE is below 2.62 h with 95 % confidence.";
    let sentence = with_study(1.0, |study| answer::sentence(&Study { summary: &summary, ..*study }));
    assert_eq!(sentence, says);
}

#[test]
fn an_exact_run_claims_no_sampling_error() {
    let mut summary = summary(1.0);
    (summary.replicas, summary.method) = (None, "exact".to_owned());
    for (_, estimate) in &mut summary.metrics {
        *estimate = estimate.value.map_or(Estimate::undefined(None), Estimate::exact);
    }
    let (sentence, page) = with_study(1.0, |study| {
        let study = Study { summary: &summary, margin: None, timeline: None, ..*study };
        (answer::sentence(&study), render(&study))
    });
    assert_eq!(sentence, "The system is short 9.394000 h over 8736 h on average (computed exactly, without sampling).");
    assert!(!page.contains("with standard errors"));
}

#[test]
fn the_table_fits_80_columns_at_any_magnitude() {
    for scale in [0.0, 1e-300, 1e-9, 1e-3, 1.0, 1e4, 1e7, 1e9, 1e13, 1e300, f64::NAN, f64::INFINITY] {
        let mut summary = summary(scale);
        summary.scenario = "a name of a scenario ".repeat(9);
        summary.metrics[1].1 = never_seen();
        summary.metrics[2].1 = Estimate::undefined(None);
        let table = text_table(&summary, Path::new("runs/3f2a91c0d4e5b6a7/report.html"));
        for line in table.lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", line.chars().count());
        }
    }
}

#[test]
fn the_table_of_a_run_looks_like_this() {
    let mut summary = summary(1.0);
    summary.metrics.truncate(8);
    summary.metrics[5].1 = Estimate::undefined(Some(10_000));
    summary.metrics[6].1 = never_seen();
    insta::assert_snapshot!(
        text_table(&summary, Path::new("runs/3f2a91c0d4e5b6a7/report.html")), @r#"
        RTS-79
        10 000 futures of 8736 h, seed 79

        metric                           value ± error      95 % interval
        lole_h                            9.39 ± 0.16       [9.09, 9.70]
        eue_mwh                           9.39 ± 0.16       [9.09, 9.70]
        neue_ppm                          9.39 ± 0.16       [9.09, 9.70]
        lolf                              9.39 ± 0.16       [9.09, 9.70]
        lold_d                            9.39 ± 0.16       [9.09, 9.70]
        event_duration_h                     -
        event_depth_mw                       0              [0, 2.62]
        max_event_duration_h              9.39 ± 0.16       [9.09, 9.70]

        run     3f2a91c0d4e5b6a7
        report  runs/3f2a91c0d4e5b6a7/report.html
    "#
    );
}

#[test]
fn where_nothing_was_seen_the_table_gives_the_bound_and_the_figure_keeps_its_scale() {
    let mut summary = summary(1.0);
    for (name, estimate) in &mut summary.metrics {
        if name == "lole_h_by_month.03" {
            *estimate = Estimate { ci95: Some([0.0, 1e6]), ..never_seen() };
        }
    }
    let page = with_study(1.0, |study| render(&Study { summary: &summary, ..*study }));
    assert!(page.contains("0 <span class=\"pm\">(≤ 1\u{202f}000\u{202f}000)</span>"));
    assert!(page.contains("\n15\n</text>"), "the axis still ends just above the 12 h of December");
}
