//! A path depends on (seed, stream, replica, event) and on nothing else.

use proptest::prelude::*;
use pulp::NullaryFnOnce;

use super::super::{
    By, Duration, JumpSize, Jumps, Kind, Law, MeanReverting, Process, Processes, Risk, Season, Severity,
    clear_sky_markov,
};
use super::{path, processes, reverting, stamps};
use crate::lanes::Lanes;

/// One of each kind; `wind_b` follows `wind_a`, `load` follows both.
fn all() -> Vec<Process> {
    let wind = |name| reverting(name, Law::Weibull { shape: 2.0, scale: 8.0 }, 8.0);
    let jumps = Jumps {
        hazard_per_h: 0.05,
        size: JumpSize::Lognormal { median: 0.5, log_standard_deviation: 0.3 },
        half_life_h: 4.0,
    };
    let law = Law::Lognormal { mean: 1.0, log_standard_deviation: 0.2 };
    let fuel = Kind::MeanReverting(MeanReverting { law, half_life_h: 50.0, jumps: Some(jumps) });
    let mut course = vec![1.0; 12];
    course[0] = 3.0;
    let risk = Risk {
        events_per_year: 50.0,
        monthly_course: course,
        severity: Severity::Uniform { min: 1.2, max: 3.0 },
        duration: Duration::Exponential(30.0),
    };
    let mut hours = [1.0; 24];
    hours[18] = 1.2;
    let load = reverting("load", Law::Normal { mean: 1.0, standard_deviation: 0.1 }, 24.0);
    vec![
        wind("wind_a"),
        Process { correlated: vec![(0, 0.6)], ..wind("wind_b") },
        Process {
            season: Some(Season { months: [1.0; 12], hours, by: By::Multiply }),
            correlated: vec![(0, 0.3), (1, -0.2)],
            ..load
        },
        Process::new("fuel", fuel),
        clear_sky_markov("sky"),
        Process::new("crisis", Kind::Risk(risk)),
    ]
}

const STEPS: u32 = 300;

fn paths(list: &[Process], steps: u32, index: usize) -> Vec<Lanes> {
    path(&mut processes(list, steps), index, 64, steps)
}

#[test]
fn a_longer_horizon_begins_like_a_shorter_one() {
    for index in 0..all().len() {
        assert_eq!(paths(&all(), STEPS, index), paths(&all(), 2 * STEPS, index)[..STEPS as usize]);
    }
}

#[test]
fn the_order_of_the_processes_changes_no_bit() {
    let list = all();
    // Place of old process i in the new list: reversed, so that everybody names later ones.
    let turned = |i: usize| list.len() - 1 - i;
    let mut reversed: Vec<_> = list.iter().rev().cloned().collect();
    for process in &mut reversed {
        process.correlated.iter_mut().for_each(|(other, _)| *other = turned(*other));
        process.correlated.reverse();
    }
    for index in 0..list.len() {
        assert_eq!(paths(&list, STEPS, index), paths(&reversed, STEPS, turned(index)), "{}", list[index].name);
    }
}

#[test]
fn an_unrelated_process_changes_no_bit() {
    let mut more = all();
    more.insert(0, reverting("newcomer", Law::Normal { mean: 0.0, standard_deviation: 1.0 }, 3.0));
    // Follows everybody, and nobody follows it.
    more[0].correlated = vec![(1, 0.2), (2, 0.2)];
    for process in &mut more[1..] {
        process.correlated.iter_mut().for_each(|(other, _)| *other += 1);
    }
    for index in 0..all().len() {
        assert_eq!(paths(&all(), STEPS, index), paths(&more, STEPS, index + 1));
    }
}

#[test]
fn a_reused_set_gives_the_bits_of_a_fresh_one() {
    let mut reused = processes(&all(), STEPS);
    for index in 0..all().len() {
        for (replica, steps) in [(0, 33), (640, STEPS), (64, STEPS)] {
            let again = path(&mut reused, index, replica, steps);
            assert_eq!(again, path(&mut processes(&all(), STEPS), index, replica, steps));
        }
    }
}

#[test]
fn a_renamed_process_keeps_its_luck_by_its_stream() {
    let renamed: Vec<_> = all().into_iter().map(|p| Process { name: format!("new {}", p.name), ..p }).collect();
    assert_eq!(paths(&all(), STEPS, 2), paths(&renamed, STEPS, 2));
    let restreamed: Vec<_> = all().into_iter().map(|p| Process { stream: format!("new {}", p.stream), ..p }).collect();
    for index in 0..all().len() {
        assert_ne!(paths(&all(), STEPS, index), paths(&restreamed, STEPS, index));
    }
}

/// The rate scales the waiting hazard and not the luck: twice the rate fires each event in half the
/// time.
#[test]
fn two_rates_share_their_luck() {
    let risk = |events_per_year| Risk {
        events_per_year,
        monthly_course: vec![],
        severity: Severity::Fixed(2.0),
        duration: Duration::Fixed(1.0),
    };
    let fired = |rate, steps: u32| {
        let mut running = processes(&[Process::new("risk", Kind::Risk(risk(rate)))], steps);
        path(&mut running, 0, 0, steps);
        *running.events(0).unwrap()
    };
    assert_eq!(fired(100.0, 2001), fired(200.0, 1001));
}

struct Walk<'a>(&'a mut Processes, Vec<Lanes>);

impl NullaryFnOnce for Walk<'_> {
    type Output = Vec<Lanes>;

    #[inline(always)]
    fn call(mut self) -> Vec<Lanes> {
        for step in 0..STEPS as usize {
            self.0.advance(step, 64);
            self.1.extend((0..6).map(|index| *self.0.value(index)));
        }
        self.1
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let mut running = Processes::new(&all(), 42, 1.0, stamps(STEPS)).unwrap();
    running.restart(64);
    let wide = pulp::Arch::new().dispatch(Walk(&mut running, Vec::new()));
    running.restart(64);
    assert_eq!(wide, Walk(&mut running, Vec::new()).call());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_replica_has_the_same_path_in_every_lane(replica in 0_u64..10_000, lane in 0_u64..64, index in 0_usize..6) {
        let first = path(&mut processes(&all(), 40), index, replica, 40);
        let replica_of_lane_0 = replica.saturating_sub(lane);
        let other = path(&mut processes(&all(), 40), index, replica_of_lane_0, 40);
        let lane = usize::try_from(replica - replica_of_lane_0).unwrap();
        for (one, other) in first.iter().zip(&other) {
            prop_assert_eq!(one[0].to_bits(), other[lane].to_bits());
        }
    }
}
