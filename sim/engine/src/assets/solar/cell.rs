//! How warm the cells get. Every model here is the air temperature plus a rise that is linear in the
//! irradiance on the plane; what the rise per W/m2 is depends on the wind alone, once per step.
//!
//! Not here: thermal inertia (steps shorter than some ten minutes), radiation to the sky.

use super::range::{between, positive};
use crate::assets::fault::Fault;

/// A cell temperature model with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellTemperature {
    /// Sandia: D. L. King, W. E. Boyson and J. A. Kratochvil, "Photovoltaic Array Performance Model",
    /// SAND2004-3535 (2004), eq. 11 and 12: `poa exp(a + b wind) + poa / 1000 delta_t`.
    Sapm {
        /// Logarithm of the rise per W/m2 in still air.
        a: f64,
        /// Its change per m/s of wind at 10 m.
        b: f64,
        /// Cell less module back temperature at 1000 W/m2 in degrees Celsius.
        delta_t_c: f64,
    },
    /// `PVsyst` 7 help, "Array thermal losses": `poa alpha (1 - efficiency) / (u_c + u_v wind)`.
    Pvsyst {
        /// Constant heat loss in W/(m2 K).
        u_c: f64,
        /// Heat loss per m/s of wind in W s/(m3 K).
        u_v: f64,
        /// Share of the light that leaves as power, as the heat balance takes it.
        module_efficiency: f64,
        /// Share of the light that is absorbed.
        alpha_absorption: f64,
    },
    /// D. Faiman, "Assessing the outdoor operating temperature of photovoltaic modules", Progress in
    /// Photovoltaics 16 (2008) 307-315: `poa / (u0 + u1 wind)`; a module temperature, taken for the cell's.
    Faiman {
        /// Constant heat loss in W/(m2 K).
        u0: f64,
        /// Heat loss per m/s of wind in W s/(m3 K).
        u1: f64,
    },
}

const fn sapm(a: f64, b: f64, delta_t_c: f64) -> CellTemperature {
    CellTemperature::Sapm { a, b, delta_t_c }
}

const fn pvsyst(u_c: f64) -> CellTemperature {
    CellTemperature::Pvsyst { u_c, u_v: 0.0, module_efficiency: 0.1, alpha_absorption: 0.9 }
}

/// The published parameter sets under the names that pvlib gives them, model first.
pub const NAMED: [(&str, CellTemperature); 8] = [
    ("sapm_open_rack_glass_glass", sapm(-3.47, -0.0594, 3.0)),
    ("sapm_close_mount_glass_glass", sapm(-2.98, -0.0471, 1.0)),
    ("sapm_open_rack_glass_polymer", sapm(-3.56, -0.075, 3.0)),
    ("sapm_insulated_back_glass_polymer", sapm(-2.81, -0.0455, 0.0)),
    ("pvsyst_freestanding", pvsyst(29.0)),
    ("pvsyst_insulated", pvsyst(15.0)),
    ("pvsyst_semi_integrated", pvsyst(20.0)),
    ("faiman", CellTemperature::Faiman { u0: 25.0, u1: 6.84 }),
];

impl CellTemperature {
    /// The parameter set called `name` in [`NAMED`].
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NAMED.iter().find(|(known, _)| *known == name).map(|(_, model)| *model)
    }

    /// Rise above the air in degrees Celsius per W/m2 on the plane, at a wind in m/s (10 m above ground
    /// for Sandia, at the modules otherwise).
    #[must_use]
    pub fn rise_c_per_w_m2(&self, wind_m_s: f64) -> f64 {
        let wind = wind_m_s.max(0.0);
        match *self {
            Self::Sapm { a, b, delta_t_c } => libm::exp(a + b * wind) + delta_t_c / 1_000.0,
            Self::Pvsyst { u_c, u_v, module_efficiency, alpha_absorption } => {
                alpha_absorption * (1.0 - module_efficiency) / (u_c + u_v * wind)
            }
            Self::Faiman { u0, u1 } => 1.0 / (u0 + u1 * wind),
        }
    }

    /// Cell temperature in degrees Celsius at `poa` W/m2 on the plane.
    #[must_use]
    pub fn cell_temperature_c(&self, poa: f64, temp_air_c: f64, wind_m_s: f64) -> f64 {
        temp_air_c + poa * self.rise_c_per_w_m2(wind_m_s)
    }

    /// Every parameter out of its range.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        match *self {
            Self::Sapm { a, b, delta_t_c } => {
                between(&mut faults, "a", a, -10.0, 0.0);
                between(&mut faults, "b", b, -1.0, 0.0);
                between(&mut faults, "delta_t_c", delta_t_c, 0.0, 20.0);
            }
            Self::Pvsyst { u_c, u_v, module_efficiency, alpha_absorption } => {
                positive(&mut faults, "u_c", u_c);
                between(&mut faults, "u_v", u_v, 0.0, 100.0);
                between(&mut faults, "module_efficiency", module_efficiency, 0.0, 1.0);
                between(&mut faults, "alpha_absorption", alpha_absorption, 0.0, 1.0);
            }
            Self::Faiman { u0, u1 } => {
                positive(&mut faults, "u0", u0);
                between(&mut faults, "u1", u1, 0.0, 100.0);
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_sets_give_the_temperatures_that_pvlib_gives() {
        // pvlib 0.16 at 900 W/m2, 20 degrees Celsius, 3 m/s.
        let known = [
            ("sapm_open_rack_glass_glass", 46.134_159_447_3),
            ("sapm_close_mount_glass_glass", 60.589_821_257_7),
            ("sapm_open_rack_glass_polymer", 43.137_976_499_1),
            ("sapm_insulated_back_glass_polymer", 67.270_894_286_9),
            ("pvsyst_freestanding", 45.137_931_034_5),
            ("pvsyst_insulated", 68.600_000_000_0),
            ("pvsyst_semi_integrated", 56.450_000_000_0),
            ("faiman", 39.771_528_998_2),
        ];
        for (name, expected) in known {
            let model = CellTemperature::named(name).unwrap();
            assert!((model.cell_temperature_c(900.0, 20.0, 3.0) - expected).abs() < 1e-9, "{name}");
            assert_eq!(model.faults(), []);
        }
        assert_eq!(CellTemperature::named("roof"), None);
    }

    #[test]
    fn a_module_that_never_cools_is_a_fault() {
        let faults = CellTemperature::Faiman { u0: 0.0, u1: f64::NAN }.faults();
        assert_eq!(faults.iter().map(|fault| fault.key).collect::<Vec<_>>(), ["u0", "u1"]);
    }
}
