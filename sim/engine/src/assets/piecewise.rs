//! A curve by points, linear between them, read without a search.
//!
//! A grid of equal cells, each at most one knot wide, names the segment in which a cell begins; one
//! comparison tells whether the point lies beyond the knot inside its cell. So the curve keeps its
//! own knots, whatever their spacing, and reading costs the same for 10 knots as for 1000.
//! Not here: curves with jumps, extrapolation (outside, the end values are held).

use crate::lanes::{LANES, Lanes};

/// From one knot to the next. One cache line holds two.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(32))]
struct Segment {
    from: f64,
    to: f64,
    at_from: f64,
    slope: f64,
}

/// A curve `y(x)` by knots of increasing `x`.
#[derive(Clone, Debug, PartialEq)]
pub struct Piecewise {
    /// As many as there are knots: the last begins at the last knot and is flat, so that the last
    /// value is met to the bit.
    segments: Vec<Segment>,
    /// The segment in which each cell begins.
    before: Vec<u16>,
    origin: f64,
    per_width: f64,
    first: f64,
    last: f64,
}

impl Piecewise {
    /// The curve through the points (`x[i]`, `y[i]`).
    ///
    /// # Panics
    /// If there are fewer than 2 or more than 65 535 points, the slices differ in length or `x`
    /// does not increase: the faults of the owner's parameters say so before.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self::movable(x, y, x[0], x[x.len() - 1], 0.5)
    }

    /// The same with room for [`Self::move_knots`]: cells reach from `origin` to `reach`, and no
    /// two neighbours may come closer than `closest` times the least gap of `x`.
    ///
    /// # Panics
    /// As [`Self::new`].
    #[must_use]
    pub fn movable(x: &[f64], y: &[f64], origin: f64, reach: f64, closest: f64) -> Self {
        assert!(x.len() >= 2 && x.len() == y.len() && u16::try_from(x.len()).is_ok(), "2 to 65 535 points");
        let gap = x.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        assert!(gap > 0.0, "knots increase");
        let width = gap * closest;
        let cells = index((reach - origin) / width) + 2;
        let mut curve = Self {
            segments: vec![Segment::default(); x.len()],
            before: vec![0; cells],
            origin,
            per_width: 1.0 / width,
            first: x[0],
            last: x[x.len() - 1],
        };
        for (segment, y) in curve.segments.iter_mut().zip(y) {
            segment.at_from = *y;
        }
        curve.move_knots(x.iter().copied());
        curve
    }

    /// Moves the knots to `x`, keeping their values. Costs a pass over knots and cells.
    pub fn move_knots(&mut self, x: impl Iterator<Item = f64>) {
        for (segment, x) in self.segments.iter_mut().zip(x) {
            segment.from = x;
        }
        let last = self.segments.len() - 1;
        for k in 0..last {
            let next = self.segments[k + 1];
            let segment = &mut self.segments[k];
            segment.to = next.from;
            segment.slope = (next.at_from - segment.at_from) / (next.from - segment.from);
        }
        self.segments[last].to = f64::INFINITY;
        self.segments[last].slope = 0.0;
        (self.first, self.last) = (self.segments[0].from, self.segments[last].from);
        self.fill_cells();
    }

    /// A cell begins in the segment of the last knot that lies in an earlier cell. Knots and points
    /// find their cell by the same, monotone expression: so rounding cannot put a point on the
    /// wrong side of a knot.
    fn fill_cells(&mut self) {
        let mut start = 0;
        for k in 0..u16::try_from(self.segments.len()).expect("checked when built") {
            let end = self.cell(self.segments[usize::from(k)].from) + 1;
            let end = end.min(self.before.len());
            if end > start {
                self.before[start..end].fill(k.saturating_sub(1));
            }
            start = end;
        }
        let last = u16::try_from(self.segments.len() - 1).expect("checked when built");
        self.before[start..].fill(last);
    }

    #[inline(always)]
    fn cell(&self, x: f64) -> usize {
        index((x - self.origin) * self.per_width).min(self.before.len() - 1)
    }

    #[inline(always)]
    fn segment(&self, x: f64) -> &Segment {
        let k = usize::from(self.before[self.cell(x)]);
        &self.segments[k + usize::from(x >= self.segments[k].to)]
    }

    /// The curve at `x`; outside the knots, the value of the nearer end.
    #[inline(always)]
    #[must_use]
    pub fn at(&self, x: f64) -> f64 {
        let x = if x > self.first { x } else { self.first };
        let x = if x < self.last { x } else { self.last };
        let segment = self.segment(x);
        segment.at_from + segment.slope * (x - segment.from)
    }

    /// The slope at `x`; on a knot, that of the segment above it, on the last knot that below it.
    #[must_use]
    pub fn slope_at(&self, x: f64) -> f64 {
        let x = if x > self.first { x } else { self.first };
        if x < self.last { self.segment(x).slope } else { self.segments[self.segments.len() - 2].slope }
    }

    /// `out = y(x)` in every lane.
    #[inline(always)]
    pub fn row(&self, x: &Lanes, out: &mut Lanes) {
        for lane in 0..LANES {
            out[lane] = self.at(x[lane]);
        }
    }

    /// First knot.
    #[must_use]
    pub const fn first(&self) -> f64 {
        self.first
    }

    /// Last knot.
    #[must_use]
    pub const fn last(&self) -> f64 {
        self.last
    }
}

