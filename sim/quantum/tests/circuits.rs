//! Random circuits of all gates: the fused kernel against the same circuit gate by gate.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::f64::consts::TAU;

use energyopti_quantum::circuit::{Circuit, Gate, Matrix1};
use energyopti_quantum::kernel::batch;
use energyopti_quantum::observable::{PauliSum, Readout, shots};
use energyopti_quantum::{Limit, Program, State};
use energyopti_streams::{StreamKey, open_unit};
use num_complex::Complex64;

/// Draws in order.
struct Luck {
    key: StreamKey,
    drawn: u64,
}

impl Luck {
    fn new(case: u64) -> Self {
        Self { key: StreamKey::new(case, "circuit", "test", 0), drawn: 0 }
    }

    fn unit(&mut self) -> f64 {
        self.drawn += 1;
        open_unit(self.key.draw(0, self.drawn)[0])
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts")]
    fn below(&mut self, most: u32) -> u32 {
        ((self.unit() * f64::from(most)) as u32).min(most - 1)
    }

    /// One of the angles that are often met, or any.
    fn angle(&mut self) -> f64 {
        match self.below(4) {
            0 => TAU / 8.0 * f64::from(self.below(17)) - TAU,
            _ => TAU * (2.0 * self.unit() - 1.0),
        }
    }

    fn unitary1(&mut self) -> Matrix1 {
        let turn = Gate::Ry(self.angle().into()).matrix1().unwrap();
        let [a, b] = [self.angle(), self.angle()].map(|angle| Complex64::from_polar(1.0, angle));
        [[turn[0][0] * a, turn[0][1]], [turn[1][0] * a * b, turn[1][1] * b]]
    }
}

fn one_of(luck: &mut Luck) -> Gate {
    let angle = luck.angle().into();
    match luck.below(14) {
        0 => Gate::H,
        1 => Gate::X,
        2 => Gate::Y,
        3 => Gate::Z,
        4 => Gate::S,
        5 => Gate::Sdg,
        6 => Gate::T,
        7 => Gate::Tdg,
        8 => Gate::Sx,
        9 => Gate::Rx(angle),
        10 => Gate::Ry(angle),
        11 => Gate::Rz(angle),
        12 => Gate::Phase(angle),
        _ => Gate::Unitary1(Box::new(luck.unitary1())),
    }
}

fn two_of(luck: &mut Luck) -> Gate {
    let angle = luck.angle().into();
    match luck.below(7) {
        0 => Gate::Cx,
        1 => Gate::Cz,
        2 => Gate::ControlledPhase(angle),
        3 => Gate::Swap,
        4 => Gate::Rzz(angle),
        5 => Gate::Xy(angle),
        _ => Gate::Unitary2(Box::new(unitary2(luck))),
    }
}

/// A product of gates on both qubits, with as many entangling ones as reach any unitary.
fn unitary2(luck: &mut Luck) -> [[Complex64; 4]; 4] {
    let mut columns = [[Complex64::ZERO; 4]; 4];
    for (at, column) in columns.iter_mut().enumerate() {
        let mut state = State::<f64>::new(2, Limit::NONE).unwrap();
        state.set_basis(at);
        let mut same = Luck { key: luck.key, drawn: luck.drawn };
        for _ in 0..3 {
            state.apply_matrix1(&same.unitary1(), 0);
            state.apply_matrix1(&same.unitary1(), 1);
            state.apply_matrix2(&Gate::Cx.matrix2().unwrap(), 0, 1);
        }
        *column = [0, 1, 2, 3].map(|row| state.amplitude(row));
    }
    luck.drawn += 100;
    std::array::from_fn(|row| std::array::from_fn(|column| columns[column][row]))
}

fn random_circuit(case: u64, qubits: u32, gates: u32) -> Circuit {
    let mut luck = Luck::new(case);
    let mut circuit = Circuit::new(qubits);
    for _ in 0..gates {
        let first = luck.below(qubits);
        if qubits > 1 && luck.below(2) == 0 {
            let second = (first + 1 + luck.below(qubits - 1)) % qubits;
            circuit.two(two_of(&mut luck), first, second).unwrap();
        } else {
            circuit.one(one_of(&mut luck), first).unwrap();
        }
    }
    circuit
}

fn cases() -> u64 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(1000)
}

