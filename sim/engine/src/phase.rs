//! The chain of a step, named once.

use bevy_ecs::schedule::SystemSet;

/// The phases of a step, in order. A system or plain function belongs to exactly one of them and
/// never orders itself against another room's function: the phase is the contract.
///
/// `Exogenous` has systems on the block clock (once per block of steps, for all lanes); the
/// others are walked step by step by [`crate::walk`], because a schedule run per step costs more
/// than the work (measured: 12 ns per lane-hour for 16 empty systems).
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// After it, everything that no decision changes is known: who is up, load, sun and wind.
    Exogenous,
    /// After it, every asset has said what it could do in this step.
    Decide,
    /// After it, every asset has its power and every shortage its size.
    Dispatch,
    /// After it, losses are booked and overloads recorded. On a copper plate there are none.
    Flow,
    /// After it, energy is counted to the assets that gave or took it.
    Settle,
    /// After it, states that depend on what was done (stored energy) stand at the step's end.
    Age,
    /// After it, the ledger of the step has been closed and the recorder has seen it.
    Record,
}
