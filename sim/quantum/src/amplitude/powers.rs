//! Powers of the Grover operator on the state vector, and how probable the marked outcome is there.

use num_complex::Complex64;

use super::options::Control;
use crate::circuit::{Circuit, Gate, Operation};
use crate::error::Error;
use crate::kernel::Program;
use crate::state::{Limit, State, ordered_sum};

/// Which basis states are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked {
    /// Those in which this qubit is 1.
    Qubit(u32),
    /// Those with a greater index: a comparator of the register with a constant.
    Above(usize),
}

impl Marked {
    fn holds(self, index: usize) -> bool {
        match self {
            Self::Qubit(qubit) => index >> qubit & 1 == 1,
            Self::Above(limit) => index > limit,
        }
    }
}

/// `P(marked)` after `Q^k A|0>` for growing `k`, with `Q = A S_0 A^-1 S_chi`: `S_chi` turns the sign
/// of the marked states, `S_0` that of `|0>` (so `Q` is the paper's but for a sign, which no
/// measurement sees).
///
/// Up to the power `by_circuit` the circuit of `Q` is run, each power on the state of the one before. `Q` keeps the plane of the good and the bad part of `A|0>` and turns it by
/// `2 theta`, so beyond that the probability is `sin^2((2k+1) theta)`, theta from the simulated
/// state `A|0>`.
#[derive(Debug)]
pub struct Powers {
    forth: Program,
    back: Program,
    marked: Marked,
    by_circuit: u64,
    /// `Q^k A|0>`, `k` being one less than the number of probabilities.
    state: State<f64>,
    probabilities: Vec<f64>,
    /// Theta, radians in [0, pi/2].
    angle: f64,
}

impl Powers {
    /// Runs `A`, a circuit without measurements.
    ///
    /// # Errors
    /// [`Error::Gate`] for a marked qubit that is not there or a measurement, [`Error::Parameters`]
    /// for a parameter without a value, [`Error::TooLarge`] beyond `limit`.
    pub fn new(preparation: Circuit, marked: Marked, by_circuit: u64, limit: Limit) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::Gate { gate: "amplitude estimation".to_owned(), reason: reason.to_owned() };
        if matches!(marked, Marked::Qubit(qubit) if qubit >= preparation.qubits()) {
            return Err(wrong("the marked qubit is not in the circuit"));
        }
        if preparation.operations().iter().any(|operation| matches!(operation, Operation::Measure { .. })) {
            return Err(wrong("its circuit may not measure, since it is also run backwards"));
        }
        let (forth, back) = (Program::compile(&preparation)?, Program::compile(&adjoint(&preparation)?)?);
        let mut state = State::new(preparation.qubits(), limit)?;
        forth.run(&mut state)?;
        let (good, bad) = (weight(&state, |at| marked.holds(at)), weight(&state, |at| !marked.holds(at)));
        let angle = libm::atan2(libm::sqrt(good), libm::sqrt(bad));
        Ok(Self { forth, back, marked, by_circuit, state, probabilities: vec![good], angle })
    }

    /// The amplitude `a` itself: what the estimate is an estimate of.
    #[must_use]
    pub fn exact(&self) -> f64 {
        self.probabilities[0]
    }

    /// Greatest power that is reached by running the circuit of `Q`.
    #[must_use]
    pub fn by_circuit(&self) -> u64 {
        self.by_circuit
    }

    /// `P(marked)` after `Q^power A|0>`. Powers walked before are remembered.
    ///
    /// # Errors
    /// [`Error::Cancelled`], looked at once per power.
    pub fn probability(&mut self, power: u64, control: &Control) -> Result<f64, Error> {
        if power > self.by_circuit {
            return Ok(self.in_subspace(power));
        }
        while self.probabilities.len() as u64 <= power {
            control.check()?;
            self.apply_grover()?;
            let found = weight(&self.state, |at| self.marked.holds(at));
            self.probabilities.push(found);
        }
        Ok(usize::try_from(power).map_or(0.0, |at| self.probabilities[at]))
    }

    /// `sin^2((2 power + 1) theta)`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "powers are far below 2^53")]
    pub fn in_subspace(&self, power: u64) -> f64 {
        let sine = libm::sin((2 * power + 1) as f64 * self.angle);
        sine * sine
    }

    fn apply_grover(&mut self) -> Result<(), Error> {
        let marked = self.marked;
        turn_sign(&mut self.state, |at| marked.holds(at));
        self.back.run(&mut self.state)?;
        turn_sign(&mut self.state, |at| at == 0);
        self.forth.run(&mut self.state)
    }
}

fn weight(state: &State<f64>, counts: impl Fn(usize) -> bool + Sync) -> f64 {
    let (re, im) = state.parts();
    ordered_sum(re.len(), |at| if counts(at) { re[at].mul_add(re[at], im[at] * im[at]) } else { 0.0 })
}

fn turn_sign(state: &mut State<f64>, of: impl Fn(usize) -> bool) {
    let (re, im) = state.parts_mut();
    for (at, (re, im)) in re.iter_mut().zip(im).enumerate() {
        if of(at) {
            (*re, *im) = (-*re, -*im);
        }
    }
}

/// The circuit backwards, each gate by its inverse.
fn adjoint(circuit: &Circuit) -> Result<Circuit, Error> {
    let mut back = Circuit::new(circuit.qubits());
    for operation in circuit.operations().iter().rev() {
        match operation {
            Operation::One(gate, qubit) => {
                back.one(inverse(gate)?, *qubit)?;
            }
            Operation::Two(gate, first, second) => {
                back.two(inverse(gate)?, *first, *second)?;
            }
            Operation::Measure { .. } => {}
        }
    }
    Ok(back)
}

/// Gates keep their names where they can, for which the kernel has shorter ways than for a matrix.
fn inverse(gate: &Gate) -> Result<Gate, Error> {
    Ok(match gate {
        Gate::H | Gate::X | Gate::Y | Gate::Z | Gate::Cx | Gate::Cz | Gate::Swap => gate.clone(),
        Gate::Rx(angle) => Gate::Rx(angle.scaled(-1.0)),
        Gate::Ry(angle) => Gate::Ry(angle.scaled(-1.0)),
        Gate::Rz(angle) => Gate::Rz(angle.scaled(-1.0)),
        other => match (other.matrix1(), other.matrix2()) {
            (Some(matrix), _) => Gate::Unitary1(Box::new(conjugate_transpose(&matrix))),
            (None, Some(matrix)) => Gate::Unitary2(Box::new(conjugate_transpose(&matrix))),
            (None, None) => return Err(Error::Parameters { parameters: 1, given: 0 }),
        },
    })
}

fn conjugate_transpose<const N: usize>(matrix: &[[Complex64; N]; N]) -> [[Complex64; N]; N] {
    std::array::from_fn(|row| std::array::from_fn(|column| matrix[column][row].conj()))
}
