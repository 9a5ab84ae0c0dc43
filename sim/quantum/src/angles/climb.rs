//! From one layer to many: each number of layers starts from the best angles of one fewer.

use std::cell::Cell;
use std::f64::consts::FRAC_PI_2;

use super::course::{Objective, Optimised, Options, Progress, optimise};
use crate::error::Error;
use crate::qaoa::Angles;

/// Gammas, in units of the inverse coupling and of either sign, of the grid on which a single layer
/// starts: down to 1/32, as a few couplings far above the mean want small ones.
const GRID_GAMMAS: [f64; 7] = [0.031_25, 0.0625, 0.125, 0.25, 0.5, 0.75, 1.0];
/// Betas of the grid between 0 and pi/2, a period of the X mixer.
const GRID_BETAS: u32 = 8;

/// The best angles of 1, 2, ..., `layers` layers, whose expectations never rise.
///
/// One layer starts from the best point of a grid; each further one from the angles of one fewer,
/// [`interpolated`]; each also from `table`, where that has angles for it. The better is kept. Where
/// one fewer still reaches less, that is continued by a layer of zeros. `options.evaluations` holds
/// for each start. When `watch` says stop, what was reached is returned: perhaps fewer layers,
/// perhaps none.
///
/// # Errors
/// As [`optimise`].
pub fn climb(
    objective: Objective,
    layers: usize,
    table: &dyn Fn(usize) -> Option<Angles>,
    options: Options,
    watch: &dyn Fn(Progress) -> bool,
) -> Result<Vec<Optimised>, Error> {
    let stopped = Cell::new(false);
    let watch = |progress| {
        stopped.set(stopped.get() || !watch(progress));
        !stopped.get()
    };
    let search = |start: &Angles| optimise(objective, start, options, &watch);
    let mut reached: Vec<Optimised> = Vec::with_capacity(layers);
    while reached.len() < layers && !stopped.get() {
        let below = reached.last();
        let (start, asked) = match below {
            Some(below) => (interpolated(&below.angles), 0),
            None => best_of_grid(objective, options)?,
        };
        let mut best = search(&start)?;
        best.evaluations += asked;
        if let Some(start) = table(reached.len() + 1).filter(|_| !stopped.get()) {
            best = better(best, search(&start)?);
        }
        if let Some(below) = below.filter(|below| best.expectation > below.expectation) {
            best = better(best, search(&continued(&below.angles))?);
        }
        reached.push(best);
    }
    Ok(reached)
}

/// The one of lower expectation, the first of equals, with the evaluations of both.
fn better(first: Optimised, second: Optimised) -> Optimised {
    let evaluations = first.evaluations + second.evaluations;
    let lower = if second.expectation < first.expectation { second } else { first };
    Optimised { evaluations, ..lower }
}

/// Angles of one more layer on the same curve over the layers: with `p` angles `u_1, ..., u_p`,
/// `u'_i = (i-1)/p u_{i-1} + (p-i+1)/p u_i` for `i = 1..p+1`. INTERP of L. Zhou, S. Wang, S. Choi,
/// H. Pichler, M. Lukin, "Quantum Approximate Optimization Algorithm: Performance, Mechanism, and
/// Implementation on Near-Term Devices", Physical Review X 10:021067, 2020.
#[must_use]
pub fn interpolated(angles: &Angles) -> Angles {
    #[expect(clippy::cast_precision_loss, reason = "numbers of layers")]
    let share = |i: usize, layers: usize| i as f64 / layers.max(1) as f64;
    let curve = |angles: &[f64]| {
        let at = |i: usize| angles.get(i).copied().unwrap_or(0.0);
        let between = |i: usize| {
            let share = share(i, angles.len());
            share * at(i.wrapping_sub(1)) + (1.0 - share) * at(i)
        };
        (0..=angles.len()).map(between).collect()
    };
    Angles { gamma: curve(&angles.gamma), beta: curve(&angles.beta) }
}

/// The same circuit with a layer that does nothing.
fn continued(angles: &Angles) -> Angles {
    let with_zero = |angles: &[f64]| angles.iter().copied().chain([0.0]).collect();
    Angles { gamma: with_zero(&angles.gamma), beta: with_zero(&angles.beta) }
}

/// The point of lowest expectation on a grid of one layer, asked in one batch, and its size.
fn best_of_grid(objective: Objective, options: Options) -> Result<(Angles, usize), Error> {
    let gammas = GRID_GAMMAS.iter().flat_map(|gamma| [-gamma / options.coupling, gamma / options.coupling]);
    let betas = || (1..GRID_BETAS).map(|at| FRAC_PI_2 * f64::from(at) / f64::from(GRID_BETAS));
    let one = |gamma, beta| Angles { gamma: vec![gamma], beta: vec![beta] };
    let grid: Vec<Angles> = gammas.flat_map(|gamma| betas().map(move |beta| one(gamma, beta))).collect();
    let asked = grid.len();
    let values = objective(&grid)?;
    let lowest = grid.into_iter().zip(values).min_by(|(_, a), (_, b)| a.total_cmp(b));
    lowest
        .map(|(angles, _)| (angles, asked))
        .ok_or_else(|| Error::Angles { reason: "no expectation on the grid".to_owned() })
}
