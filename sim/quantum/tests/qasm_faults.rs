//! `OpenQASM` that cannot be read: what is told of it, and that nothing worse happens.

use std::fmt::Write;

use energyopti_quantum::Error;
use energyopti_quantum::circuit::{Angle, Circuit, Gate, Operation};
use energyopti_quantum::qasm::{Fault, parse};

const HEADER: &str = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n";

fn faults(text: &str) -> Vec<Fault> {
    match parse(text) {
        Err(Error::Qasm { faults }) => faults,
        other => panic!("{other:?}"),
    }
}

/// The only fault of a text behind the header; line 1 is the text's first.
fn fault(body: &str) -> String {
    let mut faults = faults(&format!("{HEADER}{body}"));
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].line -= 2;
    faults[0].to_string()
}

fn read(body: &str) -> Circuit {
    parse(&format!("{HEADER}{body}")).expect("the text is sound")
}

#[test]
fn all_faults_are_told_at_once_with_place_and_nearest_name() {
    let text = "OPENQASM 3.0;
include \"stdgates.inc\";
qubit[2] q;
hh q[0];
rx(thet) q[0];
input float theta;
cx q[0], r[1];
if (c == 1) { x q[0]; }
h q[2];
rx() q[1]
cx q[0], q[0];
z q[0];
reset q;
";
    let told: Vec<String> = faults(text).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 4, column 1: `hh`: no gate has this name; did you mean `h`?",
            "line 5, column 4: `thet`: no number has this name",
            "line 7, column 10: `r`: no register of qubits has this name; did you mean `q`?",
            "line 8, column 1: `if`: control by measured bits is not simulated; write the branch that is meant",
            "line 9, column 5: `2`: the register has positions 0 to 1",
            "line 11, column 1: `cx`: `;` should stand here",
            "line 13, column 1: `reset`: a reset is not unitary and not simulated; every qubit starts as 0, so use a fresh one",
        ]
    );
}

#[test]
fn each_rule_of_gates_and_numbers_is_told() {
    for (body, told) in [
        ("h q;", "line 1, column 3: `q`: no register of qubits has this name"),
        ("qubit[2] q; cx q[0];", "line 1, column 13: `cx q[0]`: acts on 2 qubits and gets 1"),
        ("qubit[2] q; rx q[0];", "line 1, column 13: `rx q[0]`: takes 1 angles and gets 0"),
        ("qubit[2] q; cx q[0], q[0];", "line 1, column 22: `q[0]`: this qubit stands twice in one gate"),
        (
            "qubit[2] q; qubit[3] r; cx q, r;",
            "line 1, column 25: `cx q, r`: its registers are of different lengths: 2, 3",
        ),
        (
            "qubit q; rx((-9223372036854775807 - 1)/-1) q;",
            "line 1, column 39: `/`: this does not fit a whole number of 64 bits",
        ),
        ("qubit q; rx(1/0) q;", "line 1, column 14: `/`: division of a whole number by 0"),
        ("qubit q; rx(1.0/0) q;", "line 1, column 13: `1.0/0`: comes to no finite number"),
        ("qubit q; rx(sen(1)) q;", "line 1, column 13: `sen`: no function has this name; did you mean `sin`?"),
        ("qubit q; qubit q;", "line 1, column 16: `q`: declared before; take another name"),
        ("qubit h;", "line 1, column 7: `h`: the name of a standard gate; take another"),
        ("qubit[0] q;", "line 1, column 7: `0`: a register holds 1 or more"),
        ("qubit[5000000000] q;", "line 1, column 7: `5000000000`: all registers together hold less than 2^32"),
    ] {
        assert_eq!(fault(body), told);
    }
}

