//! `quantum qaoa`: the ansatz on a QUBO, at given angles or at the best that are found.

use std::fmt::Write;

use energyopti_quantum::angles::{self, Optimised, Options as Search, Progress};
use energyopti_quantum::qaoa::{self, Angles, Diagonal, Evaluation, Extremes, Mixer, Start, Subspace};
use energyopti_quantum::qubo::Qubo;
use energyopti_quantum::{HONEST_CLAIM, Limit, Real, State, bit_string, qasm};
use energyopti_scenarios::quantum::{operations_per_second, read_matrix};
use serde_json::{Value, json};

use super::super::{print, print_json};
use super::machine::{self, Spinner};
use crate::arguments::Format;
use crate::arguments::quantum::{Mixer as Word, Precision, Qaoa as Options};
use crate::failure::Failure;

/// Costs are stored up to here; beyond, they are worked out wherever they are needed, which is slower
/// and leaves the memory to the state.
const STORED_QUBITS: usize = 24;

/// Circuits up to here are searched from several drawn angles ...
const SMALL_QUBITS: u32 = 14;
/// ... that many, ...
const STARTS: usize = 8;
/// ... and up to here from one; beyond, only from the best of one layer fewer and from the table.
const MIDDLE_QUBITS: u32 = 18;

pub fn execute(options: &Options) -> Result<(), Failure> {
    let question = Question::read(options)?;
    if options.machine.plan {
        return question.plan(options)?.print(&options.machine.work);
    }
    if options.machine.export.is_some() && options.mixer != Word::X {
        let message =
            "--export writes circuits of the mixer x: an XY mixer starts from a state that takes a circuit of its own";
        return Err(Failure::input(message));
    }
    let answer = options.machine.pool()?.install(|| question.answer(options))?;
    if let Some(file) = &options.machine.export {
        let circuit = qaoa::circuit(&question.qubo.ising(), &answer.angles)?;
        machine::write(file, &qasm::export(&circuit)?)?;
    }
    if options.machine.work.format == Some(Format::Json) { print_json(&answer.json()) } else { print(&answer.text()) }
}

/// A QUBO with its ansatz.
struct Question {
    qubo: Qubo,
    diagonal: Diagonal,
    layers: usize,
    /// Angles that were typed.
    given: Option<Angles>,
    mixer: Mixer,
    start: Start,
    within: Subspace,
    limit: Limit,
}

impl Question {
    /// Reads it; nothing of the size of the state is allocated before the limit has been asked.
    fn read(options: &Options) -> Result<Self, Failure> {
        let matrix = read_matrix(&options.qubo)?;
        let limit = options.machine.limit();
        let stored = matrix.len() <= STORED_QUBITS;
        let amplitude = if options.machine.precision == Precision::F32 { 8 } else { 16 };
        let qubits = u32::try_from(matrix.len()).unwrap_or(u32::MAX);
        limit.check(qubits, amplitude + if stored { 8 } else { 0 }, 0)?;
        let qubo = Qubo::from_matrix(&matrix)?;
        let diagonal = if stored { Diagonal::from_qubo(&qubo, limit)? } else { Diagonal::tiled(&qubo) };
        let given = !options.gamma.is_empty();
        let given = given.then(|| Angles { gamma: options.gamma.clone(), beta: options.beta.clone() });
        let layers = layers(options, given.as_ref())?;
        let (mixer, start, within) = ansatz(options, qubits)?;
        Ok(Self { qubo, diagonal, layers, given, mixer, start, within, limit })
    }

    fn plan(&self, options: &Options) -> Result<machine::Plan, Failure> {
        let width = machine::width(options.machine.precision);
        let prediction = qaoa::prediction(&self.diagonal, &self.mixer, self.layers, width);
        let rate = options.machine.pool()?.install(operations_per_second)?;
        Ok(machine::Plan::of_ansatz(self.diagonal.qubits(), &prediction, rate))
    }

    fn answer(&self, options: &Options) -> Result<Answer, Failure> {
        let extremes = self.diagonal.extremes(self.within)?;
        let (angles, course) = match &self.given {
            Some(angles) => (angles.clone(), Vec::new()),
            None => self.search(&extremes)?,
        };
        let found = match options.machine.precision {
            Precision::F64 => self.evaluate::<f64>(&angles, &extremes)?,
            Precision::F32 => self.evaluate::<f32>(&angles, &extremes)?,
        };
        Ok(Answer { qubits: self.diagonal.qubits(), mixer: mixer_word(options.mixer), extremes, angles, course, found })
    }

    fn evaluate<R: Real>(&self, angles: &Angles, extremes: &Extremes) -> Result<Evaluation, Failure> {
        let mut state = State::<R>::new(self.diagonal.qubits(), self.limit)?;
        Ok(qaoa::evaluate(&mut state, &self.diagonal, &self.mixer, &self.start, angles, extremes)?)
    }

