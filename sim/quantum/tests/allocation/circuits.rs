//! What the simulated circuit gives beside the classical figures.

use std::sync::atomic::{AtomicBool, Ordering};

use energyopti_quantum::allocation::{Allocation, Budget, Control, Mixing, Problem, Settings, Stage, allocate};
use energyopti_quantum::qaoa::{Diagonal, Mixer, Start, Subspace, evaluate};
use energyopti_quantum::{Error, HONEST_CLAIM, Limit, State};

use crate::arithmetic::three;
use crate::draws::{Draws, cases};

fn quick(mixing: Mixing) -> Settings {
    Settings {
        layers: 2,
        mixing,
        shots: 64,
        seed: 7,
        evaluations: 60,
        nodes: 500,
        reduced_qubits: 12,
        limit: Limit::NONE,
    }
}

fn run(problem: &Problem, settings: &Settings) -> Result<Allocation, Error> {
    allocate(problem, settings, Control { cancelled: &AtomicBool::new(false), progress: &|_| {} })
}

fn five_of_eight(case: u64) -> Problem {
    let mut draws = Draws::new("circuit", case);
    let problem = draws.mean_variance(8, 1);
    Problem { cardinality: Some(5), ..draws.with_positions(problem) }
}

#[test]
fn an_xy_mixer_keeps_the_number_of_positions() {
    for mixing in [Mixing::XyRing, Mixing::XyComplete] {
        let found = run(&five_of_eight(0), &quick(mixing)).unwrap();
        assert!((found.quantum.state.p_feasible - 1.0).abs() < 1e-12);
        assert_eq!(found.quantum.feasible_shots, 64);
        // 8 over 5.
        assert_eq!(found.quantum.landscape.count, 56);
        assert_eq!(found.quantum.best_of_shots.unwrap().positions, 5);
        assert_eq!(found.quantum.most_probable.positions, 5);
    }
}

#[test]
fn a_candidate_that_must_be_held_counts_as_a_position() {
    let mut problem = five_of_eight(1);
    problem.candidates[3].min_units = 1;
    let found = run(&problem, &quick(Mixing::XyRing)).unwrap();
    assert_eq!(found.quantum.qubits, 7);
    assert!((found.quantum.state.p_feasible - 1.0).abs() < 1e-12);
    assert!(found.classical.figures.units[3] == 1 && found.classical.figures.positions == 5);
}

#[test]
fn without_layers_the_circuit_is_even_guessing() {
    let settings = Settings { layers: 0, ..quick(Mixing::X) };
    let found = run(&three(), &settings).unwrap().quantum;
    // Costs 4, 3, 2, 2: of 16 encodings only wind + solar with one or two batteries cost above 8.
    assert_eq!(found.landscape.count, 13);
    assert!((found.state.p_feasible - 13.0 / 16.0).abs() < 1e-12);
    assert!((found.state.p_optimum - 1.0 / 16.0).abs() < 1e-12);
    assert!((found.guessing.p_optimum - 1.0 / 13.0).abs() < 1e-12);
    assert!((found.state.feasible_mean.unwrap() - found.landscape.mean).abs() < 1e-12);
    assert!((found.state.approximation_ratio.unwrap() - found.guessing.approximation_ratio).abs() < 1e-12);
    assert!(found.angles.gamma.is_empty() && found.evaluations == 0);
}

#[test]
fn layers_never_make_it_worse_and_the_claim_stands_beside_it() {
    for mixing in [Mixing::X, Mixing::Warm { epsilon: 0.25 }] {
        let found = run(&three(), &Settings { layers: 3, ..quick(mixing) }).unwrap();
        let course: Vec<f64> = found.quantum.by_layers.iter().map(|state| state.expectation).collect();
        assert_eq!(course.len(), 4);
        assert!(course.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12), "{course:?}");
        assert_eq!(found.quantum.state, found.quantum.by_layers[3]);
        assert_eq!(found.classical.figures.units, [1, 0, 2]);
        assert_eq!(found.quantum.optimum, found.classical.figures);
        assert_eq!(found.claim, HONEST_CLAIM);
    }
}

