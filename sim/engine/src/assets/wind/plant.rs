//! A wind turbine in lanes: from wind, temperature and pressure at the mast to its power.
//!
//! Heights and ground give one factor per plant, the air one density per step; a lane only scales
//! its wind and reads the curve. Not here: several turbines (equal ones are a factor on the power),
//! wakes, icing, noise limits, electrical losses.

use super::curve::{CutOut, PowerCurve, PreparedCurve};
use super::density::{DensityModel, hub_temperature_k};
use super::shear::Shear;
use crate::assets::fault::{Fault, not_negative, positive};
use crate::lanes::{LANES, Lanes};

/// Parameters of a wind turbine and of the mast that its weather comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct WindTurbine {
    /// Nominal power in MW.
    pub p_nom_mw: f64,
    /// Height of the hub above ground in m.
    pub hub_height_m: f64,
    /// Height at which the wind is measured, m; often 10.
    pub wind_height_m: f64,
    /// Height at which the temperature is measured, m; often 2.
    pub temperature_height_m: f64,
    /// Height that the pressure refers to, m above the turbine's ground; often 0.
    pub pressure_height_m: f64,
    /// Profile of wind over height.
    pub shear: Shear,
    /// How density is found; `None` leaves the curve as it is given.
    pub density: Option<DensityModel>,
    /// Power curve at standard density.
    pub curve: PowerCurve,
    /// Storm control; `None` stops and starts at the curve's last speed.
    pub cut_out: Option<CutOut>,
}

impl WindTurbine {
    /// All rules that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults: Vec<_> = [
            Fault::unless(
                self.hub_height_m > 0.0 && self.hub_height_m <= 500.0,
                "hub_height_m",
                "must be above 0 and at most 500",
            ),
            Fault::unless(positive(self.wind_height_m), "wind_height_m", "must be above 0"),
            Fault::unless(not_negative(self.temperature_height_m), "temperature_height_m", "must be at least 0"),
            Fault::unless(self.pressure_height_m.is_finite(), "pressure_height_m", "must be a number"),
        ]
        .into_iter()
        .flatten()
        .collect();
        faults.extend(self.shear.faults(self.wind_height_m, self.hub_height_m));
        faults.extend(self.curve.faults(self.p_nom_mw));
        faults.extend(self.cut_out.iter().flat_map(|c| c.faults(&self.curve)));
        faults
    }
}

/// A turbine in operation.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningTurbine {
    shear_factor: f64,
    hub_height_m: f64,
    temperature_height_m: f64,
    pressure_height_m: f64,
    density: Option<DensityModel>,
    curve: PreparedCurve,
    cut_out: Option<CutOut>,
    /// 1 where the turbine runs, 0 where a storm stopped it.
    pub running: Lanes,
}

impl RunningTurbine {
    /// Makes a faultless turbine ready; it runs in every lane.
    #[must_use]
    pub fn new(turbine: &WindTurbine) -> Self {
        Self {
            shear_factor: turbine.shear.factor(turbine.wind_height_m, turbine.hub_height_m),
            hub_height_m: turbine.hub_height_m,
            temperature_height_m: turbine.temperature_height_m,
            pressure_height_m: turbine.pressure_height_m,
            density: turbine.density,
            curve: PreparedCurve::new(&turbine.curve, turbine.cut_out),
            cut_out: turbine.cut_out,
            running: Lanes::splat(1.0),
        }
    }

    /// Back to the horizon's start.
    pub fn restart(&mut self) {
        self.running = Lanes::splat(1.0);
    }

    /// Takes up the step's air: temperature in K and pressure in Pa at the mast, the same in every
    /// lane. Weather that differs by lane belongs into the wind row; density hardly varies with it.
    pub fn set_air(&mut self, temperature_k: f64, pressure_pa: f64) {
        if let Some(model) = self.density {
            let t = hub_temperature_k(temperature_k, self.temperature_height_m, self.hub_height_m);
            self.curve.set_density(model.density_kg_m3(pressure_pa, self.pressure_height_m, self.hub_height_m, t));
        }
    }

