//! Wrong data are refused with the part named; no input panics.

use energyopti_adequacy::{Course, Down, Limits, Refusal, State, System, Tier, Unit, assess, event_frequency};
use proptest::prelude::*;

const OUTAGE: [Down; 1] = [Down { p_max_pu: 0.0, failure: 0.1, repair: 0.9 }];

fn sound() -> System {
    System {
        step_h: 1.0,
        steps: 2,
        units: vec![Unit::with_outage("north", 2, Course::from(10.0), &OUTAGE)],
        must_take_mw: Course::from(0.0),
        tiers: vec![Tier::firm(Course::from(vec![15.0, 5.0]))],
    }
}

fn refused(change: impl FnOnce(&mut System)) -> Refusal {
    let mut system = sound();
    change(&mut system);
    event_frequency(&system, &Limits::default()).expect_err("refused")
}

#[test]
fn a_sound_system_is_assessed() {
    assert!(event_frequency(&sound(), &Limits::default()).is_ok());
}

#[test]
fn lengths_are_checked() {
    assert_eq!(refused(|s| s.steps = 0), Refusal::NoSteps);
    assert_eq!(refused(|s| s.step_h = 0.0), Refusal::StepLength { step_h: 0.0 });
    let short = refused(|s| s.units[0].p_max_mw = Course::from(vec![1.0]));
    assert_eq!(short.to_string(), "p_max_mw of unit `north` has 1 values where the horizon needs 2");
    let none = refused(|s| s.must_take_mw = Course::Years { years: 0, values: [].into() });
    assert_eq!(none, Refusal::Length { what: "must_take_mw".into(), expected: 0, found: 0 });
    let years = |years: usize| Course::Years { years, values: vec![1.0; 2 * years].into() };
    let uneven = refused(|s| (s.must_take_mw, s.tiers[0].p_mw) = (years(2), years(3)));
    assert_eq!(uneven, Refusal::WeatherYears { what: "p_mw of load tier 0".into(), expected: 2, found: 3 });
}

#[test]
fn ranges_are_checked() {
    let nan = refused(|s| s.tiers[0].p_mw = Course::from(vec![15.0, f64::NAN]));
    assert_eq!(nan.to_string(), "p_mw of load tier 0 is NaN at value 1; it must lie between 0 and 9000000");
    assert!(matches!(refused(|s| s.must_take_mw = Course::from(-1.0)), Refusal::Range { index: 0, .. }));
    assert!(matches!(refused(|s| s.units[0].states[1].p_max_pu = -0.5), Refusal::Range { index: 1, .. }));
    let many = refused(|s| s.units[0].count = 900_001);
    assert_eq!(many, Refusal::Capacity { total_mw: 9_000_010.0, most_mw: 9e6 });
    let fine = refused(|s| (s.units[0].count, s.units[0].p_max_mw) = (9_000, Course::from(1.000_000_000_3)));
    assert_eq!(fine, Refusal::Rounding { unit: "north".into(), most_mw: 1e-6 });
}

#[test]
fn probabilities_are_checked() {
    assert_eq!(refused(|s| s.units[0].states.clear()), Refusal::Probabilities { unit: "north".into(), sum: 0.0 });
    let half = refused(|s| s.units[0].states[0].probability = 0.4);
    assert_eq!(half.to_string(), "unit `north`: the probabilities of its states add up to 0.5, not 1");
    let never = Down { p_max_pu: 0.0, failure: 0.1, repair: 0.0 };
    let stuck = refused(|s| s.units[0] = Unit::with_outage("north", 1, Course::from(1.0), &[never]));
    assert!(matches!(stuck, Refusal::Range { .. } | Refusal::Probabilities { .. }), "{stuck:?}");
}

#[test]
fn chains_are_checked_for_event_frequency_only() {
    let north = || "north".to_owned();
    assert_eq!(refused(|s| s.units[0].transition = None), Refusal::NoTransition { unit: north() });
    let ragged = refused(|s| s.units[0].transition = Some(vec![vec![0.9, 0.1], vec![1.0]]));
    assert_eq!(ragged, Refusal::Transition { unit: north(), row: 1 });
    let extra = refused(|s| s.units[0].transition = Some(vec![vec![0.9, 0.1]; 3]));
    assert_eq!(extra, Refusal::Transition { unit: north(), row: 2 });
    let moving =
        refused(|s| s.units[0].states = [0.8, 0.2].map(|probability| State { probability, p_max_pu: 1.0 }).into());
    assert!(matches!(moving, Refusal::NotStationary { state: 0, .. }), "{moving:?}");
    let mut system = sound();
    system.units[0].transition = None;
    assert!(assess(&system, &Limits::default()).is_ok());
}

