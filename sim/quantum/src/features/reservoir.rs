//! A series into features value by value, with a memory that fades.

use energyopti_streams::{StreamKey, open_unit};
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use super::readout::expectations;
use super::{Design, check_windows};
use crate::circuit::{Angle, Circuit, Gate};
use crate::error::Error;
use crate::state::{Limit, State};

/// The density matrix has 4^n elements and a step costs about 8^n products.
pub const MOST_RESERVOIR_QUBITS: u32 = 8;
/// One layer would leave no memory: `Z` after it hangs on the last value alone (measured).
pub const LEAST_RESERVOIR_DEPTH: u32 = 2;
const MOST_DEPTH: u32 = 64;
/// Greatest angle of a coupling and of a field in one layer, radians.
const COUPLING: f64 = 1.0;
const FIELD: f64 = 1.0;

/// A quantum reservoir: at each value the last qubit is thrown away and made anew in the state
/// `RY(pi/2 + bandwidth x)|0>`, whose `Z` is `-sin(bandwidth x)`; then a fixed random circuit mixes
/// all qubits. Each of its layers is `exp(-i J_ab/2 X_a X_b)` on all pairs and `exp(-i h_a/2 Z_a)`
/// on all qubits, with `J` and `h` drawn evenly from -1 to 1: a transverse Ising model in steps.
///
/// The state is the density matrix itself, so there is no noise of sampling. To throw a qubit away
/// is what makes the memory fade: it takes what it shared with the others with it, the map of the
/// others' state is a contraction, and two pasts become one state under equal inputs. A circuit
/// without it is unitary, keeps the distance of two pasts for ever and has no such memory.
///
/// Source: K. Fujii, K. Nakajima, "Harnessing disordered-ensemble quantum dynamics for machine
/// learning", Phys. Rev. Applied 8 (2017) 024030, with the whole evolution between inputs and
/// pairs of `Z` read instead of times in between.
///
/// With 5 qubits, 4 layers and bandwidth 0.5, a linear readout gives back noise of the last values
/// with squared correlations of 1.00, 0.98, 0.95, 0.96, 0.85, 0.75, 0.72, 0.49, ...: in sum 7.9.
#[derive(Clone, Debug)]
pub struct Reservoir {
    design: Design,
    /// The circuit's matrix, transposed, by the input qubit's value: row `k` holds column
    /// `k + value * half` of the matrix.
    columns: [Matrix; 2],
}

/// Rows of one length, real and imaginary parts apart.
#[derive(Clone, Debug)]
struct Matrix {
    row: usize,
    re: Vec<f64>,
    im: Vec<f64>,
}

impl Matrix {
    fn zeros(rows: usize, row: usize) -> Self {
        Self { row, re: vec![0.0; rows * row], im: vec![0.0; rows * row] }
    }

    fn at(&self, row: usize, column: usize) -> (f64, f64) {
        (self.re[row * self.row + column], self.im[row * self.row + column])
    }
}

/// The state of the qubits that stay, and room for a step.
struct Memory {
    /// Density matrix of all qubits but the last.
    stays: Matrix,
    /// Transposed matrix of the step: input qubit made, circuit applied.
    step: Matrix,
    /// The step times the state.
    moved: Matrix,
}

impl Reservoir {
    /// The reservoir, at rest.
    ///
    /// # Errors
    /// [`Error::Question`] for a number of qubits (2 to 8), of layers (2 to 64) or a bandwidth that
    /// is not possible.
    pub fn new(design: Design) -> Result<Self, Error> {
        design.check(2..=MOST_RESERVOIR_QUBITS, LEAST_RESERVOIR_DEPTH..=MOST_DEPTH)?;
        let (half, all) = (1 << (design.qubits - 1), 1 << design.qubits);
        let circuit = mixing(&design)?;
        let mut state = State::<f64>::new(design.qubits, Limit::NONE)?;
        let mut columns = [0, 1].map(|_| Matrix::zeros(half, all));
        for column in 0..all {
            state.set_basis(column);
            state.apply_gates(&circuit)?;
            let (re, im) = state.parts();
            let (target, from) = (&mut columns[column / half], column % half * all);
            target.re[from..from + all].copy_from_slice(re);
            target.im[from..from + all].copy_from_slice(im);
        }
        Ok(Self { design, columns })
    }

    /// What it was made of.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The features after each value of a series, in the order of [`Design::labels`]. It starts in
    /// the even mixture; leave out the first rows, as many as it remembers.
    ///
    /// # Errors
    /// [`Error::Question`] for a value that is no number.
    pub fn run(&self, series: &[f64]) -> Result<Vec<Vec<f64>>, Error> {
        check_windows(&[series], None)?;
        let mut memory = self.rest();
        Ok(series.iter().map(|&value| expectations(self.step(&mut memory, value), self.design.qubits)).collect())
    }

    /// The features after the last value of each window, spread over the pool in which this is
    /// called. Windows may differ in length.
    ///
    /// # Errors
    /// [`Error::Question`] for a value that is no number or a window without values.
    pub fn batch<W: AsRef<[f64]> + Sync>(&self, windows: &[W]) -> Result<Vec<Vec<f64>>, Error> {
        let empty = windows.iter().enumerate().filter(|(_, window)| window.as_ref().is_empty());
        Error::if_any(empty.take(1).map(|(at, _)| format!("window {at} has no values")).collect())?;
        check_windows(windows, None)?;
        let features = |window: &W| {
            let mut memory = self.rest();
            let last = window.as_ref().iter().fold(Vec::new(), |_, &value| self.step(&mut memory, value));
            expectations(last, self.design.qubits)
        };
        Ok(windows.par_iter().map(features).collect())
    }