#[test]
fn a_warm_start_begins_nearer_to_the_optimum() {
    let cold = run(&three(), &Settings { layers: 0, ..quick(Mixing::X) }).unwrap().quantum.state;
    let warm = run(&three(), &Settings { layers: 0, ..quick(Mixing::Warm { epsilon: 0.25 }) }).unwrap().quantum.state;
    assert!(warm.expectation < cold.expectation && warm.p_optimum > cold.p_optimum, "{warm:?} {cold:?}");
}

/// The diagonal anew from the public pieces: objective, and one cost for all that is infeasible.
fn diagonal(problem: &Problem, infeasible: f64) -> Diagonal {
    let landscape = problem.check().unwrap().enumerate(Limit::NONE, &AtomicBool::new(false)).unwrap();
    let price =
        |(index, value): (usize, &f64)| if landscape.feasible().holds(index as u64) { *value } else { infeasible };
    Diagonal::from_values(landscape.objective().iter().enumerate().map(price).collect()).unwrap()
}

#[test]
fn the_angles_run_again_on_the_unscaled_cost() {
    let mut draws = Draws::new("again", 0);
    let mut problem = draws.mean_variance(6, 2);
    problem.candidates.iter_mut().for_each(|candidate| candidate.cost *= 1e6);
    problem.budget = Some(Budget { least: None, greatest: 2e7 });
    let found = run(&problem, &quick(Mixing::X)).unwrap().quantum;
    let diagonal = diagonal(&problem, found.infeasible_cost);
    let mut state = State::<f64>::new(diagonal.qubits(), Limit::NONE).unwrap();
    let extremes = diagonal.extremes(Subspace::All).unwrap();
    let again = evaluate(&mut state, &diagonal, &Mixer::X, &Start::Uniform, &found.angles, &extremes).unwrap();
    assert!((again.expectation - found.state.expectation).abs() < 1e-10);
    assert!((again.p_optimum - found.state.p_optimum).abs() < 1e-10);
}

#[test]
fn no_infeasible_encoding_looks_better_than_the_optimum() {
    for case in 0..cases(20) {
        let mut draws = Draws::new("penalty", case);
        let problem = if case % 2 == 0 { draws.mean_variance(4, 3) } else { draws.cvar(4, 3, 11) };
        let Ok(found) = run(&problem, &Settings { layers: 0, ..quick(Mixing::X) }) else { continue };
        let least = diagonal(&problem, found.quantum.infeasible_cost).extremes(Subspace::All).unwrap();
        let best = found.classical.figures.objective;
        assert!((least.optimum - best).abs() < 1e-9, "case {case}: {} below {best}", least.optimum);
    }
}

#[test]
fn an_exact_budget_and_a_number_of_positions_are_a_qubo() {
    let mut problem = three();
    problem.candidates[2].max_units = 1;
    for (budget, cardinality) in [(Some(6.0), None), (None, Some(2)), (Some(7.0), Some(2)), (None, None)] {
        problem.budget = budget.map(|cost| Budget { least: Some(cost), greatest: cost });
        problem.cardinality = cardinality;
        let checked = problem.check().unwrap();
        let as_qubo = checked.as_qubo().unwrap();
        let landscape = checked.enumerate(Limit::NONE, &AtomicBool::new(false)).unwrap();
        let cost = |index: u64| as_qubo.qubo.cost(index) + as_qubo.offset;
        let best = (0..8).min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap();
        assert_eq!(best, landscape.feasible().optimum(), "{budget:?} {cardinality:?}");
        for (index, objective) in (0..).zip(landscape.objective()) {
            assert!(!landscape.feasible().holds(index) || (cost(index) - objective).abs() < 1e-9);
        }
    }
    let told = three().check().unwrap().as_qubo().unwrap_err().to_string();
    assert!(told.contains("slack variables"), "{told}");
}

