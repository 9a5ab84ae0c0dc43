//! Enumeration, bound and branch and bound against loops that anyone can read.

use std::sync::atomic::AtomicBool;

use energyopti_quantum::Limit;
use energyopti_quantum::allocation::{Problem, Risk};

use crate::draws::{Draws, cases};

/// Objective from the definition, with `CVaR = min_t t + sum max(loss - t, 0) / ((1 - alpha) S)`
/// tried at every loss, one of which is a minimiser.
fn objective(problem: &Problem, units: &[u32]) -> f64 {
    let x: Vec<f64> = units.iter().map(|&units| f64::from(units)).collect();
    match &problem.risk {
        Risk::MeanVariance { covariance, risk_aversion } => {
            let mut value = 0.0;
            for i in 0..x.len() {
                value -= problem.candidates[i].expected_return.unwrap() * x[i];
                for j in 0..x.len() {
                    value += risk_aversion * x[i] * covariance[i][j] * x[j];
                }
            }
            value
        }
        Risk::Cvar { scenarios, alpha, risk_aversion } => {
            let loss = |future: &Vec<f64>| -future.iter().zip(&x).map(|(r, x)| r * x).sum::<f64>();
            let losses: Vec<f64> = scenarios.iter().map(loss).collect();
            let count: f64 = losses.iter().map(|_| 1.0).sum();
            let at = |t: f64| t + losses.iter().map(|loss| (loss - t).max(0.0)).sum::<f64>() / ((1.0 - alpha) * count);
            let worst = losses.iter().map(|&t| at(t)).fold(f64::INFINITY, f64::min);
            losses.iter().sum::<f64>() / count + risk_aversion * worst
        }
    }
}

fn feasible(problem: &Problem, units: &[u32]) -> bool {
    let cost: f64 = problem.candidates.iter().zip(units).map(|(c, &units)| c.cost * f64::from(units)).sum();
    let positions = units.iter().filter(|&&units| units > 0).count();
    problem.budget.is_none_or(|b| cost <= b.greatest && cost >= b.least.unwrap_or(0.0))
        && problem.cardinality.is_none_or(|wanted| wanted as usize == positions)
}

/// Least and greatest objective by counting through all units like an odometer.
fn extremes(problem: &Problem) -> Option<[f64; 2]> {
    let mut units: Vec<u32> = problem.candidates.iter().map(|c| c.min_units).collect();
    let mut found: Option<[f64; 2]> = None;
    loop {
        if feasible(problem, &units) {
            let value = objective(problem, &units);
            found = Some(found.map_or([value; 2], |[low, high]| [low.min(value), high.max(value)]));
        }
        let Some(next) = (0..units.len()).find(|&at| units[at] < problem.candidates[at].max_units) else {
            return found;
        };
        units[next] += 1;
        (0..next).for_each(|at| units[at] = problem.candidates[at].min_units);
    }
}

fn agrees(problem: &Problem, case: u64) {
    let checked = problem.check().unwrap();
    let never = AtomicBool::new(false);
    let landscape = checked.enumerate(Limit::NONE, &never);
    let Some([low, high]) = extremes(problem) else {
        assert!(landscape.is_err(), "case {case}: nothing is feasible");
        assert!(checked.branch_and_bound(10_000, &never, &|_, _, _| {}).is_err(), "case {case}");
        return;
    };
    let landscape = landscape.unwrap();
    let found = checked.figures(&landscape.encoding().units(landscape.feasible().optimum()));
    assert!(found.feasible && feasible(problem, &found.units), "case {case}");
    assert!((found.objective - low).abs() < 1e-10, "case {case}: {} and not {low}", found.objective);
    assert!((objective(problem, &found.units) - low).abs() < 1e-10, "case {case}");
    let summary = landscape.feasible().summary();
    assert!((summary.best - low).abs() < 1e-10 && (summary.worst - high).abs() < 1e-10, "case {case}");
    let relaxed = checked.relax().unwrap();
    assert!(relaxed.bound <= low, "case {case}: bound {} above {low}", relaxed.bound);
    let searched = checked.branch_and_bound(10_000, &never, &|_, _, _| {}).unwrap();
    assert!(searched.proven && searched.bound <= low, "case {case}: {searched:?}");
    assert!((searched.incumbent.objective - low).abs() < 1e-6, "case {case}: {searched:?} and not {low}");
}

