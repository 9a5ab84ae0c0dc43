//! The body of a reactor: its window to its ports, and what the dispatch made of it to its state.
//!
//! The core's power over a step is its mean, moved on the ramps to where the step ends. Not here: the
//! window itself (`window`), the counting (`figures`).

use super::balance::PlantBalance;
use super::decay_heat::{DecayHeat, DecayHeatStep};
use super::figures::Count;
use super::window::{ROUNDING_PU, Window};
use super::xenon::{Xenon, XenonModel};
use super::{Reactor, Refuelling};
use crate::body::{Body, Figure, Now};
use crate::factor::Factor;
use crate::fleet::Fleet;
use crate::lanes::{LANES, Lanes, set_lanes};
use crate::ledger::Audit;
use crate::model::Carrier;

/// A mean this near to the power at the start is that power: rounding of MW to relative power.
const STEADY_PU: f64 = 1e-12;

/// See the module.
pub(super) struct Plant {
    slot: usize,
    heat_slot: Option<usize>,
    balance: PlantBalance,
    /// Relative power per electric MW without heat; 0 for a plant without power.
    pu_per_mw: f64,
    /// Most heat at full power, whatever the heat exchangers take, MW.
    heat_mw_per_pu: f64,
    model: XenonModel,
    decay: DecayHeatStep,
    availability: Vec<Factor>,
    refuelling: Refuelling,
    window: Window,
    first: State,
    state: State,
    count: Count,
    /// Of this step, MW: heat taken, mean decay heat, and the window at the electric port.
    heat_mw: Lanes,
    decay_mw: Lanes,
    limits_mw: [Lanes; 2],
}

/// What a step leaves to the next.
#[derive(Clone)]
struct State {
    /// Power at the end of the step, relative.
    power_pu: Lanes,
    xenon: Xenon,
    decay: DecayHeat,
    /// Burnup of this cycle, effective full power days.
    efpd: Lanes,
    /// Left of a refuelling that began by itself, hours.
    refuelling_h: Lanes,
}

impl Plant {
    pub fn new(reactor: &Reactor, slot: usize, heat_slot: Option<usize>, step_h: f64) -> Self {
        let balance = reactor.balance();
        let zero = Lanes::default();
        let p_nom = reactor.p_nom_mw;
        let first = State {
            power_pu: Lanes::splat(1.0),
            xenon: Xenon::equilibrium(&reactor.xenon, 1.0, step_h),
            // As after a whole cycle: most of the fuel has been in the core for longer than one.
            decay: DecayHeat::after(1.0, reactor.core.cycle_efpd),
            efpd: Lanes::splat(reactor.efpd_initial),
            refuelling_h: zero,
        };
        let mut plant = Self {
            slot,
            heat_slot,
            pu_per_mw: if p_nom > 0.0 { 1.0 / p_nom } else { 0.0 },
            heat_mw_per_pu: balance.heat_share() * balance.thermal_full_mw(),
            balance,
            model: reactor.xenon.clone(),
            decay: DecayHeatStep::new(step_h),
            availability: reactor.availability.clone(),
            refuelling: reactor.refuelling,
            window: Window::new(reactor, step_h),
            state: first.clone(),
            first,
            count: Count::new(reactor),
            heat_mw: zero,
            decay_mw: zero,
            limits_mw: [zero; 2],
        };
        plant.begin_refuelling();
        plant.first = plant.state.clone();
        plant
    }

    /// Lanes in refuelling in this step.
    #[inline(always)]
    fn in_refuelling(&self, step: usize) -> u64 {
        match self.refuelling {
            Refuelling::Never => 0,
            Refuelling::Planned { first, steps } => {
                if (first..first + steps).contains(&step) {
                    u64::MAX
                } else {
                    0
                }
            }
            Refuelling::AtEndOfCycle { .. } => {
                (0..LANES).fold(0, |bits, lane| bits | u64::from(self.state.refuelling_h[lane] > 0.0) << lane)
            }
        }
    }

    /// Where the end of the cycle starts a refuelling by itself, it begins with the next step.
    #[inline(always)]
    fn begin_refuelling(&mut self) {
        let Refuelling::AtEndOfCycle { duration_h } = self.refuelling else { return };
        let cycle = self.window.rules.core.cycle_efpd;
        for lane in 0..LANES {
            let spent = self.state.efpd[lane] >= cycle && self.state.refuelling_h[lane] <= 0.0;
            self.state.refuelling_h[lane] = if spent { duration_h } else { self.state.refuelling_h[lane] };
        }
    }

