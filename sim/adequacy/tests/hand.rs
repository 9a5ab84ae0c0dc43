//! Small systems whose indices are worked out by hand, the arithmetic beside the number.

use energyopti_adequacy::{Course, Down, Limits, State, System, Tier, Unit, assess, event_frequency};

const OUTAGE: [Down; 1] = [Down { p_max_pu: 0.0, failure: 0.1, repair: 0.9 }];

fn system(units: Vec<Unit>, must_take_mw: &[f64], load_mw: &[f64]) -> System {
    System {
        step_h: 1.0,
        steps: load_mw.len(),
        units,
        must_take_mw: Course::from(must_take_mw.to_vec()),
        tiers: vec![Tier::firm(Course::from(load_mw.to_vec()))],
    }
}

fn check(system: &System, lolp: &[f64], unserved_mw: &[f64]) {
    let found = assess(system, &Limits::default()).expect("small systems are assessed");
    for (found, expected) in [(&found.lolp, lolp), (&found.unserved_mw, unserved_mw)] {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-12 * expected.max(1e-3), "{found} is not {expected}");
        }
    }
}

/// Three 10 MW units must bring 20, 22, 20, 16 MW. Two up or more: 0.972; all up: 0.729;
/// one up: 3 * 0.9 * 0.01 = 0.027; none up: 0.001.
#[test]
fn toy_a_three_equal_units() {
    let units = vec![Unit::with_outage("unit", 3, Course::from(10.0), &OUTAGE)];
    let system = system(units, &[5.0, 6.0, 7.0, 8.0], &[25.0, 28.0, 27.0, 24.0]);
    let at_20 = 0.027 * 10.0 + 0.001 * 20.0;
    let at_22 = 0.243 * 2.0 + 0.027 * 12.0 + 0.001 * 22.0;
    let at_16 = 0.027 * 6.0 + 0.001 * 16.0;
    check(&system, &[0.028, 0.271, 0.028, 0.028], &[at_20, at_22, at_20, at_16]);
    let found = assess(&system, &Limits::default()).expect("assessed");
    assert!((found.lole_h() - 0.355).abs() < 1e-14);
    assert!((found.eue_mwh() - 1.59).abs() < 1e-13);
}

/// With failure 0.1 and repair 0.9 the steps are independent, so the expected number of starts is
/// `q_0 + (1 - q_0) q_1 + (1 - q_1) q_2 + (1 - q_2) q_3`.
#[test]
fn toy_a_events_of_a_chain_without_memory() {
    let units = vec![Unit::with_outage("unit", 3, Course::from(10.0), &OUTAGE)];
    let system = system(units, &[5.0, 6.0, 7.0, 8.0], &[25.0, 28.0, 27.0, 24.0]);
    let found = event_frequency(&system, &Limits::default()).expect("assessed");
    let expected = [0.028, 0.972 * 0.271, 0.729 * 0.028, 0.972 * 0.028];
    for (found, expected) in found.starts.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-14, "{found} is not {expected}");
    }
    assert!((found.lolf() - 0.339_04).abs() < 1e-14);
}

/// Both units must bring 21 MW of 30 (three steps), then 22, 24, 26 of 40. Short where either is
/// out: 0.19, except that the second alone brings 25 of the 22 and the 24: there 0.1.
#[test]
fn toy_b_capacities_that_change_half_way() {
    let one = Course::from(vec![10.0, 10.0, 10.0, 15.0, 15.0, 15.0]);
    let two = Course::from(vec![20.0, 20.0, 20.0, 25.0, 25.0, 25.0]);
    let units = vec![Unit::with_outage("one", 1, one, &OUTAGE), Unit::with_outage("two", 1, two, &OUTAGE)];
    let load_mw = [28.0, 29.0, 30.0, 31.0, 32.0, 33.0];
    let system = system(units, &[7.0, 8.0, 9.0, 9.0, 8.0, 7.0], &load_mw);
    let at_21 = 0.09 * 1.0 + 0.09 * 11.0 + 0.01 * 21.0;
    let at_22 = 0.09 * 7.0 + 0.01 * 22.0;
    let at_24 = 0.09 * 9.0 + 0.01 * 24.0;
    let at_26 = 0.09 * 1.0 + 0.09 * 11.0 + 0.01 * 26.0;
    check(&system, &[0.19, 0.19, 0.19, 0.1, 0.1, 0.19], &[at_21, at_21, at_21, at_22, at_24, at_26]);
    let found = assess(&system, &Limits::default()).expect("assessed");
    assert!((found.lole_h() - 0.96).abs() < 1e-14);
    assert!((found.eue_mwh() - 7.11).abs() < 1e-13);
    let starts = event_frequency(&system, &Limits::default()).expect("assessed").starts;
    let expected = [0.19, 0.81 * 0.19, 0.81 * 0.19, 0.81 * 0.1, 0.9 * 0.1, 0.9 * 0.19];
    assert!(starts.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-14), "{starts:?}");
}