fn distance(a: &State<f64>, b: &State<f64>) -> f64 {
    (0..1 << a.qubits()).map(|at| (a.amplitude(at) - b.amplitude(at)).norm()).fold(0.0, f64::max)
}

fn fused_and_plain(circuit: &Circuit) -> [State<f64>; 2] {
    let mut states = [(); 2].map(|()| State::new(circuit.qubits(), Limit::NONE).unwrap());
    Program::compile(circuit).unwrap().run(&mut states[0]).unwrap();
    states[1].apply_gates(circuit).unwrap();
    states
}

#[test]
fn the_fused_kernel_is_the_circuit_gate_by_gate_and_keeps_the_norm() {
    for case in 0..cases() {
        let qubits = 1 + u32::try_from(case % 12).unwrap();
        let circuit = random_circuit(case, qubits, 1 + u32::try_from(case % 97).unwrap());
        let [fused, plain] = fused_and_plain(&circuit);
        assert!((fused.norm_squared() - 1.0).abs() < 1e-12, "case {case}: norm {}", fused.norm_squared());
        assert!(distance(&fused, &plain) < 1e-12, "case {case}: {:e}", distance(&fused, &plain));
    }
}

#[test]
fn a_circuit_larger_than_a_tile_is_the_circuit_gate_by_gate() {
    for (case, qubits) in [(1, 14), (2, 16), (3, 17), (4, 18)] {
        let [fused, plain] = fused_and_plain(&random_circuit(1000 + case, qubits, 60));
        assert!(distance(&fused, &plain) < 1e-12, "case {case}: {:e}", distance(&fused, &plain));
    }
}

#[test]
fn single_precision_is_within_1e_5() {
    for case in 0..cases() / 8 {
        let qubits = 1 + u32::try_from(case % 13).unwrap();
        let circuit = random_circuit(2000 + case, qubits, 60);
        let [fused, _] = fused_and_plain(&circuit);
        let mut narrow = State::<f32>::new(qubits, Limit::NONE).unwrap();
        Program::compile(&circuit).unwrap().run(&mut narrow).unwrap();
        for at in 0..1 << qubits {
            assert!((fused.amplitude(at) - narrow.amplitude(at)).norm() < 1e-5, "case {case}");
        }
    }
}

/// The result of a question in pools of 1, 2 and 8 threads.
fn in_pools<T: Send>(question: impl Fn() -> T + Sync) -> [T; 3] {
    [1, 2, 8].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(&question))
}

#[test]
fn every_number_of_threads_gives_the_same_bits() {
    let mut circuit = random_circuit(3000, 18, 50);
    let sum = PauliSum::parse(&format!("0.7 {} - 0.2 {}", "ZXY".repeat(6), "IZZ".repeat(6)), 18).unwrap();
    let run = || {
        let mut state = State::<f64>::new(18, Limit::NONE).unwrap();
        Program::compile(&circuit).unwrap().run(&mut state).unwrap();
        let bits: Vec<u64> = state.parts().0.iter().chain(state.parts().1).map(|value| value.to_bits()).collect();
        let shots = shots::<f64>(&circuit, 0..5000, StreamKey::new(1, "c", "shots", 0), Limit::NONE).unwrap();
        (bits, sum.expectation(&state).unwrap().to_bits(), shots)
    };
    let [one, two, eight] = in_pools(run);
    assert!(one == two && two == eight);
    circuit = random_circuit(3001, 5, 20);
    circuit.measure(2, 0).and_then(|c| c.one(Gate::H, 2)).and_then(|c| c.measure(2, 1)).unwrap();
    let [one, two, eight] =
        in_pools(|| shots::<f32>(&circuit, 0..300, StreamKey::new(2, "c", "shots", 0), Limit::NONE).unwrap());
    assert!(one == two && two == eight);
}

