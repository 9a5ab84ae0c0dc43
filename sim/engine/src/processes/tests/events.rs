//! Regimes and risks: shares of time, rates, durations, severities.

use super::super::{Duration, Kind, Process, Processes, Regime, Regimes, Risk, Severity};
use super::{agrees, ensemble, path, processes, stamps};

fn two_states() -> Process {
    let state = |mean, mean_sojourn_h, next: [f64; 2]| Regime {
        mean,
        standard_deviation: 0.0,
        mean_sojourn_h,
        next: next.to_vec(),
    };
    let states = vec![state(1.0, 30.0, [0.0, 1.0]), state(0.0, 10.0, [1.0, 0.0])];
    Process::new("regime", Kind::Regimes(Regimes { states, half_life_h: 1.0 }))
}

/// Share of the first state 30 / 40 at every step, for any step length.
#[test]
fn regimes_keep_their_shares_of_time() {
    for step_h in [1.0, 8.0] {
        for list in ensemble(&two_states(), step_h, &[0, 1, 30], 300) {
            agrees("share", &list, 0.75);
        }
    }
}

/// Two states: P(first at t | first at 0) = 3/4 + 1/4 exp(-(1/30 + 1/10) t).
#[test]
fn regimes_forget_at_the_sum_of_their_rates() {
    let values = ensemble(&two_states(), 1.0, &[0, 1, 5, 20], 300);
    for (place, t) in [(1, 1.0), (2, 5.0), (3, 20.0)] {
        let pairs = values[0].iter().zip(&values[place]);
        let stays: Vec<f64> = pairs.filter(|(x, _)| **x > 0.5).map(|(_, y)| *y).collect();
        agrees("still there", &stays, 0.75 + 0.25 * libm::exp(-(1.0 / 30.0 + 1.0 / 10.0) * t));
    }
}

/// Mean and variance of a mixture of two normals with equal weights.
#[test]
fn a_regime_scales_the_process_under_it() {
    let state = |mean, standard_deviation, next: [f64; 2]| Regime {
        mean,
        standard_deviation,
        mean_sojourn_h: 10.0,
        next: next.to_vec(),
    };
    let states = vec![state(1.0, 0.5, [0.0, 1.0]), state(3.0, 2.0, [1.0, 0.0])];
    let process = Process::new("mixed", Kind::Regimes(Regimes { states, half_life_h: 4.0 }));
    for list in ensemble(&process, 1.0, &[0, 17], 300) {
        agrees("mean", &list, 2.0);
        let squares: Vec<f64> = list.iter().map(|v| (v - 2.0) * (v - 2.0)).collect();
        agrees("variance", &squares, 1.0 + f64::midpoint(0.25, 4.0));
    }
}

fn risk(events_per_year: f64, duration: Duration) -> Risk {
    Risk { events_per_year, monthly_course: vec![], severity: Severity::Fixed(2.5), duration }
}

fn named(risk: &Risk) -> Process {
    Process::new("risk", Kind::Risk(risk.clone()))
}

/// What a list of futures has seen of a risk by the end: events and hours in crisis of each.
fn seen(risk: &Risk, steps: u32, groups: u64) -> (Vec<f64>, Vec<f64>) {
    let mut running = processes(&[named(risk)], steps);
    let (mut events, mut hours) = (Vec::new(), Vec::new());
    for group in 0..groups {
        path(&mut running, 0, 64 * group, steps);
        events.extend(running.events(0).unwrap().iter().map(|n| f64::from(*n)));
        hours.extend(running.hours_active(0, steps as usize - 1).unwrap().0);
    }
    (events, hours)
}

/// Events of a Poisson process up to the last step's start; P(no crisis at t) is that of an
/// infinite-server queue that starts empty, exp(-rate * mean * (1 - exp(-t / mean))).
#[test]
fn rates_and_hours_in_crisis_are_those_of_an_empty_queue_filling_up() {
    let (steps, mean) = (2000, 100.0);
    let (events, hours) = seen(&risk(20.0, Duration::Exponential(mean)), steps, 60);
    let rate = 20.0 / 8760.0;
    agrees("events", &events, rate * f64::from(steps - 1));
    let quiet = |t: u32| libm::exp(-rate * mean * (1.0 - libm::exp(-f64::from(t) / mean)));
    agrees("hours", &hours, (0..steps).map(|t| 1.0 - quiet(t)).sum());
}

#[test]
fn a_fixed_duration_is_kept() {
    let (steps, rate) = (2000, 5.0 / 8760.0);
    let (_, hours) = seen(&risk(5.0, Duration::Fixed(24.0)), steps, 60);
    let quiet = |t: u32| libm::exp(-rate * f64::from(t.min(24)));
    agrees("hours", &hours, (0..steps).map(|t| 1.0 - quiet(t)).sum());
}

