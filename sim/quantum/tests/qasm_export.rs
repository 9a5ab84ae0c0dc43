//! `OpenQASM` written: read back here it is the same circuit, and another reader takes it.

use energyopti_quantum::circuit::{Angle, Circuit, Gate, Operation};
use energyopti_quantum::qasm::{export, parse};
use energyopti_quantum::{Limit, State};
use num_complex::Complex64;
use proptest::prelude::*;

const QUBITS: u32 = 4;

/// One gate of each kind on qubits `a` and `b`; odd kinds take the parameter where they can.
fn push(circuit: &mut Circuit, kind: u8, angle: Angle, a: u32, b: u32) {
    let one = match kind {
        0 => Some(Gate::H),
        1 => Some(Gate::X),
        2 => Some(Gate::Y),
        3 => Some(Gate::Z),
        4 => Some(Gate::S),
        5 => Some(Gate::Sdg),
        6 => Some(Gate::T),
        7 => Some(Gate::Tdg),
        8 => Some(Gate::Sx),
        9 => Some(Gate::Rx(angle)),
        10 => Some(Gate::Ry(angle)),
        11 => Some(Gate::Rz(angle)),
        12 => Some(Gate::Phase(angle)),
        _ => None,
    };
    let two = match kind {
        13 => Gate::Cx,
        14 => Gate::Cz,
        15 => Gate::ControlledPhase(angle),
        16 => Gate::Swap,
        17 => Gate::Rzz(angle),
        _ => Gate::Xy(angle),
    };
    match one {
        Some(gate) => circuit.one(gate, a),
        None => circuit.two(two, a, b),
    }
    .expect("the qubits are there and differ");
}

fn circuits() -> impl Strategy<Value = Circuit> {
    let step = (0..19_u8, -1e3..1e3_f64, 0..QUBITS, 1..QUBITS, any::<bool>());
    prop::collection::vec(step, 0..40).prop_map(|steps| {
        let mut circuit = Circuit::new(QUBITS);
        let theta = circuit.parameter("theta");
        for (kind, angle, a, apart, bound) in steps {
            let angle = match theta.scaled(angle) {
                Angle::Parameter { index, scale, .. } if bound => {
                    Angle::Parameter { index, scale, offset: 1.0 / angle }
                }
                _ => Angle::Fixed(angle),
            };
            push(&mut circuit, kind, angle, a, (a + apart) % QUBITS);
        }
        circuit.measure(1, 3).expect("the qubit is there");
        circuit
    })
}

fn state(circuit: &Circuit) -> Vec<Complex64> {
    let mut state = State::<f64>::new(circuit.qubits(), Limit::NONE).expect("few qubits fit");
    state.apply_gates(circuit).expect("all angles are numbers");
    (0..1 << circuit.qubits()).map(|index| state.amplitude(index)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("ENERGYOPTI_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200)
    ))]

    #[test]
    fn a_written_circuit_is_read_as_the_same_operations(circuit in circuits()) {
        let text = export(&circuit).unwrap();
        prop_assert_eq!(parse(&text).unwrap(), circuit, "{}", text);
    }

    #[test]
    fn a_written_matrix_is_read_as_the_same_matrix(theta in 0.0..3.2_f64, phi in -3.2..3.2_f64, lambda in -3.2..3.2_f64, gamma in -3.2..3.2_f64) {
        let (s, c) = ((theta / 2.0).sin(), (theta / 2.0).cos());
        let at = |radius: f64, angle: f64| Complex64::from_polar(radius.abs(), angle + gamma) * radius.signum();
        let matrix = [[at(c, 0.0), at(-s, lambda)], [at(s, phi), at(c, phi + lambda)]];
        let mut circuit = Circuit::new(1);
        circuit.one(Gate::H, 0).and_then(|c| c.one(Gate::Unitary1(Box::new(matrix)), 0)).unwrap();
        let again = parse(&export(&circuit).unwrap()).unwrap();
        let overlap: Complex64 = state(&circuit).iter().zip(state(&again)).map(|(a, b)| a.conj() * b).sum();
        prop_assert!((overlap.norm() - 1.0).abs() < 1e-13);
        // Read once more it has the same bits: nothing drifts.
        prop_assert_eq!(again.operations().len(), 2);
    }

    #[test]
    fn any_row_of_tokens_is_read_or_told(words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..60)) {
        let _ = parse(&words.join(" "));
        let _ = parse(&format!("OPENQASM 3.0; include \"stdgates.inc\"; qubit[3] q; bit[3] c; {}", words.concat()));
    }

    #[test]
    fn any_text_is_read_or_told(text in ".{0,200}") {
        let _ = parse(&text);
    }
}

const WORDS: [&str; 58] = [
    "OPENQASM",
    "3.0",
    ";",
    "include",
    "\"stdgates.inc\"",
    "qubit",
    "bit",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    ",",
    "@",
    "->",
    "++",
    "**",
    "+",
    "-",
    "*",
    "/",
    "%",
    "=",
    ":",
    "q",
    "c",
    "h",
    "cx",
    "rx",
    "U",
    "gphase",
    "ctrl",
    "negctrl",
    "inv",
    "pow",
    "gate",
    "g",
    "a",
    "for",
    "int",
    "i",
    "in",
    "let",
    "const",
    "float",
    "input",
    "measure",
    "barrier",
    "if",
    "def",
    "0",
    "1",
    "2",
    "0.5",
    "pi",
    "\n",
    "\"",
];

