//! CPU time of QAOA, one thread: `cargo bench -p energyopti-quantum --bench qaoa -- QUBO.csv`.
//!
//! A worker: each line of its input asks for one measurement, each line of its output is JSON.
//!
//! - `evolve LAYERS stored|tiled f64|f32`: seconds of an evolution from the uniform state (median),
//!   the mean cost that it ends with, and what the diagonal took before.
//! - `bandwidth BITS`: the greater rate, bytes per second, of a copy and of a triad `a = b + s c` over
//!   arrays of `2^BITS` doubles, as STREAM counts them.
//! - `peak`: most bytes that were ever resident.
//!
//! What it is compared with is in `benches/peers/quantum_qaoa.sh`.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints its figures")]

use std::{env, fs, hint, io};

use cpu_time::ProcessTime;
use energyopti_quantum::qaoa::{self, Angles, Diagonal, Mixer, Start, Subspace};
use energyopti_quantum::qubo::Qubo;
use energyopti_quantum::{Limit, Real, State};

/// Least CPU time of a measurement, s, and measurements of which the median is taken.
const LEAST_S: f64 = 0.2;
const ROUNDS: usize = 3;

fn seconds(mut call: impl FnMut()) -> f64 {
    let mut timed = |calls: u32| {
        let start = ProcessTime::now();
        (0..calls).for_each(|_| call());
        start.elapsed().as_secs_f64()
    };
    let mut calls = 1;
    while timed(calls) < LEAST_S {
        calls *= 2;
    }
    let mut all: Vec<_> = (0..ROUNDS).map(|_| timed(calls) / f64::from(calls)).collect();
    all.sort_by(f64::total_cmp);
    all[ROUNDS / 2]
}

/// A ramp; the peers' script has the same formula.
fn ramp(layers: usize) -> Angles {
    let at = |layer: usize| (layer as f64 + 0.5) / layers as f64;
    Angles {
        gamma: (0..layers).map(|layer| 0.8 * at(layer)).collect(),
        beta: (0..layers).map(|layer| 0.7 * (1.0 - at(layer))).collect(),
    }
}

fn evolve<R: Real>(qubo: &Qubo, layers: usize, stored: bool) {
    let start = ProcessTime::now();
    let diagonal =
        if stored { Diagonal::from_qubo(qubo, Limit::NONE).expect("it fits") } else { Diagonal::tiled(qubo) };
    let diagonal_s = start.elapsed().as_secs_f64();
    let mut state = State::<R>::new(diagonal.qubits(), Limit::NONE).expect("it fits");
    let angles = ramp(layers);
    let evolve_s = seconds(|| {
        qaoa::evolve(&mut state, &diagonal, &Mixer::X, &Start::Uniform, &angles).expect("parts that fit");
    });
    let extremes = diagonal.extremes(Subspace::All).expect("there are solutions");
    let expectation = qaoa::measure(&state, &diagonal, &extremes).expect("it fits").expectation;
    println!(r#"{{"evolve_s": {evolve_s}, "diagonal_s": {diagonal_s}, "expectation": {expectation}}}"#);
}

fn bandwidth(bits: u32) {
    let len = 1_usize << bits;
    let [mut a, b, c] = [vec![0.0_f64; len], vec![1.0; len], vec![2.0; len]];
    let copy = seconds(|| hint::black_box(&mut a).copy_from_slice(hint::black_box(&b)));
    let triad = seconds(|| {
        let (b, c) = (hint::black_box(&b), hint::black_box(&c));
        for ((a, b), c) in hint::black_box(&mut a).iter_mut().zip(b).zip(c) {
            *a = b + 3.0 * c;
        }
    });
    let rate = |arrays: usize, seconds: f64| (arrays * 8 * len) as f64 / seconds;
    println!(r#"{{"copy": {}, "triad": {}}}"#, rate(2, copy), rate(3, triad));
}

fn peak() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    println!(r#"{{"peak_bytes": {}}}"#, 1024 * kilobytes.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0));
}

fn main() {
    let Some(path) = env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        println!("usage: qaoa QUBO.csv");
        return;
    };
    let number = |text: &str| text.trim().parse::<f64>().expect("a number");
    let text = fs::read_to_string(path).expect("the QUBO is a file");
    let matrix: Vec<Vec<f64>> = text.lines().map(|line| line.split(',').map(number).collect()).collect();
    let qubo = Qubo::from_matrix(&matrix).expect("a QUBO");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    pool.install(|| {
        for line in io::stdin().lines() {
            let line = line.expect("text");
            match *line.split_whitespace().collect::<Vec<_>>() {
                ["evolve", layers, costs, width] => {
                    let (layers, stored) = (layers.parse().expect("a count"), costs == "stored");
                    match width {
                        "f32" => evolve::<f32>(&qubo, layers, stored),
                        _ => evolve::<f64>(&qubo, layers, stored),
                    }
                }
                ["bandwidth", bits] => bandwidth(bits.parse().expect("a count")),
                ["peak"] => peak(),
                _ => println!(r#"{{"unknown": {line:?}}}"#),
            }
        }
    });
}
