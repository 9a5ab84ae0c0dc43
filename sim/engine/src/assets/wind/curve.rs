//! Power curves: from the wind at the hub to a turbine's power, with density and storm cut-out.
//!
//! The density correction moves the curve's speeds and keeps its powers. Density changes with the
//! step, not with the lane: so the curve is moved once per step, and the lanes only read it.
//! Not here: wakes, turbulence, smoothing over a farm.

use super::density::STANDARD_DENSITY_KG_M3;
use crate::assets::fault::{Fault, increasing, not_negative, positive};
use crate::assets::piecewise::Piecewise;
use crate::lanes::{LANES, Lanes};

/// Densities at hub height that a curve can be moved to, kg/m3: the thinnest air at 5000 m on a
/// warm day to the densest at -75 degrees C. Within it neighbouring knots keep more than half
/// their distance.
const DENSITIES_KG_M3: (f64, f64) = (0.6, 1.8);

/// Least distance of a curve's speeds, m/s.
const LEAST_GAP_M_S: f64 = 0.01;

/// A power curve at standard density.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerCurve {
    /// Wind speeds at the hub in m/s, increasing.
    pub speed_m_s: Vec<f64>,
    /// Power at each speed in MW; 0 below the first speed and above the last.
    pub power_mw: Vec<f64>,
}

