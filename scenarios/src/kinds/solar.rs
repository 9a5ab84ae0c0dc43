//! `[[solar]]`: the table, and the engine's plant that it becomes: a profile, or Sun and weather.

use energyopti_engine::Series;
use energyopti_engine::assets::fault::Fault;
use energyopti_engine::assets::solar::cell::CellTemperature;
use energyopti_engine::assets::solar::location::Location;
use energyopti_engine::assets::solar::plant::Plant;
use energyopti_engine::assets::solar::pvwatts::Pvwatts;
use energyopti_engine::assets::solar::step::{Surface, Transposition};
use energyopti_engine::assets::solar::{Beam, Physics, Sky, Solar, Source, Weather};
use energyopti_engine::processes::clear_sky_markov;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::weather::{self, Place, Quantity};
use crate::check::{Asset, Check, Checked, Reported, profile};
use crate::fault::Found;
use crate::schema::{
    OutageSpec, ProfileSpec, SolarWeatherSpec, TemperatureModelSpec, TranspositionSpec, TurbiditySpec, Unit, one,
};

/// A solar plant or a group of equal ones: must-take, curtailed only when nobody needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolarSpec {
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
    /// Nominal power of one plant. With `weather`: AC rating of its inverter, which it never exceeds;
    /// its modules have `p_nom_mw` times `dc_ac_ratio`.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Power that one plant could give, step by step; or `weather`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileSpec>,
    /// Weather from which its power follows, instead of `profile`. Steps must not exceed 1h: the Sun
    /// of a step is that of its middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weather: Option<SolarWeatherSpec>,
    /// Latitude, north positive; by default that of the weather file. This and the keys below belong
    /// to `weather`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -90.0, max = 90.0))]
    pub latitude_deg: Option<f64>,
    /// Longitude, east positive; by default that of the weather file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -180.0, max = 180.0))]
    pub longitude_deg: Option<f64>,
    /// Altitude above sea level; by default that of the weather file, else 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -500.0, max = 9_000.0))]
    pub altitude_m: Option<f64>,
    /// Angle of the modules from the horizontal, 0 to 180; by default 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 180.0))]
    pub tilt_deg: Option<f64>,
    /// Direction that the modules face, clockwise from north; by default 180, which is south.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 360.0))]
    pub azimuth_deg: Option<f64>,
    /// Share of the light that the ground reflects; by default 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub albedo: Option<f64>,
    /// How diffuse light is brought to the modules; by default `hay_davies`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transposition: Option<TranspositionSpec>,
    /// How warm the cells get; by default `sapm_open_rack_glass_polymer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature_model: Option<TemperatureModelSpec>,
    /// Power of the modules over that of the inverter; by default 1.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.1, max = 10.0))]
    pub dc_ac_ratio: Option<f64>,
    /// Change of the modules' power per degree of the cells; by default -0.0035.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -0.02, max = 0.0))]
    pub gamma_pdc_per_c: Option<f64>,
    /// Losses between modules and inverter, 0-1; by default 0.14.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub losses_pu: Option<f64>,
    /// Nominal efficiency of the inverter; by default 0.96.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.5, max = 1.0))]
    pub inverter_efficiency: Option<f64>,
    /// Cost per MWh generated.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// How a plant fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for SolarSpec {
    fn spell_out(&mut self) {
        if let Some(profile) = &mut self.profile {
            profile.spell_out(Unit::Mw);
        }
        let Some(weather) = &mut self.weather else { return };
        let standard = Pvwatts::standard(1.0);
        self.tilt_deg.get_or_insert(TILT_DEG);
        self.azimuth_deg.get_or_insert(AZIMUTH_DEG);
        self.albedo.get_or_insert(ALBEDO);
        self.transposition.get_or_insert(TranspositionSpec::HayDavies);
        self.temperature_model.get_or_insert(TemperatureModelSpec::SapmOpenRackGlassPolymer);
        self.dc_ac_ratio.get_or_insert(standard.dc_ac_ratio);
        self.gamma_pdc_per_c.get_or_insert(standard.gamma_pdc_per_c);
        self.losses_pu.get_or_insert(standard.losses_pu);
        self.inverter_efficiency.get_or_insert(standard.inverter_efficiency_pu);
        if weather.file.is_none() {
            self.altitude_m.get_or_insert(0.0);
            weather.linke_turbidity.get_or_insert(TurbiditySpec::Constant(LINKE_TURBIDITY));
            weather.temp_air_c.get_or_insert(TEMP_AIR_C);
            weather.wind_m_s.get_or_insert(WIND_M_S);
        }
    }
}