#[test]
fn matrices_at_the_edges_keep_their_phases() {
    let (zero, one, i) = (Complex64::ZERO, Complex64::ONE, Complex64::I);
    for matrix in
        [[[one, zero], [zero, i]], [[zero, i], [one, zero]], [[i, zero], [zero, -one]], [[zero, -one], [-i, zero]]]
    {
        let mut circuit = Circuit::new(1);
        circuit.one(Gate::H, 0).and_then(|c| c.one(Gate::Unitary1(Box::new(matrix)), 0)).unwrap();
        let again = parse(&export(&circuit).unwrap()).unwrap();
        let overlap: Complex64 = state(&circuit).iter().zip(state(&again)).map(|(a, b)| a.conj() * b).sum();
        assert!((overlap.norm() - 1.0).abs() < 1e-15, "{matrix:?}");
    }
}

#[test]
fn the_text_is_what_a_person_would_write() {
    let mut circuit = Circuit::new(2);
    let q = circuit.parameter("q");
    circuit
        .one(Gate::Rx(q.scaled(2.0)), 0)
        .and_then(|c| c.two(Gate::Rzz(0.1.into()), 0, 1))
        .and_then(|c| c.measure(1, 0))
        .unwrap();
    let expected = "OPENQASM 3.0;
include \"stdgates.inc\";
gate rzz(angle_) a, b { cx a, b; rz(angle_) b; cx a, b; }
input float[64] q;
qubit[2] q_;
bit[1] c;
rx(2.0*q) q_[0];
rzz(0.1) q_[0], q_[1];
c[0] = measure q_[1];
";
    assert_eq!(export(&circuit).unwrap(), expected);
}

/// A product of rotations on two qubits, as one matrix.
fn matrix_of(angles: &[f64]) -> [[Complex64; 4]; 4] {
    let mut circuit = Circuit::new(2);
    for (at, &angle) in angles.iter().enumerate() {
        let qubit = u32::from(at % 2 == 1);
        circuit
            .one(Gate::Rx(angle.into()), qubit)
            .and_then(|c| c.one(Gate::Rz((angle * 1.7).into()), qubit))
            .expect("there");
        circuit.two(Gate::ControlledPhase((angle * 0.6).into()), qubit, 1 - qubit).expect("both are there");
    }
    let mut matrix = [[Complex64::ZERO; 4]; 4];
    for column in 0..4 {
        let mut state = State::<f64>::new(2, Limit::NONE).expect("two qubits fit");
        state.set_basis(column);
        state.apply_gates(&circuit).expect("all angles are numbers");
        (0..4).for_each(|row| matrix[row][column] = state.amplitude(row));
    }
    matrix
}

#[test]
fn a_matrix_on_two_qubits_is_written_as_gates() {
    let swap = Gate::Swap.matrix2().unwrap();
    let cx = Gate::Cx.matrix2().unwrap();
    let drawn = [matrix_of(&[0.3]), matrix_of(&[0.3, -1.2, 2.2, 0.9, 1.5]), matrix_of(&[2.9, 0.1, -0.4])];
    for matrix in drawn.into_iter().chain([swap, cx, matrix_of(&[])]) {
        let mut circuit = Circuit::new(3);
        (0..3).for_each(|qubit| {
            circuit.one(Gate::H, qubit).and_then(|c| c.one(Gate::Rx((0.3 + f64::from(qubit)).into()), qubit)).unwrap();
        });
        circuit.two(Gate::Cz, 0, 2).and_then(|c| c.two(Gate::Unitary2(Box::new(matrix)), 2, 0)).unwrap();
        let again = parse(&export(&circuit).unwrap()).unwrap();
        let overlap: Complex64 = state(&circuit).iter().zip(state(&again)).map(|(a, b)| a.conj() * b).sum();
        assert!((overlap.norm() - 1.0).abs() < 1e-12, "{matrix:?}");
    }
}

#[test]
fn a_parameter_that_cannot_be_named_is_refused() {
    for name in ["two words", "gate", "rx", "pi", "1st", ""] {
        let mut circuit = Circuit::new(1);
        circuit.parameter(name);
        assert!(export(&circuit).is_err(), "{name}");
    }
}

#[test]
fn another_reader_takes_the_text() {
    use oq3_semantics::syntax_to_semantics::parse_source_string;
    let mut circuit = Circuit::new(QUBITS);
    let theta = circuit.parameter("theta");
    for kind in 0..19 {
        push(&mut circuit, kind, if kind % 2 == 0 { theta } else { Angle::Fixed(-0.3e-7) }, 0, 2);
    }
    circuit.measure(0, 0).unwrap();
    let text = export(&circuit).unwrap();
    let read = parse_source_string(&text, None, None::<&[&str]>);
    assert!(!read.any_errors(), "{text}");
    // Its statements: two gates defined, one input, two registers, and the operations.
    assert_eq!(read.program().stmts().len(), 5 + circuit.operations().len());
    assert!(matches!(circuit.operations().last(), Some(Operation::Measure { .. })));
}
