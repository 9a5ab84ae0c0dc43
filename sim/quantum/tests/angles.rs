//! Optimised angles against closed forms, and fixed ones against the figures published for them.

#![allow(clippy::unwrap_used, reason = "a test's own functions")]

use energyopti_quantum::angles::{
    End, Objective, Optimised, Options, climb, coupling_scale, optimise, regular_max_cut, scaled, spin_glass,
};
use energyopti_quantum::qaoa::{Angles, Diagonal, Mixer, Start, Subspace, batch};
use energyopti_quantum::qubo::Qubo;
use energyopti_quantum::spin_glass::energy_per_spin;
use energyopti_quantum::{Error, Limit};
use energyopti_streams::{StreamKey, open_unit};
use num_complex::Complex64;

/// Basso et al. 2022, table 1; Farhi et al. 2022, table 1.
const PUBLISHED: [f64; 8] = [0.30327, 0.40755, 0.47262, 0.51568, 0.54765, 0.57214, 0.59148, 0.60727];

fn spin_glass_energies(batch: &[Angles]) -> Result<Vec<f64>, Error> {
    batch.iter().map(|angles| energy_per_spin(&angles.gamma, &angles.beta)).collect()
}

#[test]
fn the_spin_glass_is_optimised_to_its_published_energies() {
    let optima = climb(&spin_glass_energies, 8, &|_| None, Options::default(), &|_| true).unwrap();
    for (best, published) in optima.iter().zip(PUBLISHED) {
        assert!((best.expectation + published).abs() < 1e-5, "{} for -{published}", best.expectation);
    }
    // One and two layers: gamma 1/2, beta pi/8; 0.3817, 0.6655, 0.4960, 0.2690.
    let two = &optima[1].angles;
    for (found, published) in two.gamma.iter().chain(&two.beta).zip([-0.3817, -0.6655, 0.4960, 0.2690]) {
        assert!((found - published).abs() < 1e-4);
    }
}

#[test]
fn the_tabulated_angles_are_optima_of_the_spin_glass() {
    for (layers, published) in (1..).zip(PUBLISHED) {
        let Angles { gamma, beta } = spin_glass(layers);
        let energy = energy_per_spin(&gamma, &beta).unwrap();
        assert!((energy + published).abs() < 6e-6, "p = {layers}: {energy}");
    }
    // Beyond the table the curve still gains.
    let Angles { gamma, beta } = spin_glass(9);
    assert!(energy_per_spin(&gamma, &beta).unwrap() < -0.607_27);
}

/// The fraction of edges that QAOA cuts in a regular graph of degree 3 without short cycles, by
/// section 3 of Basso et al. 2022: `1/2 + (i/2) sum_ab a_0 b_0 f(a) f(b) H(a) H(b) sin(Gamma.ab)`,
/// `H(a) = (sum_b f(b) H'(b) cos(Gamma.ab))^2`, with cost `-cut`, that is couplings of 1/2.
fn cut_of_a_cubic_tree(angles: &Angles) -> f64 {
    let p = angles.gamma.len();
    let paths = 1_usize << (2 * p + 1);
    let steps: Vec<f64> = angles.beta.iter().copied().chain(angles.beta.iter().rev().map(|beta| -beta)).collect();
    // Times in the order 1, ..., p, 0, -p, ..., -1.
    let times: Vec<f64> =
        angles.gamma.iter().copied().chain([0.0]).chain(angles.gamma.iter().rev().map(|gamma| -gamma)).collect();
    let f = |path: usize| {
        let step = |time: usize| match path >> time & 3 {
            0 | 3 => Complex64::new(steps[time].cos(), 0.0),
            _ => Complex64::new(0.0, steps[time].sin()),
        };
        (0..2 * p).map(step).product::<Complex64>() * 0.5
    };
    let sign = |path: usize, time: usize| if path >> time & 1 == 0 { 1.0 } else { -1.0 };
    // The cost -cut is (1/2) ZZ but for a constant; Basso's is -ZZ per edge.
    let phase = |path: usize| -> f64 { (0..=2 * p).map(|time| -0.5 * times[time] * sign(path, time)).sum() };
    let (f, phase): (Vec<_>, Vec<_>) = ((0..paths).map(f).collect(), (0..paths).map(phase).collect());
    let mut branch = vec![Complex64::ONE; paths];
    for _ in 0..p {
        let sum = |a: usize| (0..paths).map(|b| f[b] * branch[b] * phase[a ^ b].cos()).sum::<Complex64>();
        branch = (0..paths).map(|a| sum(a) * sum(a)).collect();
    }
    let edge = |a: usize, b: usize| f[a] * f[b] * branch[a] * branch[b] * sign(a ^ b, p) * phase[a ^ b].sin();
    let sum = (0..paths).map(|a| (0..paths).map(|b| edge(a, b)).sum::<Complex64>()).sum::<Complex64>();
    0.5 + (Complex64::new(0.0, 0.5) * sum).re
}

