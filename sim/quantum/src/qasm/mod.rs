//! `OpenQASM`: reading of the subset that names an ideal circuit, and writing.
//!
//! Read are versions 3 and, where it needs nothing else, 2: registers, the gates of `stdgates.inc`
//! and `qelib1.inc`, gates defined in the text, `ctrl`, `negctrl`, `inv` and `pow`, registers as
//! operands, aliases, loops over constant ranges, constants, expressions, `input` angles as
//! parameters, barriers and measurements. Not read are statements that need a machine (pulses,
//! durations, resets) or a decision at run time (`if`, `while`); each is told by name.
//!
//! The reading is written here and not taken from `oq3_semantics` 0.7, which was tried on thirty
//! texts of this subset: it panics on nine of them (a register of constant size, `%`, a function, an
//! alias of a set), refuses `**`, `ctrl @ gphase`, `measure q -> c` and version 2, takes control
//! qubits for too many operands, opens included files itself, and its tree has no places for
//! messages. It serves the tests as a second reader of what is written.
//!
//! No text makes this reading panic, fill the memory or run long: brackets and blocks are bounded
//! in depth, expressions are kept in postfix order, registers are counted and never laid out, and
//! loops and gates unroll to a bounded number of operations.

mod action;
mod apply;
mod definition;
mod emit;
mod evaluate;
mod export;
mod expression;
mod fault;
mod lexer;
mod lower;
mod names;
mod parser;
mod runs;
mod standard;
mod statement;
mod syntax;
mod value;

use crate::circuit::Circuit;
use crate::error::Error;
pub use export::export;
pub use fault::Fault;
pub(crate) use fault::report;

/// The circuit that a text names. Qubits count through the registers in the order of their
/// declaration, bits likewise; `input` angles are the circuit's parameters in the order of theirs.
///
/// `U(t, p, l)` is `[[cos t/2, -e^il sin t/2], [e^ip sin t/2, e^i(p+l) cos t/2]]`. The circuit's
/// global phase is dropped; that of a controlled gate is kept.
///
/// # Errors
/// [`Error::Qasm`] with every fault of the text: its place, what stands there, what is wrong, and
/// for an unknown name the nearest known. The number of qubits is not judged here.
///
/// Source: A. Cross et al., "`OpenQASM` 3: a broader and deeper quantum assembly language", ACM
/// Trans. Quantum Comput. 3 (2022), and its live specification.
pub fn parse(text: &str) -> Result<Circuit, Error> {
    if u32::try_from(text.len()).is_err() {
        let reason = "longer than 4 GiB".to_owned();
        return Err(Error::Text { text: "OpenQASM".to_owned(), reason });
    }
    let mut parser = parser::Parser::new(text);
    let statements = parser.program();
    let mut lowering = lower::Lowering::new(text, &parser.pool, parser.faults, parser.version_2);
    lowering.run(&statements);
    lowering.finish()
}
