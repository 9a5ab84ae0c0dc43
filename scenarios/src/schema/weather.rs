//! Weather over solar and wind plants, and what of a plant is told in a table of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weather over a solar plant: one of `model`, `process` and `file`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolarWeatherSpec {
    /// A sky without clouds, or one whose clouds are drawn for this plant alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<SkySpec>,
    /// Name of a process that multiplies the clear sky's light; several plants may share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// File: a typical year (EPW or TMY3), which fits any horizon, or CSV with a row per step. Light
    /// without `dni_w_per_m2` and `dhi_w_per_m2` is split after Erbs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Format of the file; by default what its first lines show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<WeatherFormatSpec>,
    /// Columns of a CSV file that are not called as here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<SolarColumnsSpec>,
    /// Linke turbidity of the clear sky, 1 to 20: a number, or January to December; by default 3. Not
    /// with `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linke_turbidity: Option<TurbiditySpec>,
    /// Air temperature; by default that of the file, else 15.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -90.0, max = 60.0))]
    pub temp_air_c: Option<f64>,
    /// Wind; by default that of the file, else 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 120.0))]
    pub wind_m_s: Option<f64>,
}

/// Skies that need no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SkySpec {
    /// No clouds (Ineichen-Perez).
    ClearSky,
    /// Clear, broken and overcast sky in turn, drawn from the plant's own stream.
    ClearSkyMarkov,
}

/// Formats of weather files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WeatherFormatSpec {
    /// `EnergyPlus` weather.
    Epw,
    /// Typical meteorological year, third edition.
    Tmy3,
    /// A header line and a row per step.
    Csv,
}

/// Linke turbidity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum TurbiditySpec {
    /// The same all year.
    Constant(#[schemars(range(min = 1.0, max = 20.0))] f64),
    /// January to December.
    Monthly(#[schemars(length(equal = 12), inner(range(min = 1.0, max = 20.0)))] Vec<f64>),
}

/// Names of a CSV file's columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolarColumnsSpec {
    /// Global horizontal irradiance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ghi_w_per_m2: Option<String>,
    /// Direct normal irradiance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dni_w_per_m2: Option<String>,
    /// Diffuse horizontal irradiance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dhi_w_per_m2: Option<String>,
    /// Air temperature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_air_c: Option<String>,
    /// Wind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wind_m_s: Option<String>,
}

/// How diffuse light is brought to a tilted plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TranspositionSpec {
    /// Equally bright everywhere.
    Isotropic,
    /// Brighter around the Sun.
    HayDavies,
}

/// Published cell temperature models with their parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemperatureModelSpec {
    /// Sandia, free-standing, glass on glass.
    SapmOpenRackGlassGlass,
    /// Sandia, close to a roof, glass on glass.
    SapmCloseMountGlassGlass,
    /// Sandia, free-standing, glass on polymer.
    SapmOpenRackGlassPolymer,
    /// Sandia, insulated back, glass on polymer.
    SapmInsulatedBackGlassPolymer,
    /// `PVsyst`, free-standing.
    PvsystFreestanding,
    /// `PVsyst`, insulated back.
    PvsystInsulated,
    /// `PVsyst`, semi-integrated.
    PvsystSemiIntegrated,
    /// Faiman.
    Faiman,
}

/// Wind at a plant: one of `process` and `file`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindWeatherSpec {
    /// Name of a process whose values are wind speeds in m/s; several plants may share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// File: a typical year (EPW or TMY3), which fits any horizon, or CSV with a row per step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Format of the file; by default what its first lines show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<WeatherFormatSpec>,
    /// Columns of a CSV file that are not called as here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<WindColumnsSpec>,
}

/// Names of a CSV file's columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindColumnsSpec {
    /// Wind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wind_m_s: Option<String>,
    /// Air temperature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_air_c: Option<String>,
    /// Air pressure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pressure_pa: Option<String>,
}

/// Power by wind at the hub: `speed_m_s` and `power_mw`, or a CSV file with these columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerCurveSpec {
    /// Wind speeds, increasing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 10_000), inner(range(min = 0.0, max = 100.0)))]
    pub speed_m_s: Option<Vec<f64>>,
    /// Power at each speed, up to `p_nom_mw`; 0 beyond the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 10_000), inner(range(min = 0.0, max = 1e9)))]
    pub power_mw: Option<Vec<f64>>,
    /// CSV file with columns `speed_m_s` and `power_mw`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// Wind over height: one of both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShearSpec {
    /// Logarithmic law: 0.0002 open sea, 0.03 grass, 0.1 crops, 1 town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100.0), extend("exclusiveMinimum" = 0))]
    pub roughness_length_m: Option<f64>,
    /// Power law: often 1/7 over land, 1/9 at sea.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub exponent: Option<f64>,
}
