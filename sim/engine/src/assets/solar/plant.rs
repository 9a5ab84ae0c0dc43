//! A solar plant put together: sky, plane, cells, inverter, for one future and for 64 at once.
//!
//! Not here: the weather itself, outages, dispatch, money.

use super::cell::CellTemperature;
use super::irradiance::{Irradiance, PlaneOfArray, diffuse_fraction, erbs};
use super::location::Location;
use super::pvwatts::{Conversion, Pvwatts};
use super::step::{Outlook, SunStep, Surface};
use crate::assets::fault::Fault;
use crate::lanes::{LANES, Lanes};

/// The parameters of a solar plant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plant {
    /// Where it stands.
    pub location: Location,
    /// How its modules lie.
    pub surface: Surface,
    /// How warm its cells get.
    pub temperature: CellTemperature,
    /// What its modules and its inverter make of the light.
    pub power: Pvwatts,
}

impl Plant {
    /// Every parameter out of its range, of all parts.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.location.faults();
        faults.extend(self.surface.faults());
        faults.extend(self.temperature.faults());
        faults.extend(self.power.faults());
        faults
    }

    /// The plant with all constants computed; its parameters must be free of faults.
    #[must_use]
    pub fn prepare(&self) -> PlantModel {
        PlantModel {
            outlook: Outlook::new(self.location, self.surface),
            temperature: self.temperature,
            conversion: self.power.prepare(),
        }
    }
}

/// The air around the modules in one step, the same in every future.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Air {
    /// Air temperature in degrees Celsius.
    pub temp_air_c: f64,
    /// Rise of the cells above it in degrees Celsius per W/m2: [`CellTemperature::rise_c_per_w_m2`].
    pub rise_c_per_w_m2: f64,
}

/// A [`Plant`] made ready to run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlantModel {
    /// Its place and plane: prepares the steps.
    pub outlook: Outlook,
    temperature: CellTemperature,
    conversion: Conversion,
}

impl PlantModel {
    /// The air of a step at `temp_air_c` degrees Celsius and `wind_m_s` m/s. The only exponential of the
    /// power chain stands here, outside the lanes.
    #[must_use]
    pub fn air(&self, temp_air_c: f64, wind_m_s: f64) -> Air {
        Air { temp_air_c, rise_c_per_w_m2: self.temperature.rise_c_per_w_m2(wind_m_s) }
    }

    /// AC power in MW by future: `kc` times the clear sky's global irradiance is split after Erbs, brought
    /// to the plane, warms the cells and passes the inverter.
    ///
    /// `kc` is the clear-sky index; anything that is not above 0 counts as 0. Exactly 0 at night. No
    /// branches among the lanes, no library calls: meant to be inlined where the instruction set is
    /// dispatched.
    #[inline(always)]
    pub fn power_mw(&self, step: &SunStep, air: &Air, kc: &Lanes, out: &mut Lanes) {
        let per_w_m2 = self.conversion.dc_mw_per_w_m2(air.temp_air_c);
        if !step.sun.is_up() {
            *out = Lanes::splat(0.0);
            return;
        }
        let lanes = LanePower::new(self, step, air.rise_c_per_w_m2);
        for lane in 0..LANES {
            out[lane] = lanes.power_mw(kc[lane], per_w_m2);
        }
    }

    /// As [`Self::power_mw`] where the air temperature in degrees Celsius differs by future too.
    #[inline(always)]
    pub fn power_by_air_mw(
        &self,
        step: &SunStep,
        temp_air_c: &Lanes,
        rise_c_per_w_m2: f64,
        kc: &Lanes,
        out: &mut Lanes,
    ) {
        if !step.sun.is_up() {
            *out = Lanes::splat(0.0);
            return;
        }
        let lanes = LanePower::new(self, step, rise_c_per_w_m2);
        for lane in 0..LANES {
            out[lane] = lanes.power_mw(kc[lane], lanes.conversion.dc_mw_per_w_m2(temp_air_c[lane]));
        }
    }

    /// The sky behind one clear-sky index: `kc` times the clear global irradiance, split after Erbs.
    #[must_use]
    pub fn clouded(&self, step: &SunStep, kc: f64) -> Irradiance {
        erbs(kc * step.clear.ghi, step.sun.zenith_deg, step.dni_extra)
    }

    /// Light on the plane in W/m2 under a given sky.
    #[must_use]
    pub fn plane_of_array(&self, step: &SunStep, light: Irradiance) -> PlaneOfArray {
        self.outlook.plane_of_array(step, light)
    }

    /// AC power in MW under a given sky (measured or from a weather file).
    #[must_use]
    pub fn power_given_mw(&self, step: &SunStep, light: Irradiance, air: &Air) -> f64 {
        let poa = self.plane_of_array(step, light).global();
        let temp_cell_c = air.temp_air_c + poa * air.rise_c_per_w_m2;
        self.conversion.ac_mw(self.conversion.dc_mw(poa, temp_cell_c))
    }
}

/// What one step's lanes share, by value: a reference would have to be read again after every store.
struct LanePower {
    conversion: Conversion,
    /// DC power in MW per square of the irradiance on the plane: its own heat takes from it.
    per_square: f64,
    step: SunStep,
    sky_view: f64,
    ground_view: f64,
}

impl LanePower {
    #[inline(always)]
    fn new(model: &PlantModel, step: &SunStep, rise_c_per_w_m2: f64) -> Self {
        Self {
            conversion: model.conversion,
            per_square: model.conversion.dc_slope_per_c() * rise_c_per_w_m2,
            step: *step,
            sky_view: model.outlook.sky_view,
            ground_view: model.outlook.ground_view,
        }
    }

    /// The chain of [`PlantModel::clouded`] and [`PlantModel::power_given_mw`] in selects and products:
    /// AC power in MW at a clear-sky index and a DC power in MW per W/m2 at air temperature.
    #[inline(always)]
    fn power_mw(&self, kc: f64, per_w_m2: f64) -> f64 {
        let poa = self.light_on_plane(kc * self.step.clear.ghi);
        let dc = poa * (per_w_m2 + self.per_square * poa);
        let dc = if dc > 0.0 { dc } else { 0.0 };
        self.conversion.ac_mw(dc)
    }

    /// Irradiance on the plane in W/m2 behind a global horizontal irradiance in W/m2.
    #[inline(always)]
    fn light_on_plane(&self, ghi: f64) -> f64 {
        let step = &self.step;
        let ghi = if ghi > 0.0 { ghi } else { 0.0 };
        let kt = ghi * step.kt_per_ghi;
        let kt = if kt < 1.0 { kt } else { 1.0 };
        let dni = (ghi - diffuse_fraction(kt) * ghi) * step.dni_per_beam;
        let dni = if dni < step.dni_extra { dni } else { step.dni_extra };
        // Closure gives the diffuse part: all of it where the split finds no beam.
        let dhi = ghi - dni * step.cos_zenith;
        // The cap on the beam keeps the index within 1, so the dome never turns negative.
        let anisotropy = dni * step.anisotropy_per_dni;
        let seen = self.sky_view + anisotropy * (step.projection_ratio - self.sky_view);
        dni * step.aoi_projection + (dhi * seen + ghi * self.ground_view)
    }
}
