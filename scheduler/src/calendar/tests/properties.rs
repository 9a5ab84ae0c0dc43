//! What holds for any rule in any zone at any time.

use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{Misfire, Missing, Repeated, Rule, due};
use super::{cases, rule};

const CRONS: [&str; 12] = [
    "30 2 * * *",
    "0 * * * *",
    "*/15 * * * *",
    "30 1 * * *",
    "@monthly",
    "@daily",
    "*/20 2 * * *",
    "0 9 * * 1-5",
    "*/7 59 1,2 * * *",
    "0 0 13 * FRI",
    "0 12 29 2 *",
    "15 2 * 3,10 SUNL",
];

const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "UTC",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Europe/Dublin",
];

fn rules() -> impl Strategy<Value = Rule> {
    let policies = (select(vec![Missing::Skip, Missing::Shift]), select(vec![Repeated::First, Repeated::Both]));
    let texts = (select(CRONS.to_vec()), select(ZONES.to_vec()));
    (texts, policies).prop_filter_map("never fires", |((cron, zone), (missing, repeated))| {
        Rule::parse(cron, zone, missing, repeated).ok()
    })
}

/// Any instant of 1900-2100, in milliseconds; half of them near a clock change of 2025.
fn instants() -> impl Strategy<Value = Timestamp> {
    let near = |second: i64| (second - 10_800) * 1000..(second + 10_800) * 1000;
    prop_oneof![
        -2_208_988_800_000_i64..4_102_444_800_000,
        near(1_743_296_400),
        near(1_761_440_400),
        near(1_741_503_600),
        near(1_762_063_200),
        near(1_743_865_200),
        near(1_759_591_800),
    ]
    .prop_map(|millisecond| Timestamp::from_millisecond(millisecond).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(300)) })]

    #[test]
    fn due_instants_rise_and_each_is_the_next_of_the_one_before(rule in rules(), after in instants()) {
        let mut before = after;
        for found in rule.upcoming(after).take(40) {
            prop_assert!(found > before);
            prop_assert_eq!(rule.next(before), Some(found));
            before = found;
        }
    }

    #[test]
    fn nothing_lies_between_an_instant_and_the_next(rule in rules(), after in instants(), part in 0.0..1.0_f64) {
        let Some(found) = rule.next(after) else { return Ok(()) };
        let between = after + found.duration_since(after).mul_f64(part * 0.999_999);
        prop_assert_eq!(rule.next(between.min(found - Duration::from_nanos(1))), Some(found));
    }

    #[test]
    fn any_cut_of_time_gives_each_instant_once(
        rule in rules(),
        start in instants(),
        cuts in prop::collection::vec(0..40_000_i64, 1..8),
        grace_s in 0..20_000_u64,
    ) {
        let (mut handled, mut now, mut submitted) = (start, start, Vec::new());
        for cut in cuts {
            now += Duration::from_secs(cut.unsigned_abs());
            let found = due(&rule, handled, now, Misfire::All { limit: u32::MAX }, Duration::from_secs(grace_s));
            prop_assert_eq!(found.passed_over, 0);
            submitted.extend(found.submit);
            handled = found.handled;
        }
        let wanted: Vec<_> = rule.upcoming(start).take_while(|instant| *instant <= now).collect();
        prop_assert_eq!(submitted, wanted);
    }

    #[test]
    fn whatever_the_policy_none_is_lost(
        rule in rules(),
        start in instants(),
        length_s in 0..400_000_u64,
        grace_s in 0..20_000_u64,
        misfire in select(vec![Misfire::Skip, Misfire::Once, Misfire::All { limit: 3 }]),
    ) {
        let now = start + Duration::from_secs(length_s);
        let all: Vec<_> = rule.upcoming(start).take_while(|instant| *instant <= now).collect();
        let found = due(&rule, start, now, misfire, Duration::from_secs(grace_s));
        prop_assert_eq!(found.submit.len() as u64 + found.passed_over, all.len() as u64);
        prop_assert!(all.ends_with(&found.submit), "the most recent ones are submitted");
    }

    #[test]
    fn no_text_makes_it_panic(cron in ".{0,40}", near_cron in "[-0-9*,/#LW+?A-Z @]{0,24}", zone in ".{0,20}") {
        for text in [cron, near_cron] {
            let _ = Rule::parse(&text, &zone, Missing::Skip, Repeated::First);
            let _ = Rule::parse(&text, "UTC", Missing::Skip, Repeated::First);
        }
    }
}

#[test]
fn the_ends_of_time_are_no_trap() {
    for zone in ZONES {
        for (missing, repeated) in [(Missing::Skip, Repeated::First), (Missing::Shift, Repeated::Both)] {
            let rule = rule("*/15 * * * *", zone, missing, repeated);
            assert!(rule.next(Timestamp::MIN).is_some());
            assert_eq!(rule.next(Timestamp::MAX), None);
            assert!(!rule.local(Timestamp::MIN).is_empty() && !rule.local(Timestamp::MAX).is_empty());
            let found = due(&rule, Timestamp::MAX, Timestamp::MIN, Misfire::Once, Duration::MAX);
            assert_eq!(found.handled, Timestamp::MAX);
        }
    }
}
