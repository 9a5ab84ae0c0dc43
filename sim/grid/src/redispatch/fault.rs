//! What is refused: a layout or a step that cannot be, and a step that no dispatch can serve.

/// A layout or a step whose numbers make no sense; nothing was computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// An index names a bus that is not there.
    #[error("{what} {index} stands at bus {bus}, but there are {buses} buses")]
    Bus {
        /// Kind of the thing.
        what: &'static str,
        /// Its index.
        index: usize,
        /// The bus it names.
        bus: usize,
        /// Number of buses.
        buses: usize,
    },
    /// Both ends at one bus.
    #[error("{what} {index} leads from bus {bus} to itself")]
    Loop {
        /// Line or link.
        what: &'static str,
        /// Its index.
        index: usize,
        /// The bus.
        bus: usize,
    },
    /// A number out of its range.
    #[error("{what} {index} is {value}")]
    Number {
        /// Which number of what.
        what: &'static str,
        /// Index of the thing.
        index: usize,
        /// The value.
        value: f64,
    },
    /// The equations of the lines have no unique solution: susceptances cancel one another.
    #[error("the susceptances around bus {bus} cancel one another")]
    Singular {
        /// A bus at which elimination broke down.
        bus: usize,
    },
    /// Buffers made for one grid are used with another.
    #[error("these buffers were made for another grid")]
    Foreign,
    /// A row of a step has another length than the layout asks for.
    #[error("{what}: {got} given, {expected} expected")]
    Length {
        /// Which row.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The layout's.
        expected: usize,
    },
}

/// Power that a bus is short of, or has too much of, in the smallest relaxation that could be served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// The bus.
    pub bus: usize,
    /// Its island.
    pub island: usize,
    /// MW missing (positive) or in excess (negative).
    pub missing_mw: f64,
}

/// Why a step has no dispatch.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The input makes no sense.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// No dispatch within bounds and limits balances every bus; the gaps have the least total.
    #[error("no dispatch within bounds and limits: {}", gaps(.0))]
    Infeasible(Vec<Gap>),
    /// Whatever is injected, phase shifters drive flows around a loop that break this line's limit or another one.
    #[error(
        "whatever is injected, the flows that phase shifters drive break the limit of line {line} or of another one"
    )]
    Circulating {
        /// The line.
        line: usize,
    },
    /// The solver gave up.
    #[error("the solver stopped after {pivots} pivots without an answer")]
    Stalled {
        /// Pivots done.
        pivots: usize,
    },
}

fn gaps(gaps: &[Gap]) -> String {
    let say = |gap: &Gap| match gap.missing_mw {
        mw if mw > 0.0 => format!("bus {} (island {}) lacks {mw:.6} MW", gap.bus, gap.island),
        mw => format!("bus {} (island {}) has {:.6} MW too much", gap.bus, gap.island, -mw),
    };
    gaps.iter().map(say).collect::<Vec<_>>().join("; ")
}
