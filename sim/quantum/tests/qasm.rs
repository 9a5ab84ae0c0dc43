//! `OpenQASM` read: what texts mean.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2, PI};

use energyopti_quantum::circuit::{Angle, Circuit, Gate, Operation};
use energyopti_quantum::qasm::parse;
use energyopti_quantum::{Limit, State};
use num_complex::Complex64;

const HEADER: &str = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n";

fn read(body: &str) -> Circuit {
    parse(&format!("{HEADER}{body}")).expect("the text is sound")
}

/// Columns of the circuit's unitary.
fn unitary(circuit: &Circuit) -> Vec<Vec<Complex64>> {
    let column = |index: usize| {
        let mut state = State::<f64>::new(circuit.qubits(), Limit::NONE).expect("few qubits fit");
        state.set_basis(index);
        state.apply_gates(circuit).expect("all angles are numbers");
        (0..1 << circuit.qubits()).map(|row| state.amplitude(row)).collect()
    };
    (0..1 << circuit.qubits()).map(column).collect()
}

/// Asserts that two circuits do the same but for a global phase.
fn assert_same(found: &Circuit, expected: &Circuit, what: &str) {
    let (a, b) = (unitary(found).concat(), unitary(expected).concat());
    assert_eq!(a.len(), b.len(), "{what}");
    let overlap: Complex64 = a.iter().zip(&b).map(|(a, b)| a.conj() * b).sum();
    let phase = overlap / overlap.norm();
    let farthest = a.iter().zip(&b).map(|(a, b)| (a * phase - b).norm()).fold(0.0, f64::max);
    assert!(farthest < 1e-12, "{what}: {farthest:e}");
}

/// Asserts that two bodies on three qubits do the same.
fn assert_equal(found: &str, expected: &str) {
    let body = |text: &str| read(&format!("qubit[4] q;\n{text}"));
    assert_same(&body(found), &body(expected), found);
}

#[test]
fn a_bell_pair_is_read_as_it_stands() {
    let circuit = read("qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;");
    let expected = [
        Operation::One(Gate::H, 0),
        Operation::Two(Gate::Cx, 0, 1),
        Operation::Measure { qubit: 0, bit: 0 },
        Operation::Measure { qubit: 1, bit: 1 },
    ];
    assert_eq!(circuit.operations(), expected);
    assert_eq!((circuit.qubits(), circuit.bits()), (2, 2));
}

#[test]
fn every_form_of_measurement_is_read() {
    let declared = "qubit[2] q; bit[3] c; ";
    let all = |body: &str| read(&format!("{declared}{body}")).operations().to_vec();
    let both = [Operation::Measure { qubit: 0, bit: 1 }, Operation::Measure { qubit: 1, bit: 2 }];
    assert_eq!(all("c[1:2] = measure q;"), both);
    assert_eq!(all("measure q -> c[1:2];"), both);
    assert_eq!(all("measure q[0] -> c[1]; c[2] = measure q[1];"), both);
    assert_eq!(all("bit d = measure q[1];"), [Operation::Measure { qubit: 1, bit: 3 }]);
}

#[test]
fn version_2_is_read() {
    let text = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[2];\ncreg c[2];\nu2(0,pi) q[0];\nrx(1/2) q[1];\ncu1(pi) q[0],q[1];\nmeasure q -> c;\n";
    let circuit = parse(text).unwrap();
    assert_eq!(circuit.operations().len(), 5);
    // A division in version 2 is one of numbers; in version 3 one of whole numbers that would be rounded is
    // refused.
    assert_eq!(circuit.operations()[1], Operation::One(Gate::Rx(Angle::Fixed(0.5)), 1));
    let rounded = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit q;\nrx(1/2) q;\n";
    assert!(parse(rounded).unwrap_err().to_string().contains("write 3.0/2"));
}

