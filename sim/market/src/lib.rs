//! Markets: orders, clearing and the settlement ledger. No simulation: usable alone.

mod check;
mod clearing;
mod fault;
mod market;
mod order;
mod settlement;

pub use check::{MOST_MW, MOST_PRICE, check};
pub use clearing::{BlockOutcome, BlockStatus, Clearing, ClearingOptions, OrderOutcome, clear};
pub use fault::{Fault, MarketError};
pub use market::{Line, Market};
pub use order::{BlockOrder, CurveOrder, CurvePoint, Side, StepOrder, megawatts, watts};
pub use settlement::{
    Account, Currency, Entry, Ledger, LineFlow, NodalPosition, Payment, PaymentRule, Transaction, settle, settle_nodal,
};