#[test]
fn mean_variance_optima_are_those_of_plain_loops() {
    for case in 0..cases(40) {
        let mut draws = Draws::new("mean variance", case);
        let count = draws.whole(1, 6) as usize;
        agrees(&draws.mean_variance(count, 5), case);
    }
}

#[test]
fn cvar_optima_are_those_of_plain_loops() {
    for case in 0..cases(30) {
        let mut draws = Draws::new("cvar", case);
        let (count, futures) = (draws.whole(1, 5) as usize, draws.whole(1, 30) as usize);
        agrees(&draws.cvar(count, 4, futures), case);
    }
}

#[test]
fn optima_of_so_many_positions_are_those_of_plain_loops() {
    for case in 0..cases(30) {
        let mut draws = Draws::new("positions", case);
        let count = draws.whole(2, 9) as usize;
        let problem = if case % 2 == 0 { draws.mean_variance(count, 1) } else { draws.cvar(count, 1, 17) };
        agrees(&draws.with_positions(problem), case);
    }
}

#[test]
fn branch_and_bound_finds_what_enumeration_finds_at_12_to_16_variables() {
    for case in 0..cases(8) {
        let mut draws = Draws::new("branching", case);
        let count = draws.whole(12, 16) as usize;
        let problem = match case % 3 {
            0 => draws.mean_variance(count, 1),
            1 => draws.cvar(count, 1, 40),
            _ => {
                let problem = draws.mean_variance(count, 1);
                draws.with_positions(problem)
            }
        };
        let checked = problem.check().unwrap();
        let never = AtomicBool::new(false);
        let Ok(landscape) = checked.enumerate(Limit::NONE, &never) else { continue };
        let best = landscape.feasible().summary().best;
        let searched = checked.branch_and_bound(10_000, &never, &|_, _, _| {}).unwrap();
        assert!((searched.incumbent.objective - best).abs() < 1e-6 && searched.proven, "case {case}: {searched:?}");
        assert!(searched.bound <= best && checked.relax().unwrap().bound <= best, "case {case}");
    }
}

#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() {
    let mut draws = Draws::new("threads", 0);
    let problem = draws.cvar(13, 1, 50);
    let checked = problem.check().unwrap();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let never = AtomicBool::new(false);
            let landscape = checked.enumerate(Limit::NONE, &never).unwrap();
            let bits: Vec<u64> = landscape.objective().iter().map(|value| value.to_bits()).collect();
            let searched = checked.branch_and_bound(50, &never, &|_, _, _| {}).unwrap();
            (bits, landscape.feasible().optimum(), landscape.feasible().summary().mean.to_bits(), searched)
        })
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(8));
}

/// The same problem with all money of returns counted in another unit.
fn in_units_of(problem: &Problem, unit: f64) -> Problem {
    let mut problem = problem.clone();
    for candidate in &mut problem.candidates {
        candidate.expected_return = candidate.expected_return.map(|money| money / unit);
    }
    match &mut problem.risk {
        Risk::MeanVariance { covariance, risk_aversion } => {
            covariance.iter_mut().flatten().for_each(|entry| *entry /= unit * unit);
            *risk_aversion *= unit;
        }
        Risk::Cvar { scenarios, .. } => scenarios.iter_mut().flatten().for_each(|money| *money /= unit),
    }
    problem
}

#[test]
fn the_answer_does_not_depend_on_the_unit_of_money() {
    for case in 0..cases(8) {
        let mut draws = Draws::new("money", case);
        let problem = if case % 2 == 0 { draws.mean_variance(11, 2) } else { draws.cvar(11, 2, 30) };
        let never = AtomicBool::new(false);
        for unit in [1.0, 1e6, 1e-6] {
            let checked = in_units_of(&problem, unit).check().unwrap();
            let searched = checked.branch_and_bound(10_000, &never, &|_, _, _| {}).unwrap();
            let best = checked.enumerate(Limit::NONE, &never).unwrap().feasible().summary().best;
            assert!(searched.proven && searched.bound <= best, "case {case}, unit {unit}: {searched:?}");
            let off = (searched.incumbent.objective - best) / best.abs();
            assert!(off.abs() < 1e-6, "case {case}, unit {unit}: {searched:?} and not {best}");
        }
    }
}
