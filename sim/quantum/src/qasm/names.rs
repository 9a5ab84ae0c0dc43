//! What the names of a text stand for, and where each can be seen.

use std::collections::BTreeMap;

use super::fault::Span;
use super::lower::Lowering;
use super::runs::Runs;
use super::standard::{BUILT_IN, INCLUDED, Standard};
use super::statement::is_keyword;
use super::syntax::Definition;
use super::value::{CONSTANTS, Value};

/// A gate that the text defines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defined<'t> {
    pub definition: &'t Definition,
    /// Whether its body has no fault; a call of a faulty gate is not told again.
    pub sound: bool,
    /// The circuit's own gate that the body spells out.
    pub native: Option<Native>,
}

/// A gate of the circuit without a name in the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Native {
    Rzz,
    Xy,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Symbol<'t> {
    Value(Value),
    Qubits(Runs),
    Bits(Runs),
    Gate(Defined<'t>),
    /// Its declaration has a fault, which is told there.
    Faulty,
}

impl Symbol<'_> {
    /// What it is, in a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Value(_) => "a number",
            Self::Qubits(_) => "a register of qubits",
            Self::Bits(_) => "a register of bits",
            Self::Gate(_) => "a gate",
            Self::Faulty => "faulty",
        }
    }
}

/// Names of one block.
pub(super) type Scope<'t> = BTreeMap<&'t str, Symbol<'t>>;

impl<'t> Lowering<'t> {
    /// What a name stands for here: in the blocks around it, and outside of all. The body of a gate
    /// sees no block around its call and no register outside.
    pub(super) fn lookup(&self, name: &str) -> Option<&Symbol<'t>> {
        let inner = self.scopes[self.base..].iter().rev().find_map(|scope| scope.get(name));
        let outer = || self.scopes[0].get(name).filter(|symbol| !matches!(symbol, Symbol::Qubits(_) | Symbol::Bits(_)));
        inner.or_else(|| if self.base > 0 { outer() } else { None })
    }

    /// All names that can be seen here and of which something holds.
    pub(super) fn visible(&self, wanted: impl Fn(&Symbol<'t>) -> bool) -> Vec<&'t str> {
        let outer = if self.base > 0 { &self.scopes[..1] } else { &[] };
        let scopes = self.scopes[self.base..].iter().chain(outer);
        scopes.flatten().filter(|(_, symbol)| wanted(symbol)).map(|(name, _)| *name).collect()
    }

    /// Gives a name its meaning in the innermost block.
    pub(super) fn declare(&mut self, at: Span, symbol: Symbol<'t>) {
        let name = at.of(self.text);
        if CONSTANTS.iter().any(|(known, _)| *known == name) {
            self.faults.add(at, "the name of a constant of the language; take another");
        } else if is_keyword(name) {
            self.faults.add(at, "a word of the language; take another");
        } else if self.base == 0 && !self.version_2 && self.standard(name).is_some_and(|known| known.reserved) {
            self.faults.add(at, "the name of a standard gate; take another");
        } else if self.scopes.last().is_some_and(|scope| scope.contains_key(name)) {
            self.faults.add(at, "declared before; take another name");
        } else if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, symbol);
        }
    }

    /// A gate that the text need not define.
    pub(super) fn standard(&self, name: &str) -> Option<&'static Standard> {
        let included: &[Standard] = if self.included { &INCLUDED } else { &[] };
        BUILT_IN.iter().chain(included).find(|known| known.name == name)
    }

    /// Tells that no gate has this name, and which may have been meant.
    pub(super) fn unknown_gate(&mut self, at: Span) {
        let name = at.of(self.text);
        if !self.included && INCLUDED.iter().any(|known| known.name == name) {
            self.faults.add(at, "needs `include \"stdgates.inc\";` before it");
            return;
        }
        let mut known = self.visible(|symbol| matches!(symbol, Symbol::Gate(_)));
        known.extend(BUILT_IN.iter().chain(&INCLUDED).map(|standard| standard.name));
        self.faults.unknown(at, self.text, "no gate has this name".to_owned(), known.into_iter());
    }

    /// Tells that nothing has this name, and which of a kind may have been meant.
    pub(super) fn unknown_name(&mut self, at: Span, rule: &str, wanted: impl Fn(&Symbol<'t>) -> bool) {
        let outside = self.base > 0 && self.scopes[0].contains_key(at.of(self.text));
        if outside {
            self.faults.add(at, "a gate's body sees only the qubits and angles in the gate's own lists, and constants");
            return;
        }
        let known = self.visible(wanted);
        self.faults.unknown(at, self.text, rule.to_owned(), known.into_iter());
    }
}