#[test]
fn unwieldy_systems_are_refused_within_their_bounds() {
    let forty = |s: &mut System| {
        let odd = |i: u32| Unit::with_outage("odd", 1, Course::from(f64::from(i + 2).sqrt()), &OUTAGE);
        s.units = (0..40).map(odd).collect();
    };
    assert!(matches!(refused(forty), Refusal::Levels { .. }));
    let crowd = |s: &mut System| (s.units[0].count, s.units[0].p_max_mw) = (u32::MAX, Course::from(0.001));
    let mut crowded = sound();
    crowd(&mut crowded);
    let little = Limits { work: 10_000_000, ..Limits::default() };
    assert!(matches!(event_frequency(&crowded, &little), Err(Refusal::Work { .. })));
    let crowded_profile = |s: &mut System| {
        let profile: Vec<f64> = (0..100).map(|t| 1e-4 * f64::from(t)).collect();
        (s.steps, s.tiers[0].p_mw) = (profile.len(), Course::from(1.0));
        s.units[0] = Unit::with_outage("sure", u32::MAX / 1000, Course::from(profile), &[]);
    };
    assert!(matches!(refused(crowded_profile), Refusal::Work { profiled: 1, .. }));
    let long = |s: &mut System| (s.steps, s.tiers[0].p_mw) = (usize::MAX, Course::from(1.0));
    assert!(matches!(refused(long), Refusal::Work { steps: usize::MAX, .. }));
}

/// Mostly sound numbers up to `most`, and now and then one that a file may hold by mistake.
fn number(most: f64) -> impl Strategy<Value = f64> {
    let odd = [0.0, -0.0, 1.0, -1.0, 1e-300, 1e300, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 9e6];
    prop_oneof![60 => 0.0..most, 2 => proptest::sample::select(odd.to_vec()), 1 => any::<f64>()]
}

fn course(most: f64) -> impl Strategy<Value = Course> {
    let years = |years: usize| move |values: Vec<f64>| Course::Years { years, values: values.into() };
    prop_oneof![
        20 => number(most).prop_map(Course::from),
        20 => proptest::collection::vec(number(most), 3).prop_map(Course::from),
        20 => proptest::collection::vec(number(most), 6).prop_map(years(2)),
        10 => proptest::collection::vec(number(most), 3).prop_map(years(1)),
        1 => proptest::collection::vec(number(most), 0..8).prop_map(Course::from),
        1 => (0_usize..4).prop_flat_map(move |n| proptest::collection::vec(number(most), 0..8).prop_map(years(n))),
    ]
}

fn unit() -> impl Strategy<Value = Unit> {
    let down = (number(1.0), number(0.5), number(1.0));
    let down = down.prop_map(|(p_max_pu, failure, repair)| Down { p_max_pu, failure, repair });
    (0_u32..4, course(50.0), proptest::collection::vec(down, 0..3))
        .prop_map(|(count, p_max_mw, downs)| Unit::with_outage("wild", count, p_max_mw, &downs))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_panics_or_answers_nan(
        units in proptest::collection::vec(unit(), 0..4),
        must_take_mw in course(20.0),
        tiers in proptest::collection::vec((course(80.0), any::<bool>()), 0..3),
        step_h in number(24.0),
        steps in prop_oneof![20 => Just(3_usize), 1 => 0_usize..5],
    ) {
        let tiers = tiers.into_iter().map(|(p_mw, firm)| Tier { p_mw, firm }).collect();
        let system = System { step_h, steps, units, must_take_mw, tiers };
        let limits = Limits { work: 1_000_000, ..Limits::default() };
        if let Ok(found) = assess(&system, &limits) {
            prop_assert!(found.lolp.iter().all(|p| (0.0..=1.0 + 1e-12).contains(p)));
            prop_assert!(found.unserved_mw.iter().all(|mw| mw.is_finite() && *mw >= -1e-9));
        }
        if let Ok(found) = event_frequency(&system, &limits) {
            prop_assert!(found.starts.iter().all(|p| (0.0..=1.0 + 1e-12).contains(p)));
        }
    }
}