    /// A refuelling goes on, and the last step of one brings a new cycle.
    #[inline(always)]
    fn refuel(&mut self, now: &Now<'_>) {
        match self.refuelling {
            Refuelling::Never => {}
            Refuelling::Planned { first, steps } => {
                if now.step + 1 == first + steps {
                    self.state.efpd = Lanes::default();
                }
            }
            Refuelling::AtEndOfCycle { .. } => {
                for lane in 0..LANES {
                    let before = self.state.refuelling_h[lane];
                    let left = before - now.step_h;
                    let left = if left > 1e-9 { left } else { 0.0 };
                    self.state.refuelling_h[lane] = left;
                    let done = before > 0.0 && left <= 0.0;
                    self.state.efpd[lane] = if done { 0.0 } else { self.state.efpd[lane] };
                }
                self.begin_refuelling();
            }
        }
    }

    /// Gives the window to the electric port, once the heat to be taken is known.
    #[inline(always)]
    fn limit(&mut self, fleet: &mut Fleet<'_>) {
        let (port, _) = fleet.generator(self.slot);
        let PlantBalance { p_nom, power_loss_factor, .. } = self.balance;
        let pu_per_heat_mw = if p_nom > 0.0 { 1.0 / self.heat_mw_per_pu } else { 0.0 };
        let detail = port.detail.as_mut().expect("the room keeps detail");
        for lane in 0..LANES {
            let [low, high] = [self.window.mean_pu[0][lane], self.window.mean_pu[1][lane]];
            let needed = self.heat_mw[lane] * pu_per_heat_mw;
            let low = if low > needed { low } else { needed };
            let low = if low < high { low } else { high };
            let lost = power_loss_factor * self.heat_mw[lane];
            let (least, most) = (p_nom * low - lost, p_nom * high - lost);
            detail.floor_mw[lane] = if least > 0.0 { least } else { 0.0 };
            port.available_mw[lane] = if most > 0.0 { most } else { 0.0 };
        }
        self.limits_mw = [detail.floor_mw, port.available_mw];
    }

    /// Mean powers after the dispatch; where one is the power at the start, to the bit, nothing moves.
    #[inline(always)]
    fn mean_powers(&self, p_mw: &Lanes) -> (Lanes, u64) {
        let (mut mean, mut moved) = (Lanes::default(), 0_u64);
        for lane in 0..LANES {
            let asked = (p_mw[lane] + self.balance.power_loss_factor * self.heat_mw[lane]) * self.pu_per_mw;
            let start = self.window.start_pu[lane];
            mean[lane] = if (asked - start).abs() < STEADY_PU { start } else { asked };
            moved |= mean[lane].to_bits() ^ start.to_bits();
        }
        (mean, moved)
    }

    /// Powers at the end of the step where some moved on their ramps.
    #[cold]
    #[inline(never)]
    fn end_powers(&self, mean_pu: &Lanes) -> Lanes {
        let mut end = self.window.start_pu;
        for lane in 0..LANES {
            if mean_pu[lane].to_bits() != end[lane].to_bits() {
                end[lane] = self.window.end_of(mean_pu[lane], lane);
            }
        }
        end
    }

    /// Counts who is down and what was refused, with the reasons.
    #[inline(always)]
    fn explain(&mut self, mean_pu: &Lanes, refused_mw: &Lanes, step_h: f64) {
        let mut limited = 0_u64;
        for lane in 0..LANES {
            let refused = refused_mw[lane] * self.pu_per_mw > ROUNDING_PU;
            limited |= u64::from(refused | self.window.is_closed(lane)) << lane;
        }
        if (limited | self.count.limited) != 0 {
            self.reasons(mean_pu, refused_mw, step_h, limited);
        }
    }