    /// The even mixture of all states.
    fn rest(&self) -> Memory {
        let (half, all) = (self.columns[0].re.len() / self.columns[0].row, self.columns[0].row);
        let mut stays = Matrix::zeros(half, half);
        #[expect(clippy::cast_precision_loss, reason = "a small power of two")]
        let even = 1.0 / half as f64;
        for at in 0..half {
            stays.re[at * half + at] = even;
        }
        Memory { stays, step: Matrix::zeros(half, all), moved: Matrix::zeros(all, half) }
    }

    /// One value: `rho' = V rho V*` with `V = U (|input> x 1)`. Leaves the density matrix of the
    /// qubits that stay, and gives the probabilities of all.
    fn step(&self, memory: &mut Memory, value: f64) -> Vec<f64> {
        let angle = std::f64::consts::FRAC_PI_4 + self.design.bandwidth * value / 2.0;
        let (zero, one) = (libm::cos(angle), libm::sin(angle));
        pulp::Arch::new().dispatch(Step { columns: &self.columns, amplitudes: [zero, one], memory })
    }
}

/// A step, compiled for the processor at hand; its products are fused on all, so its bits are the same.
struct Step<'a> {
    columns: &'a [Matrix; 2],
    /// Of the input qubit.
    amplitudes: [f64; 2],
    memory: &'a mut Memory,
}

impl NullaryFnOnce for Step<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn call(self) -> Vec<f64> {
        let ([zeros, ones], [zero, one]) = (self.columns, self.amplitudes);
        blend(&mut self.memory.step.re, zero, &zeros.re, one, &ones.re);
        blend(&mut self.memory.step.im, zero, &zeros.im, one, &ones.im);
        self.memory.advance()
    }
}

impl Memory {
    #[inline(always)]
    fn advance(&mut self) -> Vec<f64> {
        let (half, all) = (self.stays.row, self.step.row);
        let Self { stays, step, moved } = self;
        moved.re.fill(0.0);
        moved.im.fill(0.0);
        for row in 0..all {
            for k in 0..half {
                add_scaled(moved, row, step.at(k, row), stays, k * half, 1.0);
            }
        }
        stays.re.fill(0.0);
        stays.im.fill(0.0);
        let mut probabilities = vec![0.0; all];
        for row in 0..all {
            for k in 0..half {
                let (a, b) = (moved.at(row, k), step.at(k, row));
                probabilities[row] = a.0.mul_add(b.0, a.1.mul_add(b.1, probabilities[row]));
                // The last qubit is thrown away: its two values, the lower and the upper half of
                // the rows, are added.
                let upper = if row < half { 0 } else { half };
                add_scaled(stays, row - upper, a, step, k * all + upper, -1.0);
            }
        }
        probabilities
    }
}

/// `target = a x + b y`.
#[inline(always)]
fn blend(target: &mut [f64], a: f64, x: &[f64], b: f64, y: &[f64]) {
    for ((target, x), y) in target.iter_mut().zip(x).zip(y) {
        *target = a.mul_add(*x, b * y);
    }
}

/// Adds `factor` times the elements of `source` from a position on, or of its conjugate where
/// `conjugate` is -1, to a row of `target`.
#[inline(always)]
fn add_scaled(target: &mut Matrix, row: usize, (re, im): (f64, f64), source: &Matrix, from: usize, conjugate: f64) {
    let len = target.row;
    let (first, signed) = (row * len, conjugate * im);
    let (x, y) = (&source.re[from..from + len], &source.im[from..from + len]);
    let (a, b) = (&mut target.re[first..first + len], &mut target.im[first..first + len]);
    let scaled = conjugate * re;
    for at in 0..len {
        a[at] = re.mul_add(x[at], (-signed).mul_add(y[at], a[at]));
        b[at] = scaled.mul_add(y[at], im.mul_add(x[at], b[at]));
    }
}

/// The circuit between two inputs.
fn mixing(design: &Design) -> Result<Circuit, Error> {
    let key = StreamKey::new(design.seed, &design.name, "reservoir", 0);
    let (n, mut event) = (design.qubits, 0);
    let mut drawn = |most: f64| {
        let [word, _] = key.draw(0, event);
        event += 1;
        Angle::Fixed(most * (2.0 * open_unit(word) - 1.0))
    };
    let couplings: Vec<_> =
        (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).map(|pair| (pair, drawn(COUPLING))).collect();
    let fields: Vec<_> = (0..n).map(|qubit| (qubit, drawn(FIELD))).collect();
    let mut circuit = Circuit::new(n);
    for _ in 0..design.depth {
        for qubit in 0..n {
            circuit.one(Gate::H, qubit)?;
        }
        for &((a, b), angle) in &couplings {
            circuit.two(Gate::Rzz(angle), a, b)?;
        }
        for &(qubit, angle) in &fields {
            circuit.one(Gate::H, qubit)?.one(Gate::Rz(angle), qubit)?;
        }
    }
    Ok(circuit)
}
