//! `[[wind]]`: the table, and the engine's plant that it becomes.

use energyopti_engine::Series;
use energyopti_engine::assets::fault::Fault;
use energyopti_engine::assets::wind::curve::{CutOut, PowerCurve};
use energyopti_engine::assets::wind::density::DensityModel;
use energyopti_engine::assets::wind::plant::WindTurbine;
use energyopti_engine::assets::wind::shear::{HELLMAN_EXPONENT_OPEN_LAND, Shear};
use energyopti_engine::assets::wind::{Physics, Source, Speed, Weather, Wind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::weather::{self, Quantity};
use crate::check::{Asset, Check, Checked, Reported, profile};
use crate::fault::Found;
use crate::schema::{OutageSpec, PowerCurveSpec, ProfileSpec, ShearSpec, Unit, WindWeatherSpec, one};

/// A wind plant or a group of equal ones: must-take, curtailed only when nobody needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How many equal plants stand behind the name.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
    /// Nominal power of one plant.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Power that one plant could give, step by step; or `weather`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileSpec>,
    /// Wind from which its power follows, instead of `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weather: Option<WindWeatherSpec>,
    /// Power by wind at the hub; with `weather`, as are the keys below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power_curve: Option<PowerCurveSpec>,
    /// Height of the hub above ground; with `weather` it must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 500.0), extend("exclusiveMinimum" = 0))]
    pub hub_height_m: Option<f64>,
    /// Height at which the wind is known; by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 500.0), extend("exclusiveMinimum" = 0))]
    pub wind_height_m: Option<f64>,
    /// Wind over height; by default the power law of open land, exponent 1/7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shear: Option<ShearSpec>,
    /// Wind at the hub above which the turbine stops until it is below `v_restart_m_s`. Without it
    /// the power curve alone says what each wind gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100.0), extend("exclusiveMinimum" = 0))]
    pub v_cut_out_m_s: Option<f64>,
    /// Wind at the hub below which it starts again; by default 0.8 times `v_cut_out_m_s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100.0), extend("exclusiveMinimum" = 0))]
    pub v_restart_m_s: Option<f64>,
    /// Whether thin air gives less: moves the power curve with the density at the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub density_correction: Option<bool>,
    /// Air temperature 2 m above ground; by default that of the weather file, else 15.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -90.0, max = 60.0))]
    pub temperature_c: Option<f64>,
    /// Air pressure at the ground; by default that of the weather file, else 101325.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 30_000.0, max = 120_000.0))]
    pub pressure_pa: Option<f64>,
    /// Cost per MWh generated.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// How a plant fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for WindSpec {
    fn spell_out(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.spell_out(Unit::Mw);
        }
        let Some(weather) = &self.weather else { return };
        self.wind_height_m.get_or_insert(WIND_HEIGHT_M);
        let open_land = ShearSpec { roughness_length_m: None, exponent: Some(HELLMAN_EXPONENT_OPEN_LAND) };
        self.shear.get_or_insert(open_land);
        self.density_correction.get_or_insert(false);
        if let (Some(stop), None) = (self.v_cut_out_m_s, self.v_restart_m_s) {
            self.v_restart_m_s = Some(RESTART_SHARE * stop);
        }
        if weather.file.is_none() {
            self.temperature_c.get_or_insert(TEMPERATURE_C);
            self.pressure_pa.get_or_insert(PRESSURE_PA);
        }
    }
}

/// Defaults: the height of weather stations, and the standard atmosphere at sea level.
const WIND_HEIGHT_M: f64 = 10.0;
const TEMPERATURE_HEIGHT_M: f64 = 2.0;
const TEMPERATURE_C: f64 = 15.0;
const PRESSURE_PA: f64 = 101_325.0;
/// A turbine that stops at 25 m/s starts again at 20.
const RESTART_SHARE: f64 = 0.8;

/// Keys that mean nothing beside a profile.
const PHYSICAL: [&str; 9] = [
    "power_curve",
    "hub_height_m",
    "wind_height_m",
    "shear",
    "v_cut_out_m_s",
    "v_restart_m_s",
    "density_correction",
    "temperature_c",
    "pressure_pa",
];