impl PowerCurve {
    /// All rules that the curve of a turbine of `p_nom_mw` breaks.
    #[must_use]
    pub fn faults(&self, p_nom_mw: f64) -> Vec<Fault> {
        let Self { speed_m_s: v, power_mw: p } = self;
        let greatest = p.iter().copied().fold(0.0, f64::max);
        let size = (2..=10_000).contains(&v.len()) && v.len() == p.len();
        let range = v.iter().all(|v| (0.0..=100.0).contains(v));
        [
            Fault::unless(positive(p_nom_mw), "p_nom_mw", "must be above 0"),
            Fault::unless(size, "power_curve", "must have 2 to 10 000 speeds and as many powers"),
            Fault::unless(range, "speed_m_s", "must lie between 0 and 100"),
            Fault::unless(increasing(v, LEAST_GAP_M_S), "speed_m_s", "must increase by at least 0.01 each time"),
            Fault::unless(p.iter().all(|p| not_negative(*p)), "power_mw", "must be at least 0"),
            Fault::unless(
                (greatest / p_nom_mw - 1.0).abs() <= 0.05,
                "power_mw",
                "must reach p_nom_mw, to within 5 %, and not exceed it by more",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Storm control: a turbine that stopped in a storm waits until the wind has calmed down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutOut {
    /// Above this speed at the hub the turbine stops, m/s; often 25.
    pub v_cut_out_m_s: f64,
    /// Below this speed it starts again, m/s; often 20 to 22.
    pub v_restart_m_s: f64,
}

impl CutOut {
    /// All rules that it breaks on a turbine with this curve.
    #[must_use]
    pub fn faults(&self, curve: &PowerCurve) -> Vec<Fault> {
        let first = curve.speed_m_s.first().copied().unwrap_or(0.0);
        [
            Fault::unless(
                self.v_restart_m_s < self.v_cut_out_m_s && self.v_cut_out_m_s.is_finite(),
                "v_cut_out_m_s",
                "must lie above v_restart_m_s",
            ),
            Fault::unless(self.v_restart_m_s > first, "v_restart_m_s", "must lie above the power curve's first speed"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Brings `running` (1 runs, 0 stopped) up to date with the wind `v` at the hub: 3 comparisons.
    #[inline(always)]
    #[must_use]
    pub fn next(&self, running: f64, v: f64) -> f64 {
        let started = if v < self.v_restart_m_s { 1.0 } else { running };
        if v > self.v_cut_out_m_s { 0.0 } else { started }
    }
}

/// A curve made ready for reading in lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct PreparedCurve {
    curve: Piecewise,
    standard_m_s: Vec<f64>,
    /// `p(v) = 1/3 + bend / 3`: 0 up to 7.5 m/s, 1 from 12.5 m/s.
    bend: Vec<f64>,
    greatest_mw: f64,
    density_kg_m3: f64,
    /// Speed up to which the last power is held, where a cut-out speed is given.
    held_to_m_s: Option<f64>,
}

impl PreparedCurve {
    /// Makes a faultless curve ready, at standard density.
    ///
    /// Without storm control the power is 0 beyond the curve's last speed, as in windpowerlib. With
    /// it the last power is held up to the cut-out speed, wherever density moves the last knot:
    /// the controller stops the turbine, not the table's end.
    #[must_use]
    pub fn new(curve: &PowerCurve, cut_out: Option<CutOut>) -> Self {
        let PowerCurve { speed_m_s, power_mw } = curve;
        let last = speed_m_s[speed_m_s.len() - 1];
        let cbrt = libm::cbrt(STANDARD_DENSITY_KG_M3 / DENSITIES_KG_M3.0);
        let stretched = last * cbrt * cbrt;
        Self {
            curve: Piecewise::movable(speed_m_s, power_mw, 0.0, stretched, 0.5),
            standard_m_s: speed_m_s.clone(),
            bend: speed_m_s.iter().map(|v| ((v - 7.5) / 5.0).clamp(0.0, 1.0)).collect(),
            greatest_mw: power_mw.iter().copied().fold(0.0, f64::max),
            density_kg_m3: STANDARD_DENSITY_KG_M3,
            held_to_m_s: cut_out.map(|c| c.v_cut_out_m_s),
        }
    }

    /// Moves the curve to air of `density_kg_m3` (cut to 0.6-1.8; the same density again is free).
    ///
    /// `v_site = v (rho0 / rho)^p(v)` with p = 1/3 up to 7.5 m/s, 2/3 from 12.5 m/s, linear between
    /// (L. Svenningsen, "Proposal of an Improved Power Curve Correction", EMD International 2010).
    /// Costs one logarithm, an exponential per knot between 7.5 and 12.5 m/s and a pass over knots
    /// and cells: less than a microsecond for 52 knots.
    pub fn set_density(&mut self, density_kg_m3: f64) {
        let (thinnest, densest) = DENSITIES_KG_M3;
        let density = density_kg_m3.clamp(thinnest, densest);
        if density.to_bits() == self.density_kg_m3.to_bits() {
            return;
        }
        self.density_kg_m3 = density;
        let third = libm::log(STANDARD_DENSITY_KG_M3 / density) / 3.0;
        let low = libm::exp(third);
        let high = low * low;
        let stretch = |bend: f64| {
            if bend <= 0.0 {
                low
            } else if bend >= 1.0 {
                high
            } else {
                libm::exp(third * (1.0 + bend))
            }
        };
        self.curve.move_knots(self.standard_m_s.iter().zip(&self.bend).map(|(v, bend)| v * stretch(*bend)));
    }

    /// Power in MW at the speed `v` at the hub in m/s: linear between the knots, 0 outside.
    #[inline(always)]
    #[must_use]
    pub fn power_mw(&self, v: f64) -> f64 {
        self.power_between(v, self.end_m_s())
    }

    #[inline(always)]
    fn end_m_s(&self) -> f64 {
        self.held_to_m_s.unwrap_or(self.curve.last())
    }

    #[inline(always)]
    fn power_between(&self, v: f64, end: f64) -> f64 {
        let p = self.curve.at(v);
        // Between a knot at 0 and its neighbour rounding may leave a hair's breadth below 0.
        let p = if p > 0.0 { p } else { 0.0 };
        let p = if p < self.greatest_mw { p } else { self.greatest_mw };
        if (v >= self.curve.first()) & (v <= end) { p } else { 0.0 }
    }

    /// `p_mw = power(speed * factor)` in every lane.
    #[inline(always)]
    pub fn row(&self, speed_m_s: &Lanes, factor: f64, p_mw: &mut Lanes) {
        let end = self.end_m_s();
        for lane in 0..LANES {
            p_mw[lane] = self.power_between(speed_m_s[lane] * factor, end);
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact where no rounding can be")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn small() -> PowerCurve {
        PowerCurve { speed_m_s: vec![3.0, 8.0, 10.0, 12.0, 25.0], power_mw: vec![0.0, 1.0, 2.0, 3.0, 3.0] }
    }

    #[test]
    fn power_is_linear_between_knots_and_zero_outside() {
        let curve = PreparedCurve::new(&small(), None);
        let got = [0.0, 2.99, 3.0, 5.5, 9.0, 12.0, 20.0, 25.0, 25.01, 80.0].map(|v| curve.power_mw(v));
        assert_eq!(got, [0.0, 0.0, 0.0, 0.5, 1.5, 3.0, 3.0, 3.0, 0.0, 0.0]);
    }

    #[test]
    fn thin_air_needs_faster_wind() {
        let mut curve = PreparedCurve::new(&small(), None);
        // rho0 / rho = 1.331 = 1.1^3: at 10 m/s p = 1/2, so the knot moves to 10 * 1.1^1.5 = 11.536897.
        curve.set_density(STANDARD_DENSITY_KG_M3 / 1.331);
        assert!((curve.power_mw(11.536_897_329_871_67) - 2.0).abs() < 1e-12);
        // 3 m/s moves to 3.3, 25 m/s to 25 * 1.21 = 30.25.
        assert!(curve.power_mw(3.299_9) <= 0.0 && curve.power_mw(3.301) > 0.0);
        assert!(curve.power_mw(30.249) > 2.9 && curve.power_mw(30.251) <= 0.0);
        curve.set_density(STANDARD_DENSITY_KG_M3);
        assert_eq!(curve.power_mw(9.0).to_bits(), 1.5_f64.to_bits());
    }

    #[test]
    fn a_stopped_turbine_waits_for_calm() {
        let control = CutOut { v_cut_out_m_s: 25.0, v_restart_m_s: 21.0 };
        let mut running = 1.0;
        let course = [20.0, 25.0, 25.1, 24.0, 21.0, 20.9, 24.0].map(|v| {
            running = control.next(running, v);
            running
        });
        assert_eq!(course, [1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn a_turbine_with_storm_control_runs_up_to_its_cut_out_speed_in_dense_air() {
        let mut curve = PreparedCurve::new(&small(), Some(CutOut { v_cut_out_m_s: 25.0, v_restart_m_s: 21.0 }));
        curve.set_density(1.4);
        assert_eq!([24.9, 25.0, 25.1].map(|v| curve.power_mw(v)), [3.0, 3.0, 0.0]);
    }

    #[test]
    fn all_faults_of_a_curve_are_told_at_once() {
        let curve = PowerCurve { speed_m_s: vec![3.0, 2.0], power_mw: vec![-1.0, 1.0] };
        let keys: Vec<_> = curve.faults(3.0).into_iter().map(|f| f.key).collect();
        assert_eq!(keys, ["speed_m_s", "power_mw", "power_mw"]);
        assert_eq!(small().faults(3.0), []);
        assert_eq!(CutOut { v_cut_out_m_s: 20.0, v_restart_m_s: 20.0 }.faults(&small()).len(), 1);
    }

    proptest! {
        #[test]
        fn power_stays_between_zero_and_the_greatest(
            gaps in prop::collection::vec((0.01..3.0_f64, 0.0..5.0_f64), 2..40), v in 0.0..100.0_f64, rho in 0.5..1.9_f64,
        ) {
            let speed_m_s: Vec<f64> = gaps.iter().scan(0.0, |sum, (gap, _)| { *sum += gap; Some(*sum) }).collect();
            let power_mw: Vec<f64> = gaps.iter().map(|(_, p)| *p).collect();
            let greatest = power_mw.iter().copied().fold(0.0, f64::max);
            let mut curve = PreparedCurve::new(&PowerCurve { speed_m_s, power_mw }, None);
            curve.set_density(rho);
            prop_assert!((0.0..=greatest).contains(&curve.power_mw(v)));
        }
    }
}
