//! Day-ahead clearing: uniform zonal prices of greatest welfare under the lines' capacities.
//!
//! Stated rules, all of them: prices, see `price.rs`; ties, see `share.rs` (and among zones at one
//! price: as much volume as the lines carry, over the shortest ways, zones and lines by name);
//! blocks, see `blocks.rs` and `fairness.rs`. Without blocks the result is exact and takes no search.
//! Not here: settlement, network flows that follow impedances (flow-based coupling), linked or
//! exclusive blocks.

mod blocks;
mod curves;
mod day;
mod fairness;
mod flow;
mod outcome;
mod period;
mod price;
mod relaxation;
mod share;

pub use outcome::{BlockOutcome, BlockStatus, Clearing, OrderOutcome};

use crate::check::check;
use crate::fault::MarketError;
use crate::market::Market;

/// How long to search for the best blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClearingOptions {
    /// Most nodes of the branch and bound over blocks; at least 1.
    pub node_limit: usize,
}

impl Default for ClearingOptions {
    fn default() -> Self {
        Self { node_limit: 2_000 }
    }
}

/// Clears a day.
///
/// # Errors
///
/// [`MarketError::Input`] with every fault of the market; [`MarketError::NoBalance`] and
/// [`MarketError::Program`] where double precision does not suffice.
pub fn clear(market: &Market, options: ClearingOptions) -> Result<Clearing, MarketError> {
    check(market)?;
    let market = market.canonical();
    let day = day::Day::new(&market);
    let found = blocks::search(&day, options.node_limit.max(1))?;
    Ok(Clearing::new(&market, &day, &found))
}
