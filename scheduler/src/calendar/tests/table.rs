//! Due instants over 10 000 days against a table made another way: UTC is walked in small steps, an
//! independent implementation of the zones (`chrono-tz`) says what the local clock shows, and a
//! matcher written here says what fits. It asks for no clock change; it sees the local clock leap.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};
use chrono_tz::Tz;

use super::super::{Missing, Repeated};
use super::rule;

const DAYS: i64 = 10_000;
/// 2010-01-01T00:00:00Z in seconds; 10 000 days later it is 2037-05-19.
const START_S: i64 = 1_262_304_000;

/// A cron and what it means: seconds and minutes as steps or lists, hours, and which days.
struct Case {
    cron: &'static str,
    fits: fn(NaiveDateTime) -> bool,
    /// Seconds of a fitting minute.
    seconds: &'static [i64],
}

const CASES: [Case; 10] = [
    case("30 2 * * *", |t| t.hour() == 2 && t.minute() == 30),
    case("0 * * * *", |t| t.minute() == 0),
    case("*/15 * * * *", |t| t.minute() % 15 == 0),
    case("30 1 * * *", |t| t.hour() == 1 && t.minute() == 30),
    case("0 0 1 * *", |t| t.day() == 1 && t.hour() == 0 && t.minute() == 0),
    case("*/20 2 * * *", |t| t.hour() == 2 && t.minute() % 20 == 0),
    case("45 1 * * MON-FRI", |t| t.weekday().number_from_monday() < 6 && t.hour() == 1 && t.minute() == 45),
    case("0 2 13 * SUN", |t| {
        (t.day() == 13 || t.weekday().number_from_monday() == 7) && t.hour() == 2 && t.minute() == 0
    }),
    case("15 2 * 3,4,10,11 SUN#1,SUNL", |t| {
        let nth = t.day() <= 7 || t.date().checked_add_days(chrono::Days::new(7)).unwrap().month() != t.month();
        let month = matches!(t.month(), 3 | 4 | 10 | 11);
        month && nth && t.weekday().number_from_monday() == 7 && t.hour() == 2 && t.minute() == 15
    }),
    Case { cron: "*/25 30 1-2 * * *", fits: |t| matches!(t.hour(), 1 | 2) && t.minute() == 30, seconds: &[0, 25, 50] },
];

const fn case(cron: &'static str, fits: fn(NaiveDateTime) -> bool) -> Case {
    Case { cron, fits, seconds: &[0] }
}

/// One policy for missing and one for repeated hours, and the instants under them.
struct Row {
    missing: Missing,
    repeated: Repeated,
    instants: Vec<i64>,
}

/// Whether the long form was asked for: all four pairs of policies, and every minute.
fn long() -> bool {
    std::env::var_os("ENERGYOPTI_CASES").is_some()
}

/// The short form has each policy once: missing and repeated hours have nothing to do with each other.
fn rows() -> Vec<Row> {
    let row = |missing, repeated| Row { missing, repeated, instants: Vec::new() };
    let mut rows = vec![row(Missing::Skip, Repeated::First), row(Missing::Shift, Repeated::Both)];
    if long() {
        rows.extend([row(Missing::Skip, Repeated::Both), row(Missing::Shift, Repeated::First)]);
    }
    rows
}

/// One step of UTC: the instant and the local clock, both in seconds, the latter also as it reads.
struct Step {
    utc: i64,
    local: i64,
    reading: NaiveDateTime,
}

fn walk(zone: Tz, step: i64) -> Vec<Step> {
    let shown = |utc| DateTime::from_timestamp(utc, 0).unwrap().with_timezone(&zone).naive_local();
    let end = START_S + DAYS * 86_400;
    let step = usize::try_from(step).unwrap();
    let at = |utc| Step { utc, local: shown(utc).and_utc().timestamp(), reading: shown(utc) };
    (START_S..end).step_by(step).map(at).collect()
}

/// Whether a local time fits that the clock leapt over when it went from `clock` to `local`.
fn leapt_over(case: &Case, clock: i64, local: i64, step: i64) -> bool {
    let missing = std::iter::successors(Some(clock + step), |local| Some(local + step));
    let reading = |local| DateTime::from_timestamp(local, 0).unwrap().naive_utc();
    missing.take_while(|missing| *missing < local).any(|missing| (case.fits)(reading(missing)))
}

fn table(case: &Case, walk: &[Step], step: i64) -> Vec<Row> {
    let mut rows = rows();
    let (mut clock, mut furthest) = (walk[0].local - step, i64::MIN);
    for Step { utc, local, reading } in walk {
        let (leapt, fitting) = (leapt_over(case, clock, *local, step), (case.fits)(*reading));
        for row in rows.iter_mut().filter(|_| leapt || fitting) {
            let again = *local <= furthest && row.repeated == Repeated::First;
            if fitting && !again {
                row.instants.extend(case.seconds.iter().map(|second| utc + second));
            } else if leapt && row.missing == Missing::Shift {
                row.instants.push(*utc);
            }
        }
        clock = *local;
        furthest = furthest.max(*local);
    }
    rows
}

/// Compares all cases and policies in a zone. Minutes of the cases and offsets of the zones are
/// multiples of five, so steps of five minutes see every instant; the long form steps by one.
fn agree(zone: &str) {
    let step = if long() { 60 } else { 300 };
    let walk = walk(zone.parse().unwrap(), step);
    let (before, end) = (START_S - 1, START_S + DAYS * 86_400);
    for case in &CASES {
        for row in table(case, &walk, step) {
            let rule = rule(case.cron, zone, row.missing, row.repeated);
            let found = rule.upcoming(jiff::Timestamp::from_second(before).unwrap());
            let found: Vec<i64> = found.map(jiff::Timestamp::as_second).take_while(|due| *due < end).collect();
            let first = found.iter().zip(&row.instants).find(|(found, wanted)| found != wanted);
            let what = format!("{} in {zone}, {:?}, {:?}", case.cron, row.missing, row.repeated);
            assert_eq!(first, None, "{what}");
            assert_eq!(found.len(), row.instants.len(), "{what}");
        }
    }
}

#[test]
fn berlins_instants_are_those_of_the_table() {
    agree("Europe/Berlin");
}

#[test]
fn new_yorks_instants_are_those_of_the_table() {
    agree("America/New_York");
}

#[test]
fn lord_howes_instants_are_those_of_the_table() {
    agree("Australia/Lord_Howe");
}

#[test]
fn kolkatas_instants_are_those_of_the_table() {
    agree("Asia/Kolkata");
}

#[test]
fn the_instants_of_utc_are_those_of_the_table() {
    agree("UTC");
}
