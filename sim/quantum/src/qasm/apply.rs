//! Gates applied: standard ones, defined ones and modified ones, over registers.

use super::action::{Action, What, inverse};
use super::emit::MOST_CONTROLS;
use super::fault::Span;
use super::lower::Lowering;
use super::names::{Defined, Native, Scope, Symbol};
use super::parser::Stop;
use super::runs::Runs;
use super::standard::Standard;
use super::syntax::{Call, Modifier};
use super::value::Value;
use crate::circuit::{Angle, Gate};

/// Most actions of a single call.
const MOST_AT_ONCE: usize = 250_000;

/// What is applied.
#[derive(Clone, Copy)]
enum Applied<'t> {
    Standard(&'static Standard),
    Defined(Defined<'t>),
}

/// A modifier with its numbers.
#[derive(Clone, Copy, Debug)]
enum Change {
    Inverse,
    Whole(i64),
    Power(f64),
    /// Number of controls, and the value on which they act.
    Control(usize, bool),
}

impl<'t> Lowering<'t> {
    /// Appends what a call does; outside of gates, writes it at once.
    pub(super) fn call(&mut self, call: &'t Call, out: &mut Vec<Action>) -> Result<(), Stop> {
        let angles: Vec<Value> = call.angles.iter().map(|&angle| self.value(angle)).collect();
        let mut operands = Vec::with_capacity(call.operands.len());
        for operand in &call.operands {
            operands.extend(self.qubits_of(operand)?);
        }
        let changes = self.changes(call);
        let Some(applied) = self.applied(call.name) else { return Ok(()) };
        let (Some(changes), true) = (changes, operands.len() == call.operands.len()) else { return Ok(()) };
        let controls = changes.iter().map(|(change, _)| change.controls()).sum::<usize>();
        if !self.fits(call, applied, controls) {
            return Ok(());
        }
        let Some(times) = self.times(call, &operands) else { return Ok(()) };
        let mut qubits = Vec::with_capacity(operands.len());
        for time in 0..times {
            self.charge(call.span)?;
            qubits.clear();
            qubits.extend(operands.iter().map(|runs| runs.at(if runs.len() == 1 { 0 } else { time })));
            if !self.all_different(call, &qubits) {
                return Ok(());
            }
            let first = out.len();
            self.apply(applied, &angles, &qubits[controls..], out)?;
            self.bounded(out.len(), call.span)?;
            self.change(call, &changes, &qubits[..controls], first, out)?;
            if self.base == 0 {
                self.write(call.span, out)?;
            }
        }
        Ok(())
    }

    /// Writes actions into the circuit, and empties their list.
    fn write(&mut self, at: Span, out: &mut Vec<Action>) -> Result<(), Stop> {
        for action in out.drain(..) {
            if let Err(reason) = self.emitter.action(&action) {
                self.faults.add(at, reason);
                return Err(Stop);
            }
        }
        Ok(())
    }

    fn applied(&mut self, name: Span) -> Option<Applied<'t>> {
        let word = name.of(self.text);
        match self.lookup(word) {
            Some(Symbol::Gate(defined)) => return Some(Applied::Defined(*defined)),
            Some(Symbol::Faulty) => return None,
            Some(other) => {
                let rule = format!("is {}, not a gate", other.kind());
                self.faults.add(name, rule);
                return None;
            }
            None => {}
        }
        let standard = self.standard(word);
        if standard.is_none() {
            self.unknown_gate(name);
        }
        standard.map(Applied::Standard)
    }

    /// Whether the gate takes so many angles and qubits.
    fn fits(&mut self, call: &Call, applied: Applied<'t>, controls: usize) -> bool {
        let (angles, qubits) = match applied {
            Applied::Standard(standard) => (standard.angles, standard.qubits()),
            Applied::Defined(defined) => (defined.definition.angles.len(), defined.definition.qubits.len()),
        };
        if call.angles.len() != angles {
            self.faults.add(call.span, format!("takes {angles} angles and gets {}", call.angles.len()));
        }
        if call.operands.len() != qubits + controls {
            let with = if controls > 0 { format!(" with {controls} controls") } else { String::new() };
            let rule = format!("acts on {} qubits{with} and gets {}", qubits + controls, call.operands.len());
            self.faults.add(call.span, rule);
        }
        call.angles.len() == angles && call.operands.len() == qubits + controls
    }

    /// How often a call over registers is repeated: once per position.
    fn times(&mut self, call: &Call, operands: &[Runs]) -> Option<u64> {
        let times = operands.iter().map(Runs::len).find(|&len| len != 1).unwrap_or(1);
        let even = operands.iter().all(|runs| runs.len() == 1 || runs.len() == times);
        if !even {
            let lengths: Vec<String> = operands.iter().map(|runs| runs.len().to_string()).collect();
            self.faults.add(call.span, format!("its registers are of different lengths: {}", lengths.join(", ")));
        }
        even.then_some(times)
    }

    fn all_different(&mut self, call: &Call, qubits: &[u32]) -> bool {
        // Few qubits are compared pair by pair; more are sorted.
        let twice = if qubits.len() <= 4 {
            (1..qubits.len()).find(|&at| qubits[..at].contains(&qubits[at]))
        } else {
            let mut order: Vec<usize> = (0..qubits.len()).collect();
            order.sort_by_key(|&at| qubits[at]);
            order.windows(2).find(|pair| qubits[pair[0]] == qubits[pair[1]]).map(|pair| pair[1])
        };
        if let Some(at) = twice {
            self.faults.add(call.operands[at].span, "this qubit stands twice in one gate");
        }
        twice.is_none()
    }

    fn apply(
        &mut self,
        applied: Applied<'t>,
        values: &[Value],
        qubits: &[u32],
        out: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        let angles = || values.iter().map(|value| value.angle()).collect::<Vec<Angle>>();
        match applied {
            Applied::Standard(standard) => standard.act(&angles(), qubits, out),
            Applied::Defined(defined) => match (defined.native, qubits, angles().as_slice()) {
                // While a gate is checked, the gates in it are known to be sound or told not to be.
                _ if self.checking || !defined.sound => {}
                (Some(Native::Rzz), &[a, b], &[angle]) => out.push(Action::free(What::Rzz(angle, a, b))),
                (Some(Native::Xy), &[a, b], &[angle]) => out.push(Action::free(What::Xy(angle, a, b))),
                _ => self.body(defined, values, qubits, out)?,
            },
        }
        Ok(())
    }

    /// Appends what the body of a defined gate does.
    pub(super) fn body(
        &mut self,
        defined: Defined<'t>,
        values: &[Value],
        qubits: &[u32],
        out: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        let definition = defined.definition;
        let text = self.text;
        let mut scope = Scope::new();
        scope.extend(definition.angles.iter().zip(values).map(|(at, value)| (at.of(text), Symbol::Value(*value))));
        let register = |&qubit: &u32| Symbol::Qubits(Runs::register(qubit, 1));
        scope.extend(definition.qubits.iter().zip(qubits).map(|(at, qubit)| (at.of(text), register(qubit))));
        let outer = std::mem::replace(&mut self.base, self.scopes.len());
        self.scopes.push(scope);
        let result = self.deeper(definition.name, |lowering| lowering.statements(&definition.body, out));
        self.scopes.pop();
        self.base = outer;
        result
    }

    /// The modifiers with their numbers; nothing where a fault was told.
    fn changes(&mut self, call: &Call) -> Option<Vec<(Change, Span)>> {
        let changes: Vec<_> =
            call.modifiers.iter().map(|&(modifier, at)| self.resolved(modifier, at).map(|c| (c, at))).collect();
        let changes: Vec<_> = changes.into_iter().collect::<Option<_>>()?;
        let controls = changes.iter().fold(0_usize, |sum, (change, _)| sum.saturating_add(change.controls()));
        if controls > MOST_CONTROLS {
            self.faults.add(call.span, format!("has {controls} controls; {MOST_CONTROLS} are the most"));
            return None;
        }
        Some(changes)
    }

    fn resolved(&mut self, modifier: Modifier, at: Span) -> Option<Change> {
        match modifier {
            Modifier::Inverse => Some(Change::Inverse),
            Modifier::Power(exponent) => match self.value(exponent) {
                Value::Integer(times) => Some(Change::Whole(times)),
                Value::Real(power) => Some(Change::Power(power)),
                // A gate is checked before its angles have values.
                Value::Unknown => Some(Change::Whole(1)),
                Value::Input { .. } => {
                    self.faults.add(exponent.span, "an exponent is a number, not an input");
                    None
                }
            },
            Modifier::Control(None, on) => Some(Change::Control(1, on)),
            Modifier::Control(Some(count), on) => {
                let count = self.whole(count)?;
                let controls = usize::try_from(count).ok().filter(|&count| count > 0);
                if controls.is_none() {
                    self.faults.add(at, "the number of controls is 1 or more");
                }
                controls.map(|controls| Change::Control(controls, on))
            }
        }
    }

    /// Changes the actions behind `first`: the modifier next to the gate comes first, and its
    /// controls are the last.
    fn change(
        &mut self,
        call: &Call,
        changes: &[(Change, Span)],
        mut controls: &[u32],
        first: usize,
        out: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        for &(change, at) in changes.iter().rev() {
            let actions = out.split_off(first);
            match change {
                Change::Inverse => out.extend(inverse(actions)),
                Change::Control(count, on) => {
                    let (rest, own) = controls.split_at(controls.len() - count);
                    controls = rest;
                    for mut action in actions {
                        action.controls.splice(0..0, own.iter().map(|&qubit| (qubit, on)));
                        out.push(action);
                    }
                }
                Change::Whole(times) => self.repeat(actions, times, at, out)?,
                Change::Power(power) => match actions.as_slice() {
                    [action] if let Some(root) = action.power(power) => out.extend(root),
                    [] => {}
                    _ => self
                        .faults
                        .add(call.span, "a broken power is known of rotations and single standard gates only"),
                },
            }
        }
        Ok(())
    }

    fn repeat(&mut self, actions: Vec<Action>, times: i64, at: Span, out: &mut Vec<Action>) -> Result<(), Stop> {
        // A rotation is turned further instead, so that its angle may be large.
        #[expect(clippy::cast_precision_loss, reason = "more than 2^53 times is no circuit")]
        if let [action] = actions.as_slice()
            && !matches!(action.what, What::One(Gate::X | Gate::Y | Gate::H, _))
            && let Some(turned) = action.power(times as f64)
        {
            out.extend(turned);
            return Ok(());
        }
        let actions = if times < 0 { inverse(actions) } else { actions };
        let all = usize::try_from(times.unsigned_abs()).unwrap_or(usize::MAX).saturating_mul(actions.len());
        self.bounded(all.saturating_add(out.len()), at)?;
        if !actions.is_empty() {
            out.extend(actions.iter().cycle().take(all).cloned());
        }
        Ok(())
    }

    /// Refuses a single call that does more than is kept in hand for its modifiers.
    fn bounded(&mut self, actions: usize, at: Span) -> Result<(), Stop> {
        if actions <= MOST_AT_ONCE {
            return Ok(());
        }
        self.faults.add(at, "unrolls to more than 250000 operations in one call");
        Err(Stop)
    }
}

impl Change {
    fn controls(self) -> usize {
        match self {
            Self::Control(count, _) => count,
            _ => 0,
        }
    }
}
