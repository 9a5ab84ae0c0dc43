//! Instants written down by hand; zone offsets checked against Python's `zoneinfo`.

use super::super::Missing::{self, Shift, Skip};
use super::super::Repeated::{self, Both, First};
use super::{at, rule};

/// Asserts the due instants strictly after `from`, up to `to`.
fn due_are(cron: &str, zone: &str, policies: (Missing, Repeated), (from, to): (&str, &str), wanted: &[&str]) {
    let rule = rule(cron, zone, policies.0, policies.1);
    let found: Vec<_> = rule.upcoming(at(from)).take_while(|due| *due <= at(to)).collect();
    let wanted: Vec<_> = wanted.iter().map(|text| at(text)).collect();
    assert_eq!(found, wanted, "{cron} in {zone}, {policies:?}");
}

#[test]
fn berlins_missing_half_past_two_is_left_out_or_due_at_three() {
    let days = ("2025-03-28T12:00:00Z", "2025-03-31T12:00:00Z");
    let (before, after) = ("2025-03-29T01:30:00Z", "2025-03-31T00:30:00Z");
    due_are("30 2 * * *", "Europe/Berlin", (Skip, First), days, &[before, after]);
    due_are("30 2 * * *", "Europe/Berlin", (Shift, First), days, &[before, "2025-03-30T01:00:00Z", after]);
}

#[test]
fn berlins_repeated_half_past_two_is_due_once_or_twice() {
    let days = ("2025-10-25T12:00:00Z", "2025-10-27T12:00:00Z");
    let (summer, winter, after) = ("2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", "2025-10-27T01:30:00Z");
    due_are("30 2 * * *", "Europe/Berlin", (Shift, First), days, &[summer, after]);
    due_are("30 2 * * *", "Europe/Berlin", (Shift, Both), days, &[summer, winter, after]);
}

#[test]
fn a_start_within_the_repeated_hour_remembers_that_it_repeats() {
    let (first_pass, second_pass) = ("2025-10-26T00:45:00Z", "2025-10-26T01:10:00Z");
    let end = "2025-10-27T12:00:00Z";
    let (winter, after) = ("2025-10-26T01:30:00Z", "2025-10-27T01:30:00Z");
    for start in [first_pass, "2025-10-26T01:00:00Z", second_pass] {
        due_are("30 2 * * *", "Europe/Berlin", (Shift, First), (start, end), &[after]);
        due_are("30 2 * * *", "Europe/Berlin", (Shift, Both), (start, end), &[winter, after]);
    }
}

#[test]
fn a_rule_reads_on_its_own_clock() {
    let rule = rule("30 2 * * *", "europe/berlin", Shift, Both);
    assert_eq!(rule.zone(), "Europe/Berlin");
    assert_eq!(rule.local(at("2025-10-26T00:30:00Z")), "2025-10-26T02:30:00+02:00[Europe/Berlin]");
    assert_eq!(rule.local(at("2025-10-26T01:30:00Z")), "2025-10-26T02:30:00+01:00[Europe/Berlin]");
}

#[test]
fn new_yorks_repeated_hour_keeps_its_order() {
    let hours = ("2025-11-02T04:59:00Z", "2025-11-02T07:00:00Z");
    let (four, five) =
        (["2025-11-02T05:00:00Z", "2025-11-02T05:30:00Z"], ["2025-11-02T06:00:00Z", "2025-11-02T06:30:00Z"]);
    let seven = "2025-11-02T07:00:00Z";
    due_are("*/30 * * * *", "America/New_York", (Skip, First), hours, &[four[0], four[1], seven]);
    due_are("*/30 * * * *", "America/New_York", (Skip, Both), hours, &[four[0], four[1], five[0], five[1], seven]);
}

#[test]
fn however_many_times_fall_into_new_yorks_gap_its_end_is_due_once() {
    let hours = ("2025-03-09T06:00:00Z", "2025-03-09T08:00:00Z");
    due_are("*/20 2 * * *", "America/New_York", (Shift, First), hours, &["2025-03-09T07:00:00Z"]);
    due_are("*/20 2 * * *", "America/New_York", (Skip, First), hours, &[]);
    // 02:00 is shifted to where 03:00 is due anyway.
    for missing in [Shift, Skip] {
        due_are(
            "0 * * * *",
            "America/New_York",
            (missing, First),
            hours,
            &["2025-03-09T07:00:00Z", "2025-03-09T08:00:00Z"],
        );
    }
}

