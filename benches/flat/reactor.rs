//! A reactor of the flat loop: window, and what the step makes of xenon, decay heat and burnup.

use energyopti_engine::assets::reactor::Reactor;
use energyopti_engine::assets::reactor::balance::PlantBalance;
use energyopti_engine::assets::reactor::decay_heat::{DecayHeat, DecayHeatStep};
use energyopti_engine::assets::reactor::figures::Count;
use energyopti_engine::assets::reactor::window::{ROUNDING_PU, Window};
use energyopti_engine::assets::reactor::xenon::{Xenon, XenonModel};
use energyopti_engine::{LANES, Lanes};

use super::lanes_of;

/// See the module.
pub(super) struct Core {
    pub name: String,
    /// Place in the merit order.
    pub at: usize,
    /// Row of units up.
    pub up: usize,
    /// Whether it heats the district.
    pub heats: bool,
    pub heat_mw: Lanes,
    pub efpd: Lanes,
    pub rejected: Lanes,
    efpd_initial: f64,
    balance: PlantBalance,
    model: XenonModel,
    decay_step: DecayHeatStep,
    window: Window,
    first: (Xenon, DecayHeat),
    power: Lanes,
    xenon: Xenon,
    decay: DecayHeat,
    count: Count,
}

impl Core {
    pub fn new(reactor: &Reactor, at: usize, up: usize) -> Self {
        let first = (Xenon::equilibrium(&reactor.xenon, 1.0, 1.0), DecayHeat::after(1.0, reactor.core.cycle_efpd));
        Self {
            name: reactor.common.name.clone(),
            at,
            up,
            heats: reactor.heat.is_some(),
            heat_mw: Lanes::default(),
            efpd: Lanes::default(),
            rejected: Lanes::default(),
            efpd_initial: reactor.efpd_initial,
            balance: reactor.balance(),
            model: reactor.xenon.clone(),
            decay_step: DecayHeatStep::new(1.0),
            window: Window::new(reactor, 1.0),
            power: Lanes::default(),
            xenon: first.0.clone(),
            decay: first.1.clone(),
            first,
            count: Count::new(reactor),
        }
    }

    pub fn restart(&mut self) {
        self.power = Lanes::splat(1.0);
        (self.xenon, self.decay) = self.first.clone();
        self.efpd = Lanes::splat(self.efpd_initial);
        self.heat_mw = Lanes::default();
        self.rejected = Lanes::default();
        self.count.restart();
    }

    #[inline(always)]
    pub fn open(&mut self, up: &Lanes) {
        self.window.open(&self.power, up, 0, &self.xenon, &self.efpd);
    }

    /// Heat that it could give, MW.
    #[inline(always)]
    pub fn heat_offer(&self, out: &mut Lanes) {
        let per_pu = self.balance.heat_share() * self.balance.thermal_full_mw();
        for lane in 0..LANES {
            let most = self.window.mean_pu[1][lane] * per_pu;
            out[lane] = if most < self.balance.heat_max_mw { most } else { self.balance.heat_max_mw };
        }
    }

    /// Least and greatest electric power.
    #[inline(always)]
    pub fn limit(&self, floor: &mut Lanes, available: &mut Lanes) {
        let PlantBalance { p_nom, power_loss_factor, .. } = self.balance;
        let pu_per_heat_mw = 1.0 / (self.balance.heat_share() * self.balance.thermal_full_mw());
        for lane in 0..LANES {
            let [low, high] = [self.window.mean_pu[0][lane], self.window.mean_pu[1][lane]];
            let needed = self.heat_mw[lane] * pu_per_heat_mw;
            let low = if low > needed { low } else { needed };
            let low = if low < high { low } else { high };
            let lost = power_loss_factor * self.heat_mw[lane];
            let (least, most) = (p_nom * low - lost, p_nom * high - lost);
            floor[lane] = if least > 0.0 { least } else { 0.0 };
            available[lane] = if most > 0.0 { most } else { 0.0 };
        }
    }

    #[inline(always)]
    pub fn settle(&mut self, p_mw: &Lanes, refused_mw: &Lanes) {
        let pu_per_mw = 1.0 / self.balance.p_nom;
        let (mut mean, mut moved, mut limited) = (Lanes::default(), 0, 0_u64);
        for lane in 0..LANES {
            let asked = (p_mw[lane] + self.balance.power_loss_factor * self.heat_mw[lane]) * pu_per_mw;
            let start = self.window.start_pu[lane];
            mean[lane] = if (asked - start).abs() < 1e-12 { start } else { asked };
            moved |= mean[lane].to_bits() ^ start.to_bits();
            let refused = refused_mw[lane] * pu_per_mw > ROUNDING_PU;
            limited |= u64::from(refused | self.window.is_closed(lane)) << lane;
        }
        if (limited | self.count.limited) != 0 {
            self.explain(&mean, refused_mw, limited, pu_per_mw);
        }
        let end = if moved == 0 { self.window.start_pu } else { self.ends(&mean) };
        self.xenon.step(&self.model, &mean);
        let decay = self.decay.step(&self.decay_step, &mean);
        let flows = self.balance.flows(&mean, &decay, &self.heat_mw);
        for lane in 0..LANES {
            self.efpd[lane] += mean[lane] / 24.0;
            let started = self.power[lane] <= 0.0 && end[lane] > 0.0;
            self.count.starts[lane] += if started { 1.0 } else { 0.0 };
            self.rejected[lane] += flows.rejected_mw[lane];
        }
        self.power = end;
    }

    #[cold]
    #[inline(never)]
    fn explain(&mut self, mean: &Lanes, refused_mw: &Lanes, limited: u64, pu_per_mw: f64) {
        self.count.limited = limited;
        self.count.refused_mw = *refused_mw;
        for lane in lanes_of(limited) {
            let wish = mean[lane] + refused_mw[lane] * pu_per_mw;
            let code = self.window.why(&self.xenon, self.efpd[lane], wish, self.heat_mw[lane] > 0.0, lane);
            self.count.note(lane, code, self.window.is_closed(lane), 1.0);
        }
    }

    #[cold]
    #[inline(never)]
    fn ends(&self, mean: &Lanes) -> Lanes {
        let mut end = self.window.start_pu;
        for lane in 0..LANES {
            if mean[lane].to_bits() != end[lane].to_bits() {
                end[lane] = self.window.end_of(mean[lane], lane);
            }
        }
        end
    }

    pub fn starts(&self) -> Lanes {
        self.count.starts
    }
}