    /// The step: `p_mw` from the wind at the mast, m/s, with the air of [`Self::set_air`].
    #[inline(always)]
    pub fn step(&mut self, wind_m_s: &Lanes, p_mw: &mut Lanes) {
        self.curve.row(wind_m_s, self.shear_factor, p_mw);
        let Some(cut_out) = self.cut_out else { return };
        for lane in 0..LANES {
            self.running[lane] = cut_out.next(self.running[lane], wind_m_s[lane] * self.shear_factor);
            p_mw[lane] *= self.running[lane];
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact where no rounding can be")]
mod tests {
    use super::super::density::STANDARD_DENSITY_KG_M3;
    use super::*;
    use std::path::{Path, PathBuf};

    /// The reference data, or nothing where they are not at hand.
    fn reference(file: &str) -> Option<String> {
        let root = std::env::var_os("ENERGYOPTI_SHARED_DATA")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
        let text = std::fs::read_to_string(root.join("renewables").join(file)).ok();
        if text.is_none() {
            let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: no reference data\n");
        }
        text
    }

    fn numbers(text: &str) -> Vec<Vec<f64>> {
        let number = |cell: &str| cell.parse().unwrap_or(f64::NAN);
        text.lines().skip(1).map(|line| line.split(',').map(number).collect()).collect()
    }

    fn curve(file: &str) -> Option<PowerCurve> {
        let rows = numbers(&reference(file)?);
        let curve = PowerCurve {
            speed_m_s: rows.iter().map(|r| r[0]).collect(),
            power_mw: rows.iter().map(|r| r[1] / 1e6).collect(),
        };
        Some(curve)
    }

    fn turbine(p_nom_mw: f64, curve: PowerCurve) -> WindTurbine {
        WindTurbine {
            p_nom_mw,
            hub_height_m: 135.0,
            wind_height_m: 10.0,
            temperature_height_m: 2.0,
            pressure_height_m: 0.0,
            shear: Shear::Logarithmic { roughness_length_m: 0.03, obstacle_height_m: 0.0 },
            density: Some(DensityModel::Barometric),
            curve,
            cut_out: None,
        }
    }

    /// Whether two numbers agree to 1e-9 relative, but for half a digit of a file with `digits`.
    fn agree(got: f64, listed: f64, digits: i32) -> bool {
        (got - listed).abs() <= 1e-9 * listed.abs() + 0.500_001 * 10_f64.powi(-digits)
    }

    fn power_w(turbine: &WindTurbine, wind: f64, temperature_k: f64, pressure_pa: f64) -> f64 {
        let mut running = RunningTurbine::new(turbine);
        running.set_air(temperature_k, pressure_pa);
        let mut p_mw = Lanes::default();
        running.step(&Lanes::splat(wind), &mut p_mw);
        assert!(p_mw.iter().all(|p| p.to_bits() == p_mw[0].to_bits()));
        p_mw[0] * 1e6
    }

    /// windpowerlib 0.2: every column of every row of its E-126 vectors.
    #[test]
    fn a_plant_gives_the_vectors_of_windpowerlib() {
        let (Some(table), Some(text)) = (curve("power_curve_E-126_4200.csv"), reference("wind_vectors.csv")) else {
            return;
        };
        let rows = numbers(&text);
        assert_eq!(rows.len(), 228);
        for row in rows {
            let [_, hub, z0, t2, p0, v10, v_log, v_rough, v_seventh, t_hub, barometric, ideal, p_w, corrected_w] =
                row[..]
            else {
                panic!("14 columns")
            };
            let log = Shear::Logarithmic { roughness_length_m: z0, obstacle_height_m: 0.0 };
            assert!(agree(v10 * log.factor(10.0, hub), v_log, 6));
            assert!(agree(v10 * Shear::HellmanByRoughness { roughness_length_m: z0 }.factor(10.0, hub), v_rough, 6));
            assert!(agree(v10 * Shear::Hellman { exponent: 1.0 / 7.0 }.factor(10.0, hub), v_seventh, 6));
            let t = hub_temperature_k(t2, 2.0, hub);
            assert!(agree(t, t_hub, 6));
            assert!(agree(DensityModel::Barometric.density_kg_m3(p0, 0.0, hub, t), barometric, 6));
            assert!(agree(DensityModel::IdealGas.density_kg_m3(p0, 0.0, hub, t), ideal, 6));
            let corrected = WindTurbine { hub_height_m: hub, shear: log, ..turbine(4.2, table.clone()) };
            assert_eq!(corrected.faults(), []);
            assert!(agree(power_w(&corrected, v10, t2, p0), corrected_w, 6), "{row:?}");
            let plain = WindTurbine { density: None, ..corrected };
            assert!(agree(power_w(&plain, v10, t2, p0), p_w, 6), "{row:?}");
        }
    }

    /// windpowerlib 0.2.2, `power_curve_density_correction` on its V112/3075 curve, at these speeds
    /// at the hub and this density, in W.
    #[test]
    fn the_moved_v112_curve_gives_the_powers_of_windpowerlib() {
        let Some(table) = curve("power_curve_V112_3075.csv") else { return };
        let reference_w = [
            (2.8, 4_701.755_850_971_267),
            (3.33, 33_590.272_091_147_184),
            (5.1, 248_469.789_969_719_48),
            (7.77, 989_524.022_097_366),
            (8.05, 1_102_984.347_217_992_4),
            (9.9, 1_929_709.792_499_875_2),
            (11.3, 2_607_435.307_906_599_7),
            (12.4, 2_955_768.883_899_816),
            (13.6, 3_059_242.639_518_975_3),
            (14.2, 3_069_913.314_349_450_6),
            (20.0, 3_075_000.0),
            (29.2, 3_075_000.0),
            (29.3, 0.0),
        ];
        let mut prepared = PreparedCurve::new(&table, None);
        prepared.set_density(0.97);
        for (v, w) in reference_w {
            assert!((prepared.power_mw(v) * 1e6 - w).abs() <= 1e-9 * w, "{v}: {}", prepared.power_mw(v) * 1e6);
        }
        prepared.set_density(STANDARD_DENSITY_KG_M3);
        for (v, p) in table.speed_m_s.iter().zip(&table.power_mw) {
            assert_eq!(prepared.power_mw(*v).to_bits(), p.to_bits());
        }
    }

    #[test]
    fn a_storm_stops_a_lane_until_it_calms_down() {
        let table = PowerCurve { speed_m_s: vec![3.0, 12.0, 25.0], power_mw: vec![0.0, 3.0, 3.0] };
        let cut_out = Some(CutOut { v_cut_out_m_s: 25.0, v_restart_m_s: 20.0 });
        let shear = Shear::Hellman { exponent: 0.0 };
        let plant = WindTurbine { shear, density: None, cut_out, ..turbine(3.0, table) };
        assert_eq!(plant.faults(), []);
        let mut running = RunningTurbine::new(&plant);
        let mut wind = Lanes::splat(15.0);
        let mut p_mw = Lanes::default();
        let mut course = Vec::new();
        for gust in [24.0, 26.0, 22.0, 19.0, 22.0] {
            wind[7] = gust;
            running.step(&wind, &mut p_mw);
            course.push((p_mw[6], p_mw[7]));
        }
        assert_eq!(course, [(3.0, 3.0), (3.0, 0.0), (3.0, 0.0), (3.0, 3.0), (3.0, 3.0)]);
    }

    #[test]
    fn faults_of_every_part_are_told_at_once() {
        let table = PowerCurve { speed_m_s: vec![3.0, 12.0], power_mw: vec![0.0, 3.0] };
        let mut plant = turbine(4.0, table);
        plant.hub_height_m = 0.01;
        plant.wind_height_m = -1.0;
        plant.cut_out = Some(CutOut { v_cut_out_m_s: 10.0, v_restart_m_s: 11.0 });
        let keys: Vec<_> = plant.faults().into_iter().map(|f| f.key).collect();
        assert_eq!(keys, ["wind_height_m", "roughness_length_m", "power_mw", "v_cut_out_m_s"]);
    }
}
