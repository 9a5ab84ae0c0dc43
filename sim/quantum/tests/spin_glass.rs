//! The infinite spin glass against closed forms, published figures and the paper's own sums.

#![allow(clippy::unwrap_used, reason = "a test's own functions")]

use std::f64::consts::{E, FRAC_PI_8};

use energyopti_quantum::Limit;
use energyopti_quantum::angles::spin_glass;
use energyopti_quantum::qaoa::Angles;
use energyopti_quantum::spin_glass::{Drawn, drawn, energy_per_spin};
use num_complex::Complex64;

#[test]
fn one_layer_is_its_closed_form() {
    // gamma sin(4 beta) exp(-2 gamma^2), greatest at gamma = 1/2, beta = pi/8: 1/sqrt(4 e) = 0.30327.
    let best = energy_per_spin(&[0.5], &[FRAC_PI_8]).unwrap();
    assert!((best - 1.0 / (4.0 * E).sqrt()).abs() < 1e-15);
    let (gamma, beta) = (0.3_f64, 0.2_f64);
    let expected = gamma * (4.0 * beta).sin() * (-2.0 * gamma * gamma).exp();
    assert!((energy_per_spin(&[gamma], &[beta]).unwrap() - expected).abs() < 1e-15);
}

#[test]
fn two_layers_give_the_published_figure() {
    // Farhi et al. 2022, table 1.
    let energy = energy_per_spin(&[0.3817, 0.6655], &[0.4960, 0.2690]).unwrap();
    assert!((energy - 0.40755).abs() < 1e-5, "{energy}");
}

/// Section 4 of Basso et al. word by word: all 2^(2p+1) strings, a full matrix, p iterations.
fn by_the_paper(gamma: &[f64], beta: &[f64]) -> f64 {
    let p = gamma.len();
    let times = 2 * p + 1;
    let mut large_gamma = gamma.to_vec();
    large_gamma.push(0.0);
    large_gamma.extend(gamma.iter().rev().map(|gamma| -gamma));
    // Times in the order 1, ..., p, 0, -p, ..., -1; beta of the step from each to the next.
    let steps: Vec<f64> = beta.iter().copied().chain(beta.iter().rev().map(|beta| -beta)).collect();
    let sign = |path: usize, time: usize| if path >> time & 1 == 0 { 1.0 } else { -1.0 };
    let weight = |path: usize| {
        let step = |time: usize| match path >> time & 3 {
            0 | 3 => Complex64::new(steps[time].cos(), 0.0),
            _ => Complex64::new(0.0, steps[time].sin()),
        };
        (0..2 * p).map(step).product::<Complex64>() * 0.5
    };
    let mut g = vec![vec![Complex64::ZERO; times]; times];
    for iteration in 0..=p {
        let mut next = vec![vec![Complex64::ZERO; times]; times];
        for path in 0..1 << times {
            let mut exponent = Complex64::ZERO;
            for j in 0..times {
                for k in 0..times {
                    exponent += g[j][k] * large_gamma[j] * large_gamma[k] * sign(path, j) * sign(path, k);
                }
            }
            let factor = if iteration == 0 { Complex64::ONE } else { (-0.5 * exponent).exp() };
            let value = weight(path) * factor;
            for j in 0..times {
                for k in 0..times {
                    next[j][k] += value * sign(path, j) * sign(path, k);
                }
            }
        }
        g = next;
    }
    (0..times).map(|j| Complex64::new(0.0, 0.5) * large_gamma[j] * g[p][j] * g[p][j]).sum::<Complex64>().re
}

#[test]
fn the_layered_sum_is_the_papers_iteration() {
    let gamma = [0.31, -0.62, 0.87, 0.45];
    let beta = [0.58, 0.41, -0.23, 1.7];
    for p in 1..=4 {
        let (expected, found) =
            (by_the_paper(&gamma[..p], &beta[..p]), energy_per_spin(&gamma[..p], &beta[..p]).unwrap());
        assert!((found - expected).abs() < 1e-12, "p = {p}: {found} for {expected}");
    }
}

#[test]
fn minus_the_gammas_give_minus_the_energy() {
    let (gamma, beta) = ([0.3, 0.5, 0.6], [0.6, 0.4, 0.2]);
    let energy = energy_per_spin(&gamma, &beta).unwrap();
    assert!((energy_per_spin(&gamma.map(|gamma| -gamma), &beta).unwrap() + energy).abs() < 1e-15);
}

/// Instances of a size, independent of those of another: as many as `ENERGYOPTI_CASES`, or a few.
fn sample(spins: u32, angles: &Angles) -> Drawn {
    let replicas = std::env::var("ENERGYOPTI_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(100);
    drawn(spins, angles, u64::from(spins), replicas, Limit::NONE).unwrap()
}

#[test]
fn finite_glasses_of_one_layer_have_their_closed_form_as_mean() {
    // Edge by edge, with E[J sin(2 gamma J/sqrt(n))] and E[cos] of the n - 2 common neighbours:
    // ((n-1)/n) gamma sin(4 beta) exp(-2 gamma^2 (n-1)/n).
    let angles = spin_glass(1);
    let (gamma, beta) = (angles.gamma[0], angles.beta[0]);
    for spins in [6_u32, 9, 12] {
        let share = f64::from(spins - 1) / f64::from(spins);
        let expected = share * gamma * (4.0 * beta).sin() * (-2.0 * gamma * gamma * share).exp();
        let Drawn { mean, standard_error } = sample(spins, &angles);
        assert!((mean - expected).abs() < 3.0 * standard_error, "{spins}: {mean} +- {standard_error} for {expected}");
    }
}

#[test]
fn finite_glasses_tend_to_the_infinite_one() {
    for layers in [2, 3] {
        let angles = spin_glass(layers);
        let limit = energy_per_spin(&angles.gamma, &angles.beta).unwrap();
        let sizes = [6_u32, 10, 16];
        let found = sizes.map(|spins| sample(spins, &angles));
        // All above it, the larger the closer.
        assert!(found.windows(2).all(|pair| pair[1].mean < pair[0].mean));
        assert!(found.iter().all(|found| found.mean > limit));
        // The parabola in 1/n through the three, at 1/n = 0: corrections a/n + b/n^2 cancel.
        let to_infinity = |at: usize| -> f64 {
            let inverse = sizes.map(|spins| 1.0 / f64::from(spins));
            (0..3).filter(|&other| other != at).map(|other| inverse[other] / (inverse[other] - inverse[at])).product()
        };
        let extrapolated: f64 = (0..3).map(|at| to_infinity(at) * found[at].mean).sum();
        let error = (0..3).map(|at| (to_infinity(at) * found[at].standard_error).powi(2)).sum::<f64>().sqrt();
        assert!((extrapolated - limit).abs() < 3.0 * error, "p = {layers}: {extrapolated} +- {error} for {limit}");
    }
}
