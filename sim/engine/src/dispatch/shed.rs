//! Who goes without: shed tiers in the order of their value of lost load.
//!
//! Over all loads, the cheapest tier first; of equal value the one that is not firm first; what
//! is equal in both is cut in proportion.

use crate::plate::Plate;
use crate::ports::Tier;

/// The shed order of a system, computed once.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShedOrder {
    levels: Vec<Level>,
}

#[derive(Clone, Debug)]
struct Level {
    voll_per_mwh: f64,
    firm: bool,
    /// (load, share of its power)
    members: Vec<(usize, f64)>,
}

/// What was cut in one lane and step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cut {
    /// Cut from firm tiers, MW.
    pub firm_mw: f64,
    /// Value of all that was cut, money per hour.
    pub value_per_h: f64,
}

impl ShedOrder {
    /// From the tiers of every load.
    pub fn new<'a>(loads: impl Iterator<Item = &'a [Tier]>) -> Self {
        let mut levels: Vec<Level> = Vec::new();
        for (load, tiers) in loads.enumerate() {
            for tier in tiers {
                let same = |l: &&mut Level| l.firm == tier.firm && l.voll_per_mwh.total_cmp(&tier.voll_per_mwh).is_eq();
                if let Some(level) = levels.iter_mut().find(same) {
                    level.members.push((load, tier.share_pu));
                } else {
                    let members = vec![(load, tier.share_pu)];
                    levels.push(Level { voll_per_mwh: tier.voll_per_mwh, firm: tier.firm, members });
                }
            }
        }
        levels.sort_by(|a, b| a.voll_per_mwh.total_cmp(&b.voll_per_mwh).then(a.firm.cmp(&b.firm)));
        Self { levels }
    }

    /// Shares `shortage_mw` out in one lane; `cut(load, mw, firm)` hears who is cut by how much.
    pub fn share(
        &self,
        plate: &mut Plate<'_>,
        lane: usize,
        shortage_mw: f64,
        mut cut: impl FnMut(&mut Plate<'_>, usize, f64, bool),
    ) -> Cut {
        let mut left = shortage_mw;
        let mut total = Cut::default();
        for level in &self.levels {
            let width: f64 =
                level.members.iter().map(|(load, share)| plate.loads.ports[*load].wanted_mw[lane] * share).sum();
            let taken = left.min(width);
            if taken <= 0.0 {
                continue;
            }
            for (load, share) in &level.members {
                let mw = taken * (plate.loads.ports[*load].wanted_mw[lane] * share / width);
                cut(plate, *load, mw, level.firm);
            }
            if level.firm {
                total.firm_mw += taken;
            }
            total.value_per_h += taken * level.voll_per_mwh;
            left -= taken;
        }
        total
    }
}
