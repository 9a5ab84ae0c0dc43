//! Carbon dioxide of fuels burnt.
//!
//! Direct emissions on the lower heating value. Not here: mining, transport, methane and nitrous
//! oxide, capture.

use crate::assets::fault::{Fault, not_negative};

/// GJ per MWh.
const GJ_PER_MWH: f64 = 3.6;

/// A fuel with a default emission factor: IPCC, "2006 Guidelines for National Greenhouse Gas
/// Inventories", vol. 2 (Energy), ch. 2, table 2.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fuel {
    /// Anthracite.
    Anthracite,
    /// Other bituminous coal: the hard coal of power stations.
    HardCoal,
    /// Sub-bituminous coal.
    SubBituminousCoal,
    /// Lignite.
    Lignite,
    /// Peat.
    Peat,
    /// Natural gas.
    NaturalGas,
    /// Liquefied petroleum gases.
    LiquefiedPetroleumGas,
    /// Crude oil.
    CrudeOil,
    /// Gas and diesel oil.
    GasOil,
    /// Residual (heavy) fuel oil.
    ResidualFuelOil,
    /// Petroleum coke.
    PetroleumCoke,
    /// Municipal waste, its fossil part.
    MunicipalWasteFossil,
    /// Wood and wood waste: biogenic.
    Wood,
    /// Hydrogen, uranium and all else that holds no carbon.
    CarbonFree,
}

impl Fuel {
    /// CO2 in kg per GJ of fuel (lower heating value), biogenic included.
    #[must_use]
    pub const fn co2_kg_per_gj(self) -> f64 {
        match self {
            Self::Anthracite => 98.3,
            Self::HardCoal => 94.6,
            Self::SubBituminousCoal => 96.1,
            Self::Lignite => 101.0,
            Self::Peat => 106.0,
            Self::NaturalGas => 56.1,
            Self::LiquefiedPetroleumGas => 63.1,
            Self::CrudeOil => 73.3,
            Self::GasOil => 74.1,
            Self::ResidualFuelOil => 77.4,
            Self::PetroleumCoke => 97.5,
            Self::MunicipalWasteFossil => 91.7,
            Self::Wood => 112.0,
            Self::CarbonFree => 0.0,
        }
    }

    /// Whether the carbon was taken from the air by growth. Inventories report it apart and count 0
    /// in the energy sector (IPCC as above, section 2.3.3.4).
    #[must_use]
    pub const fn is_biogenic(self) -> bool {
        matches!(self, Self::Wood)
    }

    /// CO2 at the stack in t per MWh of fuel, biogenic included.
    #[must_use]
    pub const fn co2_t_per_mwh_thermal(self) -> f64 {
        self.co2_kg_per_gj() * GJ_PER_MWH * 1e-3
    }

    /// CO2 that counts as emission in t per MWh of fuel: 0 for biogenic fuels.
    #[must_use]
    pub const fn counted_co2_t_per_mwh_thermal(self) -> f64 {
        if self.is_biogenic() { 0.0 } else { self.co2_t_per_mwh_thermal() }
    }
}

/// The rule that an emission factor given by hand breaks, if it does.
#[must_use]
pub fn faults(co2_t_per_mwh_thermal: f64) -> Vec<Fault> {
    // Pure carbon burns to 112 kg/GJ; the wettest biomass and blast-furnace gas stay below 300.
    let holds = not_negative(co2_t_per_mwh_thermal) && co2_t_per_mwh_thermal <= 1.1;
    Fault::unless(holds, "co2_t_per_mwh_thermal", "must lie between 0 and 1.1 (t per MWh of fuel, not kg)")
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    #[test]
    fn a_megawatt_hour_of_gas_burns_to_a_fifth_of_a_tonne() {
        // 56.1 kg/GJ * 3.6 GJ/MWh = 201.96 kg; hard coal 340.56 kg; lignite 363.6 kg.
        assert!((Fuel::NaturalGas.co2_t_per_mwh_thermal() - 0.201_96).abs() < 1e-12);
        assert!((Fuel::HardCoal.co2_t_per_mwh_thermal() - 0.340_56).abs() < 1e-12);
        assert!((Fuel::Lignite.co2_t_per_mwh_thermal() - 0.363_6).abs() < 1e-12);
    }

    #[test]
    fn biogenic_carbon_is_told_apart() {
        assert!((Fuel::Wood.co2_t_per_mwh_thermal() - 0.403_2).abs() < 1e-12);
        assert!(Fuel::Wood.counted_co2_t_per_mwh_thermal() <= 0.0);
        assert!(Fuel::NaturalGas.counted_co2_t_per_mwh_thermal() > 0.2);
    }

    #[test]
    fn a_factor_in_kilograms_is_a_fault() {
        assert_eq!(faults(201.96).len(), 1);
        assert_eq!(faults(f64::NAN).len(), 1);
        assert_eq!(faults(0.202), []);
    }

    #[test]
    fn the_defaults_are_those_of_the_factor_table() {
        let root = std::env::var_os("ENERGYOPTI_SHARED_DATA")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
        let Ok(text) = std::fs::read_to_string(root.join("esg/factors.csv")) else {
            let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: no reference data\n");
            return;
        };
        let rows = [
            ("anthracite", Fuel::Anthracite),
            ("other_bituminous", Fuel::HardCoal),
            ("sub_bituminous", Fuel::SubBituminousCoal),
            ("lignite", Fuel::Lignite),
            ("peat", Fuel::Peat),
            ("natural_gas", Fuel::NaturalGas),
            ("lpg", Fuel::LiquefiedPetroleumGas),
            ("crude_oil", Fuel::CrudeOil),
            ("gas_diesel_oil", Fuel::GasOil),
            ("residual_fuel_oil", Fuel::ResidualFuelOil),
            ("petroleum_coke", Fuel::PetroleumCoke),
            ("municipal_waste_fossil", Fuel::MunicipalWasteFossil),
            ("wood_biogenic", Fuel::Wood),
        ];
        for (name, fuel) in rows {
            let start = format!("combustion_lhv,{name},kgCO2/TJ,,");
            let line = text.lines().find_map(|line| line.strip_prefix(&start)).expect("the table has the row");
            let kg_per_tj: f64 = line.split(',').next().unwrap().parse().unwrap();
            assert!((fuel.co2_kg_per_gj() - kg_per_tj / 1000.0).abs() < 1e-9, "{name}");
        }
    }
}
