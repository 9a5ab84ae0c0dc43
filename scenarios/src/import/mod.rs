//! Networks of other programs: MATPOWER cases and PyPSA folders become scenarios.

mod case;

pub use case::read_case;
