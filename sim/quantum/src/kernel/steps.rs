//! Operations of a block as steps: one diagonal for all, then rotations of different qubits.
//! Nothing is applied here.

use num_complex::Complex64;

use super::lower::Op;
use super::passes::Planes;
use super::turn::Turn;

/// A diagonal: the product of its factors where their qubits are 1.
#[derive(Clone, Debug)]
pub struct Diagonal {
    /// Factor of all amplitudes.
    pub scale: Complex64,
    /// Factor of each position of the block.
    pub single: Vec<Complex64>,
    /// Factors of two positions, (higher, lower).
    pub pairs: Vec<(usize, usize, Complex64)>,
    /// Factors of a position with a bit of the index that is constant in a piece.
    pub outer: Vec<(usize, u32, Complex64)>,
    /// Factors where all bits of a mask are 1, none of which is in the block.
    pub constant: Vec<(u64, Complex64)>,
}

/// The positions that a diagonal can tell apart: it is the same along all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first; 0 or more than [`Span::LANES`].
    pub low: usize,
    /// One more than the last.
    pub high: usize,
}

impl Span {
    /// Positions within a register, at most.
    pub const LANES: usize = 4;
}

impl Diagonal {
    /// One factor for all of a block of `size` positions, and its span.
    pub fn constant(scale: Complex64, size: usize) -> (Self, Span) {
        let (pairs, outer, constant) = (Vec::new(), Vec::new(), Vec::new());
        let diagonal = Self { scale, single: vec![Complex64::ONE; size], pairs, outer, constant };
        let span = diagonal.span();
        (diagonal, span)
    }

    /// The positions of its factors.
    pub fn span(&self) -> Span {
        let single = (0..self.single.len()).filter(|&at| self.single[at] != Complex64::ONE);
        let pairs = self.pairs.iter().flat_map(|(higher, lower, _)| [*higher, *lower]);
        let touched = single.chain(pairs).chain(self.outer.iter().map(|outer| outer.0));
        let bits = touched.fold(0_usize, |bits, at| bits | 1 << at);
        let high = (usize::BITS - bits.leading_zeros()) as usize;
        let low = self.single.len().min(bits.trailing_zeros() as usize);
        if low > Span::LANES { Span { low, high: high.max(low) } } else { Span { low: 0, high: high.max(Span::LANES) } }
    }

    /// The bits outside the block on which it depends.
    pub fn outer_bits(&self) -> u64 {
        let constant = self.constant.iter().fold(0, |bits, (mask, _)| bits | mask);
        self.outer.iter().fold(constant, |bits, (_, bit, _)| bits | 1 << bit)
    }
}

/// Rotations in a step, all on different positions.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Comes first.
    pub diagonal: Option<(Diagonal, Span)>,
    /// Rotations of single positions, in order of position.
    pub turns: Vec<(usize, Turn)>,
    /// Rotations in two planes: positions of the first and the second qubit, even and odd plane.
    pub pairs: Vec<Planes>,
}

/// Sorts operations into steps, each as early as what it depends on allows. `position` tells where a
/// qubit stands in the block, `scale` is a factor that is still owed to all amplitudes.
pub fn steps(ops: &[Op], active: u64, scale: &mut Complex64) -> Vec<Step> {
    let size = active.count_ones() as usize;
    let mut builder = Builder { active, size, ends: [0; 64], ready: [0; 64], steps: Vec::new(), scales: Vec::new() };
    ops.iter().for_each(|op| builder.add(op));
    for (step, left_out) in builder.steps.iter_mut().zip(builder.scales) {
        if let Some((diagonal, span)) = &mut step.diagonal {
            *span = diagonal.span();
            diagonal.scale *= std::mem::replace(scale, Complex64::ONE);
        }
        step.turns.sort_by_key(|turn| turn.0);
        *scale *= left_out;
    }
    builder.steps
}

struct Builder {
    active: u64,
    size: usize,
    /// The step after the last rotation of each qubit.
    ends: [usize; 64],
    /// The first step in which a rotation of each qubit may stand.
    ready: [usize; 64],
    steps: Vec<Step>,
    /// Factors that the rotations of each step left out.
    scales: Vec<f64>,
}

impl Builder {
    fn position(&self, qubit: u32) -> Option<usize> {
        let below = (1_u64 << qubit) - 1;
        (self.active >> qubit & 1 == 1).then(|| (self.active & below).count_ones() as usize)
    }

    fn inside(&self, qubit: u32) -> usize {
        self.position(qubit).expect("a rotation is only taken on active qubits")
    }

    fn at(&mut self, step: usize) -> &mut Step {
        while self.steps.len() <= step {
            self.steps.push(Step::default());
            self.scales.push(1.0);
        }
        &mut self.steps[step]
    }

    fn diagonal(&mut self, step: usize) -> &mut Diagonal {
        let size = self.size;
        &mut self.at(step).diagonal.get_or_insert_with(|| Diagonal::constant(Complex64::ONE, size)).0
    }

    fn add(&mut self, op: &Op) {
        match *op {
            Op::Turn { qubit, turn, scale } => {
                let (step, position) = (self.ready[qubit as usize], self.inside(qubit));
                self.at(step).turns.push((position, turn));
                self.turned(&[qubit], step, scale);
            }
            Op::Pair { first, second, even, odd, scale } => {
                let step = self.ready[first as usize].max(self.ready[second as usize]);
                let positions = [self.inside(first), self.inside(second)];
                self.at(step).pairs.push((positions, [even, odd]));
                self.turned(&[first, second], step, scale);
            }
            Op::Phase { qubit, factor } => self.phase(qubit, factor),
            Op::Both { first, second, factor } => self.both([first, second], factor),
        }
    }

    fn turned(&mut self, qubits: &[u32], step: usize, scale: f64) {
        self.scales[step] *= scale;
        for &qubit in qubits {
            (self.ends[qubit as usize], self.ready[qubit as usize]) = (step + 1, step + 1);
        }
    }

    fn phase(&mut self, qubit: u32, factor: Complex64) {
        if factor == Complex64::ONE {
            return;
        }
        let step = self.ends[qubit as usize];
        match self.position(qubit) {
            Some(position) => self.diagonal(step).single[position] *= factor,
            None => self.diagonal(step).constant.push((1 << qubit, factor)),
        }
        self.ready[qubit as usize] = self.ready[qubit as usize].max(step);
    }

    fn both(&mut self, qubits: [u32; 2], factor: Complex64) {
        let step = qubits.map(|qubit| self.ends[qubit as usize]).into_iter().max().unwrap_or(0);
        let positions = qubits.map(|qubit| self.position(qubit));
        let diagonal = self.diagonal(step);
        match positions {
            [Some(a), Some(b)] => diagonal.pairs.push((a.max(b), a.min(b), factor)),
            [Some(a), None] => diagonal.outer.push((a, qubits[1], factor)),
            [None, Some(b)] => diagonal.outer.push((b, qubits[0], factor)),
            [None, None] => diagonal.constant.push((1 << qubits[0] | 1 << qubits[1], factor)),
        }
        for qubit in qubits {
            self.ready[qubit as usize] = self.ready[qubit as usize].max(step);
        }
    }
}
