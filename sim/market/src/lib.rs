//! Markets: orders, clearing and the settlement ledger. No simulation: usable alone.
//!
//! - [`clear`]: a day's step, curve and block orders to uniform zonal prices under ATC lines. Without
//!   blocks exact, in whole watts; blocks by branch and bound, never paradoxically accepted.
//! - [`reserve::price`]: one interval of committed units, energy and spinning reserve together.
//! - [`settle`], [`settle_nodal`], [`Ledger`]: integers of the smallest currency unit that sum to zero.
//!
//! Not here: optimal commitment, balancing, tariffs; networks with impedances (`energyopti-grid`).
//!
//! Two zones with a line too small for what the cheap one could send:
//!
//! ```
//! use energyopti_market::{
//!     ClearingOptions, Currency, Ledger, Line, Market, PaymentRule, Side, StepOrder, clear, settle,
//! };
//!
//! let order = |name: &str, zone: &str, side, price, quantity_mw| StepOrder {
//!     name: name.into(), participant: name.into(), zone: zone.into(), period: 0, side, price, quantity_mw,
//! };
//! let market = Market {
//!     periods: 1,
//!     step_h: 1.0,
//!     price_floor: -500.0,
//!     price_cap: 4000.0,
//!     zones: vec!["north".into(), "south".into()],
//!     lines: vec![Line {
//!         name: "tie".into(),
//!         from: "north".into(),
//!         to: "south".into(),
//!         forward_mw: vec![60.0],
//!         backward_mw: vec![60.0],
//!     }],
//!     steps: vec![
//!         order("wind", "north", Side::Sell, 20.0, 200.0),
//!         order("gas", "south", Side::Sell, 50.0, 200.0),
//!         order("town", "south", Side::Buy, 1000.0, 100.0),
//!     ],
//!     curves: vec![],
//!     blocks: vec![],
//! };
//! let day = clear(&market, ClearingOptions::default())?;
//! assert_eq!(day.prices, [[20.0, 50.0]]);
//!
//! let mut ledger = Ledger::new(Currency::new("EUR")?);
//! for transaction in settle(&day, PaymentRule::PayAsClear, &Currency::new("EUR")?, 0)? {
//!     ledger.post(transaction)?;
//! }
//! let first = &ledger.who_pays_whom()[0];
//! let amount = ledger.currency().show(first.amount);
//! assert_eq!(format!("{} pays {} {amount}", first.payer, first.payee), "town pays gas 2000.00 EUR");
//! # Ok::<(), energyopti_market::MarketError>(())
//! ```

mod check;
mod clearing;
mod fault;
mod market;
mod order;
pub mod reserve;
mod settlement;

pub use check::{MOST_MW, MOST_PRICE, check};
pub use clearing::{BlockOutcome, BlockStatus, Clearing, ClearingOptions, OrderOutcome, clear};
pub use fault::{Fault, MarketError};
pub use market::{Line, Market};
pub use order::{BlockOrder, CurveOrder, CurvePoint, Side, StepOrder, megawatts, watts};
pub use settlement::{
    Account, Currency, Entry, Ledger, LineFlow, NodalPosition, Payment, PaymentRule, Transaction, settle, settle_nodal,
};
