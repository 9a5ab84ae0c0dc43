//! The fused kernel: a circuit as few sweeps over the state.
//!
//! A circuit is compiled in four moves, each in a file of its own:
//! 1. `lower`: gates become real rotations and diagonals; what touches one qubit is one rotation.
//! 2. `schedule`: operations are dealt to stages of at most [`TILE_QUBITS`] active qubits, whose
//!    amplitudes fit the second-level cache, and those of a stage to blocks of [`BLOCK_QUBITS`],
//!    which fit the first.
//! 3. `steps`: in a block, all diagonals between two rotations become one, a table of factors.
//! 4. `run`: each tile is copied out of the state, run through its blocks and copied back, so that
//!    a stage is one sweep over memory whatever it holds.
//!
//! The result is that of [`State::apply_gates`](crate::State::apply_gates) but for rounding, global
//! phase included. Measurements are no part of a program.

mod across;
mod batch;
pub(crate) mod canonical;
mod lower;
mod packed;
mod passes;
mod prediction;
mod run;
mod schedule;
mod scratch;
mod steps;
mod table;
mod turn;

use num_complex::Complex64;

use crate::circuit::Circuit;
use crate::error::Error;
use crate::tile::Window;
pub use batch::batch;
use lower::{Lowered, Op};
pub use prediction::Prediction;
use schedule::Split;
use steps::{Diagonal, Step, steps};

/// Most active qubits of a stage: 1 MB of amplitudes in double precision.
pub const TILE_QUBITS: u32 = 16;
/// Most active qubits of a block: 32 KB of amplitudes in double precision.
pub const BLOCK_QUBITS: u32 = 11;
/// Up to so many qubits, circuits of a batch run beside each other; above, their tiles do.
pub const PARALLEL_CIRCUITS_QUBITS: u32 = 18;
/// Lowest qubits that every tile has, so that it is copied in runs of two cache lines.
const RUN_QUBITS: u32 = 4;
/// Lowest positions of a tile that every block has: a cache line.
const LINE_QUBITS: u32 = 3;

/// A piece has as many amplitudes at least, so that walks never meet half a vector.
const SHORTEST: usize = 16;

/// A circuit without parameters, ready to be run any number of times.
#[derive(Clone, Debug)]
pub struct Program {
    qubits: u32,
    stages: Vec<Stage>,
}

/// What is done to a tile between being copied out of the state and back.
#[derive(Clone, Debug)]
struct Stage {
    window: Window,
    blocks: Vec<Block>,
}

/// What is done to the pieces of a tile, each in one go.
#[derive(Clone, Debug)]
struct Block {
    /// On the tile.
    window: Window,
    /// Bits of the state's index that the positions of a tile stand for.
    tile_bits: Vec<u32>,
    steps: Vec<Step>,
}

impl Program {
    /// Compiles a circuit; its measurements are passed over.
    ///
    /// # Errors
    /// [`Error::Parameters`] where a parameter has no value yet; [`Error::TooLarge`] for more qubits
    /// than any memory holds.
    pub fn compile(circuit: &Circuit) -> Result<Self, Error> {
        let qubits = circuit.qubits();
        crate::Limit::NONE.check(qubits, 1, 0)?;
        let Lowered { mut ops, global } = Lowered::of(circuit)?;
        let mut scale = global;
        let mut stages = Vec::new();
        while !ops.is_empty() {
            let split = Split::of(ops, low_bits(qubits), low_bits(qubits.min(RUN_QUBITS)), qubits.min(TILE_QUBITS));
            stages.push(Stage {
                window: Window::new(qubits, split.active, 0),
                blocks: blocks(split.taken, split.active, &mut scale),
            });
            ops = split.rest;
        }
        let mut program = Self { qubits, stages };
        program.settle(scale);
        Ok(program)
    }

    /// Number of qubits.
    #[must_use]
    pub fn qubits(&self) -> u32 {
        self.qubits
    }

    /// Gives the factor that is still owed to the last diagonal that can take it, or to a new one.
    fn settle(&mut self, scale: Complex64) {
        if scale == Complex64::ONE {
            return;
        }
        if self.stages.is_empty() {
            let active = low_bits(self.qubits.min(TILE_QUBITS));
            let blocks = vec![Block::new(Vec::new(), active, low_bits(self.qubits.min(BLOCK_QUBITS)))];
            self.stages.push(Stage { window: Window::new(self.qubits, active, 0), blocks });
        }
        let Some(block) = self.stages.last_mut().and_then(|stage| stage.blocks.last_mut()) else { return };
        let size = block.window.len().trailing_zeros() as usize;
        match block.steps.last_mut() {
            Some(Step { diagonal: Some((diagonal, _)), .. }) => diagonal.scale *= scale,
            _ => block.steps.push(Step { diagonal: Some(Diagonal::constant(scale, size)), ..Step::default() }),
        }
    }
}

/// The blocks of a stage.
fn blocks(mut ops: Vec<Op>, tile: u64, scale: &mut Complex64) -> Vec<Block> {
    let always = lowest(tile, LINE_QUBITS);
    let mut blocks = Vec::new();
    while !ops.is_empty() {
        let split = Split::of(ops, tile, always, tile.count_ones().min(BLOCK_QUBITS));
        blocks.push(Block::new(steps(&split.taken, split.active, scale), tile, split.active));
        ops = split.rest;
    }
    blocks
}

impl Block {
    fn new(steps: Vec<Step>, tile: u64, active: u64) -> Self {
        let tile_bits: Vec<u32> = (0..64).filter(|bit| tile >> bit & 1 == 1).collect();
        let diagonals = steps.iter().filter_map(|step| step.diagonal.as_ref());
        let outer = diagonals.fold(0, |bits, (diagonal, _)| bits | diagonal.outer_bits());
        let within = |mask: u64| tile_bits.iter().rev().fold(0, |bits, bit| bits << 1 | mask >> bit & 1);
        let window = Window::new(tile.count_ones(), within(active), within(outer));
        Self { window, tile_bits, steps }
    }
}

fn low_bits(count: u32) -> u64 {
    (1 << count) - 1
}

fn lowest(mask: u64, count: u32) -> u64 {
    (0..64).filter(|bit| mask >> bit & 1 == 1).take(count as usize).fold(0, |bits, bit| bits | 1 << bit)
}
