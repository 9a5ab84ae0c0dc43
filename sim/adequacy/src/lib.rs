//! Exact generation adequacy of a copper plate, by convolution of the units' capacity laws.
//!
//! Where nothing but independent outages is random, loss-of-load probability and expected unserved
//! power follow without sampling: the law of the available capacity is the convolution of the laws
//! of the units, and each step of the horizon is a look-up in it. Billinton and Allan, *Reliability
//! Evaluation of Power Systems*, 2nd ed. 1996, chapters 2 and 3.
//!
//! - [`assess()`]: per step the loss-of-load probability and the expected unserved power, from which
//!   LOLE and EUE are sums.
//! - [`event_frequency`]: per step the expected number of shortfall events that begin there, whose
//!   sum is LOLF, for units whose outages are Markov chains in their stationary state.
//!
//! Not here: storage, networks, ramps, dispatch and its cost, days with a shortfall, and the
//! distribution of a replica's total over the horizon. These need simulation. A model that would
//! take too much work is refused with the reason, never approximated.
//!
//! ```
//! use energyopti_adequacy::{Course, Down, Limits, System, Tier, Unit, assess};
//!
//! # fn main() -> Result<(), energyopti_adequacy::Refusal> {
//! let outage = [Down { p_max_pu: 0.0, failure: 0.1, repair: 0.9 }];
//! let system = System {
//!     step_h: 1.0,
//!     steps: 4,
//!     units: vec![Unit::with_outage("unit", 3, Course::from(10.0), &outage)],
//!     must_take_mw: Course::from(vec![5.0, 6.0, 7.0, 8.0]),
//!     tiers: vec![Tier::firm(Course::from(vec![25.0, 28.0, 27.0, 24.0]))],
//! };
//! let adequacy = assess(&system, &Limits::default())?;
//! assert!((adequacy.lole_h() - 0.355).abs() < 1e-12);
//! assert!((adequacy.eue_mwh() - 1.59).abs() < 1e-12);
//! # Ok(())
//! # }
//! ```

mod assess;
mod check;
mod course;
mod events;
mod horizon;
mod joint;
mod law;
mod limits;
mod need;
mod refusal;
mod split;
mod system;
mod table;

pub use assess::{Adequacy, assess};
pub use course::Course;
pub use events::{Events, event_frequency};
pub use limits::Limits;
pub use need::TOLERANCE_MW;
pub use refusal::Refusal;
pub use system::{Down, State, System, Tier, Unit};