    #[cold]
    #[inline(never)]
    fn reasons(&mut self, mean_pu: &Lanes, refused_mw: &Lanes, step_h: f64, limited: u64) {
        self.count.limited = limited;
        self.count.refusal = Lanes::splat(0);
        self.count.refused_mw = *refused_mw;
        for lane in set_lanes(limited) {
            let wish = mean_pu[lane] + refused_mw[lane] * self.pu_per_mw;
            let (xenon, heat) = (&self.state.xenon, self.heat_mw[lane] > 0.0);
            let code = self.window.why(xenon, self.state.efpd[lane], wish, heat, lane);
            self.count.note(lane, code, self.window.is_closed(lane), step_h);
        }
    }
}

impl Body for Plant {
    fn restart(&mut self, _first_replica: u64) {
        self.state.clone_from(&self.first);
        self.count.restart();
    }

    #[inline(always)]
    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>) {
        let mut up = *fleet.generator(self.slot).1;
        self.availability.iter().for_each(|factor| factor.apply(now.processes, &mut up));
        let refuelling = self.in_refuelling(now.step);
        let State { power_pu, xenon, efpd, .. } = &self.state;
        self.window.open(power_pu, &up, refuelling, xenon, efpd);
        if let Some(slot) = self.heat_slot {
            self.heat_mw = Lanes::default();
            let (port, _) = fleet.generator(slot);
            for lane in 0..LANES {
                // What can be produced: the core follows, so the electric floor rises with the heat taken.
                let most = self.window.mean_pu[1][lane] * self.heat_mw_per_pu;
                let greatest = self.balance.heat_max_mw;
                port.available_mw[lane] = if most < greatest { most } else { greatest };
            }
        }
        self.limit(fleet);
    }

    #[inline(always)]
    fn convert(&mut self, carrier: Carrier, _now: &Now<'_>, fleet: &mut Fleet<'_>) {
        let Some(slot) = self.heat_slot.filter(|_| carrier == Carrier::Heat) else { return };
        let (port, _) = fleet.generator(slot);
        for lane in 0..LANES {
            self.heat_mw[lane] = port.p_mw(lane);
        }
        self.limit(fleet);
    }

    #[inline(always)]
    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, audit: &mut Audit) {
        let (port, _) = fleet.generator(self.slot);
        let detail = port.detail.as_ref().expect("the room keeps detail");
        let (p_mw, refused_mw) = (detail.p_mw, detail.refused_mw);
        let (mean_pu, moved) = self.mean_powers(&p_mw);
        self.explain(&mean_pu, &refused_mw, now.step_h);
        let end_pu = if moved == 0 { self.window.start_pu } else { self.end_powers(&mean_pu) };
        let state = &mut self.state;
        state.xenon.step(&self.model, &mean_pu);
        let decay_pu = state.decay.step(&self.decay, &mean_pu);
        let flows = self.balance.flows(&mean_pu, &decay_pu, &self.heat_mw);
        let full = self.balance.thermal_full_mw();
        let mut output = p_mw;
        for lane in 0..LANES {
            output[lane] += self.heat_mw[lane];
            self.decay_mw[lane] = full * decay_pu[lane];
            state.efpd[lane] += mean_pu[lane] * now.step_h / 24.0;
            let started = state.power_pu[lane] <= 0.0 && end_pu[lane] > 0.0;
            self.count.starts[lane] += if started { 1.0 } else { 0.0 };
            self.count.rejected[lane] += flows.rejected_mw[lane] * now.step_h;
        }
        state.power_pu = end_pu;
        audit.post(&flows.thermal_mw, &output, &Lanes::default(), &flows.rejected_mw);
        self.refuel(now);
    }

    fn figures(&self, step_h: f64, horizon_h: f64) -> Vec<Figure> {
        self.count.figures(&self.state.efpd, step_h, horizon_h)
    }

    fn watch(&self, _now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64)) {
        let State { power_pu, xenon, efpd, .. } = &self.state;
        show("power_pu", power_pu[lane]);
        show("xenon_pu", xenon.xenon[lane]);
        show("iodine_pu", xenon.iodine[lane]);
        show("margin_pcm", self.window.rules.core.margin_pcm(power_pu[lane], xenon.xenon[lane], efpd[lane]));
        show("p_min_mw", self.limits_mw[0][lane]);
        show("p_max_mw", self.limits_mw[1][lane]);
        show("refused_mw", self.count.refused_mw[lane]);
        show("refusal", f64::from(self.count.refusal[lane]));
        show("decay_heat_mw", self.decay_mw[lane]);
        show("efpd", efpd[lane]);
    }
}
