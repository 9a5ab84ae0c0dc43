//! The body of a hydro plant: water in, water through the turbines, water past them.

use super::Hydro;
use super::reservoir::{RunningReservoir, WaterFlows};
use crate::body::{Body, Figure, Now, Total};
use crate::factor::Factor;
use crate::fleet::Fleet;
use crate::lanes::{LANES, Lanes};
use crate::ledger::Audit;
use crate::series::Series;

/// See the module.
pub(super) struct Flowing {
    slot: usize,
    per_count: f64,
    running: RunningReservoir,
    inflow: Series,
    factors: Vec<Factor>,
    /// The greatest inflow of any step, and minimum flow, MW; the energy held when full, MWh.
    most_inflow_mw: f64,
    min_release_mw: f64,
    e_nom_mwh: f64,
    /// In this step, MW.
    inflow_mw: Lanes,
    flows: WaterFlows,
    /// Sums over the horizon, MWh.
    spill_mwh: Lanes,
    inflow_mwh: Lanes,
    release_short_mwh: Lanes,
}

impl Flowing {
    pub fn new(hydro: &Hydro, slot: usize, step_h: f64, most_inflow_mw: f64) -> Self {
        Self {
            slot,
            per_count: 1.0 / f64::from(hydro.common.count),
            running: RunningReservoir::new(&hydro.reservoir, step_h),
            inflow: hydro.inflow_mw.clone(),
            factors: hydro.inflow_factors.clone(),
            most_inflow_mw,
            min_release_mw: hydro.reservoir.min_release_mw,
            e_nom_mwh: hydro.reservoir.e_nom_mwh,
            inflow_mw: Lanes::default(),
            flows: WaterFlows::default(),
            spill_mwh: Lanes::default(),
            inflow_mwh: Lanes::default(),
            release_short_mwh: Lanes::default(),
        }
    }
}

impl Body for Flowing {
    fn restart(&mut self, _first_replica: u64) {
        self.running.restart();
        for sum in [&mut self.spill_mwh, &mut self.inflow_mwh, &mut self.release_short_mwh] {
            *sum = Lanes::default();
        }
    }

    #[inline(always)]
    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>) {
        self.inflow.scale(now.step, now.weather, &Lanes::splat(1.0), &mut self.inflow_mw);
        self.factors.iter().for_each(|factor| factor.apply(now.processes, &mut self.inflow_mw));
        let (generator, units) = fleet.generator(self.slot);
        let mut turbines_pu = *units;
        for lane in 0..LANES {
            turbines_pu[lane] *= self.per_count;
            // A process may fall below 0; a river does not.
            self.inflow_mw[lane] = if self.inflow_mw[lane] > 0.0 { self.inflow_mw[lane] } else { 0.0 };
        }
        let mut least_mw = Lanes::default();
        self.running.window(&self.inflow_mw, &turbines_pu, &mut least_mw, &mut generator.available_mw);
        if let Some(detail) = generator.detail.as_mut().filter(|detail| detail.has_floor) {
            detail.floor_mw = least_mw;
        }
    }

    #[inline(always)]
    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, audit: &mut Audit) {
        let (generator, _) = fleet.generator(self.slot);
        let (mut p_mw, mut output) = (Lanes::default(), Lanes::default());
        for lane in 0..LANES {
            p_mw[lane] = generator.p_mw(lane);
        }
        self.running.settle(&self.inflow_mw, &p_mw, &mut self.flows);
        for lane in 0..LANES {
            output[lane] = p_mw[lane] + self.flows.bypass_mw[lane] + self.flows.spill_mw[lane];
            self.spill_mwh[lane] += self.flows.spill_mw[lane] * now.step_h;
            self.inflow_mwh[lane] += self.inflow_mw[lane] * now.step_h;
            self.release_short_mwh[lane] += self.flows.release_short_mw[lane] * now.step_h;
        }
        audit.post(&self.inflow_mw, &output, &self.flows.change_mw, &self.flows.lost_mw);
    }

    fn figures(&self, _step_h: f64, horizon_h: f64) -> Vec<Figure> {
        let own = |name, lanes, bound| Figure { name, lanes, bound, total: Total::Own };
        let most_mwh = self.most_inflow_mw.max(0.0) * horizon_h;
        vec![
            own("spill_mwh", self.spill_mwh, most_mwh + self.e_nom_mwh),
            own("inflow_mwh", self.inflow_mwh, most_mwh),
            own("release_short_mwh", self.release_short_mwh, self.min_release_mw * horizon_h),
            own("e_end_mwh", self.running.e_mwh, self.e_nom_mwh),
        ]
    }

    fn watch(&self, _now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64)) {
        show("inflow_mw", self.inflow_mw[lane]);
        show("e_mwh", self.running.e_mwh[lane]);
        show("spill_mw", self.flows.spill_mw[lane]);
        show("bypass_mw", self.flows.bypass_mw[lane]);
    }
}
