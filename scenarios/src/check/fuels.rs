//! Fuels: price, carbon, supply.

use energyopti_engine::Fuel;
use energyopti_engine::assets::thermal::emissions;

use super::{Asset, Check, Checked};
use crate::fault::Found;
use crate::schema::On;

/// Reads one fuel.
pub(super) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Fuel> {
    let price = cx.factors_and_effects(asset, "price_factors", On::Price);
    let supply = cx.factors_and_effects(asset, "supply_factors", On::Supply);
    let limited = asset.has("supply_mw");
    if !limited && supply.as_ref().is_ok_and(|factors| !factors.is_empty()) {
        let rule = "is missing: something multiplies the supply of this fuel";
        cx.note(Found::new(asset.span, asset.at("supply_mw"), rule));
    }
    let co2_t_per_mwh = match asset.has("co2_t_per_mwh") {
        true => asset.number("co2_t_per_mwh"),
        false if asset.has("kind") => kind(asset.text("kind")?).ok_or(super::Reported),
        false => Ok(0.0),
    };
    Ok(Fuel {
        name: asset.name()?.to_owned(),
        price_per_mwh: asset.number("price_¤_per_mwh")?,
        co2_t_per_mwh: co2_t_per_mwh?,
        co2_price_per_t: asset.number("co2_price_¤_per_t")?,
        supply_mw: if limited { Some(asset.number("supply_mw")?) } else { None },
        price: price?,
        supply: supply?,
    })
}

/// Carbon dioxide of a fuel of the table, t per MWh, biogenic apart.
fn kind(name: &str) -> Option<f64> {
    use emissions::Fuel::{
        Anthracite, CarbonFree, CrudeOil, GasOil, HardCoal, Lignite, LiquefiedPetroleumGas, MunicipalWasteFossil,
        NaturalGas, Peat, PetroleumCoke, ResidualFuelOil, SubBituminousCoal, Wood,
    };
    let fuel = match name {
        "anthracite" => Anthracite,
        "hard_coal" => HardCoal,
        "sub_bituminous_coal" => SubBituminousCoal,
        "lignite" => Lignite,
        "peat" => Peat,
        "natural_gas" => NaturalGas,
        "liquefied_petroleum_gas" => LiquefiedPetroleumGas,
        "crude_oil" => CrudeOil,
        "gas_oil" => GasOil,
        "residual_fuel_oil" => ResidualFuelOil,
        "petroleum_coke" => PetroleumCoke,
        "municipal_waste_fossil" => MunicipalWasteFossil,
        "wood" => Wood,
        "carbon_free" => CarbonFree,
        _ => return None,
    };
    Some(fuel.counted_co2_t_per_mwh_thermal())
}
