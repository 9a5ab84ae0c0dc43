//! What is refused, and in which words.

use super::super::Missing::{Shift, Skip};
use super::super::Repeated::{Both, First};
use super::super::{Fault, Rule};
use super::{at, rule};

fn refusal(cron: &str, zone: &str) -> String {
    Rule::parse(cron, zone, Skip, First).unwrap_err().to_string()
}

#[test]
fn all_faults_are_named_at_once() {
    let text = refusal("60 24,5 0 13 MAR", "Europe/Berln");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[0].starts_with("cron field minute: `60` is not allowed: write `*`, a number 0-59,"), "{text}");
    assert!(lines[1].starts_with("cron field hour: `24` is not allowed"), "{text}");
    assert!(lines[2].starts_with("cron field day of month: `0`"), "{text}");
    assert!(lines[3].starts_with("cron field month: `13`"), "{text}");
    assert!(lines[4].starts_with("cron field day of week: `MAR`"), "{text}");
    assert!(lines[5].starts_with("zone `Europe/Berln` is unknown: did you mean `Europe/Berlin`"), "{text}");
}

#[test]
fn fields_are_read_strictly() {
    let wrong = [
        "1,,2 * * * *",
        ", * * * *",
        "1MON * * * *",
        "MON * * * *",
        "*/0 * * * *",
        "*/90 * * * *",
        "5-1 * * * *",
        "+5 * * * *",
        "* */25 * * *",
        "* * LW * *",
        "* * * * L",
        "* * * * 8",
        "* * * * FRI#6",
        "* * * * FRI-MON",
        "1-2-3 * * * *",
        "1/2/3 * * * *",
        "99999999 * * * *",
        "- * * * *",
        "/ * * * *",
        "# * * * *",
        "? * * * *",
        "ß * * * *",
        "* * 1?2 * *",
        "61 * * * * *",
    ];
    for cron in wrong {
        let error = Rule::parse(cron, "UTC", Skip, First).expect_err(cron);
        assert!(matches!(error.0[..], [Fault::Item { .. }, ..]), "{cron}: {error}");
    }
}

#[test]
fn days_of_no_year_are_refused() {
    for cron in ["0 0 31 2 *", "0 0 30 2 *", "0 0 0 30 2 ?", "0 0 31 4,6,9,11 *", "0 0 30W 2 *", "0 0 8 * +SUN#1"] {
        let text = refusal(cron, "UTC");
        assert!(text.contains("never fires: no year has such a day"), "{cron}: {text}");
    }
    assert!(Rule::parse("0 0 29 2 *", "UTC", Skip, First).is_ok());
}

#[test]
fn a_rule_of_missing_hours_alone_is_refused_unless_they_are_shifted() {
    let text = refusal("30 2 * 3 SUNL", "Europe/Berlin");
    assert!(text.contains("never fires in Europe/Berlin") && text.contains("`shift`"), "{text}");
    let every_second = refusal("* * 2 * 3 SUNL", "Europe/Berlin");
    assert!(every_second.contains("never fires in Europe/Berlin"), "{every_second}");
    let shifted = rule("30 2 * 3 SUNL", "Europe/Berlin", Shift, First);
    assert_eq!(shifted.next(at("2025-06-01T00:00:00Z")), Some(at("2026-03-29T01:00:00Z")));
    assert!(Rule::parse("30 2 25-31 3 SUN", "Europe/Berlin", Skip, First).is_ok(), "either day will do");
}

#[test]
fn neither_words_nor_counts_nor_empty_texts_pass() {
    assert!(refusal("@dayly", "UTC").contains("`@dayly` is no word of cron: choose from `@hourly`, `@daily`"));
    assert!(refusal("* * * *", "UTC").contains("has 4 fields"));
    assert!(refusal("* * * * * * *", "UTC").contains("has 7 fields"));
    let both = refusal("  ", "  ");
    assert!(both.contains("the cron is empty") && both.contains("the zone is empty"), "{both}");
}

#[test]
fn zones_are_named_by_city_and_found_in_any_case() {
    assert!(refusal("@daily", "berlin").contains("`Europe/Berlin`"));
    assert!(refusal("@daily", "New York").contains("`America/New_York`"));
    assert!(refusal("@daily", "qqqqqqqqqq").contains("write an IANA name"));
    assert!(refusal("@daily", &"x".repeat(100_000)).len() < 300);
    assert!(refusal("@daily", "Etc/Unknown").contains("unknown"));
    for known in ["utc", "EST5EDT", "asia/kolkata", "Etc/GMT+5"] {
        assert!(Rule::parse("@daily", known, Skip, First).is_ok(), "{known}");
    }
}

#[test]
fn a_rule_is_stored_as_its_texts() {
    let rule = rule(" @Daily ", "europe/berlin", Shift, Both);
    let text = serde_json::to_string(&rule).unwrap();
    assert_eq!(text, r#"{"cron":"@Daily","zone":"Europe/Berlin","missing":"shift","repeated":"both"}"#);
    assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule);
    let error = serde_json::from_str::<Rule>(&text.replace("@Daily", "0 0 31 2 *")).unwrap_err();
    assert!(error.to_string().contains("never fires"), "{error}");
}
