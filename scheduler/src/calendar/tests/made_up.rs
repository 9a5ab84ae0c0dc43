//! What is made up after a standstill, and the delay of a start.

use std::time::Duration;

use super::super::{Due, Misfire, Missing, Repeated, Rule, due, jitter};
use super::{at, rule};

const MINUTE: Duration = Duration::from_mins(1);

fn hourly() -> Rule {
    rule("0 * * * *", "Europe/Berlin", Missing::Shift, Repeated::Both)
}

fn hours(due: &Due) -> Vec<String> {
    due.submit.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_on_time_is_submitted_whatever_the_policy() {
    let (handled, now) = (at("2025-06-01T09:30:00Z"), at("2025-06-01T10:00:59.5Z"));
    for misfire in [Misfire::Skip, Misfire::Once, Misfire::All { limit: 0 }] {
        let found = due(&hourly(), handled, now, misfire, MINUTE);
        assert_eq!((hours(&found), found.passed_over), (vec!["2025-06-01T10:00:00Z".to_owned()], 0));
        assert_eq!(due(&hourly(), found.handled, now, misfire, MINUTE).submit, []);
    }
}

#[test]
fn missed_runs_are_passed_over_or_made_up() {
    // 06:00 to 09:00 are missed, and nothing is on time.
    let (handled, now) = (at("2025-06-01T05:00:00Z"), at("2025-06-01T09:30:00Z"));
    let check = |misfire, wanted: &[&str], passed_over| {
        let found = due(&hourly(), handled, now, misfire, MINUTE);
        assert_eq!((hours(&found), found.passed_over), (wanted.iter().map(ToString::to_string).collect(), passed_over));
        assert_eq!(found.handled, now);
    };
    check(Misfire::Skip, &[], 4);
    check(Misfire::Once, &["2025-06-01T09:00:00Z"], 3);
    check(Misfire::All { limit: 2 }, &["2025-06-01T08:00:00Z", "2025-06-01T09:00:00Z"], 2);
    let all = ["2025-06-01T06:00:00Z", "2025-06-01T07:00:00Z", "2025-06-01T08:00:00Z", "2025-06-01T09:00:00Z"];
    check(Misfire::All { limit: u32::MAX }, &all, 0);
}

#[test]
fn a_run_on_time_stands_for_the_missed_ones() {
    let found = due(&hourly(), at("2025-06-01T05:00:00Z"), at("2025-06-01T09:00:30Z"), Misfire::Once, MINUTE);
    assert_eq!((hours(&found), found.passed_over), (vec!["2025-06-01T09:00:00Z".to_owned()], 3));
}

#[test]
fn a_clock_that_was_set_back_repeats_nothing() {
    let (handled, now) = (at("2025-06-01T09:00:00Z"), at("2025-06-01T05:00:00Z"));
    let found = due(&hourly(), handled, now, Misfire::All { limit: 9 }, MINUTE);
    assert_eq!(found, Due { submit: vec![], made_up: 0, passed_over: 0, handled });
}

#[test]
fn jitter_is_fixed_by_name_and_instant_and_fills_its_range() {
    let start = at("2025-06-01T00:00:00Z");
    let most = Duration::from_secs(30);
    assert_eq!(jitter("nightly", start, most), jitter("nightly", start, most));
    assert_ne!(jitter("nightly", start, most), jitter("weekly", start, most));
    let delays: Vec<Duration> = hourly().upcoming(start).take(1000).map(|due| jitter("nightly", due, most)).collect();
    assert!(delays.iter().all(|delay| *delay < most));
    // The mean of 1000 is within 4 standard errors (30 s / sqrt(12 * 1000) = 0.27 s) of 15 s.
    let mean_s = delays.iter().map(Duration::as_secs_f64).sum::<f64>() / 1000.0;
    assert!((mean_s - 15.0).abs() < 4.0 * 0.274, "{mean_s}");
}

#[test]
fn jitter_takes_any_bound() {
    let due = at("2025-06-01T00:00:00Z");
    assert_eq!(jitter("nightly", due, Duration::ZERO), Duration::ZERO);
    assert!(jitter("nightly", due, Duration::MAX) < Duration::MAX);
}
