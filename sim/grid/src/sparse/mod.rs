//! Linear systems of a network: one pattern, ordered and analysed once, factorised many times.
//!
//! The matrices here have a symmetric pattern (bus to bus) and mostly strong diagonals, so they are
//! factorised without moving pivots: [`block`] for 2x2 blocks with scenarios as lanes, [`symmetric`]
//! for symmetric scalars. Both report how far multipliers grew; where they grew too far, [`pivoted`]
//! solves the same system with row exchanges, slower and without the pattern.

pub(crate) mod block;
mod order;
pub(crate) mod pattern;
pub(crate) mod pivoted;
pub(crate) mod symmetric;

/// Largest multiplier of an elimination without row exchanges that is still trusted: errors grow by
/// about this factor over the 1e-16 of a double.
pub(crate) const MOST_GROWTH: f64 = 1e6;
