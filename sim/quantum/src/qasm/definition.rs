//! Gates that the text defines: checked where they are defined, recognised where they spell out one
//! of the circuit's own.

use super::action::{Action, What};
use super::lower::Lowering;
use super::names::{Defined, Native, Symbol};
use super::parser::Stop;
use super::syntax::Definition;
use super::value::Value;
use crate::circuit::{Angle, Gate};

impl<'t> Lowering<'t> {
    /// Takes a gate's definition, after a check of its body with angles of unknown value.
    pub(super) fn define(&mut self, definition: &'t Definition) -> Result<(), Stop> {
        let names = || definition.angles.iter().chain(&definition.qubits);
        for (at, name) in names().enumerate() {
            if names().take(at).any(|earlier| earlier.of(self.text) == name.of(self.text)) {
                self.faults.add(*name, "stands twice in the gate's lists");
            }
        }
        let mut defined = Defined { definition, sound: true, native: None };
        let qubits: Vec<u32> = (0..).take(definition.qubits.len()).collect();
        let angles = vec![Value::Unknown; definition.angles.len()];
        let before = std::mem::take(&mut self.faults);
        self.checking = true;
        let checked = self.body(defined, &angles, &qubits, &mut Vec::new());
        self.checking = false;
        let found = std::mem::replace(&mut self.faults, before);
        defined.sound = found.is_empty();
        self.faults.append(found);
        checked?;
        if defined.sound && (definition.angles.len(), definition.qubits.len()) == (1, 2) {
            defined.native = self.spelled_out(defined)?;
        }
        self.declare(definition.name, Symbol::Gate(defined));
        Ok(())
    }

    /// Whether a body is, step by step, the definition that the export writes for one of the
    /// circuit's gates that the language has no name for.
    fn spelled_out(&mut self, defined: Defined<'t>) -> Result<Option<Native>, Stop> {
        if defined.definition.body.len() != 3 {
            return Ok(None);
        }
        let mut actions = Vec::new();
        let angle = Value::Input { index: 0, scale: 1.0, offset: 0.0 };
        self.body(defined, &[angle], &[0, 1], &mut actions)?;
        let turn = |scale: f64| Angle::Parameter { index: 0, scale, offset: 0.0 };
        let cx = Action { controls: vec![(0, true)], what: What::One(Gate::X, 1) };
        let rz = Action::free(What::One(Gate::Rz(turn(1.0)), 1));
        let crx = Action { controls: vec![(1, true)], what: What::One(Gate::Rx(turn(2.0)), 0) };
        let is = |middle: Action| actions == [cx.clone(), middle, cx.clone()];
        Ok(if is(rz) {
            Some(Native::Rzz)
        } else if is(crx) {
            Some(Native::Xy)
        } else {
            None
        })
    }
}
