//! A circuit as text that any reader of `OpenQASM` 3 takes, and that is read here as the same circuit.

use std::f64::consts::FRAC_PI_2;
use std::fmt::Write;

use num_complex::Complex64;

use super::lexer::is_name;
use super::standard::{BUILT_IN, INCLUDED};
use super::statement::is_keyword;
use super::value::CONSTANTS;
use crate::circuit::{Angle, Circuit, Gate, Matrix1, Matrix2, Operation};
use crate::error::Error;
use crate::kernel::canonical::{Canonical, Plane};

/// Why writing does not fail.
const TAKES_ALL: &str = "a string takes any text";

/// The definition of [`Gate::Rzz`], for which the included file has no name.
const RZZ: &str = "gate rzz(angle_) a, b { cx a, b; rz(angle_) b; cx a, b; }";
/// The definition of [`Gate::Xy`]: between the two CX, `b` says whether `a` and `b` differ, and the
/// transfer is a turn of `a`.
const XY: &str = "gate xy(angle_) a, b { cx a, b; crx(2*angle_) b, a; cx a, b; }";

/// The circuit as `OpenQASM` 3. Angles are printed so that they are read back to the same bits; a
/// matrix on one qubit becomes a global phase and `U`, one on two qubits four of those around three
/// RZZ; RZZ and XY are defined in the text.
///
/// # Errors
/// [`Error::Text`] for a parameter whose name cannot stand there.
pub fn export(circuit: &Circuit) -> Result<String, Error> {
    check_names(circuit.parameters())?;
    let mut text = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n".to_owned();
    let registers = ["q", "c"].map(|name| free_name(name, circuit.parameters()));
    declare(&mut text, circuit, &registers);
    for operation in circuit.operations() {
        match operation {
            Operation::Two(Gate::Unitary2(matrix), first, second) => {
                for part in split(matrix, *first, *second) {
                    write(&mut text, &part, circuit.parameters(), &registers);
                }
            }
            named => write(&mut text, named, circuit.parameters(), &registers),
        }
    }
    Ok(text)
}

/// One operation that is no matrix on two qubits.
fn write(text: &mut String, operation: &Operation, parameters: &[String], [qubits, bits]: &[String; 2]) {
    match operation {
        Operation::One(Gate::Unitary1(matrix), qubit) => turn(text, matrix, &format!("{qubits}[{qubit}]")),
        Operation::One(gate, qubit) => {
            writeln!(text, "{} {qubits}[{qubit}];", call(gate, parameters)).expect(TAKES_ALL);
        }
        Operation::Two(gate, first, second) => {
            writeln!(text, "{} {qubits}[{first}], {qubits}[{second}];", call(gate, parameters)).expect(TAKES_ALL);
        }
        Operation::Measure { qubit, bit } => {
            writeln!(text, "{bits}[{bit}] = measure {qubits}[{qubit}];").expect(TAKES_ALL);
        }
    }
}

/// A matrix on two qubits as matrices on each around `exp(i (x XX + y YY + z ZZ))`. In the canonical
/// form the middle turns the plane of 00 and 11 by `x - y` and that of 01 and 10 by `x + y`, and has
/// the phases `g + z` and `g - z` there; `g` goes into a matrix beside it.
fn split(matrix: &Matrix2, first: u32, second: u32) -> Vec<Operation> {
    let Canonical { before, even, odd, after } = Canonical::of(matrix);
    let angle = |plane: Plane| libm::atan2(plane.sine, plane.cosine);
    let phase = |plane: Plane| libm::atan2(plane.phase.im, plane.phase.re);
    let (x, y) = (angle(odd).midpoint(angle(even)), (angle(odd) - angle(even)) / 2.0);
    let (g, z) = (phase(even).midpoint(phase(odd)), (phase(even) - phase(odd)) / 2.0);
    let phased = after[0].map(|row| row.map(|element| element * Complex64::new(libm::cos(g), libm::sin(g))));
    let one = |matrix: Matrix1, qubit: u32| Operation::One(Gate::Unitary1(Box::new(matrix)), qubit);
    let both = |gate: Gate| [Operation::One(gate.clone(), first), Operation::One(gate, second)];
    let rzz = |angle: f64| [Operation::Two(Gate::Rzz((-2.0 * angle).into()), first, second)];
    let mut parts = vec![one(before[0], first), one(before[1], second)];
    parts.extend(rzz(z));
    parts.extend(both(Gate::H).into_iter().chain(rzz(x)).chain(both(Gate::H)));
    let quarter = |sign: f64| both(Gate::Rx((sign * FRAC_PI_2).into()));
    parts.extend(quarter(1.0).into_iter().chain(rzz(y)).chain(quarter(-1.0)));
    parts.extend([one(phased, first), one(after[1], second)]);
    parts
}

/// Gates, inputs and registers.
fn declare(text: &mut String, circuit: &Circuit, [qubits, bits]: &[String; 2]) {
    let has = |wanted: fn(&Gate) -> bool| {
        circuit.operations().iter().any(|operation| matches!(operation, Operation::Two(gate, ..) if wanted(gate)))
    };
    if has(|gate| matches!(gate, Gate::Rzz(_) | Gate::Unitary2(_))) {
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
