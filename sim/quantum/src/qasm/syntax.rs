//! A text as statements. Expressions are kept in postfix order in one pool, so that neither reading
//! nor dropping nor evaluating the longest of them needs a deep stack.

use super::fault::Span;

/// An operator between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// One step of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
    /// Pushes a whole number.
    Integer(i64),
    /// Pushes a number.
    Real(f64),
    /// Pushes what a name stands for.
    Name,
    /// Replaces the last by its opposite.
    Negate,
    /// Replaces the last two by a result.
    Binary(Binary),
    /// Replaces the last so many by a function's result.
    Call(usize),
}

/// Positions `first..last` of the pool, and the place in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expression {
    pub first: usize,
    pub last: usize,
    pub span: Span,
}

/// `[a]`, `[a:b]`, `[a:step:b]` or `[{a, b}]`.
#[derive(Clone, Debug)]
pub(super) enum Index {
    One(Expression),
    Range(Range),
    Set(Vec<Expression>),
}

/// `from:step:to`, the end included; what is left out is the register's end or 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub from: Option<Expression>,
    pub step: Option<Expression>,
    pub to: Option<Expression>,
    pub span: Span,
}

/// A register, or a part of it.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub name: Span,
    pub index: Option<Index>,
    pub span: Span,
}

/// What stands before `@`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Modifier {
    Inverse,
    Power(Expression),
    /// Number of controls, and whether they act on 1.
    Control(Option<Expression>, bool),
}

/// A gate applied.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub modifiers: Vec<(Modifier, Span)>,
    pub name: Span,
    pub angles: Vec<Expression>,
    pub operands: Vec<Operand>,
    pub span: Span,
}

/// A gate defined.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub name: Span,
    pub angles: Vec<Span>,
    pub qubits: Vec<Span>,
    pub body: Vec<Statement>,
}

/// What a loop runs over.
#[derive(Clone, Debug)]
pub(super) enum Steps {
    Range(Range),
    Set(Vec<Expression>),
}

/// One statement.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    /// `include "stdgates.inc";`
    Include(Span),
    /// `qubit[n] q;`
    Qubits { name: Span, size: Option<Expression> },
    /// `bit[n] c;`, possibly measured into at once.
    Bits { name: Span, size: Option<Expression>, measured: Option<Operand> },
    /// `input float theta;`
    Input { name: Span },
    /// `const float x = 1;`; `whole` for the integer types.
    Value { name: Span, whole: bool, value: Expression },
    /// `gate g(a) q { ... }`
    Gate(Definition),
    /// `g(0.1) q;`
    Call(Call),
    /// `barrier q;`
    Barrier(Vec<Operand>),
    /// `c = measure q;` and `measure q -> c;`
    Measure { from: Operand, into: Operand, span: Span },
    /// `let a = q[0:1] ++ r;`
    Alias { name: Span, parts: Vec<Operand> },
    /// `for int i in [0:3] { ... }`
    For { name: Span, steps: Steps, body: Vec<Statement> },
}
