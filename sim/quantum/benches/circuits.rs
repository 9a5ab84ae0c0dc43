//! CPU time of circuits, as a worker that a script asks: `cargo bench -p energyopti-quantum --bench circuits`.
//!
//! Reads lines: `circuit N` starts a circuit of N qubits; a gate is its name, its qubits and its
//! numbers (`u3 q theta phi lambda`, `rx q angle`, `cx a b`, `cz a b`, `su4 a b` and the matrix's 16
//! elements as re im, row by row, a row being `a + 2 b`); `run` prints one line of JSON: `state_s` (a
//! new state, its memory touched), `compile_s` and `run_s`, CPU seconds of this process, `sweeps` over
//! memory, and `amplitudes`, some of the result. What it is compared with is in
//! `benches/peers/quantum_circuits.sh`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{self, BufRead};

use cpu_time::ProcessTime;
use energyopti_quantum::circuit::{Circuit, Gate};
use energyopti_quantum::{Limit, Program, State};
use num_complex::Complex64;

/// Amplitudes that are shown, evenly spread.
const SHOWN: usize = 64;

fn append(circuit: &mut Circuit, words: &[&str]) {
    let qubit = |at: usize| words[at].parse::<u32>().expect("a qubit");
    let number = |at: usize| words[at].parse::<f64>().expect("a number");
    let added = match words[0] {
        "u3" => {
            let cis = |angle| Complex64::from_polar(1.0, angle);
            let (half, phi, lambda) = (number(2) / 2.0, number(3), number(4));
            let [c, s] = [Complex64::from(half.cos()), Complex64::from(half.sin())];
            circuit
                .one(Gate::Unitary1(Box::new([[c, -cis(lambda) * s], [cis(phi) * s, cis(phi + lambda) * c]])), qubit(1))
        }
        "rx" => circuit.one(Gate::Rx(number(2).into()), qubit(1)),
        "ry" => circuit.one(Gate::Ry(number(2).into()), qubit(1)),
        "rz" => circuit.one(Gate::Rz(number(2).into()), qubit(1)),
        "cx" => circuit.two(Gate::Cx, qubit(1), qubit(2)),
        "cz" => circuit.two(Gate::Cz, qubit(1), qubit(2)),
        "su4" => {
            let element = |at: usize| Complex64::new(number(3 + 2 * at), number(4 + 2 * at));
            let matrix = std::array::from_fn(|row| std::array::from_fn(|column| element(4 * row + column)));
            circuit.two(Gate::Unitary2(Box::new(matrix)), qubit(1), qubit(2))
        }
        other => panic!("no gate is called {other}"),
    };
    added.expect("a gate that fits the circuit");
}

fn run(circuit: &Circuit) {
    let start = ProcessTime::now();
    let mut state = State::<f64>::new(circuit.qubits(), Limit::NONE).expect("memory");
    state.set_basis(0);
    let state_s = start.elapsed().as_secs_f64();
    let start = ProcessTime::now();
    let program = Program::compile(circuit).expect("a circuit without parameters");
    let compile_s = start.elapsed().as_secs_f64();
    let start = ProcessTime::now();
    program.run(&mut state).expect("as many qubits");
    let run_s = start.elapsed().as_secs_f64();
    let len = 1_usize << circuit.qubits();
    let places = (0..len).step_by((len / SHOWN).max(1) + 1).take(SHOWN);
    let shown: Vec<_> = places.map(|at| (at, state.amplitude(at))).collect();
    let amplitudes: Vec<_> =
        shown.iter().map(|(at, value)| format!("[{at}, {:e}, {:e}]", value.re, value.im)).collect();
    let prediction = program.prediction(16);
    println!(
        "{{\"compile_s\": {compile_s:e}, \"run_s\": {run_s:e}, \"state_s\": {state_s:e}, \"sweeps\": {}, \
         \"cache_sweeps\": {}, \"multiply_adds\": {:e}, \"amplitudes\": [{}]}}",
        prediction.sweeps,
        prediction.cache_sweeps,
        prediction.multiply_adds,
        amplitudes.join(", ")
    );
}

fn main() {
    // One thread, whatever the machine has.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let mut circuit = Circuit::new(0);
    for line in io::stdin().lock().lines() {
        let line = line.expect("text");
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [] => {}
            ["circuit", qubits] => circuit = Circuit::new(qubits.parse().expect("a number of qubits")),
            ["run"] => pool.install(|| run(&circuit)),
            ref words => append(&mut circuit, words),
        }
    }
}
