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
use super::tile::{Aligned, Scratch, Tile};
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
    /// Amplitudes of a tile that stand together in the state.
    run: usize,
    window: Window,
}

impl Shape {
    fn new(diagonal: &Diagonal, qubits: Vec<u32>, rotated: Range<usize>, run_bits: u32) -> Self {
        let window = diagonal.window(qubits.iter().copied().take(BLOCK_BITS).collect());
        Self { qubits, rotated, run: 1 << run_bits, window }
    }

    /// The index of a place in the tile whose first amplitude has the index 0.
    #[inline(always)]
    fn spread(&self, place: usize) -> usize {
        self.qubits.iter().enumerate().fold(0, |index, (bit, &qubit)| index | (place >> bit & 1) << qubit)
    }
}

/// The two kinds of sweep over a state. The same for any number of threads: it decides in what order
/// rotations are done and so the bits of the result.
#[derive(Debug)]
struct Plan {
    low: Shape,
    high: Option<Shape>,
}

impl Plan {
    fn new(diagonal: &Diagonal) -> Self {
        let n = diagonal.qubits();
        let bits = tile_bits(n);
        let low = Shape::new(diagonal, (0..bits).collect(), 0..bits as usize, bits);
        let high = (n > bits).then(|| {
            let run_bits = 2 * bits - n;
            let qubits = (0..run_bits).chain(bits..n).collect();
            Shape::new(diagonal, qubits, run_bits as usize..bits as usize, run_bits)
        });
        Self { low, high }
    }

    /// A tile for each thread that can have one.
    fn scratch<R: Real>(&self, n: u32) -> Vec<Scratch<R>> {
        let bits = self.low.qubits.len();
        let tiles = 1 << (n as usize - bits);
        (0..rayon::current_num_threads().min(tiles)).map(|_| Scratch::new(bits)).collect()
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

/// What is done to a tile: half a mixer, the phase of the next layer, half of its mixer.
struct Group<'a, R> {
    before: Option<&'a Mixing<R>>,
    phase: Option<&'a Phase>,
    after: Option<&'a Mixing<R>>,
}

/// Applies all layers.
pub(super) fn apply<R: Real>(state: &mut State<R>, diagonal: &Diagonal, layers: &[Layer<R>]) {
    let plan = Plan::new(diagonal);
    let group = |before: Option<usize>, at: usize| Group {
        before: before.map(|last| &layers[last].mixing),
        phase: layers.get(at).map(|layer| &layer.phase),
        after: layers.get(at).map(|layer| &layer.mixing),
    };
    let Some(high) = &plan.high else {
        let groups: Vec<_> = (0..layers.len()).map(|at| group(None, at)).collect();
        return in_place(state, &Work { diagonal, shape: &plan.low, groups: &groups });
    };
    let scratch = &mut plan.scratch(diagonal.qubits());
    for at in 0..sweeps(diagonal.qubits(), layers.len()) {
        let shape = if at % 2 == 0 { &plan.low } else { high };
        sweep(state, scratch, &Work { diagonal, shape, groups: &[group(at.checked_sub(1), at)] });
    }
}

/// Applies `exp(-i gamma C)` alone.
pub(super) fn phase<R: Real>(state: &mut State<R>, diagonal: &Diagonal, gamma: f64) {
    let plan = Plan::new(diagonal);
    let phase = Phase::new(gamma, 0, 1.0);
    let groups = &[Group { before: None, phase: Some(&phase), after: None }];
    let work = Work { diagonal, shape: &plan.low, groups };
    match &plan.high {
        None => in_place(state, &work),
        Some(_) => sweep(state, &mut plan.scratch(diagonal.qubits()), &work),
    }
}

/// A state of one tile, which stays in the cache from the first layer to the last.
fn in_place<R: Real>(state: &mut State<R>, work: &Work<'_, R>) {
    let mut costs = Aligned::zeros(work.shape.window.size());
    work.dispatch(0, Tile::in_place(state.parts_mut(), costs.get_mut()));
}

/// What a sweep does to each of its tiles.
struct Work<'a, R> {
    diagonal: &'a Diagonal,
    shape: &'a Shape,
    groups: &'a [Group<'a, R>],
}

impl<R: Real> Work<'_, R> {
    /// In the widest instruction set.
    fn dispatch(&self, base: usize, tile: Tile<'_, R>) {
        pulp::Arch::new().dispatch(Dispatched { work: self, base, tile });
    }

    /// The tile whose first amplitude has the index `base`. Qubits that tell its rows apart are
    /// rotated over the whole tile, the others row by row around the phase.
    #[inline(always)]
    fn apply(&self, base: usize, tile: &mut Tile<'_, R>) {
        let Range { start, end } = self.shape.rotated;
        let middle = self.shape.window.bits().clamp(start, end);
        let qubits = &self.shape.qubits;
        for Group { before, phase, after } in self.groups {
            if let Some(mixing) = before {
                tile.turn_across(mixing, middle..end, qubits);
            }
            for row in 0..tile.rows() {
                let (re, im, costs) = tile.row(row);
                let place = row * re.len();
                if let Some(mixing) = before {
                    mixing.apply(re, im, start..middle, qubits);
                }
                if let Some(phase) = phase {
                    self.diagonal.block(&self.shape.window, base | self.shape.spread(place), costs);
                    phase.apply(costs, re, im);
                }
                if let Some(mixing) = after {
                    mixing.apply(re, im, start..middle, qubits);
                }
            }
            if let Some(mixing) = after {
                tile.turn_across(mixing, middle..end, qubits);
            }
        }
    }
}

/// The work on one tile, compiled for the widest instruction set.
struct Dispatched<'a, 'w, R> {
    work: &'a Work<'w, R>,
    base: usize,
    tile: Tile<'a, R>,
}

impl<R: Real> NullaryFnOnce for Dispatched<'_, '_, R> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        self.work.apply(self.base, &mut self.tile);
    }
}

/// A tile of the state: the index of its first amplitude, and its runs.
type Runs<'a, R> = (usize, Vec<(&'a mut [R], &'a mut [R])>);

/// Takes every tile in from the state, works on it, and puts it back; threads share the tiles.
fn sweep<R: Real>(state: &mut State<R>, scratch: &mut [Scratch<R>], work: &Work<'_, R>) {
    let Shape { run, qubits, .. } = work.shape;
    let size = 1 << qubits.len();
    let (re, im) = state.parts_mut();
    // A tile of the low sweeps is one of these pieces, one of the high sweeps takes a run of each.
    let pieces = re.chunks_exact_mut(size).zip(im.chunks_exact_mut(size));
    let mut tiles: Box<dyn Iterator<Item = Runs<'_, R>>> = if *run == size {
        Box::new(pieces.enumerate().map(|(at, piece)| (at * size, vec![piece])))
    } else {
        let mut cuts: Vec<_> =
            pieces.map(|(re, im)| re.chunks_exact_mut(*run).zip(im.chunks_exact_mut(*run))).collect();
        Box::new((0..size / run).map(move |at| (at * run, cuts.iter_mut().filter_map(Iterator::next).collect())))
    };
    loop {
        let mut wave: Vec<Runs<'_, R>> = tiles.by_ref().take(WAVE).collect();
        if wave.is_empty() {
            return;
        }
        let share = wave.len().div_ceil(scratch.len());
        wave.par_chunks_mut(share).zip(scratch.par_iter_mut()).for_each(|(share, scratch)| {
            for (base, runs) in share {
                scratch.load(runs);
                work.dispatch(*base, scratch.tile());
                scratch.store(runs);
            }
        });
    }
}
