//! The merit order of the flat loop: rows of generators, must-take first, then by cost.

use energyopti_engine::{LANES, Lanes};

use super::{add, least, subtract};

/// A generator before it has its place.
pub(super) struct Entry {
    pub name: String,
    pub must_take: bool,
    /// What ranks it, and what it is paid.
    pub cost: f64,
    pub paid: f64,
    pub p_nom: f64,
    /// Whether it may have to give a least power.
    pub has_floor: bool,
    /// Whether it counts what it was asked for beyond what it could give.
    pub refuses: bool,
}

/// Generators of one plate in their order, each quantity a list of rows.
#[derive(Default)]
pub(super) struct Merit {
    pub entries: Vec<Entry>,
    /// How many of them are must-take.
    pub must_take: usize,
    pub available: Vec<Lanes>,
    pub floor: Vec<Lanes>,
    pub p: Vec<Lanes>,
    pub refused: Vec<Lanes>,
    pub given: Vec<Lanes>,
    pub curtailed: Vec<Lanes>,
    /// What the first called generators could give beyond what they must: none, one, two, ...
    pub cheap: Vec<Lanes>,
}

/// Flexible demand in a step.
#[derive(Default)]
pub(super) struct Flexible {
    pub highest_price: f64,
    pub p_min: Lanes,
    pub p_max: Lanes,
    pub standby: Lanes,
    pub p: Lanes,
    pub taken: Lanes,
}