/// Defaults where nothing else is known: a rough optimum of the middle latitudes, pvlib's albedo, the
/// temperature of the standard atmosphere, the wind of a module's nominal operating conditions.
const TILT_DEG: f64 = 30.0;
const AZIMUTH_DEG: f64 = 180.0;
const ALBEDO: f64 = 0.2;
const LINKE_TURBIDITY: f64 = 3.0;
const TEMP_AIR_C: f64 = 15.0;
const WIND_M_S: f64 = 1.0;

/// Keys that mean nothing beside a profile.
const PHYSICAL: [&str; 12] = [
    "latitude_deg",
    "longitude_deg",
    "altitude_m",
    "tilt_deg",
    "azimuth_deg",
    "albedo",
    "transposition",
    "temperature_model",
    "dc_ac_ratio",
    "gamma_pdc_per_c",
    "losses_pu",
    "inverter_efficiency",
];

/// Reads one plant.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Solar> {
    let common = asset.common(cx);
    let source = match weather::is_followed(asset, &PHYSICAL, cx) {
        Ok(false) => profile::of_plant(asset, cx).map(Source::Profile),
        Ok(true) => physics(asset, cx).map(Source::Physics),
        Err(Reported) => Err(Reported),
    };
    Ok(Solar {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        source: source?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
}

fn physics(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Physics> {
    let part = asset.inner("weather")?;
    if cx.study.step_s()? > 3600 {
        let rule = "needs steps of at most 1h: the Sun of a step is that of its middle";
        cx.note(Found::new(asset.key_span("weather"), part.path.clone(), rule).help("shorten scenario.step"));
        return Err(Reported);
    }
    let weather = sky(asset, &part, cx);
    let (weather, place) = match weather {
        Ok((weather, place)) => (Ok(weather), Ok(place)),
        Err(Reported) => (Err(Reported), Err(Reported)),
    };
    let location = location(asset, &part, place, cx);
    let plant = plant(asset, location?)?;
    asset.report(&own_keys(plant.faults()), cx)?;
    Ok(Physics::new(plant, weather?))
}

/// Faults under the keys of the table.
fn own_keys(mut faults: Vec<Fault>) -> Vec<Fault> {
    for fault in &mut faults {
        fault.key = match fault.key {
            "pdc0_mw" => "p_nom_mw",
            "inverter_efficiency_pu" => "inverter_efficiency",
            "linke_turbidity" => "weather",
            own => own,
        };
    }
    faults
}

fn plant(asset: &Asset<'_>, location: Location) -> Checked<Plant> {
    let word = |key: &str, default| if asset.has(key) { asset.text(key) } else { Ok(default) };
    let transposition = match word("transposition", "hay_davies")? {
        "isotropic" => Transposition::Isotropic,
        _ => Transposition::HayDavies,
    };
    let surface = Surface {
        tilt_deg: asset.number_or("tilt_deg", TILT_DEG)?,
        azimuth_deg: asset.number_or("azimuth_deg", AZIMUTH_DEG)?,
        albedo: asset.number_or("albedo", ALBEDO)?,
        transposition,
    };
    let standard = Pvwatts::standard(1.0);
    let dc_ac_ratio = asset.number_or("dc_ac_ratio", standard.dc_ac_ratio)?;
    let power = Pvwatts {
        pdc0_mw: asset.number("p_nom_mw")? * dc_ac_ratio,
        gamma_pdc_per_c: asset.number_or("gamma_pdc_per_c", standard.gamma_pdc_per_c)?,
        losses_pu: asset.number_or("losses_pu", standard.losses_pu)?,
        dc_ac_ratio,
        inverter_efficiency_pu: asset.number_or("inverter_efficiency", standard.inverter_efficiency_pu)?,
    };
    let model = word("temperature_model", "sapm_open_rack_glass_polymer")?;
    let temperature = CellTemperature::named(model).ok_or(Reported)?;
    Ok(Plant { location, surface, temperature, power })
}

/// Where it stands: as written, else where its weather was measured.
fn location(
    asset: &Asset<'_>,
    weather: &Asset<'_>,
    place: Checked<Option<Place>>,
    cx: &mut Check<'_>,
) -> Checked<Location> {
    let place = place?;
    let mut coordinate = |key: &'static str, known: Option<f64>| {
        if asset.has(key) {
            return asset.number(key);
        }
        known.ok_or_else(|| {
            let found = Found::new(asset.span, asset.at(key), "is missing");
            cx.note(found.help("the Sun depends on where the plant stands"))
        })
    };
    let latitude = coordinate("latitude_deg", place.map(|p| p.latitude_deg));
    let longitude = coordinate("longitude_deg", place.map(|p| p.longitude_deg));
    let altitude = asset.number_or("altitude_m", place.map_or(0.0, |p| p.altitude_m))?;
    let mut location = Location::new(latitude?, longitude?, altitude);
    if weather.has("linke_turbidity") {
        location.linke_turbidity = match weather.node("linke_turbidity")?.number() {
            Some(value) => [value; 12],
            None => weather.numbers("linke_turbidity")?.try_into().map_err(|_| Reported)?,
        };
    }
    Ok(location)
}

/// The weather, and where it was measured.
fn sky(asset: &Asset<'_>, part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<(Weather, Option<Place>)> {
    let way = weather::only_one(part, &["model", "process", "file"], cx)?;
    let strays: &[&str] = if way == "file" { &["linke_turbidity"] } else { &["format", "columns"] };
    if let Some(key) = strays.iter().find(|key| part.has(key)) {
        let rule = format!("does not belong to `{way}`");
        return Err(cx.note(Found::new(part.key_span(key), part.at(key), rule)));
    }
    if way == "file" {
        return given(part, cx);
    }
    let sky = match way {
        "process" => Sky::Index { process: cx.process(part, "process")? },
        _ if part.text("model")? == "clear_sky" => Sky::Clear,
        _ => {
            let mut process = clear_sky_markov(asset.name()?);
            if asset.has("stream") {
                asset.text("stream")?.clone_into(&mut process.stream);
            }
            Sky::Index { process: cx.own_process(process) }
        }
    };
    let temp_air_c = Series::Constant(part.number_or("temp_air_c", TEMP_AIR_C)?);
    let wind_m_s = Series::Constant(part.number_or("wind_m_s", WIND_M_S)?);
    Ok((Weather { sky, temp_air_c, wind_m_s }, None))
}

fn given(part: &Asset<'_>, cx: &mut Check<'_>) -> Checked<(Weather, Option<Place>)> {
    let source = weather::open(part, cx)?;
    let ghi = source.course(Quantity::Ghi, part, cx);
    let beam = match (source.tells(Quantity::Dni, part), source.tells(Quantity::Dhi, part)) {
        (true, true) => {
            let (dni, dhi) = (source.course(Quantity::Dni, part, cx), source.course(Quantity::Dhi, part, cx));
            dni.and_then(|dni| Ok(Some(Beam { dni, dhi: dhi? })))
        }
        (false, false) => Ok(None),
        (has_dni, _) => {
            let (one, other) = if has_dni { ("dni", "dhi") } else { ("dhi", "dni") };
            let rule = format!("names a file with `{one}_w_per_m2` and without `{other}_w_per_m2`");
            let found = Found::new(part.span_of("file"), part.at("file"), rule);
            Err(cx.note(found.help("give both, or neither: then the light is split after Erbs")))
        }
    };
    let temp_air_c = source.course_or(Quantity::TempAir, part, (part, "temp_air_c", TEMP_AIR_C), cx);
    let wind_m_s = source.course_or(Quantity::Wind, part, (part, "wind_m_s", WIND_M_S), cx);
    let sky = Sky::Given { ghi: ghi?, beam: beam? };
    Ok((Weather { sky, temp_air_c: temp_air_c?, wind_m_s: wind_m_s? }, source.place()))
}