#[test]
fn expressions_have_the_usual_precedence() {
    let angle = |text: &str| match read(&format!("const int n = 3; const float half = 0.5; qubit q; rx({text}) q;"))
        .operations()
    {
        [Operation::One(Gate::Rx(Angle::Fixed(value)), 0)] => *value,
        other => panic!("{other:?}"),
    };
    for (text, value) in [
        ("pi/2 + 1", FRAC_PI_2 + 1.0),
        ("-2**2", -4.0),
        ("2**3**2", 512.0),
        ("2**-1", 0.5),
        ("7 % 4 * 2", 6.0),
        ("-(1 - 3) * half", 1.0),
        ("2*sin(pi/2)", 2.0),
        ("sqrt(n*n + 16.0)", 5.0),
        ("(n + 1)/2", 2.0),
        ("n/2.0", 1.5),
        ("τ/2 - π", 0.0),
        ("1_000e-3", 1.0),
        (".5 + 1.", 1.5),
        ("0x10 + 0b11", 19.0),
        ("pow(2, 3) + mod(7, 4)", 11.0),
    ] {
        assert!((angle(text) - value).abs() < 1e-15, "{text}: {}", angle(text));
    }
}

#[test]
fn gates_are_spread_over_registers() {
    let circuit = read("qubit[2] a; qubit[2] b; h a; cx a, b; cx a[0], b;");
    let cx = |a, b| Operation::Two(Gate::Cx, a, b);
    assert_eq!(circuit.operations()[2..], [cx(0, 2), cx(1, 3), cx(0, 2), cx(0, 3)]);
}

#[test]
fn loops_and_aliases_unroll() {
    let circuit = read(
        "const int n = 4; qubit[n] q;
         for int i in [0:n-2] { cx q[i], q[i + 1]; }
         for int i in {3, 0} h q[i];
         for uint i in [2:-2:0] z q[i];
         let odd = q[1:2:3]; x odd; let ends = q[0] ++ q[-1]; y ends[1]; s q[{2, 1}];",
    );
    let one = |gate: Gate, qubits: [u32; 2]| qubits.map(|qubit| Operation::One(gate.clone(), qubit));
    let operations = circuit.operations();
    assert_eq!(operations[..3], [(0, 1), (1, 2), (2, 3)].map(|(a, b)| Operation::Two(Gate::Cx, a, b)));
    assert_eq!(operations[3..5], one(Gate::H, [3, 0]));
    assert_eq!(operations[5..7], one(Gate::Z, [2, 0]));
    assert_eq!(operations[7..9], one(Gate::X, [1, 3]));
    assert_eq!(operations[9], Operation::One(Gate::Y, 3));
    assert_eq!(operations[10..], one(Gate::S, [2, 1]));
}

#[test]
fn inputs_are_parameters() {
    let circuit = read(
        "input float[64] theta; input angle phi; qubit[2] q; rx(theta) q[0]; rz(1 - 2*phi) q[1]; cry(theta/2) q[0], q[1];",
    );
    assert_eq!(circuit.parameters(), ["theta", "phi"]);
    let numbers = read("qubit[2] q; rx(0.3) q[0]; rz(1 - 2*0.7) q[1]; cry(0.15) q[0], q[1];");
    assert_same(&circuit.bind(&[0.3, 0.7]).unwrap(), &numbers, "bound");
}

#[test]
fn defined_gates_are_written_out() {
    let circuit = read(
        "gate rot(a, b) u, v { rx(a/2) u; cx u, v; rz(-b) v; }
         gate twice(a) u, v { rot(a, 1) u, v; inv @ rot(a, 1) v, u; }
         qubit[2] q; twice(0.5) q[1], q[0];",
    );
    let rx = |angle: f64, qubit| Operation::One(Gate::Rx(Angle::Fixed(angle)), qubit);
    let rz = |angle: f64, qubit| Operation::One(Gate::Rz(Angle::Fixed(angle)), qubit);
    let cx = |a, b| Operation::Two(Gate::Cx, a, b);
    assert_eq!(circuit.operations(), [rx(0.25, 1), cx(1, 0), rz(-1.0, 0), rz(1.0, 1), cx(0, 1), rx(-0.25, 0)]);
}

