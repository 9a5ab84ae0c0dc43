//! Values of expressions, and the parts of registers that operands name.

use super::fault::Span;
use super::lower::Lowering;
use super::names::Symbol;
use super::parser::Stop;
use super::runs::Runs;
use super::syntax::{Expression, Index, Item, Operand, Range};
use super::value::{CONSTANTS, FUNCTIONS, Value};

/// Most runs that an alias may be made of.
const MOST_PIECES: usize = 1 << 16;

impl<'t> Lowering<'t> {
    /// The value; [`Value::Unknown`] where a fault was told.
    pub(super) fn value(&mut self, expression: Expression) -> Value {
        let pool = self.pool;
        let mut stack = std::mem::take(&mut self.stack);
        stack.clear();
        for &(item, at) in &pool[expression.first..expression.last] {
            let value = match item {
                Item::Integer(value) => Ok(Value::Integer(value)),
                Item::Real(value) => Ok(Value::Real(value)),
                Item::Name => Ok(self.named(at)),
                Item::Negate => stack.pop().unwrap_or(Value::Unknown).negated(),
                Item::Binary(operator) => {
                    let right = stack.pop().unwrap_or(Value::Unknown);
                    let left = stack.pop().unwrap_or(Value::Unknown);
                    left.binary(operator, right, self.version_2)
                }
                Item::Call(arguments) => {
                    let arguments = stack.split_off(stack.len().saturating_sub(arguments));
                    Ok(self.function(at, &arguments))
                }
            };
            stack.push(value.unwrap_or_else(|reason| {
                self.faults.add(at, reason);
                Value::Unknown
            }));
        }
        let value = stack.pop().unwrap_or(Value::Unknown);
        self.stack = stack;
        if value.is_finite() {
            return value;
        }
        self.faults.add(expression.span, "comes to no finite number");
        Value::Unknown
    }

    fn function(&mut self, at: Span, arguments: &[Value]) -> Value {
        match Value::call(at.of(self.text), arguments) {
            Some(Ok(value)) => return value,
            Some(Err(reason)) => self.faults.add(at, reason),
            None => {
                let known = FUNCTIONS.iter().map(|(name, _)| *name).chain(["pow", "mod"]);
                self.faults.unknown(at, self.text, "no function has this name".to_owned(), known);
            }
        }
        Value::Unknown
    }

    fn named(&mut self, at: Span) -> Value {
        let name = at.of(self.text);
        match self.lookup(name) {
            Some(Symbol::Value(value)) => return *value,
            Some(Symbol::Faulty) => return Value::Unknown,
            Some(other) => {
                let rule = format!("is {}, not a number", other.kind());
                self.faults.add(at, rule);
                return Value::Unknown;
            }
            None => {}
        }
        if let Some((_, value)) = CONSTANTS.iter().find(|(known, _)| *known == name) {
            return Value::Real(*value);
        }
        self.unknown_name(at, "no number has this name", |symbol| matches!(symbol, Symbol::Value(_)));
        Value::Unknown
    }

    /// The value as a whole number; nothing where a fault was told.
    pub(super) fn whole(&mut self, expression: Expression) -> Option<i64> {
        match self.value(expression) {
            Value::Integer(value) => Some(value),
            Value::Unknown => None,
            _ => {
                self.faults.add(expression.span, "a whole number should stand here");
                None
            }
        }
    }

    /// The qubits that an operand names; nothing where a fault was told.
    pub(super) fn qubits_of(&mut self, operand: &Operand) -> Result<Option<Runs>, Stop> {
        self.part(operand, "no register of qubits has this name", |symbol| match symbol {
            Symbol::Qubits(runs) => Some(runs),
            _ => None,
        })
    }

    /// The bits that an operand names; nothing where a fault was told.
    pub(super) fn bits_of(&mut self, operand: &Operand) -> Result<Option<Runs>, Stop> {
        self.part(operand, "no register of bits has this name", |symbol| match symbol {
            Symbol::Bits(runs) => Some(runs),
            _ => None,
        })
    }

    fn part(
        &mut self,
        operand: &Operand,
        rule: &'static str,
        wanted: impl for<'s> Fn(&'s Symbol<'t>) -> Option<&'s Runs>,
    ) -> Result<Option<Runs>, Stop> {
        let found = self.lookup(operand.name.of(self.text));
        let Some(register) = found.and_then(&wanted) else {
            let other = found.map(Symbol::kind);
            match other {
                Some("faulty") => {}
                Some(kind) => self.faults.add(operand.name, format!("is {kind}; {rule}")),
                None => self.unknown_name(operand.name, rule, |symbol| wanted(symbol).is_some()),
            }
            return Ok(None);
        };
        let register = register.clone();
        Ok(match &operand.index {
            None => Some(register),
            Some(Index::One(index)) => self.position(*index, register.len()).map(|index| register.single(index)),
            Some(Index::Range(range)) => self.range(range, &register)?,
            Some(Index::Set(set)) => {
                let mut members = Runs::default();
                let mut sound = true;
                for &index in set {
                    match self.position(index, register.len()) {
                        Some(index) => members.extend(register.single(index)),
                        None => sound = false,
                    }
                }
                sound.then_some(members)
            }
        })
    }

    /// A position below a length; -1 is the last.
    fn position(&mut self, index: Expression, len: u64) -> Option<u64> {
        let value = self.whole(index)?;
        let position = if value < 0 { len.checked_sub(value.unsigned_abs()) } else { Some(value.unsigned_abs()) };
        let inside = position.filter(|&position| position < len);
        if inside.is_none() {
            self.faults.add(index.span, format!("the register has positions 0 to {}", len.saturating_sub(1)));
        }
        inside
    }

    fn range(&mut self, range: &Range, register: &Runs) -> Result<Option<Runs>, Stop> {
        let len = register.len();
        let from = range.from.map_or(Some(0), |from| self.position(from, len));
        let to = range.to.map_or(Some(len.saturating_sub(1)), |to| self.position(to, len));
        let step = range.step.map_or(Some(1), |step| self.whole(step));
        let (Some(from), Some(to), Some(step)) = (from, to, step) else { return Ok(None) };
        let forward = step > 0 && from <= to;
        let backward = step < 0 && from >= to;
        if !forward && !backward {
            self.faults.add(range.span, "this range has no member");
            return Ok(None);
        }
        if register.pieces() > 1 {
            self.charge_many(from.abs_diff(to) / step.unsigned_abs(), range.span)?;
        }
        let part = register.range(from, step, to);
        if part.pieces() > MOST_PIECES {
            self.faults.add(range.span, "made of too many pieces");
            return Ok(None);
        }
        Ok(Some(part))
    }
}
