//! A circuit as text that any reader of `OpenQASM` 3 takes, and that is read here as the same circuit.

use std::fmt::Write;

use num_complex::Complex64;

use super::lexer::is_name;
use super::standard::{BUILT_IN, INCLUDED};
use super::statement::is_keyword;
use super::value::CONSTANTS;
use crate::circuit::{Angle, Circuit, Gate, Matrix1, Operation};
use crate::error::Error;

/// Why writing does not fail.
const TAKES_ALL: &str = "a string takes any text";

/// The definition of [`Gate::Rzz`], for which the included file has no name.
const RZZ: &str = "gate rzz(angle_) a, b { cx a, b; rz(angle_) b; cx a, b; }";
/// The definition of [`Gate::Xy`]: between the two CX, `b` says whether `a` and `b` differ, and the
/// transfer is a turn of `a`.
const XY: &str = "gate xy(angle_) a, b { cx a, b; crx(2*angle_) b, a; cx a, b; }";

/// The circuit as `OpenQASM` 3. Angles are printed so that they are read back to the same bits; a
/// matrix on one qubit becomes a global phase and `U`; RZZ and XY are defined in the text.
///
/// # Errors
/// [`Error::Gate`] for a matrix on two qubits, which has no name in the language;
/// [`Error::Text`] for a parameter whose name cannot stand there.
pub fn export(circuit: &Circuit) -> Result<String, Error> {
    check_names(circuit.parameters())?;
    let mut text = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n".to_owned();
    let [qubits, bits] = ["q", "c"].map(|name| free_name(name, circuit.parameters()));
    declare(&mut text, circuit, &qubits, &bits);
    for operation in circuit.operations() {
        match operation {
            Operation::One(Gate::Unitary1(matrix), qubit) => turn(&mut text, matrix, &format!("{qubits}[{qubit}]")),
            Operation::One(gate, qubit) => {
                let call = call(gate, circuit.parameters());
                writeln!(text, "{call} {qubits}[{qubit}];").expect(TAKES_ALL);
            }
            Operation::Two(gate @ Gate::Unitary2(_), ..) => {
                let reason = "has no name in OpenQASM; write it as gates on one qubit and cx".to_owned();
                return Err(Error::Gate { gate: gate.name().to_owned(), reason });
            }
            Operation::Two(gate, first, second) => {
                let call = call(gate, circuit.parameters());
                writeln!(text, "{call} {qubits}[{first}], {qubits}[{second}];").expect(TAKES_ALL);
            }
            Operation::Measure { qubit, bit } => {
                writeln!(text, "{bits}[{bit}] = measure {qubits}[{qubit}];").expect(TAKES_ALL);
            }
        }
    }
    Ok(text)
}

/// Gates, inputs and registers.
fn declare(text: &mut String, circuit: &Circuit, qubits: &str, bits: &str) {
    let has = |wanted: fn(&Gate) -> bool| {
        circuit.operations().iter().any(|operation| matches!(operation, Operation::Two(gate, ..) if wanted(gate)))
    };
    if has(|gate| matches!(gate, Gate::Rzz(_))) {
        writeln!(text, "{RZZ}").expect(TAKES_ALL);
    }
    if has(|gate| matches!(gate, Gate::Xy(_))) {
        writeln!(text, "{XY}").expect(TAKES_ALL);
    }
    for name in circuit.parameters() {
        writeln!(text, "input float[64] {name};").expect(TAKES_ALL);
    }
    if circuit.qubits() > 0 {
        writeln!(text, "qubit[{}] {qubits};", circuit.qubits()).expect(TAKES_ALL);
    }
    if circuit.bits() > 0 {
        writeln!(text, "bit[{}] {bits};", circuit.bits()).expect(TAKES_ALL);
    }
}

/// A gate's name and angle.
fn call(gate: &Gate, parameters: &[String]) -> String {
    let name = gate.name();
    match gate.angle() {
        None => name.to_owned(),
        Some(Angle::Fixed(value)) => format!("{name}({value:?})"),
        Some(Angle::Parameter { index, scale, offset }) => {
            let factor = if scale.to_bits() == 1.0_f64.to_bits() { String::new() } else { format!("{scale:?}*") };
            let summand = if offset == 0.0 { String::new() } else { format!(" + {offset:?}") };
            format!("{name}({factor}{}{summand})", parameters[index])
        }
    }
}

/// `exp(i gamma) U(theta, phi, lambda)`: `cos(theta/2)` and `sin(theta/2)` are the moduli of the
/// first column, and the phases are those of the elements, of which the larger ones are asked.
fn turn(text: &mut String, matrix: &Matrix1, qubit: &str) {
    let phase = |z: Complex64| libm::atan2(z.im, z.re);
    let modulus = |z: Complex64| libm::hypot(z.re, z.im);
    let [[a, b], [c, d]] = *matrix;
    let theta = 2.0 * libm::atan2(modulus(c), modulus(a));
    let gamma = phase(a);
    let phi = phase(c) - gamma;
    let lambda = if modulus(a) > modulus(c) { phase(d) - gamma - phi } else { phase(-b) - gamma };
    writeln!(text, "gphase({gamma:?});\nU({theta:?}, {phi:?}, {lambda:?}) {qubit};").expect(TAKES_ALL);
}

/// Parameters must be names of their own in the text.
fn check_names(parameters: &[String]) -> Result<(), Error> {
    for (at, name) in parameters.iter().enumerate() {
        let wrong = |reason: &str| Err(Error::Text { text: name.clone(), reason: reason.to_owned() });
        let gates = || BUILT_IN.iter().chain(&INCLUDED).map(|gate| gate.name).chain(["xy"]);
        if !is_name(name) {
            return wrong("a parameter in OpenQASM is named by letters, digits and `_`");
        } else if is_keyword(name)
            || gates().any(|gate| gate == name)
            || CONSTANTS.iter().any(|(known, _)| known == name)
        {
            return wrong("a word of OpenQASM, so not the name of a parameter");
        } else if parameters[..at].contains(name) {
            return wrong("two parameters of this name");
        }
    }
    Ok(())
}

/// The name, lengthened until no parameter has it.
fn free_name(name: &str, parameters: &[String]) -> String {
    let mut name = name.to_owned();
    while parameters.contains(&name) {
        name.push('_');
    }
    name
}