#[test]
fn each_rule_of_statements_is_told() {
    for (body, told) in [
        ("qubit[2] q; bit[3] c; c = measure q;", "line 1, column 23: `c = measure q`: measures 2 qubits into 3 bits"),
        (
            "qubit q; measure q;",
            "line 1, column 10: `measure q`: measured into nothing; give it bits: `c = measure q;`",
        ),
        (
            "int n = 3; n = 4;",
            "line 1, column 16: `4`: `measure` (classical values are constant here) should stand here",
        ),
        ("h $0;", "line 1, column 3: `$0`: a qubit of a machine; declare `qubit[n] q;` and use `q[0]`"),
        (
            "include \"other.inc\";",
            "line 1, column 9: `\"other.inc\"`: `stdgates.inc` and `qelib1.inc` are known; put other files' text into this one",
        ),
        (
            "qubit[2] q; gate g a { h q[0]; }",
            "line 1, column 26: `q`: a gate's body sees only the qubits and angles in the gate's own lists, and constants",
        ),
        ("gate g a { bit c; }", "line 1, column 16: `c`: a gate's body holds gates, barriers and loops only"),
        ("for int i in [0:3] { qubit q; }", "line 1, column 28: `q`: is declared outside of loops"),
        ("/* no end", "line 1, column 1: `/* no end`: this comment has no end: `*/` is missing"),
        ("include \"stdgates.inc", "line 1, column 9: `\"stdgates.inc`: this text has no closing quote on its line"),
        ("qubit q; delay[100ns] q;", "line 1, column 10: `delay`: an ideal circuit has no duration; remove the delay"),
        ("gate g a { h a;", "line 1, column 10: `{`: this block has no end: `}` is missing"),
        (
            "input float a; input float b; qubit q; rx(a*b) q;",
            "line 1, column 44: `*`: an angle may be an input times a number plus a number, not more",
        ),
        (
            "input float a; input float b; qubit q; rx(a+b) q;",
            "line 1, column 44: `+`: an angle may hang on one input only",
        ),
        (
            "input int n;",
            "line 1, column 7: `int`: an input is an angle here: `input float[64] name;`; make a whole number `const`",
        ),
        (
            "qubit q; pow(0.5) @ u(1,2,3) q;",
            "line 1, column 10: `pow(0.5) @ u(1,2,3) q`: a broken power is known of rotations and single standard gates only",
        ),
    ] {
        assert_eq!(fault(body), told);
    }
    assert!(faults("OPENQASM 4.0;")[0].to_string().contains("version 3.0"));
    assert!(faults("qubit q; h q;")[0].rule.contains("include \"stdgates.inc\""));
}

#[test]
fn faults_of_a_gate_are_told_once_and_where_they_are() {
    let text =
        format!("{HEADER}gate g(a) u {{ rx(b) u; foo u; }}\nqubit[9] q;\nfor int i in [0:8] {{ g(i) q[i]; }}\ng(1) q;");
    let places: Vec<(usize, usize)> = faults(&text).iter().map(|fault| (fault.line, fault.column)).collect();
    assert_eq!(places, [(3, 18), (3, 24)]);
}

#[test]
fn what_unrolls_without_end_is_refused() {
    let mut doubling = "gate g0 a { h a; }\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        writeln!(doubling, "gate g{level} a {{ g{below} a; g{below} a; }}").unwrap();
    }
    for body in [
        format!("{doubling} qubit q; g39 q;"),
        "qubit[1000000000] q; h q;".to_owned(),
        "qubit[1000000000] q; bit[1000000000] c; c = measure q;".to_owned(),
        "for int i in [0:9223372036854775807] { for int j in [0:9223372036854775807] { } }".to_owned(),
        "qubit q; pow(1000000000000) @ h q;".to_owned(),
        "qubit q; for int i in [0:9] { for int j in [0:999999] h q; }".to_owned(),
    ] {
        assert!(fault(&body).contains("unrolls to more than"), "{body}");
    }
    assert!(fault("qubit[20] q; ctrl(1000000) @ x q;").contains("12 are the most"));
}

#[test]
fn depth_is_bounded_and_length_is_not() {
    let many = 100_000;
    for (open, close) in [("(", ")"), ("-", ""), ("sin(", ")"), ("2**", "")] {
        let text = format!("{HEADER}qubit q; rx({}1{}) q;", open.repeat(many), close.repeat(many));
        assert!(faults(&text)[0].rule.contains("deep"), "{open}");
    }
    let blocks = format!("{HEADER}{}", "for int i in [0:1] {".repeat(many));
    assert!(faults(&blocks).iter().any(|fault| fault.rule.contains("deep")));
    let mut chain = "gate g0 a { h a; }\n".to_owned();
    for level in 1..1000 {
        writeln!(chain, "gate g{level} a {{ g{} a; }}", level - 1).unwrap();
    }
    assert!(fault(&format!("{chain}qubit q; g999 q;")).contains("deep"));
    let sum = format!("qubit q; rx(0{}) q;", "+1".repeat(many));
    assert_eq!(read(&sum).operations(), [Operation::One(Gate::Rx(Angle::Fixed(1e5)), 0)]);
}

#[test]
fn text_in_any_letters_is_read_or_told() {
    assert_eq!(read("input float θ; qubit größe; rx(θ) größe; // ☃\n").parameters(), ["θ"]);
    assert_eq!(fault("qubit q; /* ☃ */ h ☃;"), "line 1, column 20: `☃`: the name of a register should stand here");
    assert_eq!(fault("\u{0}"), "line 1, column 1: `\u{0}`: a statement should stand here");
}