#[test]
fn hours_in_crisis_are_those_that_the_rows_show_at_any_moment() {
    let mut running = processes(&[named(&risk(60.0, Duration::Exponential(80.0)))], 1500);
    let mut counted = [0.0; 64];
    running.restart(640);
    for step in 0..1500 {
        running.advance(step, 640);
        for (count, value) in counted.iter_mut().zip(running.value(0).0) {
            assert!(value == 1.0 || value == 2.5);
            *count += f64::from(u8::from(value != 1.0));
        }
        if step % 100 == 99 {
            assert_eq!(running.hours_active(0, step).unwrap().0, counted);
        }
    }
    assert!(counted.iter().sum::<f64>() > 10_000.0);
}

/// The geopolitical risk index of 2022 (Caldara and Iacoviello, monthly file, column GPR): the
/// count of each month is as its value.
#[test]
fn events_follow_the_monthly_course() {
    let index = [
        138.675, 216.159, 318.9549, 191.1431, 142.2585, 130.7073, 117.1768, 132.8632, 131.9859, 143.1624, 116.7163,
        111.1959,
    ];
    let course = Risk { monthly_course: Risk::course(&index), ..risk(30.0, Duration::Fixed(1.0)) };
    let mut running = processes(&[named(&course)], 8641);
    let mut months = vec![Vec::new(); 12];
    for group in 0..20 {
        running.restart(64 * group);
        let mut before = [0.0; 64];
        for step in 0..=8640 {
            running.advance(step, 64 * group);
            if step > 0 && step % 720 == 0 {
                for (lane, now) in running.events(0).unwrap().iter().enumerate() {
                    months[step / 720 - 1].push(f64::from(*now) - before[lane]);
                    before[lane] = f64::from(*now);
                }
            }
        }
    }
    let mean = index.iter().sum::<f64>() / 12.0;
    for (counts, value) in months.iter().zip(index) {
        agrees("events of a month", counts, 30.0 * 720.0 / 8760.0 * value / mean);
    }
}

#[test]
fn a_course_repeats_when_it_runs_out_and_a_month_of_0_is_quiet() {
    let mut monthly_course = vec![0.0; 12];
    monthly_course[3] = 50.0;
    let once = Risk { monthly_course, ..risk(10.0, Duration::Fixed(0.5)) };
    let mut running = processes(&[named(&once)], 12 * 720 * 2);
    running.restart(0);
    let mut before = 0;
    for step in 0..12 * 720 * 2 {
        running.advance(step, 0);
        let now: u32 = running.events(0).unwrap().iter().sum();
        // Events of a step are seen at the start of the next.
        assert!(now == before || (step - 1) / 720 % 12 == 3, "step {step}");
        before = now;
    }
    // 64 futures, two Aprils of 720 h at 500 events per 8760 h: 5260 on average, +- 73.
    assert!((f64::from(before) - 5260.3).abs() < 3.0 * 72.6, "{before}");
}

/// A horizon from October on: its first month has the course's first factor, January the fourth.
#[test]
fn a_course_starts_with_the_month_of_step_0() {
    let mut monthly_course = vec![0.0; 12];
    monthly_course[3] = 50.0;
    let january = Risk { monthly_course, ..risk(10.0, Duration::Fixed(0.5)) };
    let from_october = stamps(12 * 720)[9 * 720..].iter().chain(&*stamps(720)).copied().collect();
    let mut running = Processes::new(&[named(&january)], 42, 1.0, from_october).unwrap();
    running.restart(0);
    let mut by_month = [0; 4];
    for step in 0..4 * 720 {
        running.advance(step, 0);
        by_month[step / 720] = running.events(0).unwrap().iter().sum::<u32>();
    }
    // 64 futures, 720 h at 500 events per 8760 h: 2630 on average, +- 51.
    assert_eq!(by_month[..3], [0; 3]);
    assert!((f64::from(by_month[3]) - 2630.1).abs() < 3.0 * 51.3, "{by_month:?}");
}

#[test]
fn severities_follow_their_law_and_the_gravest_counts() {
    let uniform = Risk { severity: Severity::Uniform { min: 1.5, max: 3.5 }, ..risk(1.0, Duration::Fixed(1.0)) };
    let lognormal = Severity::Lognormal { median: 2.0, log_standard_deviation: 0.25 };
    let lognormal = Risk { severity: lognormal, ..uniform.clone() };
    for (risk, mean) in [(uniform, 2.5), (lognormal, 2.0 * libm::exp(0.03125))] {
        let rows = path(&mut processes(&[named(&risk)], 40_000), 0, 0, 40_000);
        let active: Vec<f64> = rows.iter().flat_map(|row| row.0).filter(|v| *v != 1.0).collect();
        assert!(active.len() > 200);
        agrees("severity", &active, mean);
    }
    // Always many at a time: nearly the greatest of the range, for rises as for falls.
    for (min, max, nearly) in [(1.0, 2.0, 2.0), (0.5, 1.0, 0.5)] {
        let crowded = Risk { severity: Severity::Uniform { min, max }, ..risk(8760.0, Duration::Fixed(100.0)) };
        let rows = path(&mut processes(&[named(&crowded)], 200), 0, 0, 200);
        assert!(rows[199].iter().all(|v| (v - nearly).abs() < 0.1));
    }
}
