//! Random small systems against plain enumeration of every combination of unit states.
//!
//! The enumeration below knows nothing of grids, tables, splits or thresholds: it weighs each
//! combination by its probability and sheds the tiers one by one.

use energyopti_adequacy::{Course, Down, Limits, System, TOLERANCE_MW, Tier, Unit, assess, event_frequency};
use proptest::prelude::*;

fn at(course: &Course, step: usize, year: usize) -> f64 {
    match course {
        Course::Constant(value) => *value,
        Course::Steps(values) => values[step],
        Course::Years { years, values } => values[step * years + year],
    }
}

/// Units written out one by one.
fn single(system: &System) -> Vec<&Unit> {
    system.units.iter().flat_map(|unit| std::iter::repeat_n(unit, unit.count as usize)).collect()
}

/// Every combination of states, one index per single unit.
fn combinations(units: &[&Unit]) -> Vec<Vec<usize>> {
    units.iter().fold(vec![vec![]], |all, unit| {
        let extend = |head: &Vec<usize>, state: usize| [head.as_slice(), &[state]].concat();
        all.iter().flat_map(|head| (0..unit.states.len()).map(move |state| extend(head, state))).collect()
    })
}

fn probability(units: &[&Unit], states: &[usize]) -> f64 {
    units.iter().zip(states).map(|(unit, state)| unit.states[*state].probability).product()
}

/// Firm-unserved MW with the units in `states`.
fn unserved(system: &System, units: &[&Unit], states: &[usize], step: usize, year: usize) -> f64 {
    let power = |(unit, state): (&&Unit, &usize)| at(&unit.p_max_mw, step, year) * unit.states[*state].p_max_pu;
    let available: f64 = units.iter().zip(states).map(power).sum();
    let load: f64 = system.tiers.iter().map(|tier| at(&tier.p_mw, step, year)).sum();
    let mut missing = (load - at(&system.must_take_mw, step, year) - available).max(0.0);
    let mut firm = 0.0;
    for tier in &system.tiers {
        let shed = missing.min(at(&tier.p_mw, step, year));
        missing -= shed;
        firm += if tier.firm { shed } else { 0.0 };
    }
    firm
}

/// Loss-of-load probability and expected unserved MW of each step.
fn enumerate(system: &System, years: u32) -> (Vec<f64>, Vec<f64>) {
    let units = single(system);
    let (mut lolp, mut mean_mw) = (vec![0.0; system.steps], vec![0.0; system.steps]);
    for states in combinations(&units) {
        let weight = probability(&units, &states) / f64::from(years);
        for (step, year) in (0..system.steps).flat_map(|step| (0..years as usize).map(move |year| (step, year))) {
            let mw = unserved(system, &units, &states, step, year);
            lolp[step] += if mw > TOLERANCE_MW { weight } else { 0.0 };
            mean_mw[step] += weight * mw;
        }
    }
    (lolp, mean_mw)
}

/// Expected starts of each step, over every combination of states at two consecutive steps.
fn enumerate_starts(system: &System, years: u32) -> Vec<f64> {
    let units = single(system);
    let all = combinations(&units);
    let mut starts = vec![0.0; system.steps];
    for year in 0..years as usize {
        let short: Vec<Vec<bool>> = (0..system.steps)
            .map(|t| all.iter().map(|s| unserved(system, &units, s, t, year) > TOLERANCE_MW).collect())
            .collect();
        for (i, from) in all.iter().enumerate() {
            let weight = probability(&units, from) / f64::from(years);
            starts[0] += if short[0][i] { weight } else { 0.0 };
            for (j, to) in all.iter().enumerate() {
                let chain = |k: usize| units[k].transition.as_ref().map_or(0.0, |rows| rows[from[k]][to[k]]);
                let joint = weight * (0..units.len()).map(chain).product::<f64>();
                for t in 1..system.steps {
                    starts[t] += if !short[t - 1][i] && short[t][j] { joint } else { 0.0 };
                }
            }
        }
    }
    starts
}

fn close(found: &[f64], expected: &[f64], absolute: f64) {
    assert_eq!(found.len(), expected.len());
    for (step, (found, expected)) in found.iter().zip(expected).enumerate() {
        let slack = absolute + 1e-12 * expected;
        assert!((found - expected).abs() <= slack, "step {step}: {found} is not {expected}");
    }
}

const STEPS: usize = 5;
const YEARS: u32 = 2;

