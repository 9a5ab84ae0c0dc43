//! Statements into a circuit: loops unrolled, gates written out, registers laid one behind another.

use super::action::Action;
use super::emit::{Emitter, MOST_OPERATIONS, TOO_MANY};
use super::fault::{Faults, Span};
use super::names::{Scope, Symbol};
use super::parser::Stop;
use super::runs::Runs;
use super::syntax::{Definition, Expression, Item, Operand, Range, Statement, Steps};
use super::value::Value;
use crate::circuit::{Circuit, Operation};
use crate::error::Error;

/// Gates within gates and loops within loops.
const DEEPEST: usize = 64;

/// The state of the reading.
#[derive(Debug)]
pub(super) struct Lowering<'t> {
    pub text: &'t str,
    pub pool: &'t [(Item, Span)],
    pub faults: Faults,
    pub version_2: bool,
    /// Whether the standard gates are known.
    pub included: bool,
    /// Names outside of all blocks, and of each block around the statement.
    pub scopes: Vec<Scope<'t>>,
    /// The scope of the gate whose body is read; 0 outside of gates.
    pub base: usize,
    /// Whether a gate's body is only checked.
    pub checking: bool,
    pub emitter: Emitter,
    pub stack: Vec<Value>,
    inputs: Vec<&'t str>,
    qubits: u32,
    bits: u32,
    depth: usize,
    /// Calls, steps of loops and repetitions that may still be read.
    work: u64,
}

impl<'t> Lowering<'t> {
    pub fn new(text: &'t str, pool: &'t [(Item, Span)], faults: Faults, version_2: bool) -> Self {
        Self {
            text,
            pool,
            faults,
            version_2,
            included: false,
            scopes: vec![Scope::new()],
            base: 0,
            checking: false,
            emitter: Emitter::default(),
            stack: Vec::new(),
            inputs: Vec::new(),
            qubits: 0,
            bits: 0,
            depth: 0,
            work: 2 * MOST_OPERATIONS as u64,
        }
    }

    /// Reads all statements. Where the work runs out, what follows is not read; that is told.
    pub fn run(&mut self, statements: &'t [Statement]) {
        let _: Result<(), Stop> = self.statements(statements, &mut Vec::new());
    }

    /// The circuit.
    ///
    /// # Errors
    /// [`Error::Qasm`] with the faults found.
    pub fn finish(self) -> Result<Circuit, Error> {
        if !self.faults.is_empty() {
            return Err(Error::Qasm { faults: self.faults.list(self.text) });
        }
        let mut circuit = Circuit::new(self.qubits);
        circuit.declare_bits(self.bits);
        for name in self.inputs {
            circuit.parameter(name);
        }
        for operation in self.emitter.operations {
            match operation {
                Operation::One(gate, qubit) => circuit.one(gate, qubit)?,
                Operation::Two(gate, first, second) => circuit.two(gate, first, second)?,
                Operation::Measure { qubit, bit } => circuit.measure(qubit, bit)?,
            };
        }
        Ok(circuit)
    }

    pub(super) fn statements(&mut self, statements: &'t [Statement], out: &mut Vec<Action>) -> Result<(), Stop> {
        statements.iter().try_for_each(|statement| self.statement(statement, out))
    }

    /// Counts a piece of work.
    pub(super) fn charge(&mut self, at: Span) -> Result<(), Stop> {
        self.charge_many(1, at)
    }

    pub(super) fn charge_many(&mut self, pieces: u64, at: Span) -> Result<(), Stop> {
        let Some(left) = self.work.checked_sub(pieces) else {
            self.faults.add(at, TOO_MANY);
            return Err(Stop);
        };
        self.work = left;
        Ok(())
    }

