//! Rainflow counting as the samples come in: cycles of a state of charge, of any series.
//!
//! The rules are those of ASTM E1049-85 (2017), section 5.4.4. Memory is the residual, the turning
//! points whose cycle has not closed; work is done at turning points only. Not here: what a cycle
//! costs (see [`super::ageing`], which needs no rainflow, and [`super::wear`]).

use crate::lanes::LANES;

/// A full or half cycle, units as the series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cycle {
    /// Distance between its two turning points.
    pub range: f64,
    /// Middle of its two turning points.
    pub mean: f64,
    /// 1 for a full cycle, 0.5 for a half.
    pub count: f64,
    /// Sample number of the first turning point.
    pub start: u32,
    /// Sample number of the second. Of a plateau it is the last sample.
    pub end: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    sample: u32,
    value: f64,
}

impl Point {
    fn to(self, end: Self, count: f64) -> Cycle {
        Cycle {
            range: (self.value - end.value).abs(),
            mean: 0.5 * (self.value + end.value),
            count,
            start: self.sample,
            end: end.sample,
        }
    }
}

/// Turning points held without growing; a residual is seldom deeper, as its ranges must shrink from
/// each to the next.
const RESERVED: usize = 32;

/// Counts the cycles of one series.
#[derive(Clone, Debug)]
pub struct Rainflow {
    /// Turning points of open cycles, oldest first: every range smaller than the one before.
    residual: Vec<Point>,
    /// The latest value, not yet known to be a turning point.
    latest: f64,
    /// -1 falling, 1 rising, 0 no move so far.
    direction: f64,
    /// Sum of the counts of all cycles handed out.
    cycles: f64,
}

impl Default for Rainflow {
    fn default() -> Self {
        Self { residual: Vec::with_capacity(RESERVED), latest: 0.0, direction: 0.0, cycles: 0.0 }
    }
}

impl Rainflow {
    /// Takes the value of sample number `sample` and hands each cycle it closes to `close`, in the
    /// order in which they close. Numbers must rise; one left out means that the value stood still,
    /// so a series at rest need not be pushed at all. The first sample must be pushed.
    #[inline]
    pub fn push(&mut self, sample: u32, value: f64, close: impl FnMut(Cycle)) {
        if self.residual.is_empty() {
            self.residual.push(Point { sample, value });
            self.latest = value;
            return;
        }
        let step = value - self.latest;
        if step * self.direction < 0.0 {
            let turn = Point { sample: sample - 1, value: self.latest };
            self.turn(turn, close);
        }
        if step != 0.0 {
            self.direction = step.signum();
            self.latest = value;
        }
    }

    /// Ends the series at sample number `last`: its final value counts as a turning point, and each
    /// range left over is a half cycle, oldest first. The counter is then empty, but for
    /// [`cycles`](Self::cycles). A series that never moved has no cycle.
    pub fn finish(&mut self, last: u32, mut close: impl FnMut(Cycle)) {
        if self.direction != 0.0 {
            let end = Point { sample: last, value: self.latest };
            self.turn(end, &mut close);
        }
        for at in 1..self.residual.len() {
            self.cycles += 0.5;
            close(self.residual[at - 1].to(self.residual[at], 0.5));
        }
        self.residual.clear();
        self.direction = 0.0;
    }

    /// Sum of the counts of the cycles handed out since the last [`restart`](Self::restart).
    #[must_use]
    pub fn cycles(&self) -> f64 {
        self.cycles
    }

    /// Turning points held now.
    #[must_use]
    pub fn held(&self) -> usize {
        self.residual.len()
    }

    /// Forgets all; keeps the memory.
    pub fn restart(&mut self) {
        self.residual.clear();
        self.direction = 0.0;
        self.cycles = 0.0;
    }

    /// A turning point: closes what it encloses.
    fn turn(&mut self, point: Point, mut close: impl FnMut(Cycle)) {
        self.residual.push(point);
        while let [.., first, second, third] = *self.residual.as_slice() {
            if (third.value - second.value).abs() < (second.value - first.value).abs() {
                break;
            }
            let depth = self.residual.len();
            if depth == 3 {
                // The range holds the start of the series: half a cycle, and the start moves on.
                self.cycles += 0.5;
                close(first.to(second, 0.5));
                self.residual.remove(0);
            } else {
                self.cycles += 1.0;
                close(first.to(second, 1.0));
                self.residual.drain(depth - 3..depth - 1);
            }
        }
    }
}

/// One counter per lane.
#[derive(Clone, Debug)]
pub struct RainflowLanes {
    counters: Vec<Rainflow>,
}

impl Default for RainflowLanes {
    fn default() -> Self {
        // Not `vec![..; LANES]`: a clone would not keep the memory reserved.
        Self { counters: (0..LANES).map(|_| Rainflow::default()).collect() }
    }
}

impl RainflowLanes {
    /// Takes sample number `sample` in the lanes of the mask `changed`; in the others the value
    /// stood still. The first sample must be given with all bits set. `close` gets lane and cycle.
    #[inline]
    pub fn push(&mut self, sample: u32, values: &[f64; LANES], changed: u64, mut close: impl FnMut(usize, Cycle)) {
        for lane in crate::lanes::set_lanes(changed) {
            self.counters[lane].push(sample, values[lane], |cycle| close(lane, cycle));
        }
    }

    /// Ends all series at sample number `last`.
    pub fn finish(&mut self, last: u32, mut close: impl FnMut(usize, Cycle)) {
        for (lane, counter) in self.counters.iter_mut().enumerate() {
            counter.finish(last, |cycle| close(lane, cycle));
        }
    }

    /// The counter of one lane.
    #[must_use]
    pub fn lane(&self, lane: usize) -> &Rainflow {
        &self.counters[lane]
    }

    /// Forgets all, in every lane.
    pub fn restart(&mut self) {
        self.counters.iter_mut().for_each(Rainflow::restart);
    }
}