/// The whole number nearest to `x`, which lies between 0 and 2^31. Added to such a number, 2^52
/// leaves the rounded integer in the low bits: a conversion that is one addition per lane.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low 32 bits hold the integer")]
fn index(x: f64) -> usize {
    const TO_BITS: f64 = 4_503_599_627_370_496.0;
    (x + TO_BITS).to_bits() as u32 as usize
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact where no rounding can be")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn searched(x: &[f64], y: &[f64], at: f64) -> f64 {
        let at = at.clamp(x[0], x[x.len() - 1]);
        let k = x.partition_point(|knot| *knot <= at).clamp(1, x.len() - 1) - 1;
        y[k] + (y[k + 1] - y[k]) / (x[k + 1] - x[k]) * (at - x[k])
    }

    proptest! {
        #[test]
        fn reading_agrees_with_a_search(
            gaps in prop::collection::vec((0.01..3.0_f64, -5.0..5.0_f64), 2..40), start in -4.0..4.0_f64, at in 0.0..1.0_f64,
        ) {
            let x: Vec<f64> = gaps.iter().scan(start, |sum, (gap, _)| { *sum += gap; Some(*sum) }).collect();
            let y: Vec<f64> = gaps.iter().map(|(_, y)| *y).collect();
            let curve = Piecewise::new(&x, &y);
            let (low, high) = (x[0] - 1.0, x[x.len() - 1] + 1.0);
            for place in [low + at * (high - low)].into_iter().chain(x.iter().flat_map(|k| [k.next_down(), *k, k.next_up()])) {
                prop_assert!((curve.at(place) - searched(&x, &y, place)).abs() <= 1e-12);
            }
        }

        #[test]
        fn every_knot_is_met_to_the_bit(gaps in prop::collection::vec((0.01..3.0_f64, -5.0..5.0_f64), 2..40)) {
            let x: Vec<f64> = gaps.iter().scan(0.0, |sum, (gap, _)| { *sum += gap; Some(*sum) }).collect();
            let y: Vec<f64> = gaps.iter().map(|(_, y)| *y).collect();
            let curve = Piecewise::new(&x, &y);
            for (x, y) in x.iter().zip(&y) {
                prop_assert_eq!(curve.at(*x).to_bits(), y.to_bits());
            }
        }
    }

    #[test]
    fn the_slope_on_a_knot_is_that_above_it() {
        let curve = Piecewise::new(&[0.0, 1.0, 3.0], &[0.0, 2.0, 3.0]);
        assert_eq!([0.5, 1.0, 3.0, 9.0].map(|x| curve.slope_at(x)), [2.0, 0.5, 0.5, 0.5]);
    }
}
