//! What is asked of an AC power flow, and how it can end.

use serde::Serialize;

/// Where the iteration starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Magnitude 1 at PQ buses, set-points elsewhere; all angles those of the slack.
    #[default]
    Flat,
    /// Flat magnitudes, angles of the DC power flow.
    DcAngles,
    /// Magnitudes at PQ buses and angles of the network's data; set-points elsewhere.
    Network,
    /// The solution of the network's own state, found from a flat start, for batches of similar
    /// states; flat where the own state has none.
    Solved,
}

/// How to solve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AcOptions {
    /// Largest mismatch of active and reactive power at a bus that counts as solved, pu.
    pub tolerance_pu: f64,
    /// Newton steps before a lane is given up, for each start.
    pub most_iterations: u32,
    /// Where to start. A lane that does not converge from `Flat` or `Solved` is tried again from
    /// `DcAngles` and then from `Network`; its solution names the start it was reached from.
    pub start: Start,
    /// Whether generators at their reactive limits stop holding the voltage.
    pub enforce_q: bool,
}

impl Default for AcOptions {
    fn default() -> Self {
        Self { tolerance_pu: 1e-10, most_iterations: 30, start: Start::Flat, enforce_q: false }
    }
}

/// One state of a network. What is `None` is as the network says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scenario<'a> {
    /// Active load per bus, MW.
    pub p_load_mw: Option<&'a [f64]>,
    /// Reactive load per bus, Mvar.
    pub q_load_mvar: Option<&'a [f64]>,
    /// Active power per generator, MW; a slack's only counts if another bus takes its place.
    pub p_generator_mw: Option<&'a [f64]>,
    /// Indices of branches out of service here, besides those of the network.
    pub branches_out: &'a [usize],
}

/// How a power flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The mismatch is within the tolerance.
    Converged,
    /// It is not, after all iterations or because it is no longer a number.
    NotConverged,
    /// Reactive limits: every generator still holding a voltage passed the same limit.
    ReactiveLimits,
    /// The scenario leaves no bus energised.
    NothingEnergised,
}