#[test]
fn the_distribution_adds_up() {
    let found = run(&three(), &quick(Mixing::X)).unwrap().quantum;
    assert_eq!(found.distribution.edges.len(), found.distribution.state.len() + 1);
    assert!((found.distribution.state.iter().sum::<f64>() - found.state.p_feasible).abs() < 1e-12);
    assert!((found.distribution.uniform.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!((found.distribution.edges[0] - found.landscape.best).abs() < 1e-12);
}

#[test]
fn samples_have_the_frequencies_of_the_state() {
    let settings = Settings { layers: 1, shots: 40_000, ..quick(Mixing::X) };
    let found = run(&three(), &settings).unwrap().quantum;
    let p = found.state.p_feasible;
    let share = f64::from(found.feasible_shots) / 40_000.0;
    // Three standard errors.
    assert!((share - p).abs() < 3.0 * (p * (1.0 - p) / 40_000.0).sqrt(), "{share} and not {p}");
}

#[test]
fn the_answer_has_the_same_bits_on_any_number_of_threads() {
    let mut draws = Draws::new("circuit threads", 0);
    let problem = draws.cvar(9, 2, 20);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| format!("{:?}", run(&problem, &quick(Mixing::Warm { epsilon: 0.1 })).unwrap()))
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(8));
}

#[test]
fn above_24_variables_the_circuit_sees_a_part_and_says_so() {
    let mut draws = Draws::new("large", 0);
    let mut problem = draws.mean_variance(30, 1);
    problem.candidates[5].min_units = 0;
    problem.candidates[5].max_units = 9;
    let settings = Settings { layers: 1, evaluations: 20, ..quick(Mixing::X) };
    let stopped = AtomicBool::new(true);
    let first = allocate(&problem, &settings, Control { cancelled: &stopped, progress: &|_| {} });
    assert_eq!(first.unwrap_err(), Error::Cancelled);
    let found = run(&problem, &settings).unwrap();
    let reduced = found.quantum.reduced.as_ref().unwrap();
    assert_eq!(reduced.fixed.len() + reduced.free.len(), 30);
    assert!((11..=12).contains(&found.quantum.qubits));
    assert!(found.classical.proven && found.classical.bound <= found.classical.figures.objective);
    assert!(found.classical.relaxed_bound <= found.classical.bound);
    // The part holds no better allocation than the whole.
    assert!(found.quantum.optimum.objective >= found.classical.bound);
    assert!(found.quantum.optimum.feasible && found.quantum.gap.unwrap() >= -1e-6);
}

#[test]
fn a_part_of_a_large_problem_keeps_the_number_of_positions_too() {
    let mut draws = Draws::new("large", 1);
    let problem = draws.cvar(30, 1, 25);
    let problem = Problem { cardinality: Some(11), ..draws.with_positions(problem) };
    let settings = Settings { layers: 1, evaluations: 20, ..quick(Mixing::XyRing) };
    let found = run(&problem, &settings).unwrap();
    assert_eq!(found.quantum.qubits, 12);
    assert!((found.quantum.state.p_feasible - 1.0).abs() < 1e-12);
    assert_eq!((found.classical.figures.positions, found.quantum.optimum.positions), (11, 11));
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let told = |problem: &Problem, settings: Settings| run(problem, &settings).unwrap_err().to_string();
    assert!(told(&three(), quick(Mixing::XyRing)).contains("the problem asks for none"));
    assert!(told(&three(), quick(Mixing::Warm { epsilon: 0.0 })).contains("epsilon"));
    assert!(told(&three(), Settings { shots: 0, ..quick(Mixing::X) }).contains("shot"));
    let small = Settings { limit: Limit { bytes: 300 }, ..quick(Mixing::X) };
    assert!(matches!(run(&three(), &small), Err(Error::TooLarge { qubits: 4, most_qubits: 3, .. })));
}

#[test]
fn a_caller_can_stop_the_search_for_angles() {
    let cancelled = AtomicBool::new(false);
    let progress = |stage: Stage| {
        if let Stage::Angles(progress) = stage {
            cancelled.store(progress.layers == 2, Ordering::Relaxed);
        }
    };
    let found = allocate(&three(), &quick(Mixing::X), Control { cancelled: &cancelled, progress: &progress });
    assert_eq!(found.unwrap_err(), Error::Cancelled);
}