#[test]
fn shots_of_a_part_are_a_part_of_the_shots() {
    let mut circuit = random_circuit(4000, 14, 80);
    let key = StreamKey::new(7, "c", "shots", 0);
    for measured_again in [false, true] {
        if measured_again {
            circuit.measure(1, 0).and_then(|c| c.one(Gate::H, 1)).and_then(|c| c.measure(1, 1)).unwrap();
        }
        let all = shots::<f64>(&circuit, 0..60, key, Limit::NONE).unwrap();
        let part = shots::<f64>(&circuit, 20..40, key, Limit::NONE).unwrap();
        assert_eq!(all[20..40], part);
    }
}

#[test]
fn shots_follow_the_probabilities() {
    // Qubit 0 is 1 with probability sin^2(0.4), qubit 13 shows the same; 100 000 shots, 4 sigma.
    let mut circuit = Circuit::new(14);
    circuit.one(Gate::Ry(0.8.into()), 0).and_then(|c| c.two(Gate::Cx, 0, 13)).unwrap();
    circuit.measure(13, 0).and_then(|c| c.measure(0, 2)).unwrap();
    let readout = Readout::of(&circuit).unwrap();
    let outcomes = shots::<f64>(&circuit, 0..100_000, StreamKey::new(3, "c", "shots", 0), Limit::NONE).unwrap();
    let counts = readout.counts(&outcomes);
    assert_eq!(counts.keys().map(String::as_str).collect::<Vec<_>>(), ["000", "101"]);
    let expected = 0.4_f64.sin().powi(2);
    let sigma = (expected * (1.0 - expected) / 1e5).sqrt();
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let found = counts["101"] as f64 / 1e5;
    assert!((found - expected).abs() < 4.0 * sigma, "{found} {expected}");
}

#[test]
fn a_measurement_in_the_midst_leaves_the_state_of_its_outcome() {
    // A Bell pair: qubit 1 has what qubit 0 was found to have, even after qubit 0 is turned on.
    let mut circuit = Circuit::new(2);
    circuit.one(Gate::H, 0).and_then(|c| c.two(Gate::Cx, 0, 1)).and_then(|c| c.measure(0, 0)).unwrap();
    circuit.one(Gate::X, 0).and_then(|c| c.measure(0, 1)).and_then(|c| c.measure(1, 2)).unwrap();
    let outcomes = shots::<f64>(&circuit, 0..400, StreamKey::new(5, "c", "shots", 0), Limit::NONE).unwrap();
    let counts = Readout::of(&circuit).unwrap().counts(&outcomes);
    assert_eq!(counts.keys().map(String::as_str).collect::<Vec<_>>(), ["010", "101"]);
    // Half of 400, within 4 sigma of 10.
    assert!(counts["010"].abs_diff(200) < 40);
}

#[test]
fn a_batch_is_its_circuits_one_by_one() {
    let mut circuit = Circuit::new(6);
    let (a, b) = (circuit.parameter("a"), circuit.parameter("b"));
    for qubit in 0..6 {
        circuit.one(Gate::Rx(a), qubit).and_then(|c| c.two(Gate::Rzz(b.scaled(0.5)), qubit, (qubit + 1) % 6)).unwrap();
        circuit.one(Gate::Ry(b), qubit).unwrap();
    }
    let sets: Vec<Vec<f64>> = (0..23).map(|at| vec![0.1 * f64::from(at), 0.7 - 0.2 * f64::from(at)]).collect();
    let sum = PauliSum::parse("ZZIIII + 0.5 IXYIII", 6).unwrap();
    let answer = |state: &State<f64>| sum.expectation(state).unwrap().to_bits();
    let [one, two, eight] = in_pools(|| batch(&circuit, &sets, Limit::NONE, answer).unwrap());
    assert!(one == two && two == eight);
    for (set, found) in sets.iter().zip(one) {
        let [_, plain] = fused_and_plain(&circuit.bind(set).unwrap());
        assert!((f64::from_bits(found) - sum.expectation(&plain).unwrap()).abs() < 1e-12);
    }
    assert!(batch(&circuit, &[vec![1.0]], Limit::NONE, answer).is_err());
    assert!(batch(&circuit, &sets, Limit { bytes: 100 }, answer).is_err());
}

