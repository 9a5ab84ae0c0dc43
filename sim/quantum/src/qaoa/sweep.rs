//! Layers of a mixer of single qubits, fused so that `p` of them take `p + 1` sweeps over memory.
//!
//! The rotations of a mixer commute, so half of them (the low qubits) may be done in one sweep and
//! the others (the high qubits) in the next, together with the phase that follows and the same half
//! of the next mixer: sweep 0 is `phase 1, low 1`; sweep 1 is `high 1, phase 2, high 2`; sweep 2 is
//! `low 2, phase 3, low 3`; and so on. A sweep goes tile by tile, and a tile stays in the cache: one
//! of the low sweeps is a run of memory, one of the high sweeps is gathered from runs.

use std::ops::Range;

use pulp::NullaryFnOnce;
use rayon::prelude::*;

use super::diagonal::{BLOCK_BITS, Diagonal, Window};
use super::layer::{Layer, Mixing};
use super::phase::Phase;
use crate::real::Real;
use crate::state::State;

/// Bits of a tile: 1 MB of doubles, half of a second-level cache.
const TILE_BITS: u32 = 16;
/// Least bits of a run that a gathered tile is made of: a cache line of doubles.
const LEAST_RUN_BITS: u32 = 3;
/// Gathered tiles whose runs are cut from the state at a time.
const WAVE: usize = 64;

/// Which qubits a sweep's tiles hold, and which of them it rotates.
#[derive(Debug)]
struct Shape {
    /// The qubit of each bit of a place in a tile.
    qubits: Vec<u32>,
    rotated: Range<usize>,
    window: Window,
}

/// The two kinds of sweep over a state. The same for any number of threads: it decides in what order
/// rotations are done and so the bits of the result.
#[derive(Debug)]
struct Plan {
    tile_bits: u32,
    /// Bits of a run of a gathered tile.
    run_bits: u32,
    low: Shape,
    high: Option<Shape>,
}

impl Plan {
    fn new(diagonal: &Diagonal) -> Self {
        let n = diagonal.qubits();
        let tile_bits = tile_bits(n);
        let run_bits = 2 * tile_bits - n.max(tile_bits);
        let shape = |qubits: Vec<u32>, rotated: Range<usize>| {
            let window = diagonal.window(qubits[..qubits.len().min(BLOCK_BITS)].to_vec());
            Shape { qubits, rotated, window }
        };
        let low = shape((0..tile_bits).collect(), 0..tile_bits as usize);
        let gathered = || shape((0..run_bits).chain(tile_bits..n).collect(), run_bits as usize..tile_bits as usize);
        Self { tile_bits, run_bits, low, high: (n > tile_bits).then(gathered) }
    }
}

/// Bits of a tile for a state of so many qubits: more where a gathered tile would have shorter runs.
pub(super) fn tile_bits(qubits: u32) -> u32 {
    qubits.min(TILE_BITS.max((qubits + LEAST_RUN_BITS).div_ceil(2)))
}

/// Sweeps over memory that so many layers take.
pub(super) fn sweeps(qubits: u32, layers: usize) -> usize {
    if qubits > tile_bits(qubits) && layers > 0 { layers + 1 } else { layers }
}

/// Applies all layers.
pub(super) fn apply<R: Real>(state: &mut State<R>, diagonal: &Diagonal, layers: &[Layer<R>]) {
    let plan = Plan::new(diagonal);
    for sweep in 0..sweeps(diagonal.qubits(), layers.len()) {
        let phase = layers.get(sweep).map(|layer| &layer.phase);
        let after = layers.get(sweep).map(|layer| &layer.mixing);
        let work = |shape, before| Work { diagonal, shape, before, phase, after };
        let before = sweep.checked_sub(1).map(|last| &layers[last].mixing);
        match &plan.high {
            None => low_sweep(state, &plan, &work(&plan.low, None)),
            Some(high) if sweep % 2 == 1 => high_sweep(state, &plan, &work(high, before)),
            Some(_) => low_sweep(state, &plan, &work(&plan.low, before)),
        }
    }
}

/// Applies `exp(-i gamma C)` alone.
pub(super) fn phase<R: Real>(state: &mut State<R>, diagonal: &Diagonal, gamma: f64) {
    let plan = Plan::new(diagonal);
    let phase = Phase::new(gamma, 0, 1.0);
    let work = Work { diagonal, shape: &plan.low, before: None, phase: Some(&phase), after: None };
    low_sweep(state, &plan, &work);
}