#[test]
fn modifiers_keep_the_phase_of_what_they_control() {
    for (found, expected) in [
        ("ctrl @ x q[0], q[1];", "cx q[0], q[1];"),
        ("negctrl @ x q[0], q[1];", "x q[0]; cx q[0], q[1]; x q[0];"),
        ("ctrl(2) @ x q[0], q[1], q[2];", "ccx q[0], q[1], q[2];"),
        ("ctrl @ ctrl @ h q[0], q[1], q[2];", "ry(-pi/4) q[2]; ctrl(2) @ z q[0], q[1], q[2]; ry(pi/4) q[2];"),
        ("ctrl @ gphase(0.4) q[0];", "p(0.4) q[0];"),
        ("ctrl @ rz(0.4) q[0], q[1];", "crz(0.4) q[0], q[1];"),
        // RZ is the phase gate but for the phase exp(-i angle/2), which the control sees.
        ("ctrl @ p(0.4) q[0], q[1];", "crz(0.4) q[0], q[1]; p(0.2) q[0];"),
        ("ctrl @ swap q[0], q[1], q[2];", "cswap q[0], q[1], q[2];"),
        ("ctrl @ U(0.3, 0.5, 0.7) q[0], q[1];", "cu(0.3, 0.5, 0.7, 0) q[0], q[1];"),
        ("cu(0.3, 0.5, 0.7, 0.2) q[0], q[1];", "p(0.2) q[0]; ctrl @ U(0.3, 0.5, 0.7) q[0], q[1];"),
        ("inv @ cu(0.3, 0.5, 0.7, 0.2) q[0], q[1];", "cu(-0.3, -0.7, -0.5, -0.2) q[0], q[1];"),
        ("ctrl @ pow(0.5) @ x q[0], q[1];", "ctrl @ sx q[0], q[1];"),
        ("ctrl @ sxdg q[0], q[1]; csx q[0], q[1];", "id q[0];"),
        ("pow(0.5) @ z q[0]; pow(-0.5) @ s q[1];", "s q[0]; tdg q[1];"),
        ("pow(3) @ rx(0.2) q[0]; pow(-2) @ t q[1];", "rx(0.6) q[0]; sdg q[1];"),
        ("pow(2) @ h q[0]; pow(3) @ y q[1];", "y q[1];"),
        ("ctrl @ rzz(0.3) q[0], q[1], q[2];", "cx q[1], q[2]; crz(0.3) q[0], q[2]; cx q[1], q[2];"),
        ("ctrl(3) @ ry(0.3) q[0], q[1], q[2], q[3];", "ctrl @ ctrl @ cry(0.3) q[0], q[1], q[2], q[3];"),
        ("rxx(0.3) q[0], q[1];", "h q[0:1]; rzz(0.3) q[0], q[1]; h q[0:1];"),
        ("ryy(0.3) q[0], q[1];", "rx(pi/2) q[0:1]; rzz(0.3) q[0], q[1]; rx(-pi/2) q[0:1];"),
    ] {
        assert_equal(found, expected);
    }
}

#[test]
fn standard_gates_have_their_matrices() {
    let (zero, one, i) = (Complex64::ZERO, Complex64::ONE, Complex64::I);
    let r = FRAC_1_SQRT_2;
    for (body, lower_right) in [
        ("cx q[0], q[1];", [[zero, one], [one, zero]]),
        ("cy q[0], q[1];", [[zero, -i], [i, zero]]),
        ("ch q[0], q[1];", [[r.into(), r.into()], [r.into(), (-r).into()]]),
        ("crx(pi) q[0], q[1];", [[zero, -i], [-i, zero]]),
        ("cry(pi/2) q[0], q[1];", [[r.into(), (-r).into()], [r.into(), r.into()]]),
        ("crz(pi) q[0], q[1];", [[-i, zero], [zero, i]]),
        ("cp(pi/2) q[0], q[1];", [[one, zero], [zero, i]]),
        ("csx q[0], q[1];", [[0.5 + 0.5 * i, 0.5 - 0.5 * i], [0.5 - 0.5 * i, 0.5 + 0.5 * i]]),
        // U(pi/2, 0, pi) is the Hadamard gate; the phase i stands where the control is 1.
        ("cu(pi/2, 0, pi, pi/2) q[0], q[1];", [[i * r, i * r], [i * r, -i * r]]),
        ("cu3(pi/2, 0, pi) q[0], q[1];", [[r.into(), r.into()], [r.into(), (-r).into()]]),
    ] {
        let columns = unitary(&read(&format!("qubit[2] q; {body}")));
        // The control is bit 0: where it is 1 the target's matrix, where it is 0 the identity.
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let identity = if row == column { one } else { zero };
            assert!((columns[2 * column][2 * row] - identity).norm() < 1e-15, "{body}");
            assert!((columns[2 * column + 1][2 * row + 1] - lower_right[row][column]).norm() < 1e-15, "{body}");
        }
    }
}

