//! Weather files and models, from the scenario to the engine's courses.

#![expect(clippy::float_cmp, reason = "numbers that are read, not computed")]

use std::path::Path;

use energyopti_engine::Series;
use energyopti_engine::assets::solar::{Sky, Source};
use energyopti_engine::assets::wind::{self, Speed};
use energyopti_scenarios::{Variant, load, load_text};

fn scenario(start: &str, step: &str, steps: u32, more: &str) -> Variant {
    let text = format!(
        "format = 1\n[scenario]\nname = \"t\"\nstart = \"{start}\"\nstep = \"{step}\"\nsteps = {steps}\n\
         [[bus]]\nname = \"b\"\n[[load]]\nname = \"town\"\np_mw = 1\n{more}"
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/weather/data");
    match load_text(&text, &folder, "test.toml", &[]) {
        Ok(mut variants) => variants.remove(0),
        Err(faults) => panic!("{faults}"),
    }
}

fn sun(weather: &str) -> String {
    format!("[[solar]]\nname = \"sun\"\np_nom_mw = 5\nweather = {weather}\n")
}

/// Light and air temperature.
fn given(variant: &Variant) -> (Series, Series) {
    let Source::Physics(physics) = &variant.model.assets.solar[0].source else { panic!("no physics") };
    let Sky::Given { ghi, beam } = &physics.weather().sky else { panic!("no file") };
    assert!(beam.is_some());
    (ghi.clone(), physics.weather().temp_air_c.clone())
}

#[test]
fn an_epw_year_is_laid_over_the_horizon_by_its_own_clock() {
    // One hour east of Greenwich: the step from 07:00 to 08:00 UTC is hour 9 of the file (08:00 to 09:00).
    let variant = scenario("2024-02-28T00:00:00Z", "1h", 48, &sun("{ file = \"february.epw\" }"));
    let (ghi, temp) = given(&variant);
    assert_eq!((ghi.at(7, 0), temp.at(7, 0)), (190.0, 19.0));
    assert_eq!((ghi.at(5, 0), ghi.at(6, 0), ghi.at(16, 0)), (0.0, 180.0, 0.0));
    // 29 February takes 28 February; from 23:00 UTC on it is 1 March there.
    assert_eq!(temp.at(24 + 7, 0), 19.0);
    assert_eq!(temp.at(47, 0), -4.0);
    // The place is the file's.
    let Source::Physics(physics) = &variant.model.assets.solar[0].source else { panic!("no physics") };
    assert_eq!(physics.plant().location.latitude_deg, 52.5);
    assert_eq!(physics.plant().location.altitude_m, 40.0);
    assert_eq!(physics.plant().power.pdc0_mw, 6.0);
    assert_eq!(variant.inputs.len(), 1);
}

#[test]
fn a_tmy3_year_is_read_like_an_epw_year() {
    // Eight hours west: 16:00 UTC is 08:00 there, hour 9.
    let variant = scenario("2025-02-27T16:00:00Z", "30min", 4, &sun("{ file = \"february.tmy3.csv\" }"));
    let (ghi, temp) = given(&variant);
    // Steps below an hour hold the hour's value.
    assert_eq!((0..4).map(|t| ghi.at(t, 0)).collect::<Vec<_>>(), [190.0, 190.0, 200.0, 200.0]);
    assert_eq!(temp.at(0, 0), 9.0);
}

#[test]
fn wind_comes_from_the_same_files() {
    let more = "[[wind]]\nname = \"mill\"\np_nom_mw = 3\nhub_height_m = 100\ndensity_correction = true\n\
                power_curve = { speed_m_s = [3, 12, 25], power_mw = [0, 3, 3] }\nweather = { file = \"february.epw\" }\n";
    let variant = scenario("2025-02-27T00:00:00Z", "1h", 4, more);
    let wind::Source::Physics(physics) = &variant.model.assets.wind[0].source else { panic!("no physics") };
    let Speed::Given(wind) = &physics.weather().wind else { panic!("no file") };
    assert_eq!((wind.at(0, 0), physics.weather().pressure_pa.at(0, 0)), (1.0, 101_002.0));
    assert!(variant.model.assets.wind[0].p_max_mw(&variant.model.clock).is_some());
}

#[test]
fn clouds_of_a_plant_are_a_process_of_its_own_stream() {
    let more = "latitude_deg = 52.5\nlongitude_deg = 13.4\nstream = \"luck\"\n";
    let variant = scenario("2025-06-01T00:00:00Z", "1h", 4, &(sun("{ model = \"clear_sky_markov\" }") + more));
    let process = &variant.model.processes[0];
    assert_eq!((process.name.as_str(), process.stream.as_str()), ("sun", "luck"));
    assert!(variant.model.assets.solar[0].p_max_mw(&variant.model.clock).is_none());
}

#[test]
fn a_canonical_scenario_with_weather_loads_back_to_itself() {
    let first = scenario("2025-02-27T00:00:00Z", "1h", 4, &sun("{ file = \"february.epw\" }"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inputs")).unwrap();
    for input in &first.inputs {
        std::fs::write(folder.path().join(input.stored_as()), &*input.bytes).unwrap();
    }
    let path = folder.path().join("scenario.json");
    std::fs::write(&path, first.scenario.canonical().to_string()).unwrap();
    let second = load(&path, &[]).unwrap().remove(0);
    assert_eq!(first.scenario.canonical(), second.scenario.canonical());
    assert_eq!(given(&first), given(&second));
}
