//! Who is paid what: exact money in a ledger that sums to zero.
//!
//! A dispatch and its prices come in; transactions of integers come out. Not here: tariffs, taxes,
//! collateral.

mod currency;
mod ledger;
mod netting;
mod nodal;
mod payments;
mod rounding;

pub use currency::Currency;
pub use ledger::{Account, Entry, Ledger, Transaction};
pub use netting::Payment;
pub use nodal::{LineFlow, NodalPosition, settle_nodal};
pub use payments::{PaymentRule, settle};
