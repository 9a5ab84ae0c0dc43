//! From one layer to many: each number of layers starts from the best angles of one fewer.

use std::cell::Cell;
use std::f64::consts::FRAC_PI_2;

use energyopti_streams::{StreamKey, open_unit};

use super::course::{Objective, Optimised, Options, Progress, optimise};
use super::fixed::spin_glass_of;
use crate::error::Error;
use crate::qaoa::Angles;

/// Points that are drawn for a start, asked in one batch.
const DRAWN: u64 = 128;
/// Layers up to which they are. The curve from one layer fewer can lead into a worse basin where
/// couplings differ much in sign and size; with more layers a drawn point hardly ever finds a better.
const DRAWN_LAYERS: usize = 3;
/// Greatest gamma that is drawn, in units of the inverse coupling: four times the best of one layer.
const GREATEST_GAMMA: f64 = 2.0;

/// The best angles of 1, 2, ..., `layers` layers, whose expectations never rise and are never above
/// that of no layer.
///
/// Each number of layers is searched from the angles of one fewer, [`interpolated`] (one layer from
/// those of the spin glass), or from those of `table` where it has lower ones; and up to three layers
/// also from the lowest `options.starts` of some points that are drawn, always the same. The lowest is kept, the first
/// of those that differ by no more than the tolerance. Where one fewer still reaches less, that is
/// continued by a layer of zeros. `options.evaluations` holds for each search. When `watch` says stop,
/// what was reached is returned: perhaps fewer layers, perhaps none.
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
    let margin = options.tolerance * options.coupling;
    let mut reached: Vec<Optimised> = Vec::with_capacity(layers);
    while reached.len() < layers && !stopped.get() {
        let (below, layer) = (reached.last(), reached.len() + 1);
        let curve = below.map_or_else(|| spin_glass_of(options.coupling, 1), |below| interpolated(&below.angles));
        let mut best = lowest(objective, [curve].into_iter().chain(table(layer)).collect(), 1, &search)?;
        if layer <= DRAWN_LAYERS && options.starts > 0 && !stopped.get() {
            best = better(best, lowest(objective, drawn(layer, options.coupling), options.starts, &search)?, margin);
        }
        if below.is_none_or(|below| best.expectation > below.expectation) {
            let nothing_more = continued(below.map_or(&Angles::default(), |below| &below.angles));
            best = better(best, search(&nothing_more)?, 0.0);
        }
        reached.push(best);
    }
    Ok(reached)
}

/// The second where it is lower by more than a margin, else the first; with the evaluations of both.
fn better(first: Optimised, second: Optimised, margin: f64) -> Optimised {
    let evaluations = first.evaluations + second.evaluations;
    let lower = if first.expectation - second.expectation > margin { second } else { first };
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

/// Points between plus and minus the greatest gamma and a quarter turn of beta, which is half a
/// period of the X mixer. Of the first gamma negative values suffice: all angles reversed give the
/// conjugate state.
fn drawn(layers: usize, coupling: f64) -> Vec<Angles> {
    let key = StreamKey::new(0, "angles", "start", 0);
    let even = |point: u64, event: u64| key.draw(point, event).map(|word| 2.0 * open_unit(word) - 1.0);
    let point = |point: u64| {
        let pairs = || (0..layers as u64).map(move |layer| even(point, layer));
        let mut gamma: Vec<f64> = pairs().map(|[gamma, _]| gamma * GREATEST_GAMMA / coupling).collect();
        gamma[..1].iter_mut().for_each(|gamma| *gamma = -gamma.abs());
        Angles { gamma, beta: pairs().map(|[_, beta]| beta * FRAC_PI_2).collect() }
    };
    (0..DRAWN).map(point).collect()
}

/// The best that is found from the `count` lowest of some starts, which are asked in one batch.
fn lowest(
    objective: Objective,
    starts: Vec<Angles>,
    count: usize,
    search: &dyn Fn(&Angles) -> Result<Optimised, Error>,
) -> Result<Optimised, Error> {
    let asked = starts.len();
    let mut starts: Vec<(Angles, f64)> = objective(&starts)?.into_iter().zip(starts).map(|(e, a)| (a, e)).collect();
    starts.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let searched = starts.iter().take(count).map(|(start, _)| search(start));
    let best = searched.reduce(|first, second| Ok(better(first?, second?, 0.0)));
    let found = best.ok_or_else(|| Error::Angles { reason: "no expectation of the starts".to_owned() })??;
    Ok(Optimised { evaluations: found.evaluations + asked, ..found })
}
