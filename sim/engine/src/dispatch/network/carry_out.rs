//! A lane's dispatch under the network, carried out at the ports in place of the copper plate's.

use super::Cut;
use super::offers::Who;
use crate::lanes::Lanes;
use crate::plate::{Balance, Plate};

/// What stores were before the copper plate moved them.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    stores: Vec<Held>,
}

#[derive(Clone, Debug)]
struct Held {
    e_mwh: Lanes,
    not_full: u64,
    charged: Lanes,
    discharged: Lanes,
}

impl Memory {
    /// Takes note of all stores.
    #[inline(always)]
    pub fn keep(&mut self, plate: &Plate<'_>) {
        self.stores.clear();
        self.stores.extend(plate.stores.ports.iter().map(|store| Held {
            e_mwh: store.e_mwh,
            not_full: store.not_full,
            charged: store.charged,
            discharged: store.discharged,
        }));
    }

    /// Puts the stores of one lane back to where they were, at rest.
    pub fn restore(&self, plate: &mut Plate<'_>, lane: usize, step_h: f64) {
        for (at, held) in self.stores.iter().enumerate() {
            let up = plate.stores.units[at][lane];
            let store = &mut *plate.stores.ports[at];
            store.e_mwh[lane] = held.e_mwh[lane];
            store.not_full = store.not_full & !(1 << lane) | held.not_full & (1 << lane);
            store.charged[lane] = held.charged[lane];
            store.discharged[lane] = held.discharged[lane];
            store.p_mw[lane] = 0.0;
            store.stand_lane(lane, up, step_h);
        }
    }
}

/// Sets every port of `lane` to its power and posts it anew; `cuts` hears who goes without.
pub(super) fn carry_out(
    plate: &mut Plate<'_>,
    balance: &mut Balance,
    (who, p_mw): (&[Who], &[f64]),
    (lane, step_h): (usize, f64),
    cuts: &mut Vec<Cut>,
) {
    for row in [&mut balance.discharge_mw, &mut balance.charge_mw, &mut balance.flexible_mw, &mut balance.excess_mw] {
        row[lane] = 0.0;
    }
    for row in [&mut balance.ledger.generated, &mut balance.ledger.stored, &mut balance.ledger.lost] {
        row[lane] = 0.0;
    }
    balance.unserved_mw[lane] = 0.0;
    for (one, mw) in who.iter().zip(p_mw) {
        match *one {
            Who::Generator(at) => generate(plate, balance, at, *mw, lane),
            Who::Discharge(at) if *mw > 0.0 => {
                let up = plate.stores.units[at][lane];
                plate.stores.ports[at].discharge(lane, *mw, up, step_h, balance);
            }
            Who::Charge(at) if *mw < 0.0 => {
                let up = plate.stores.units[at][lane];
                plate.stores.ports[at].charge(lane, -*mw, up, step_h, balance);
            }
            Who::Flexible(at) => {
                let flexible = &mut *plate.flexible.ports[at];
                flexible.taken[lane] += -*mw - flexible.p_mw[lane];
                flexible.p_mw[lane] = -*mw;
                balance.flexible_mw[lane] -= *mw;
            }
            Who::Tier(load, tier) if *mw > 0.0 => {
                let bus = plate.loads.buses[load];
                let demand = &mut *plate.loads.ports[load];
                demand.shed[lane] += *mw;
                balance.unserved_mw[lane] += *mw;
                let tier = demand.tiers[tier];
                cuts.push(Cut { lane, load, bus, mw: *mw, firm: tier.firm, value_per_h: *mw * tier.voll_per_mwh });
            }
            Who::Spill => balance.excess_mw[lane] -= *mw,
            // Who was started gives as its generator; all others are at rest.
            Who::Start(_) | Who::Discharge(_) | Who::Charge(_) | Who::Tier(..) => {}
        }
    }
    balance.storage_moved = true;
}

fn generate(plate: &mut Plate<'_>, balance: &mut Balance, at: usize, mw: f64, lane: usize) {
    let must_take = at < plate.must_take;
    let generator = &mut *plate.generators.ports[at];
    let Some(detail) = &mut generator.detail else { return };
    let more = mw - detail.p_mw[lane];
    detail.p_mw[lane] = mw;
    generator.given[lane] += more;
    if must_take {
        generator.curtailed[lane] -= more;
    }
    balance.ledger.generated[lane] += mw;
}
