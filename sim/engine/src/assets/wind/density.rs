//! Air at the hub: temperature and density from what a mast measures lower down.
//!
//! One scalar per step. Not here: humidity (moist air is up to 1 % lighter).

/// Density at which power curves are stated, kg/m3 (IEC 61400-12-1: sea level, 15 degrees C).
pub const STANDARD_DENSITY_KG_M3: f64 = 1.225;

/// Fall of temperature with height, K/m (ICAO standard atmosphere).
const LAPSE_RATE_K_PER_M: f64 = 0.0065;
/// Fall of pressure with height near the ground, hPa/m (Deutscher Wetterdienst, "Druckgradient").
const PRESSURE_GRADIENT_HPA_PER_M: f64 = 1.0 / 8.0;
/// Temperature of the standard atmosphere at sea level, K.
const STANDARD_TEMPERATURE_K: f64 = 288.15;
/// Pressure that the barometric form refers to, Pa (as windpowerlib 0.2; the standard atmosphere
/// has 101 325, which would give 0.005 % more).
const STANDARD_PRESSURE_PA: f64 = 101_330.0;
/// Specific gas constant of dry air, J/(kg K).
const GAS_CONSTANT_DRY_AIR: f64 = 287.058;

/// How the density at the hub follows from temperature and pressure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DensityModel {
    /// Scaled from standard air (E. Hau, "Windkraftanlagen", 4th ed. 2008, p. 560).
    Barometric,
    /// `p / (R T)` (J. Ahrendts, S. Kabelac, "Technische Thermodynamik", 34th ed. 2014, p. 23).
    IdealGas,
}

/// Temperature at the hub in K from `temperature_k` at `measured_at_m` (heights in m above ground).
#[inline(always)]
#[must_use]
pub fn hub_temperature_k(temperature_k: f64, measured_at_m: f64, hub_height_m: f64) -> f64 {
    temperature_k - LAPSE_RATE_K_PER_M * (hub_height_m - measured_at_m)
}

/// Pressure at the hub in hPa from `pressure_pa` at `measured_at_m`.
#[inline(always)]
fn hub_pressure_hpa(pressure_pa: f64, measured_at_m: f64, hub_height_m: f64) -> f64 {
    pressure_pa / 100.0 - (hub_height_m - measured_at_m) * PRESSURE_GRADIENT_HPA_PER_M
}

impl DensityModel {
    /// Density at the hub in kg/m3 from `pressure_pa` at `measured_at_m` and the hub's temperature.
    #[inline(always)]
    #[must_use]
    pub fn density_kg_m3(self, pressure_pa: f64, measured_at_m: f64, hub_height_m: f64, hub_temperature_k: f64) -> f64 {
        let hpa = hub_pressure_hpa(pressure_pa, measured_at_m, hub_height_m);
        match self {
            Self::Barometric => {
                hpa * STANDARD_DENSITY_KG_M3 * STANDARD_TEMPERATURE_K * 100.0
                    / (STANDARD_PRESSURE_PA * hub_temperature_k)
            }
            Self::IdealGas => hpa * 100.0 / (GAS_CONSTANT_DRY_AIR * hub_temperature_k),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn air_thins_with_height_and_warmth() {
        // T: 263.15 - 0.0065 * 133 = 262.2855 K; p: 1013.25 - 135 / 8 = 996.375 hPa.
        let t = hub_temperature_k(263.15, 2.0, 135.0);
        assert!((t - 262.2855).abs() < 1e-12);
        // 99637.5 / (287.058 * 262.2855) = 1.323363; 996.375 * 1.225 * 288.15 * 100 / (101330 * 262.2855) = 1.323321.
        assert!((DensityModel::IdealGas.density_kg_m3(101_325.0, 0.0, 135.0, t) - 1.323_363).abs() < 1e-6);
        assert!((DensityModel::Barometric.density_kg_m3(101_325.0, 0.0, 135.0, t) - 1.323_321).abs() < 1e-6);
    }
}