#[test]
fn lord_howe_shifts_by_half_an_hour() {
    let spring = ("2025-10-04T15:00:00Z", "2025-10-04T16:00:00Z");
    let (change, later) = ("2025-10-04T15:30:00Z", "2025-10-04T15:45:00Z");
    due_are("15,45 2 * * *", "Australia/Lord_Howe", (Shift, First), spring, &[change, later]);
    due_are("15,45 2 * * *", "Australia/Lord_Howe", (Skip, First), spring, &[later]);
    // 02:30 is the end of the gap and exists.
    due_are("30 2 * * *", "Australia/Lord_Howe", (Skip, First), spring, &[change]);
    let autumn = ("2025-04-05T14:00:00Z", "2025-04-05T16:00:00Z");
    let (first, second) = ("2025-04-05T14:45:00Z", "2025-04-05T15:15:00Z");
    due_are("45 1 * * *", "Australia/Lord_Howe", (Shift, First), autumn, &[first]);
    due_are("45 1 * * *", "Australia/Lord_Howe", (Shift, Both), autumn, &[first, second]);
}

#[test]
fn apia_leapt_over_a_whole_day() {
    let days = ("2011-12-29T12:00:00Z", "2011-12-31T00:00:00Z");
    let (thursday, leap, saturday) = ("2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z");
    due_are("0 12 * * *", "Pacific/Apia", (Skip, First), days, &[thursday, saturday]);
    due_are("0 12 * * *", "Pacific/Apia", (Shift, First), days, &[thursday, leap, saturday]);
}

#[test]
fn midnight_can_be_missing_too() {
    let day = ("2018-11-03T12:00:00Z", "2018-11-04T12:00:00Z");
    due_are("@midnight", "America/Sao_Paulo", (Shift, First), day, &["2018-11-04T03:00:00Z"]);
    due_are("@midnight", "America/Sao_Paulo", (Skip, First), day, &[]);
    let day = ("2025-04-24T12:00:00Z", "2025-04-25T12:00:00Z");
    due_are("@daily", "Africa/Cairo", (Shift, First), day, &["2025-04-24T22:00:00Z"]);
}

#[test]
fn nepal_is_three_quarters_of_an_hour_off() {
    let day = ("2025-04-24T12:00:00Z", "2025-04-25T12:00:00Z");
    due_are("45 3 * * *", "Asia/Kathmandu", (Skip, First), day, &["2025-04-24T22:00:00Z"]);
}

#[test]
fn seconds_in_a_gap_count_as_one() {
    let hours = ("2025-03-30T00:59:00Z", "2025-03-30T01:00:59Z");
    due_are("*/20 30 2 * * *", "Europe/Berlin", (Shift, First), hours, &["2025-03-30T01:00:00Z"]);
    due_are(
        "*/20 59 1 * * *",
        "Europe/Berlin",
        (Skip, First),
        ("2025-03-30T00:00:00Z", "2025-03-30T02:00:00Z"),
        &["2025-03-30T00:59:00Z", "2025-03-30T00:59:20Z", "2025-03-30T00:59:40Z"],
    );
}

#[test]
fn either_day_will_do_unless_one_begins_with_a_star() {
    let march = ("2025-03-01T00:00:00Z", "2025-03-16T00:00:00Z");
    let day = |day: u32| format!("2025-03-{day:02}T00:00:00Z");
    let check = |cron: &str, days: &[u32]| {
        let wanted: Vec<String> = days.iter().map(|d| day(*d)).collect();
        due_are(cron, "UTC", (Skip, First), march, &wanted.iter().map(String::as_str).collect::<Vec<_>>());
    };
    // Sundays are 2, 9 and 16; 13 is a Thursday.
    check("0 0 13 * SUN", &[2, 9, 13, 16]);
    check("0 0 13 * +SUN", &[]);
    check("0 0 */2 * SUN", &[9]);
    check("0 0 ? * 7", &[2, 9, 16]);
    check("0 0 13 * *", &[13]);
    check("0 0 * * FRI-SUN", &[2, 7, 8, 9, 14, 15, 16]);
    check("0 0 * * SUN-SUN", &[2, 9, 16]);
    check("0 0 * * SUN#2", &[9]);
    check("0 0 8W,15W * *", &[7, 14]);
}

#[test]
fn last_days_are_found() {
    let months = ("2025-01-31T00:00:00Z", "2025-03-31T00:00:00Z");
    due_are("0 0 L * *", "UTC", (Skip, First), months, &["2025-02-28T00:00:00Z", "2025-03-31T00:00:00Z"]);
    for last_sunday in ["0 0 * * 7L", "0 0 * * 0L", "0 0 * * SUNL"] {
        due_are(last_sunday, "UTC", (Skip, First), months, &["2025-02-23T00:00:00Z", "2025-03-30T00:00:00Z"]);
    }
    due_are(
        "0 0 29 2 +SUN",
        "UTC",
        (Skip, First),
        ("2025-01-01T00:00:00Z", "2060-01-01T00:00:00Z"),
        &["2032-02-29T00:00:00Z"],
    );
}