/// What a sweep does to each of its tiles.
struct Work<'a, R> {
    diagonal: &'a Diagonal,
    shape: &'a Shape,
    before: Option<&'a Mixing<R>>,
    phase: Option<&'a Phase>,
    after: Option<&'a Mixing<R>>,
}

impl<R: Real> Work<'_, R> {
    /// The tile whose first amplitude has the index `base`. Places beyond a block are rotated over the
    /// whole tile, the others block by block around the phase.
    #[inline(always)]
    fn tile(&self, base: usize, re: &mut [R], im: &mut [R], costs: &mut [f64]) {
        let Range { start, end } = self.shape.rotated;
        let middle = self.shape.window.bits().clamp(start, end);
        let qubits = &self.shape.qubits;
        if let Some(mixing) = self.before {
            mixing.apply(re, im, middle..end, qubits);
        }
        let size = costs.len();
        for (at, (re, im)) in re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size)).enumerate() {
            if let Some(mixing) = self.before {
                mixing.apply(re, im, start..middle, qubits);
            }
            if let Some(phase) = self.phase {
                self.diagonal.block(&self.shape.window, base | self.shape.spread(at * size), costs);
                phase.apply(costs, re, im);
            }
            if let Some(mixing) = self.after {
                mixing.apply(re, im, start..middle, qubits);
            }
        }
        if let Some(mixing) = self.after {
            mixing.apply(re, im, middle..end, qubits);
        }
    }

    /// The same in the widest instruction set.
    fn dispatch(&self, base: usize, re: &mut [R], im: &mut [R], costs: &mut [f64]) {
        pulp::Arch::new().dispatch(Tile { work: self, base, re, im, costs });
    }

    fn costs(&self) -> Vec<f64> {
        vec![0.0; self.shape.window.size()]
    }
}

impl Shape {
    /// The index of a place in the tile whose first amplitude has the index 0.
    #[inline(always)]
    fn spread(&self, place: usize) -> usize {
        self.qubits.iter().enumerate().fold(0, |index, (bit, &qubit)| index | (place >> bit & 1) << qubit)
    }
}

struct Tile<'a, 'w, R> {
    work: &'a Work<'w, R>,
    base: usize,
    re: &'a mut [R],
    im: &'a mut [R],
    costs: &'a mut [f64],
}

impl<R: Real> NullaryFnOnce for Tile<'_, '_, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.work.tile(self.base, self.re, self.im, self.costs);
    }
}

/// Tiles that are runs of memory.
fn low_sweep<R: Real>(state: &mut State<R>, plan: &Plan, work: &Work<'_, R>) {
    let size = 1 << plan.tile_bits;
    let (re, im) = state.parts_mut();
    let tiles = re.par_chunks_exact_mut(size).zip(im.par_chunks_exact_mut(size)).enumerate();
    tiles.for_each_init(|| work.costs(), |costs, (at, (re, im))| work.dispatch(at * size, re, im, costs));
}

/// Tiles that are gathered from runs, one of each block of the low sweep, worked on, and put back.
fn high_sweep<R: Real>(state: &mut State<R>, plan: &Plan, work: &Work<'_, R>) {
    let [size, run] = [1 << plan.tile_bits, 1 << plan.run_bits];
    let (re, im) = state.parts_mut();
    let mut cuts: Vec<_> = (re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size)))
        .map(|(re, im)| re.chunks_exact_mut(run).zip(im.chunks_exact_mut(run)))
        .collect();
    for first in (0..size / run).step_by(WAVE) {
        let tiles = first..(size / run).min(first + WAVE);
        let wave: Vec<(usize, Vec<_>)> =
            tiles.map(|tile| (tile * run, cuts.iter_mut().filter_map(Iterator::next).collect())).collect();
        let scratch = || (vec![R::ZERO; size], vec![R::ZERO; size], work.costs());
        wave.into_par_iter().for_each_init(scratch, |(re, im, costs), (base, mut runs)| {
            for (at, (from_re, from_im)) in runs.iter().enumerate() {
                re[at * run..][..run].copy_from_slice(from_re);
                im[at * run..][..run].copy_from_slice(from_im);
            }
            work.dispatch(base, re, im, costs);
            for (at, (to_re, to_im)) in runs.iter_mut().enumerate() {
                to_re.copy_from_slice(&re[at * run..][..run]);
                to_im.copy_from_slice(&im[at * run..][..run]);
            }
        });
    }
}