    /// Reads something that can contain itself.
    pub(super) fn deeper(&mut self, at: Span, read: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        if self.depth == DEEPEST {
            self.faults.add(at, format!("nested more than {DEEPEST} deep"));
            return Err(Stop);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn statement(&mut self, statement: &'t Statement, out: &mut Vec<Action>) -> Result<(), Stop> {
        if !self.may_stand(statement) {
            return Ok(());
        }
        match statement {
            Statement::Include(file) => self.include(*file),
            Statement::Qubits { name, size } => {
                let register = self.register(*name, *size, true);
                self.declare(*name, register.map_or(Symbol::Faulty, Symbol::Qubits));
            }
            Statement::Bits { name, size, measured } => {
                let register = self.register(*name, *size, false);
                self.declare(*name, register.clone().map_or(Symbol::Faulty, Symbol::Bits));
                if let (Some(from), Some(into)) = (measured, register) {
                    let from = self.qubits_of(from)?;
                    self.measure(from, Some(into), *name)?;
                }
            }
            Statement::Input { name } => {
                let value = Value::Input { index: self.inputs.len(), scale: 1.0, offset: 0.0 };
                self.inputs.push(name.of(self.text));
                self.declare(*name, Symbol::Value(value));
            }
            Statement::Value { name, whole, value } => {
                let value = self.typed(*whole, *value);
                self.declare(*name, Symbol::Value(value));
            }
            Statement::Gate(definition) => self.define(definition)?,
            Statement::Call(call) => self.call(call, out)?,
            Statement::Barrier(operands) => {
                for operand in operands {
                    self.qubits_of(operand)?;
                }
            }
            Statement::Measure { from, into, span } => {
                let (from, into) = (self.qubits_of(from)?, self.bits_of(into)?);
                self.measure(from, into, *span)?;
            }
            Statement::Alias { name, parts } => self.alias(*name, parts)?,
            Statement::For { name, steps, body } => self.for_each(*name, steps, body, out)?,
        }
        Ok(())
    }

    /// Tells a statement that cannot stand in a gate or in a loop.
    fn may_stand(&mut self, statement: &Statement) -> bool {
        let (at, in_loop) = match statement {
            Statement::Call(_) | Statement::Barrier(_) | Statement::For { .. } => return true,
            Statement::Measure { span, .. } => (*span, true),
            Statement::Value { name, .. } | Statement::Alias { name, .. } => (*name, true),
            Statement::Include(name)
            | Statement::Qubits { name, .. }
            | Statement::Bits { name, .. }
            | Statement::Input { name }
            | Statement::Gate(Definition { name, .. }) => (*name, false),
        };
        if self.base > 0 {
            self.faults.add(at, "a gate's body holds gates, barriers and loops only");
        } else if !in_loop && self.scopes.len() > 1 {
            self.faults.add(at, "is declared outside of loops");
        } else {
            return true;
        }
        false
    }

    fn include(&mut self, file: Span) {
        match file.of(self.text).trim_matches(['"', '\'']) {
            "stdgates.inc" | "qelib1.inc" => self.included = true,
            _ => {
                self.faults.add(file, "`stdgates.inc` and `qelib1.inc` are known; put other files' text into this one");
            }
        }
    }

    /// Takes the next qubits or bits. Only counts: a register of any size costs nothing.
    fn register(&mut self, name: Span, size: Option<Expression>, quantum: bool) -> Option<Runs> {
        let len = size.map_or(Some(1), |size| self.whole(size))?;
        let taken = if quantum { &mut self.qubits } else { &mut self.bits };
        let (first, total) =
            (*taken, u64::from(*taken).checked_add_signed(len).and_then(|sum| u32::try_from(sum).ok()));
        match total {
            Some(total) if len > 0 => {
                *taken = total;
                Some(Runs::register(first, len.unsigned_abs()))
            }
            _ => {
                let rule =
                    if len > 0 { "all registers together hold less than 2^32" } else { "a register holds 1 or more" };
                self.faults.add(size.map_or(name, |size| size.span), rule);
                None
            }
        }
    }

    fn typed(&mut self, whole: bool, expression: Expression) -> Value {
        if whole {
            return self.whole(expression).map_or(Value::Unknown, Value::Integer);
        }
        let value = self.value(expression);
        value.real().map_or(value, Value::Real)
    }

    fn alias(&mut self, name: Span, parts: &[Operand]) -> Result<(), Stop> {
        let mut all = Runs::default();
        let mut sound = true;
        for part in parts {
            match self.qubits_of(part)? {
                Some(runs) => {
                    self.charge_many(runs.pieces() as u64, part.span)?;
                    all.extend(runs);
                }
                None => sound = false,
            }
        }
        self.declare(name, if sound { Symbol::Qubits(all) } else { Symbol::Faulty });
        Ok(())
    }

    fn measure(&mut self, from: Option<Runs>, into: Option<Runs>, at: Span) -> Result<(), Stop> {
        let (Some(from), Some(into)) = (from, into) else { return Ok(()) };
        if from.len() != into.len() {
            self.faults.add(at, format!("measures {} qubits into {} bits", from.len(), into.len()));
            return Ok(());
        }
        for index in 0..from.len() {
            self.charge(at)?;
            let measure = Operation::Measure { qubit: from.at(index), bit: into.at(index) };
            if let Err(reason) = self.emitter.push(measure) {
                self.faults.add(at, reason);
                return Err(Stop);
            }
        }
        Ok(())
    }

    fn for_each(
        &mut self,
        name: Span,
        steps: &Steps,
        body: &'t [Statement],
        out: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        match steps {
            Steps::Set(set) => {
                for &step in set {
                    let value = self.value(step);
                    self.step(name, value, body, out)?;
                }
            }
            Steps::Range(range) => {
                let Some((from, step, to)) = self.bounds(range) else { return Ok(()) };
                let mut at = from;
                while if step > 0 { at <= to } else { at >= to } {
                    self.step(name, Value::Integer(at), body, out)?;
                    let Some(next) = at.checked_add(step) else { break };
                    at = next;
                }
            }
        }
        Ok(())
    }

    /// First value, step and last value; none where they hang on the angles of a gate that is checked.
    fn bounds(&mut self, range: &Range) -> Option<(i64, i64, i64)> {
        let (Some(from), Some(to)) = (range.from, range.to) else {
            self.faults.add(range.span, "the range of a loop has both ends");
            return None;
        };
        let (from, to) = (self.whole(from), self.whole(to));
        let step = range.step.map_or(Some(1), |step| self.whole(step));
        if step == Some(0) {
            self.faults.add(range.span, "the step of a range is not 0");
            return None;
        }
        from.zip(to).zip(step).map(|((from, to), step)| (from, step, to))
    }

    fn step(&mut self, name: Span, value: Value, body: &'t [Statement], out: &mut Vec<Action>) -> Result<(), Stop> {
        self.charge(name)?;
        self.scopes.push(Scope::from([(name.of(self.text), Symbol::Value(value))]));
        let result = self.deeper(name, |lowering| lowering.statements(body, out));
        self.scopes.pop();
        result
    }
}
