//! Storage of the flat loop: the engine's rules of time-to-go, over plain arrays.

use energyopti_engine::assets::battery::ageing::Ageing;
use energyopti_engine::assets::battery::limits::{Envelope, Limits, State};
use energyopti_engine::assets::battery::wear::Wear;
use energyopti_engine::assets::battery::{Battery, Life, kept_per_step};
use energyopti_engine::assets::store::EnergyStore;
use energyopti_engine::{LANES, Lanes};

use super::{lanes_of, least};

/// A store in 64 futures.
pub(super) struct Store {
    pub name: String,
    pub cost: f64,
    pub deliverable: Lanes,
    pub e: Lanes,
    /// Lanes below their highest energy.
    pub not_full: u64,
    pub discharged: Lanes,
    pub charged: Lanes,
    p_nom: f64,
    window: (f64, f64),
    initial: f64,
    eff_store: f64,
    eff_dispatch: f64,
    kept: f64,
    /// Taper and converter, with the health of the cells.
    envelope: Option<Envelope>,
    capacity: Lanes,
    resistance: Lanes,
    /// Wear, money per MWh.
    pub wear: Lanes,
    p: Lanes,
    health: Option<Health>,
}

/// Cells that age.
struct Health {
    life: Life,
    wear: Wear,
    ageing: Ageing,
    e_nom: f64,
    first_soc: Lanes,
    hours: f64,
    soc: Lanes,
    earlier_cycles: Lanes,
    replacements: Lanes,
}

impl Store {
    pub fn battery(asset: &Battery) -> Self {
        let detailed = asset.power.is_some() || asset.life.is_some();
        let limits = Limits { standing_loss_per_h: 0.0, ..asset.limits() };
        let soc = Lanes::splat(asset.e_initial_pu);
        let health = asset.life.map(|life| Health {
            wear: Wear {
                replacement_cost_eur_per_mwh: life.replacement_cost_per_mwh,
                end_of_life_pu: life.cells.end_of_life_pu,
            },
            ageing: Ageing::new(life.cells.chemistry, &soc, life.cells.temperature_c),
            life,
            e_nom: asset.e_nom_mwh,
            first_soc: soc,
            hours: 0.0,
            soc,
            earlier_cycles: Lanes::default(),
            replacements: Lanes::default(),
        });
        Self {
            cost: asset.marginal_cost_per_mwh,
            window: (asset.e_min_pu * asset.e_nom_mwh, asset.e_max_pu * asset.e_nom_mwh),
            envelope: detailed.then(|| limits.prepare(1.0)),
            health,
            ..Self::plain(
                &asset.common.name,
                asset.p_nom_mw,
                asset.e_nom_mwh,
                asset.e_initial_pu,
                [asset.efficiency_store, asset.efficiency_dispatch, asset.standing_loss_per_h],
            )
        }
    }

    pub fn tank(asset: &EnergyStore) -> Self {
        let rates = [asset.efficiency_store, asset.efficiency_dispatch, asset.standing_loss_per_h];
        Self::plain(&asset.common.name, asset.p_nom_mw, asset.e_nom_mwh, asset.e_initial_pu, rates)
    }

    fn plain(name: &str, p_nom: f64, e_nom: f64, initial: f64, [eff_store, eff_dispatch, loss]: [f64; 3]) -> Self {
        let (zero, one) = (Lanes::default(), Lanes::splat(1.0));
        Self {
            name: name.to_owned(),
            cost: 0.0,
            deliverable: zero,
            e: zero,
            not_full: 0,
            discharged: zero,
            charged: zero,
            p_nom,
            window: (0.0, e_nom),
            initial: initial * e_nom,
            eff_store,
            eff_dispatch,
            kept: kept_per_step(loss, 1.0),
            envelope: None,
            capacity: one,
            resistance: one,
            wear: zero,
            p: zero,
            health: None,
        }
    }

    pub fn restart(&mut self) {
        self.e = Lanes::splat(self.initial);
        self.not_full = if self.initial < self.window.1 { u64::MAX } else { 0 };
        (self.discharged, self.charged, self.p) = Default::default();
        if let Some(mut health) = self.health.take() {
            health.ageing.restart(&health.first_soc, health.life.cells.temperature_c);
            health.soc = health.first_soc;
            health.hours = 0.0;
            (health.earlier_cycles, health.replacements) = Default::default();
            self.tell(&mut health);
            self.health = Some(health);
        }
        (0..LANES).for_each(|lane| self.stand(lane));
    }

