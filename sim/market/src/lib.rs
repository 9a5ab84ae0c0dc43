//! Markets: orders, clearing and the settlement ledger. No simulation: usable alone.