/// One unit with memory: an event starts where it was up and fails, 0.01 * 4 / 5, as
/// `pi_up = 0.04 / (0.01 + 0.04)`.
#[test]
fn events_of_one_unit_with_memory() {
    let outage = [Down { p_max_pu: 0.0, failure: 0.01, repair: 0.04 }];
    let units = vec![Unit::with_outage("unit", 1, Course::from(10.0), &outage)];
    let found = event_frequency(&system(units, &[0.0; 3], &[5.0; 3]), &Limits::default()).expect("assessed");
    assert!((found.starts[0] - 0.2).abs() < 1e-15);
    assert!((found.starts[1] - 0.008).abs() < 1e-15);
    assert!((found.starts[2] - 0.008).abs() < 1e-15);
}

/// A 10 MW unit: full 0.9, at half 0.06, out 0.04. Against 8 MW: 3 MW short, or 8.
#[test]
fn a_derated_state_serves_its_share() {
    let states = [(0.9, 1.0), (0.06, 0.5), (0.04, 0.0)];
    let states = states.map(|(probability, p_max_pu)| State { probability, p_max_pu });
    let unit =
        Unit { name: "unit".into(), count: 1, p_max_mw: Course::from(10.0), states: states.into(), transition: None };
    check(&system(vec![unit], &[0.0], &[8.0]), &[0.1], &[0.06 * 3.0 + 0.04 * 8.0]);
}

/// Load 10 = 4 interruptible, then 6 firm; a 10 MW unit at half (0.1) or out (0.02): a shortage of
/// 5 takes 1 firm MW, one of 10 takes 6. At a load of 8 = 4 + 4 a shortage of 3 takes none.
#[test]
fn shedding_an_interruptible_tier_first_is_not_unserved() {
    let states = [(0.88, 1.0), (0.1, 0.5), (0.02, 0.0)];
    let states = states.map(|(probability, p_max_pu)| State { probability, p_max_pu });
    let unit =
        Unit { name: "unit".into(), count: 1, p_max_mw: Course::from(10.0), states: states.into(), transition: None };
    let mut system = system(vec![unit], &[0.0, 0.0], &[6.0, 4.0]);
    system.tiers.insert(0, Tier { p_mw: Course::from(4.0), firm: false });
    check(&system, &[0.12, 0.02], &[0.1 * 1.0 + 0.02 * 6.0, 0.02 * 4.0]);
    system.tiers.reverse();
    check(&system, &[0.12, 0.12], &[0.1 * 5.0 + 0.02 * 6.0, 0.1 * 3.0 + 0.02 * 4.0]);
    system.tiers.remove(0);
    check(&system, &[0.0, 0.0], &[0.0, 0.0]);
}

/// A load equal to a reachable capacity is served; one within the tolerance counts as served.
#[test]
fn a_shortfall_is_strict_with_a_tolerance() {
    let units = || vec![Unit::with_outage("unit", 3, Course::from(0.1), &OUTAGE)];
    let at = |load_mw: f64| assess(&system(units(), &[0.0], &[load_mw]), &Limits::default()).expect("assessed");
    assert!((at(0.1 + 0.1).lolp[0] - 0.028).abs() < 1e-15);
    assert!((at(0.200_9).lolp[0] - 0.028).abs() < 1e-15);
    assert!((at(0.201_1).lolp[0] - 0.271).abs() < 1e-15);
    assert!((at(0.1 * 3.0).lolp[0] - 0.271).abs() < 1e-15);
}

/// Two weather years, the second with twice the load: the mean of 0.01 and 0.19.
#[test]
fn weather_years_have_equal_weight() {
    let units = vec![Unit::with_outage("unit", 2, Course::from(10.0), &OUTAGE)];
    let mut system = system(units, &[0.0], &[0.0]);
    system.tiers[0].p_mw = Course::Years { years: 2, values: [10.0, 20.0].into() };
    check(&system, &[0.5 * (0.01 + 0.19)], &[0.5 * (0.1 + 0.18 * 10.0 + 0.01 * 20.0)]);
}

/// Toy A's first step, 24 h long.
#[test]
fn a_step_of_24_h_scales_the_sums_only() {
    let units = vec![Unit::with_outage("unit", 3, Course::from(10.0), &OUTAGE)];
    let mut system = system(units, &[5.0], &[25.0]);
    system.step_h = 24.0;
    let found = assess(&system, &Limits::default()).expect("assessed");
    assert!((found.lole_h() - 24.0 * 0.028).abs() < 1e-14);
    assert!((found.eue_mwh() - 24.0 * 0.29).abs() < 1e-14);
}