#[test]
fn fixed_angles_of_cubic_graphs_cut_what_was_published() {
    // Wurtz and Lykov 2021.
    for (layers, cut) in [(1, 0.692_450), (2, 0.755_906), (3, 0.792_316), (4, 0.816_730)] {
        let found = cut_of_a_cubic_tree(&regular_max_cut(3, layers));
        assert!((found - cut).abs() < 2e-6, "p = {layers}: {found} for {cut}");
    }
}

/// Climbs on a QUBO with the X mixer, starting from the scaled table, too.
fn climb_on(matrix: &[Vec<f64>], layers: usize) -> Vec<Optimised> {
    let qubo = Qubo::from_matrix(matrix).unwrap();
    let diagonal = Diagonal::from_qubo(&qubo, Limit::NONE).unwrap();
    let extremes = diagonal.extremes(Subspace::All).unwrap();
    let objective = |sets: &[Angles]| {
        let found = batch(&diagonal, &Mixer::X, &Start::Uniform, sets, &extremes, Limit::NONE)?;
        Ok(found.iter().map(|found| found.expectation).collect())
    };
    let ising = qubo.ising();
    let options = Options { coupling: coupling_scale(&ising), ..Options::default() };
    let optima = climb(&objective, layers, &|layers| Some(scaled(&ising, layers)), options, &|_| true).unwrap();
    assert_eq!(optima.len(), layers);
    for best in &optima {
        assert!(best.expectation >= extremes.optimum - extremes.tolerance && best.end != End::Stopped);
    }
    for pair in optima.windows(2) {
        assert!(pair[1].expectation <= pair[0].expectation + extremes.tolerance);
    }
    optima
}

/// Minus the cut of a ring, each edge `x_i + x_j - 2 x_i x_j` with the same weight.
fn ring(nodes: usize, weight: f64) -> Vec<Vec<f64>> {
    let mut matrix = vec![vec![0.0; nodes]; nodes];
    for from in 0..nodes {
        let to = (from + 1) % nodes;
        matrix[from][to] += 2.0 * weight;
        matrix[from][from] -= weight;
        matrix[to][to] -= weight;
    }
    matrix
}

#[test]
fn a_ring_of_ten_is_cut_to_what_theory_allows() {
    // (2p + 1)/(2p + 2) of the edges as long as 2p + 2 <= 10: Farhi, Goldstone, Gutmann 2014;
    // Wang et al. 2018.
    for (best, share) in climb_on(&ring(10, 1.0), 4).iter().zip([3.0 / 4.0, 5.0 / 6.0, 7.0 / 8.0, 9.0 / 10.0]) {
        assert!((best.expectation / -10.0 - share).abs() < 1e-8, "{} for {share}", best.expectation);
    }
}

#[test]
fn the_size_of_the_numbers_does_not_matter() {
    for weight in [1e-280, 1e-3, 1e6, 1e200] {
        for (best, share) in climb_on(&ring(6, weight), 2).iter().zip([0.75, 5.0 / 6.0]) {
            assert!((best.expectation / weight / -6.0 - share).abs() < 1e-8, "{weight:e}: {}", best.expectation);
        }
    }
    // The other sign, to be left uncut: an even ring is bipartite, so the same shares remain.
    for (best, share) in climb_on(&ring(6, -1.0), 2).iter().zip([0.25, 1.0 / 6.0]) {
        assert!((best.expectation / 6.0 - share).abs() < 1e-8);
    }
}