/// A course of tenths of a MW, constant, by step, or by step and year.
fn course(most_tenths: u32) -> impl Strategy<Value = Course> {
    let tenths = move |n: usize| proptest::collection::vec((0..=most_tenths).prop_map(|v| f64::from(v) / 10.0), n);
    prop_oneof![
        tenths(1).prop_map(|values| Course::from(values[0])),
        tenths(STEPS).prop_map(Course::from),
        tenths(STEPS * YEARS as usize)
            .prop_map(|values| Course::Years { years: YEARS as usize, values: values.into() }),
    ]
}

fn unit(most: u32) -> impl Strategy<Value = Unit> {
    let down = (0_u32..=10, 0.0..0.4_f64, 0.01..1.0_f64);
    let down = down.prop_map(|(tenths, failure, repair)| Down { p_max_pu: f64::from(tenths) / 10.0, failure, repair });
    (1..=most, course(300), proptest::collection::vec(down, 1..=2))
        .prop_map(|(count, p_max_mw, downs)| Unit::with_outage("unit", count, p_max_mw, &downs))
}

fn system(units: usize, count: u32) -> impl Strategy<Value = System> {
    let tier = (course(300), any::<bool>()).prop_map(|(p_mw, firm)| Tier { p_mw, firm });
    (proptest::collection::vec(unit(count), 1..=units), course(100), proptest::collection::vec(tier, 1..=3))
        .prop_map(|(units, must_take_mw, tiers)| System { step_h: 1.0, steps: STEPS, units, must_take_mw, tiers })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn convolution_equals_enumeration(system in system(4, 2)) {
        let found = assess(&system, &Limits::default()).expect("assessed");
        let (lolp, unserved_mw) = enumerate(&system, YEARS);
        close(&found.lolp, &lolp, 1e-15);
        close(&found.unserved_mw, &unserved_mw, 1e-13);
    }

    #[test]
    fn events_equal_enumeration(system in system(2, 2)) {
        let found = event_frequency(&system, &Limits::default()).expect("assessed");
        close(&found.starts, &enumerate_starts(&system, YEARS), 1e-15);
    }

    #[test]
    fn capacities_off_any_grid_are_not_rounded_visibly(counts in proptest::array::uniform3(1_u32..=3), load in 0_u32..=300) {
        let powers = [std::f64::consts::PI, std::f64::consts::E, std::f64::consts::SQRT_2];
        let outage = [Down { p_max_pu: 1.0 / 3.0, failure: 0.05, repair: 0.3 }];
        let units = counts.iter().zip(powers).map(|(n, mw)| Unit::with_outage("unit", *n, Course::from(mw), &outage));
        let system = System {
            step_h: 1.0,
            steps: 1,
            units: units.collect(),
            must_take_mw: Course::from(0.0),
            tiers: vec![Tier::firm(Course::from(f64::from(load) / 10.0))],
        };
        let found = assess(&system, &Limits::default()).expect("assessed");
        let (lolp, unserved_mw) = enumerate(&system, 1);
        close(&found.lolp, &lolp, 1e-15);
        close(&found.unserved_mw, &unserved_mw, 9.0 * 0.5e-9);
    }
}

/// A plant whose capacity takes more values than there are tables: it is summed over step by step.
#[test]
fn a_profiled_plant_with_outages_equals_enumeration() {
    let steps = 200;
    let profile: Vec<f64> = (0..steps).map(|t| f64::from(t) * 0.1).collect();
    let load: Vec<f64> = (0..steps).map(|t| f64::from((t * 37) % 450) * 0.1).collect();
    let outage =
        [Down { p_max_pu: 0.0, failure: 0.02, repair: 0.1 }, Down { p_max_pu: 0.5, failure: 0.1, repair: 0.2 }];
    let system = System {
        step_h: 1.0,
        steps: load.len(),
        units: vec![
            Unit::with_outage("wind", 2, Course::from(profile), &outage),
            Unit::with_outage("steady", 2, Course::from(12.0), &outage),
        ],
        must_take_mw: Course::from(0.7),
        tiers: vec![Tier::firm(Course::from(load))],
    };
    let found = assess(&system, &Limits::default()).expect("assessed");
    let (lolp, unserved_mw) = enumerate(&system, 1);
    close(&found.lolp, &lolp, 1e-15);
    close(&found.unserved_mw, &unserved_mw, 1e-13);
    let events = event_frequency(&system, &Limits::default()).expect("assessed");
    close(&events.starts, &enumerate_starts(&system, 1), 1e-15);
}