    #[inline(always)]
    fn state(&self, lane: usize) -> State {
        State { e_mwh: self.e[lane], capacity_pu: self.capacity[lane], resistance_pu: self.resistance[lane] }
    }

    /// Lowest and highest energy in a lane.
    #[inline(always)]
    fn window(&self, lane: usize) -> (f64, f64) {
        self.envelope.as_ref().map_or(self.window, |envelope| envelope.window_mwh(self.capacity[lane]))
    }

    /// Works out what it can inject in the step to come.
    #[inline(always)]
    fn stand(&mut self, lane: usize) {
        self.deliverable[lane] = match &self.envelope {
            Some(envelope) => least(envelope.deliverable_mw(self.state(lane)), self.p_nom),
            None => {
                let above = self.e[lane] - self.window.0;
                least(self.p_nom, if above > 0.0 { above } else { 0.0 } * self.eff_dispatch)
            }
        };
    }

    #[inline(always)]
    pub fn chargeable(&self, lane: usize) -> f64 {
        match &self.envelope {
            Some(envelope) => least(envelope.chargeable_mw(self.state(lane)), self.p_nom),
            None => least(self.p_nom, (self.window.1 - self.e[lane]).max(0.0) / self.eff_store),
        }
    }

    /// Injects `mw`; returns what the bus gets.
    fn discharge(&mut self, lane: usize, mw: f64) -> f64 {
        let before = self.e[lane];
        let (mw, taken) = match &self.envelope {
            None => (mw, mw / self.eff_dispatch),
            Some(envelope) => {
                let flow = envelope.step(mw, self.state(lane));
                (flow.bus_mw, -flow.stored_mwh)
            }
        };
        self.e[lane] = (before - taken).max(self.window(lane).0.min(before));
        self.not_full |= 1 << lane;
        self.stand(lane);
        self.p[lane] = mw;
        self.discharged[lane] += mw;
        mw
    }

    /// Withdraws `mw`; returns what the bus gives.
    fn charge(&mut self, lane: usize, mw: f64) -> f64 {
        let before = self.e[lane];
        let (mw, stored) = match &self.envelope {
            None => (mw, mw * self.eff_store),
            Some(envelope) => {
                let flow = envelope.step(-mw, self.state(lane));
                (-flow.bus_mw, flow.stored_mwh)
            }
        };
        let (reached, most) = (before + stored, self.window(lane).1);
        let full = reached >= most * (1.0 - 1e-15);
        if full {
            self.not_full &= !(1 << lane);
        }
        self.e[lane] = if full { most.max(before) } else { reached };
        self.stand(lane);
        self.p[lane] = -mw;
        self.charged[lane] += mw;
        mw
    }

    /// Standing loss.
    #[inline(always)]
    pub fn leak(&mut self) {
        if self.kept < 1.0 {
            for lane in 0..LANES {
                self.e[lane] *= self.kept;
                self.stand(lane);
            }
            self.not_full = u64::MAX;
        }
    }

    /// What the step did to the cells.
    #[inline(always)]
    pub fn age(&mut self) {
        let Some(health) = &mut self.health else { return };
        let mut moved = 0;
        for lane in 0..LANES {
            moved |= u64::from(self.p[lane] != 0.0) << lane;
        }
        for lane in lanes_of(moved) {
            health.soc[lane] = self.e[lane] / (health.e_nom * self.capacity[lane]);
        }
        health.ageing.step(&health.soc, moved, health.life.cells.temperature_c, 1.0);
        health.hours += 1.0;
        if health.hours >= 24.0 {
            self.end_of_day();
        }
    }

    #[inline(always)]
    fn end_of_day(&mut self) {
        let Some(mut health) = self.health.take() else { return };
        health.hours = 0.0;
        health.ageing.end_of_day();
        let ended = health.ageing.end_of_life(health.life.cells.end_of_life_pu);
        for lane in lanes_of(ended) {
            health.earlier_cycles[lane] += health.ageing.equivalent_full_cycles()[lane];
            health.replacements[lane] += 1.0;
        }
        health.ageing.renew(ended);
        self.tell(&mut health);
        for lane in 0..LANES {
            health.soc[lane] = self.e[lane] / (health.e_nom * self.capacity[lane]);
        }
        health.ageing.place(&health.soc, u64::MAX);
        self.health = Some(health);
    }