impl Merit {
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| {
            b.must_take.cmp(&a.must_take).then(a.cost.total_cmp(&b.cost)).then_with(|| a.name.cmp(&b.name))
        });
        let rows = || vec![Lanes::default(); entries.len()];
        Self {
            must_take: entries.iter().filter(|entry| entry.must_take).count(),
            available: rows(),
            floor: rows(),
            p: rows(),
            refused: rows(),
            given: rows(),
            curtailed: rows(),
            cheap: vec![Lanes::default(); entries.len() + 1],
            entries,
        }
    }

    pub fn restart(&mut self) {
        self.given.fill(Lanes::default());
        self.curtailed.fill(Lanes::default());
    }

    pub fn place(&self, name: &str) -> usize {
        self.entries.iter().position(|entry| entry.name == name).unwrap()
    }

    /// What all could give; and what must be taken, floors among it.
    #[inline(always)]
    pub fn sums(&self, all: &mut Lanes, must_take: &mut Lanes) {
        (*all, *must_take) = Default::default();
        for at in 0..self.entries.len() {
            for lane in 0..LANES {
                all[lane] += self.available[at][lane];
            }
            if at + 1 == self.must_take {
                *must_take = *all;
            }
        }
        let mut floors: Lanes = Lanes::default();
        for at in (0..self.entries.len()).filter(|at| self.entries[*at].has_floor) {
            for lane in 0..LANES {
                floors[lane] += self.floor[at][lane];
            }
        }
        for lane in 0..LANES {
            must_take[lane] += floors[lane];
        }
    }

    /// Fills `cheap`.
    #[inline(always)]
    pub fn pile_up(&mut self) {
        let mut sum: Lanes = Lanes::default();
        for at in self.must_take..self.entries.len() {
            for lane in 0..LANES {
                sum[lane] += self.available[at][lane] - self.floor[at][lane];
            }
            self.cheap[at + 1 - self.must_take] = sum;
        }
    }

    /// The cost up to which storage that may be dearer stays at rest: that of the generator which
    /// meets the last of `net`, without bound where none does.
    #[inline(always)]
    pub fn marginal_cost(&self, net: &Lanes, out: &mut Lanes) {
        *out = Lanes::splat(f64::INFINITY);
        for at in (self.must_take..self.entries.len()).rev() {
            let (cost, pile) = (self.entries[at].cost, &self.cheap[at + 1 - self.must_take]);
            for lane in 0..LANES {
                out[lane] = if pile[lane] >= net[lane] { cost } else { out[lane] };
            }
        }
    }

    /// What called generators could give at `price` or below, beyond what they must.
    pub fn cheaper(&self, lane: usize, price: f64) -> f64 {
        self.cheap[self.entries[self.must_take..].partition_point(|entry| entry.cost <= price)][lane]
    }

    /// Floors, must-take, then the order, against `rest`; what nobody could take goes to `excess`.
    #[inline(always)]
    pub fn order(&mut self, rest: &mut Lanes, excess: &mut Lanes) {
        let Self { entries, available, floor, p, given, curtailed, .. } = self;
        for at in (0..entries.len()).filter(|at| entries[*at].has_floor) {
            for lane in 0..LANES {
                rest[lane] -= floor[at][lane];
                given[at][lane] += floor[at][lane];
            }
        }
        for lane in 0..LANES {
            excess[lane] = if rest[lane] < 0.0 { -rest[lane] } else { 0.0 };
            rest[lane] += excess[lane];
        }
        for at in 0..entries.len() {
            if at >= self.must_take && rest.iter().fold(0, |bits, mw| bits | mw.to_bits()) == 0 {
                p[at..].copy_from_slice(&floor[at..]);
                return;
            }
            let mw = take(&available[at], &floor[at], &mut p[at], rest);
            add(&mut given[at], &mw);
            if at < self.must_take {
                for lane in 0..LANES {
                    curtailed[at][lane] += available[at][lane] - mw[lane];
                }
            }
        }
    }

    /// Flexible demand takes what is left below its price.
    #[inline(always)]
    pub fn absorb(&mut self, flexible: &mut Flexible, excess: &mut Lanes) {
        let wanted = self.wanted(flexible, excess);
        let mut left = wanted;
        for lane in 0..LANES {
            let mw = least(excess[lane], left[lane]);
            excess[lane] -= mw;
            left[lane] -= mw;
        }
        let Self { entries, available, p, given, curtailed, .. } = self;
        for at in 0..entries.len() {
            if left.iter().fold(0, |bits, mw| bits | mw.to_bits()) == 0 {
                break;
            }
            let cheap = entries[at].cost < flexible.highest_price;
            let mut taken: Lanes = Lanes::default();
            for lane in 0..LANES {
                let mw = least(left[lane], available[at][lane] - p[at][lane]);
                let serves = (cheap | (left[lane] <= flexible.standby[lane])) & (mw > 0.0);
                taken[lane] = if serves { mw } else { 0.0 };
            }
            subtract(&mut left, &taken);
            add(&mut given[at], &taken);
            add(&mut p[at], &taken);
            if at < self.must_take {
                subtract(&mut curtailed[at], &taken);
            }
        }
        for lane in 0..LANES {
            flexible.p[lane] = wanted[lane] - left[lane];
            flexible.taken[lane] += flexible.p[lane];
        }
    }

    #[inline(always)]
    fn wanted(&self, flexible: &Flexible, excess: &Lanes) -> Lanes {
        let (mut cheap, mut all) = (*excess, *excess);
        for at in 0..self.entries.len() {
            let below = self.entries[at].cost < flexible.highest_price;
            for lane in 0..LANES {
                let left = self.available[at][lane] - self.p[at][lane];
                all[lane] += left;
                cheap[lane] += if below { left } else { 0.0 };
            }
        }
        let mut wanted = Lanes::default();
        for lane in 0..LANES {
            let mw = least(cheap[lane], flexible.p_max[lane]);
            let runs = (mw >= flexible.p_min[lane]) & (mw > 0.0);
            let standby = if all[lane] < flexible.standby[lane] { 0.0 } else { flexible.standby[lane] };
            wanted[lane] = if runs { mw } else { standby };
        }
        wanted
    }

    /// What more would have been asked of generators whose physics limits them.
    #[inline(always)]
    pub fn refuse(&mut self, unserved: &Lanes, up: &[Lanes], up_of: &[Option<usize>]) {
        let mut after = *unserved;
        for at in (0..self.entries.len()).rev() {
            if self.entries[at].refuses {
                let nominal = self.entries[at].p_nom;
                for lane in 0..LANES {
                    let is_up = up_of[at].is_none_or(|row| up[row][lane] > 0.0);
                    let short = nominal - self.available[at][lane];
                    let short = if is_up & (short > 0.0) { short } else { 0.0 };
                    self.refused[at][lane] = least(short, after[lane]);
                }
            }
            for lane in 0..LANES {
                after[lane] += self.p[at][lane] - self.floor[at][lane];
            }
        }
    }
}

/// What a generator gives towards `rest` beyond its floor. A function of its own, whose arguments
/// the compiler knows not to overlap.
#[inline(always)]
fn take(available: &Lanes, floor: &Lanes, p: &mut Lanes, rest: &mut Lanes) -> Lanes {
    let mut mw = Lanes::default();
    for lane in 0..LANES {
        mw[lane] = least(available[lane] - floor[lane], rest[lane]);
        rest[lane] -= mw[lane];
        p[lane] = floor[lane] + mw[lane];
    }
    mw
}