/// Reads one plant.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Wind> {
    let common = asset.common(cx);
    let source = match weather::is_followed(asset, &PHYSICAL, cx) {
        Ok(false) => profile::of_plant(asset, cx).map(Source::Profile),
        Ok(true) => physics(asset, cx).map(Source::Physics),
        Err(Reported) => Err(Reported),
    };
    Ok(Wind {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        source: source?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
}

fn physics(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Physics> {
    let weather = wind(asset, cx);
    let turbine = turbine(asset, cx)?;
    report(asset, &turbine.faults(), cx)?;
    Ok(Physics::new(turbine, weather?))
}

/// Notes faults at the tables in which their keys stand.
fn report(asset: &Asset<'_>, faults: &[Fault], cx: &mut Check<'_>) -> Checked<()> {
    for fault in faults {
        let (table, key) = match fault.key {
            key @ ("speed_m_s" | "power_mw") => (asset.inner("power_curve")?, key),
            "hellman_exponent" => (asset.inner("shear")?, "exponent"),
            key @ "roughness_length_m" => (asset.inner("shear")?, key),
            key => (asset.clone(), key),
        };
        _ = table.report(&[Fault { key, rule: fault.rule.clone() }], cx);
    }
    if faults.is_empty() { Ok(()) } else { Err(Reported) }
}

fn turbine(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<WindTurbine> {
    let mut needed = |key: &str, why: &str| {
        if asset.has(key) {
            return Ok(());
        }
        Err(cx.note(Found::new(asset.span, asset.at(key), "is missing").help(why)))
    };
    let height = needed("hub_height_m", "the wind grows with height");
    let table = needed("power_curve", "write power_curve = { speed_m_s = [...], power_mw = [...] }");
    let curve = table.and_then(|()| power_curve(&asset.inner("power_curve")?, cx));
    let shear = shear(asset, cx);
    let corrected = asset.has("density_correction") && asset.flag("density_correction")?;
    height?;
    Ok(WindTurbine {
        p_nom_mw: asset.number("p_nom_mw")?,
        hub_height_m: asset.number("hub_height_m")?,
        wind_height_m: asset.number_or("wind_height_m", WIND_HEIGHT_M)?,
        temperature_height_m: TEMPERATURE_HEIGHT_M,
        pressure_height_m: 0.0,
        shear: shear?,
        density: corrected.then_some(DensityModel::Barometric),
        curve: curve?,
        cut_out: cut_out(asset, cx)?,
    })
}

fn power_curve(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<PowerCurve> {
    match (part.has("file"), part.has("speed_m_s"), part.has("power_mw")) {
        (false, true, true) => {
            Ok(PowerCurve { speed_m_s: part.numbers("speed_m_s")?, power_mw: part.numbers("power_mw")? })
        }
        (true, false, false) => {
            let [speed_m_s, power_mw] = weather::columns(part, ["speed_m_s", "power_mw"], cx)?;
            Ok(PowerCurve { speed_m_s, power_mw })
        }
        _ => {
            let found = Found::new(part.span, part.path.clone(), "does not say one curve");
            Err(cx.note(found.help("write `speed_m_s` and `power_mw`, or a `file` with these columns")))
        }
    }
}

fn shear(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Shear> {
    if !asset.has("shear") {
        return Ok(Shear::Hellman { exponent: HELLMAN_EXPONENT_OPEN_LAND });
    }
    let part = asset.inner("shear")?;
    match (part.has("roughness_length_m"), part.has("exponent")) {
        (true, false) => {
            Ok(Shear::Logarithmic { roughness_length_m: part.number("roughness_length_m")?, obstacle_height_m: 0.0 })
        }
        (false, true) => Ok(Shear::Hellman { exponent: part.number("exponent")? }),
        _ => {
            let found = Found::new(part.span, part.path.clone(), "does not say one law");
            Err(cx.note(found.help("write `roughness_length_m` or `exponent`")))
        }
    }
}

fn cut_out(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Option<CutOut>> {
    if !asset.has("v_cut_out_m_s") {
        if asset.has("v_restart_m_s") {
            let found = Found::new(asset.key_span("v_restart_m_s"), asset.at("v_restart_m_s"), "needs `v_cut_out_m_s`");
            return Err(cx.note(found));
        }
        return Ok(None);
    }
    let v_cut_out_m_s = asset.number("v_cut_out_m_s")?;
    let v_restart_m_s = asset.number_or("v_restart_m_s", RESTART_SHARE * v_cut_out_m_s)?;
    Ok(Some(CutOut { v_cut_out_m_s, v_restart_m_s }))
}

/// The wind and the air.
fn wind(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Weather> {
    let part = asset.inner("weather")?;
    if weather::only_one(&part, &["process", "file"], cx)? == "file" {
        let source = weather::open(&part, cx)?;
        let wind = source.course(Quantity::Wind, &part, cx);
        // Air that nothing depends on is not asked for: a gap in it is no fault.
        if !(asset.has("density_correction") && asset.flag("density_correction")?) {
            let (temperature_c, pressure_pa) = (Series::Constant(TEMPERATURE_C), Series::Constant(PRESSURE_PA));
            return Ok(Weather { wind: Speed::Given(wind?), temperature_c, pressure_pa });
        }
        let temperature = source.course_or(Quantity::TempAir, &part, (asset, "temperature_c", TEMPERATURE_C), cx);
        let pressure = source.course_or(Quantity::Pressure, &part, (asset, "pressure_pa", PRESSURE_PA), cx);
        return Ok(Weather { wind: Speed::Given(wind?), temperature_c: temperature?, pressure_pa: pressure? });
    }
    if let Some(key) = ["format", "columns"].iter().find(|key| part.has(key)) {
        let found = Found::new(part.key_span(key), part.at(key), "does not belong to `process`");
        return Err(cx.note(found));
    }
    Ok(Weather {
        wind: Speed::Process(cx.process(&part, "process")?),
        temperature_c: Series::Constant(asset.number_or("temperature_c", TEMPERATURE_C)?),
        pressure_pa: Series::Constant(asset.number_or("pressure_pa", PRESSURE_PA)?),
    })
}