    /// Capacity, resistance and wear after the cells' health.
    #[inline(always)]
    fn tell(&mut self, health: &mut Health) {
        self.capacity = *health.ageing.capacity_pu();
        self.resistance = *health.ageing.resistance_pu();
        self.not_full = (0..LANES).fold(0, |mask, lane| mask | (u64::from(self.e[lane] < self.window(lane).1) << lane));
        if let Some(envelope) = &self.envelope {
            envelope.deliverable_row(&self.e, &self.capacity, &self.resistance, &mut self.deliverable);
            for lane in 0..LANES {
                self.deliverable[lane] = least(self.deliverable[lane], self.p_nom);
            }
        }
        health.ageing.fade_per_cycle(&mut self.wear);
        health.wear.marginal_row(&mut self.wear);
        for lane in 0..LANES {
            self.wear[lane] /= self.eff_dispatch;
        }
    }

    /// Share of the capacity left, and full cycles of all sets of cells.
    pub fn health(&self) -> Option<(Lanes, Lanes)> {
        let health = self.health.as_ref()?;
        let mut cycles = *health.ageing.equivalent_full_cycles();
        for lane in 0..LANES {
            cycles[lane] += health.earlier_cycles[lane];
        }
        Some((*health.ageing.capacity_pu(), cycles))
    }

    fn time_to_go(&self, lane: usize) -> f64 {
        (self.e[lane] - self.window(lane).0).max(0.0) * self.eff_dispatch / self.p_nom
    }
}

/// Stores of one plate, and the order of the lane at hand.
#[derive(Default)]
pub(super) struct Stores {
    pub all: Vec<Store>,
    rank: Vec<(f64, usize)>,
}

impl Stores {
    pub fn of(all: Vec<Store>) -> Self {
        Self { all, rank: Vec::new() }
    }

    /// What stores that cost less than `price` could give.
    #[inline(always)]
    pub fn cheaper(&self, price: f64, out: &mut Lanes) {
        for store in &self.all {
            for lane in 0..LANES {
                let cheaper = store.cost + store.wear[lane] < price;
                out[lane] += if cheaper { store.deliverable[lane] } else { 0.0 };
            }
        }
    }

    #[inline(always)]
    pub fn begin_step(&mut self, deliverable: &mut Lanes) {
        *deliverable = Lanes::default();
        for store in &mut self.all {
            store.p = Lanes::default();
            for lane in 0..LANES {
                deliverable[lane] += store.deliverable[lane];
            }
        }
    }

    /// Lanes in which some store is not full.
    #[inline(always)]
    pub fn not_full(&self) -> u64 {
        self.all.iter().fold(0, |lanes, store| lanes | store.not_full)
    }

    /// Those of longest time to go first: each gives what is left of `deficit(store)`.
    pub fn discharge(&mut self, lane: usize, mut deficit: impl FnMut(&Store) -> f64) -> f64 {
        self.order(lane, -1.0);
        let mut given = 0.0;
        for (_, at) in &self.rank {
            let store = &mut self.all[*at];
            let mw = least(store.deliverable[lane], deficit(store) - given);
            if mw > 0.0 {
                given += store.discharge(lane, mw);
            }
        }
        given
    }

    /// Those of shortest time to go first.
    pub fn charge(&mut self, lane: usize, surplus: f64) -> f64 {
        self.order(lane, 1.0);
        let (mut left, mut taken) = (surplus, 0.0);
        for (_, at) in &self.rank {
            let store = &mut self.all[*at];
            let mw = least(store.chargeable(lane), left);
            if mw > 0.0 {
                let mw = store.charge(lane, mw);
                left -= mw;
                taken += mw;
            }
        }
        taken
    }

    fn order(&mut self, lane: usize, sign: f64) {
        self.rank.clear();
        self.rank.extend(self.all.iter().enumerate().map(|(at, store)| (sign * store.time_to_go(lane), at)));
        self.rank.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
}