    /// The best angles, layer by layer.
    fn search(&self, extremes: &Extremes) -> Result<(Angles, Vec<Optimised>), Failure> {
        let ising = self.qubo.ising();
        let spinner = Spinner::new();
        let told = |progress: Progress| {
            let Progress { layers, evaluations, expectation } = progress;
            spinner.tell(&format!("layer {layers} of {}: {evaluations} runs, {expectation:.6}", self.layers));
            true
        };
        let expectations = |sets: &[Angles]| {
            let found = qaoa::batch(&self.diagonal, &self.mixer, &self.start, sets, extremes, self.limit)?;
            Ok(found.into_iter().map(|evaluation| evaluation.expectation).collect())
        };
        // Small circuits take microseconds: other basins can be looked at.
        let starts = match self.diagonal.qubits() {
            qubits if qubits <= SMALL_QUBITS => STARTS,
            qubits if qubits <= MIDDLE_QUBITS => 1,
            _ => 0,
        };
        let search = Search { coupling: angles::coupling_scale(&ising), starts, ..Search::default() };
        let table = |layers: usize| Some(angles::scaled(&ising, layers));
        let course = angles::climb(&expectations, self.layers, &table, search, &told)?;
        let best = course.last().map(|last| last.angles.clone()).unwrap_or_default();
        Ok((best, course))
    }
}

/// Layers as typed, or one per angle.
fn layers(options: &Options, given: Option<&Angles>) -> Result<usize, Failure> {
    let typed = options.layers.map(|layers| layers as usize);
    let Some(angles) = given else { return Ok(typed.unwrap_or(1)) };
    let [gammas, betas] = [angles.gamma.len(), angles.beta.len()];
    let layers = typed.unwrap_or(gammas);
    if gammas == layers && betas == layers {
        return Ok(layers);
    }
    let message =
        format!("--layers {layers} needs as many angles of each kind: there are {gammas} gammas and {betas} betas");
    Err(Failure::input(message))
}

/// Mixer, start, and the solutions that it can reach.
fn ansatz(options: &Options, qubits: u32) -> Result<(Mixer, Start, Subspace), Failure> {
    let mixer = match options.mixer {
        Word::X => Mixer::X,
        Word::XyRing => Mixer::XyRing,
        Word::XyComplete => Mixer::XyComplete,
    };
    match (&mixer, options.ones) {
        (Mixer::X, None) => Ok((mixer, Start::Uniform, Subspace::All)),
        (Mixer::X, Some(_)) => {
            let message = "--ones needs --mixer xy-ring or xy-complete: the mixer x keeps no number of ones";
            Err(Failure::input(message))
        }
        (_, Some(ones)) if ones > qubits => {
            Err(Failure::input(format!("--ones {ones} is more than the {qubits} variables")))
        }
        (_, ones) => {
            let ones = ones.unwrap_or(qubits / 2);
            Ok((mixer, Start::Weight(ones), Subspace::Weight(ones)))
        }
    }
}

fn mixer_word(mixer: Word) -> &'static str {
    match mixer {
        Word::X => "x",
        Word::XyRing => "xy-ring",
        Word::XyComplete => "xy-complete",
    }
}

/// What is told.
struct Answer {
    qubits: u32,
    mixer: &'static str,
    extremes: Extremes,
    angles: Angles,
    /// The best of each number of layers, where angles were searched for.
    course: Vec<Optimised>,
    found: Evaluation,
}

impl Answer {
    fn json(&self) -> Value {
        let layer = |found: &Optimised| json!({"layers": found.angles.layers(), "expectation": found.expectation, "evaluations": found.evaluations});
        json!({
            "qubits": self.qubits,
            "layers": self.angles.layers(),
            "mixer": self.mixer,
            "expectation": self.found.expectation,
            "optimum": self.extremes.optimum,
            "optimum_bits": bit_string(self.extremes.optimum_index, self.qubits),
            "optimum_count": self.extremes.optimum_count,
            "worst": self.extremes.worst,
            "approximation_ratio": self.extremes.ratio(self.found.expectation),
            "p_optimum": self.found.p_optimum,
            "gamma": self.angles.gamma,
            "beta": self.angles.beta,
            "course": self.course.iter().map(layer).collect::<Vec<_>>(),
            "claim": HONEST_CLAIM,
        })
    }

    fn text(&self) -> String {
        let Extremes { optimum, optimum_index, optimum_count, worst, .. } = self.extremes;
        let mut text = format!("{} qubits, layers: {}, mixer {}\n", self.qubits, self.angles.layers(), self.mixer);
        let others = if optimum_count > 1 { format!(", one of {optimum_count}") } else { String::new() };
        let ratio = self.extremes.ratio(self.found.expectation);
        let bits = bit_string(optimum_index, self.qubits);
        let _ = writeln!(text, "  optimum              {optimum:.9}  ({bits}{others}), worst {worst:.9}");
        let _ = writeln!(text, "  expectation          {:.9}", self.found.expectation);
        let _ = writeln!(text, "  approximation ratio  {ratio:.9}");
        let _ = writeln!(text, "  P(optimum)           {:.9}", self.found.p_optimum);
        let _ = writeln!(text, "  gamma                {}", list(&self.angles.gamma));
        let _ = writeln!(text, "  beta                 {}", list(&self.angles.beta));
        for found in &self.course {
            let (layers, expectation) = (found.angles.layers(), found.expectation);
            let _ = writeln!(text, "  best at p = {layers:<2}        {expectation:.9}  ({} runs)", found.evaluations);
        }
        text + HONEST_CLAIM
    }
}

/// As `--gamma` and `--beta` take them.
fn list(angles: &[f64]) -> String {
    angles.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
