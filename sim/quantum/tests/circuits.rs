//! Random circuits of all gates: the fused kernel against the same circuit gate by gate.

use std::f64::consts::TAU;

use energyopti_quantum::circuit::{Circuit, Gate, Matrix1};
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
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(120)
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
    for case in 0..cases() / 4 {
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
