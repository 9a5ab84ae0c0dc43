//! Between the battery's bus and its store: the converter, the taper and the cells' losses, as the
//! conversion of a store's port.

use pulp::NullaryFnOnce;

use super::limits::{Envelope, Limits, State};
use crate::lanes::{LANES, Lanes};
use crate::ports::Conversion;

/// A battery's [`Envelope`] with its health in each future.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    envelope: Envelope,
    p_nom_mw: f64,
    capacity_pu: Lanes,
    resistance_pu: Lanes,
}

impl Cells {
    /// New cells. Standing loss and auxiliaries are left to the ports.
    pub fn new(limits: &Limits, step_h: f64) -> Self {
        let one = Lanes::splat(1.0);
        Self {
            envelope: Limits { standing_loss_per_h: 0.0, ..*limits }.prepare(step_h),
            p_nom_mw: limits.p_nom_mw,
            capacity_pu: one,
            resistance_pu: one,
        }
    }

    fn state(&self, lane: usize, e_mwh: f64) -> State {
        State { e_mwh, capacity_pu: self.capacity_pu[lane], resistance_pu: self.resistance_pu[lane] }
    }
}

/// What every lane can inject, in the widest instruction set: the port calls it through a pointer.
struct DeliverableRow<'a> {
    cells: &'a Cells,
    e_mwh: &'a Lanes,
    up: &'a Lanes,
    out: &'a mut Lanes,
}

impl NullaryFnOnce for DeliverableRow<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { cells: Cells { envelope, p_nom_mw, capacity_pu, resistance_pu }, e_mwh, up, out } = self;
        envelope.deliverable_row(e_mwh, capacity_pu, resistance_pu, out);
        for lane in 0..LANES {
            let limit = p_nom_mw * up[lane];
            out[lane] = if out[lane] < limit { out[lane] } else { limit };
        }
    }
}

impl Conversion for Cells {
    fn window_mwh(&self, lane: usize) -> (f64, f64) {
        self.envelope.window_mwh(self.capacity_pu[lane])
    }

    fn deliverable_mw(&self, lane: usize, e_mwh: f64, up: f64) -> f64 {
        self.envelope.deliverable_mw(self.state(lane, e_mwh)).min(self.p_nom_mw * up)
    }

    fn deliverable_row(&self, e_mwh: &Lanes, up: &Lanes, out: &mut Lanes) {
        pulp::Arch::new().dispatch(DeliverableRow { cells: self, e_mwh, up, out });
    }

    fn chargeable_mw(&self, lane: usize, e_mwh: f64, up: f64) -> f64 {
        self.envelope.chargeable_mw(self.state(lane, e_mwh)).min(self.p_nom_mw * up)
    }

    fn exchange(&self, lane: usize, request_mw: f64, e_mwh: f64) -> (f64, f64) {
        let flow = self.envelope.step(request_mw, self.state(lane, e_mwh));
        (flow.bus_mw, flow.stored_mwh)
    }

    fn age(&mut self, capacity_pu: &Lanes, resistance_pu: &Lanes) {
        self.capacity_pu = *capacity_pu;
        self.resistance_pu = *resistance_pu;
    }
}
