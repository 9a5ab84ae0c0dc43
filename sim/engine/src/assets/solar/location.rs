//! A place on Earth: its coordinates, its air, its clear sky. Not here: time zones, horizons, weather.

use super::atmosphere::pressure_pa;
use super::clearsky::{DEFAULT_LINKE_TURBIDITY, Ineichen};
use super::position::{REFRACTION_TEMPERATURE_C, SEA_LEVEL_PRESSURE_PA, Sun, sun};
use super::range::between;
use crate::assets::fault::Fault;

/// Where a plant stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location {
    /// Latitude in degrees, north positive.
    pub latitude_deg: f64,
    /// Longitude in degrees, east positive.
    pub longitude_deg: f64,
    /// Altitude above sea level in m.
    pub altitude_m: f64,
    /// Linke turbidity by month, January first.
    pub linke_turbidity: [f64; 12],
    /// Pressure in Pa of the air that refracts. pvlib, told no altitude, takes sea level, and so does
    /// [`Self::new`]; at 2000 m that lifts the Sun by 0.1 degrees too much at the horizon, by 0.02 at an
    /// elevation of 10 degrees. [`Self::pressure_pa`] is the local value.
    pub refraction_pressure_pa: f64,
    /// Temperature in degrees Celsius of the air that refracts.
    pub refraction_temperature_c: f64,
}

impl Location {
    /// A place with the default turbidity and the refraction of the standard atmosphere at sea level.
    #[must_use]
    pub fn new(latitude_deg: f64, longitude_deg: f64, altitude_m: f64) -> Self {
        Self {
            latitude_deg,
            longitude_deg,
            altitude_m,
            linke_turbidity: DEFAULT_LINKE_TURBIDITY,
            refraction_pressure_pa: SEA_LEVEL_PRESSURE_PA,
            refraction_temperature_c: REFRACTION_TEMPERATURE_C,
        }
    }

    /// The Sun over this place at `unix_seconds`.
    #[must_use]
    pub fn sun(&self, unix_seconds: f64) -> Sun {
        sun(
            unix_seconds,
            self.latitude_deg,
            self.longitude_deg,
            self.altitude_m,
            self.refraction_pressure_pa,
            self.refraction_temperature_c,
        )
    }

    /// Pressure in Pa of the air that absorbs: the standard atmosphere at the altitude.
    #[must_use]
    pub fn pressure_pa(&self) -> f64 {
        pressure_pa(self.altitude_m)
    }

    /// The clear sky over this place.
    #[must_use]
    pub fn clear_sky(&self) -> Ineichen {
        Ineichen::new(self.altitude_m)
    }

    /// Every parameter out of its range.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        between(&mut faults, "latitude_deg", self.latitude_deg, -90.0, 90.0);
        between(&mut faults, "longitude_deg", self.longitude_deg, -180.0, 180.0);
        between(&mut faults, "altitude_m", self.altitude_m, -500.0, 9_000.0);
        if self.linke_turbidity.iter().any(|value| !(1.0..=20.0).contains(value)) {
            let rule = "every month must lie between 1 and 20".to_owned();
            faults.push(Fault { key: "linke_turbidity", rule });
        }
        between(&mut faults, "refraction_pressure_pa", self.refraction_pressure_pa, 0.0, 120_000.0);
        between(&mut faults, "refraction_temperature_c", self.refraction_temperature_c, -90.0, 60.0);
        faults
    }
}