#[test]
fn means_of_pauli_strings_are_those_of_their_gates() {
    for case in 0..20 {
        let mut luck = Luck::new(5000 + case);
        let qubits = 2 + u32::try_from(case).unwrap() % 13;
        let [state, mut acted] = fused_and_plain(&random_circuit(5000 + case, qubits, 40));
        let text: String = (0..qubits).map(|_| ['I', 'X', 'Y', 'Z'][luck.below(4) as usize]).collect();
        for (qubit, letter) in (0..qubits).zip(text.chars()) {
            let gate = match letter {
                'X' => Gate::X,
                'Y' => Gate::Y,
                'Z' => Gate::Z,
                _ => continue,
            };
            acted.apply_matrix1(&gate.matrix1().unwrap(), qubit);
        }
        let expected: f64 = (0..1 << qubits).map(|at| (state.amplitude(at).conj() * acted.amplitude(at)).re).sum();
        let found = PauliSum::parse(&text, qubits).unwrap().expectation(&state).unwrap();
        assert!((found - expected).abs() < 1e-12, "{text}: {found} {expected}");
    }
}

#[test]
fn a_prediction_counts_what_a_run_does() {
    // 20 rotations of all 20 qubits are one layer: two stages, because a tile has 16 of them.
    let mut circuit = Circuit::new(20);
    for qubit in 0..20 {
        circuit.one(Gate::Ry(0.3.into()), qubit).unwrap();
    }
    let prediction = Program::compile(&circuit).unwrap().prediction(16);
    assert_eq!(prediction.bytes, 16 << 20);
    assert_eq!(prediction.sweeps, 2);
    assert!(prediction.multiply_adds >= 40.0 * f64::from(1 << 20));
    // Reading and writing 16 MiB twice at 64 MiB/s is a second.
    assert!((prediction.seconds(64.0 * f64::from(1 << 20), f64::INFINITY) - 1.0).abs() < 1e-12);
}

#[test]
fn a_parameter_without_a_value_and_a_state_of_another_size_are_refused() {
    let mut circuit = Circuit::new(2);
    let angle = circuit.parameter("a");
    circuit.one(Gate::Rx(angle), 0).unwrap();
    assert!(Program::compile(&circuit).is_err());
    let program = Program::compile(&circuit.bind(&[0.1]).unwrap()).unwrap();
    assert!(program.run(&mut State::<f64>::new(3, Limit::NONE).unwrap()).is_err());
    assert!(Program::compile(&Circuit::new(60)).is_err());
    assert!(Program::compile(&Circuit::new(0)).unwrap().run(&mut State::<f32>::new(0, Limit::NONE).unwrap()).is_ok());
}

#[test]
fn bits_and_shots_without_end_are_refused() {
    let mut circuit = Circuit::new(1);
    let key = StreamKey::new(0, "c", "shots", 0);
    assert!(shots::<f64>(&circuit, 0..u64::MAX, key, Limit::NONE).is_err());
    assert_eq!(shots::<f64>(&circuit, 5..5, key, Limit::NONE), Ok(Vec::new()));
    circuit.measure(0, u32::MAX).unwrap();
    assert!(Readout::of(&circuit).is_err());
}