#[test]
fn a_cost_without_an_angle_to_choose_ends_at_once() {
    for nothing in [vec![vec![0.0]], vec![vec![0.0; 3]; 3], vec![vec![0.0, 2.0], vec![-2.0, 0.0]]] {
        assert!(climb_on(&nothing, 3).iter().all(|best| best.expectation.abs() < 1e-15 && best.evaluations < 200));
    }
}

#[test]
fn one_variable_is_solved_by_one_layer() {
    for cost in [-3.0, 4.0e-7] {
        let best = &climb_on(&[vec![cost]], 1)[0];
        assert!((best.expectation - cost.min(0.0)).abs() < 1e-9 * cost.abs(), "{}", best.expectation);
    }
}

#[test]
fn any_qubo_is_climbed_without_failing() {
    climb_on(&[vec![1.0, 1.0, -1.0], vec![0.0, -2.0, 2.0], vec![0.0, 0.0, 3.0]], 3);
    // Coefficients from 1e-9 to 1e8.
    climb_on(&[vec![1e-9, 1.0, -1e8], vec![0.0, -2e3, 2e-3], vec![0.0, 0.0, 3e5]], 2);
    let key = StreamKey::new(5, "qubo", "elements", 0);
    for replica in 0..cases(4) {
        let element = |at: u64| open_unit(key.draw(replica, at)[0]) - 0.4;
        let size = 2 + replica % 6;
        climb_on(&(0..size).map(|i| (0..size).map(|j| element(8 * i + j)).collect()).collect::<Vec<_>>(), 3);
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let climbed = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| climb_on(&ring(6, 0.3), 3))
    };
    let one = climbed(1);
    assert_eq!(one, climbed(2));
    assert_eq!(one, climbed(8));
}

/// As many as asked for by `ENERGYOPTI_CASES`, or a few.
fn cases(few: u64) -> u64 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(few)
}

#[test]
fn a_watch_ends_a_search_and_keeps_what_it_has() {
    let start = spin_glass(3);
    let mut far = start.clone();
    far.gamma[0] *= 0.5;
    let stopped =
        optimise(&spin_glass_energies, &far, Options::default(), &|progress| progress.evaluations < 30).unwrap();
    let whole = optimise(&spin_glass_energies, &far, Options::default(), &|_| true).unwrap();
    assert!(stopped.evaluations < whole.evaluations && stopped.expectation > whole.expectation);
    assert!(stopped.expectation <= stopped.course[0].expectation);
    assert!(climb(&spin_glass_energies, 3, &|_| None, Options::default(), &|_| false).unwrap().len() <= 1);
}

#[test]
fn what_cannot_be_optimised_is_refused() {
    let start = spin_glass(1);
    let refused = |objective: Objective, start: &Angles, options: Options| {
        optimise(objective, start, options, &|_| true).is_err()
    };
    let options = Options::default();
    assert!(refused(&|batch| Ok(vec![f64::NAN; batch.len()]), &start, options));
    assert!(refused(&|_| Ok(vec![]), &start, options));
    assert!(refused(&spin_glass_energies, &Angles { gamma: vec![0.1], beta: vec![] }, options));
    assert!(refused(&spin_glass_energies, &start, Options { coupling: 0.0, ..options }));
    assert!(refused(&spin_glass_energies, &start, Options { tolerance: f64::NAN, ..options }));
    assert!(climb(&|_| Ok(vec![]), 1, &|_| None, options, &|_| true).is_err());
}

#[test]
fn the_evaluations_are_bounded() {
    let options = Options { evaluations: 40, ..Options::default() };
    let optima = climb(&spin_glass_energies, 4, &|_| None, options, &|_| true).unwrap();
    assert_eq!(optima.len(), 4);
    assert!(optima.windows(2).all(|pair| pair[1].expectation <= pair[0].expectation));
}