#[test]
fn many_controls_act_on_all_ones_only() {
    let circuit = read("qubit[6] q; ctrl(5) @ x q[0], q[1], q[2], q[3], q[4], q[5];");
    for (index, column) in unitary(&circuit).into_iter().enumerate() {
        let expected = if index & 31 == 31 { index ^ 32 } else { index };
        assert!((column[expected] - Complex64::ONE).norm() < 1e-13, "{index}");
    }
}

#[test]
fn a_register_of_any_size_costs_nothing() {
    let circuit = read("qubit[1000000000] q; h q[999999999];");
    assert_eq!(circuit.qubits(), 1_000_000_000);
    let circuit = read("qubit[1000000000] q; let a = q[0:2:999999999]; let b = a[1:-1]; h b[-1];");
    assert_eq!(circuit.operations(), [Operation::One(Gate::H, 999_999_998)]);
}

#[test]
fn passed_over_are_comments_pragmas_annotations_and_barriers() {
    let circuit =
        read("pragma any thing {\n@noise(0.1) strange\nqubit[2] q; // h\nbarrier; barrier q[0], q; /* x */ h q[0];");
    assert_eq!(circuit.operations(), [Operation::One(Gate::H, 0)]);
}

#[test]
fn known_circuits_have_known_states() {
    // Grover on two qubits finds its mark with certainty after one step.
    let grover = parse(include_str!("circuits/grover_two_qubits.qasm")).unwrap();
    let mut state = State::<f64>::new(2, Limit::NONE).unwrap();
    state.apply_gates(&grover).unwrap();
    assert!((state.probability(0b11) - 1.0).abs() < 1e-12);
    // The Fourier transform of |5> on three qubits: amplitude exp(2 pi i 5 k / 8) / sqrt 8.
    let fourier = parse(include_str!("circuits/fourier_of_five.qasm")).unwrap();
    let mut state = State::<f64>::new(3, Limit::NONE).unwrap();
    state.apply_gates(&fourier).unwrap();
    for k in 0..8_u8 {
        let angle = 2.0 * PI * 5.0 * f64::from(k) / 8.0;
        let expected = Complex64::from_polar(8.0_f64.sqrt().recip(), angle);
        assert!((state.amplitude(usize::from(k)) - expected).norm() < 1e-12, "{k}");
    }
}

#[test]
fn gates_of_every_kind_give_another_simulators_state() {
    // qiskit 2.2.3 with qiskit_qasm3_import 0.6.0: Statevector(qasm3.loads(text)).
    let expected = [
        (0.182_050_195_209_248_5, -0.073_846_718_215_707_07),
        (0.233_695_729_132_459_4, 0.043_442_302_278_803_69),
        (-0.253_688_544_916_155_6, -0.559_211_940_228_101_5),
        (0.238_295_337_612_349_7, 0.133_641_905_843_324_36),
        (0.304_773_020_253_154_67, 0.155_623_492_510_826_44),
        (-0.011_194_951_730_432_45, 0.401_192_778_096_081_2),
        (0.270_897_963_295_268_5, -0.255_911_145_974_834_3),
        (0.151_499_676_322_884_89, 0.114_752_567_886_834_7),
    ];
    let circuit = parse(include_str!("circuits/mixed_gates.qasm")).unwrap();
    let mut state = State::<f64>::new(3, Limit::NONE).unwrap();
    state.apply_gates(&circuit).unwrap();
    let overlap: Complex64 =
        expected.iter().enumerate().map(|(at, &(re, im))| Complex64::new(re, im).conj() * state.amplitude(at)).sum();
    assert!((overlap.norm() - 1.0).abs() < 1e-14, "{overlap}");
}
