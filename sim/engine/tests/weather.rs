//! Solar and wind plants that follow from weather, through the whole engine.

#![expect(clippy::float_cmp, reason = "exact where no rounding can be")]

mod support;

use energyopti_engine::assets::solar::cell::CellTemperature;
use energyopti_engine::assets::solar::location::Location;
use energyopti_engine::assets::solar::plant::Plant;
use energyopti_engine::assets::solar::pvwatts::Pvwatts;
use energyopti_engine::assets::solar::step::{Surface, Transposition};
use energyopti_engine::assets::solar::{self, Beam, Physics, Sky, Solar, Weather};
use energyopti_engine::assets::wind::curve::{CutOut, PowerCurve};
use energyopti_engine::assets::wind::plant::WindTurbine;
use energyopti_engine::assets::wind::shear::Shear;
use energyopti_engine::assets::wind::{self, Speed, Wind};
use energyopti_engine::processes::{Bounds, Kind, Law, MeanReverting, Process, clear_sky_markov};
use energyopti_engine::{Model, Outage, Series, Simulation, Tally, Trace};
use support::{common, load, model, results, run};

/// 2020-03-20T09:00Z: the middle of the first hour is the 09:30 of the reference row.
const START: i64 = 1_584_694_800;
/// The row of 2020-03-20T09:30Z, Berlin, tilt 35, azimuth 180, as pvlib 0.16 computed it.
const LINKE: f64 = 3.998_361;
const CLEAR_GHI: f64 = 494.907_984;
const CLOUD_GHI: f64 = 312.104_096;
const TEMP_AIR_C: f64 = 18.812_27;
const WIND_M_S: f64 = 6.470_794;

fn berlin() -> Plant {
    let location = Location { linke_turbidity: [LINKE; 12], ..Location::new(52.52, 13.405, 34.0) };
    let surface = Surface { tilt_deg: 35.0, azimuth_deg: 180.0, albedo: 0.25, transposition: Transposition::HayDavies };
    let temperature = CellTemperature::named("sapm_open_rack_glass_polymer").unwrap();
    Plant { location, surface, temperature, power: Pvwatts::standard(12.0) }
}

fn sun(plant: Plant, sky: Sky, count: u32, outage: Option<Outage>) -> Solar {
    let air = (Series::Constant(TEMP_AIR_C), Series::Constant(WIND_M_S));
    let weather = Weather { sky, temp_air_c: air.0, wind_m_s: air.1 };
    Solar {
        common: common("sun", count, outage),
        p_nom_mw: plant.power.p_nom_mw(),
        source: solar::Source::Physics(Physics::new(plant, weather)),
        marginal_cost_per_mwh: 0.0,
    }
}

fn with_sun(steps: u32, solar: Solar, processes: Vec<Process>) -> Model {
    let mut model = model(steps);
    model.clock.start_unix_s = START;
    model.assets.solar = vec![solar];
    model.assets.load = vec![load("town", Series::Constant(5.0))];
    model.processes = processes;
    model
}

/// A process that stays at one value.
fn still(name: &str, value: f64) -> Process {
    let law = Law::Normal { mean: value, standard_deviation: 0.0 };
    Process::new(name, Kind::MeanReverting(MeanReverting { law, half_life_h: 1.0, jumps: None }))
}

fn cell(trace: &Trace, step: usize, column: &str) -> f64 {
    let at = trace.columns.iter().position(|name| name == column).unwrap_or_else(|| panic!("{:?}", trace.columns));
    trace.rows[step][at]
}

fn value(model: &Model, replicas: u64, name: &str) -> f64 {
    let results = results(model, replicas);
    results.metrics.iter().find(|(metric, _)| metric == name).unwrap().1.value.unwrap()
}

fn traced(model: &Model) -> Trace {
    Simulation::new(model).unwrap().trace(0, model).unwrap()
}

#[test]
fn a_berlin_hour_is_that_of_pvlib() {
    let trace = traced(&with_sun(2, sun(berlin(), Sky::Clear, 1, None), vec![]));
    let close = |column: &str, expected: f64, within: f64| {
        let got = cell(&trace, 0, column);
        assert!((got - expected).abs() < within, "{column}: {got}, expected {expected}");
    };
    close("sun.zenith_deg", 56.713_027, 2e-4);
    close("sun.azimuth_deg", 148.460_955, 2e-4);
    close("sun.ghi_w_per_m2", CLEAR_GHI, 5e-3);
    close("sun.poa_w_per_m2", 749.285_925, 5e-2);
}

#[test]
fn clouds_of_a_process_give_the_plane_and_the_cells_of_pvlib() {
    let kc = still("kc", CLOUD_GHI / CLEAR_GHI);
    let trace = traced(&with_sun(1, sun(berlin(), Sky::Index { process: 0 }, 1, None), vec![kc]));
    assert!((cell(&trace, 0, "sun.poa_w_per_m2") - 340.280_494).abs() < 0.05);
    // By hand from the row's 340.280494 W/m2: the cells are 340.28 (exp(-3.56 - 0.075 x 6.470794) + 0.003)
    // = 6.9556 above the air, at 25.7679; DC 12 x 0.34028 x 0.86 x (1 - 0.0035 x 0.7679) = 3.50226 MW; load
    // 3.50226 / (10 / 0.96) = 0.336217; AC 10 / 0.9637 x (0.336217 (0.9858 - 0.0162 x 0.336217) - 0.0059).
    let rise = 340.280_494 * ((-3.56 - 0.075 * WIND_M_S).exp() + 0.003);
    assert!((cell(&trace, 0, "sun.cell_temperature_c") - TEMP_AIR_C - rise).abs() < 2e-3);
    let dc = 12.0 * 0.340_280_494 * 0.86 * (1.0 - 0.0035 * (TEMP_AIR_C + rise - 25.0));
    let load = dc / (10.0 / 0.96);
    let ac = 10.0 / 0.9637 * (load * (0.9858 - 0.0162 * load) - 0.0059);
    assert!((cell(&trace, 0, "sun.unit_p_max_mw") - ac).abs() < 1e-3);
    // The load takes it all: what the port gave is what the physics shows.
    assert!((cell(&trace, 0, "sun.p_mw") - cell(&trace, 0, "sun.unit_p_max_mw")).abs() < 1e-12);
}

#[test]
fn given_light_is_that_of_the_clear_sky_where_it_is_the_clear_skys() {
    let plant = berlin();
    let clear = with_sun(24, sun(plant, Sky::Clear, 1, None), vec![]);
    let outlook = plant.prepare().outlook;
    let light: Vec<_> = (0..24).map(|t| outlook.step(clear.clock.middle_unix_s(t)).clear).collect();
    let steps = |of: fn(&solar::irradiance::Irradiance) -> f64| Series::Steps(light.iter().map(of).collect());
    let beam = Some(Beam { dni: steps(|l| l.dni), dhi: steps(|l| l.dhi) });
    let given = with_sun(24, sun(plant, Sky::Given { ghi: steps(|l| l.ghi), beam }, 1, None), vec![]);
    assert_eq!(run(&clear, 64, 1).1, run(&given, 64, 1).1);
    // The same as a profile: the physics leaves no trace in the results.
    let course = clear.assets.solar[0].p_max_mw(&clear.clock).unwrap();
    let mut profile = clear.clone();
    profile.assets.solar[0].source = solar::Source::Profile(course.clone());
    assert_eq!(run(&clear, 64, 1).1, run(&profile, 64, 1).1);
    // A process that stays at 1 differs by its split into beam and haze only.
    let one = with_sun(24, sun(plant, Sky::Index { process: 0 }, 1, None), vec![still("kc", 1.0)]);
    let split = with_sun(24, sun(plant, Sky::Given { ghi: steps(|l| l.ghi), beam: None }, 1, None), vec![]);
    let energy = |model: &Model| value(model, 64, "energy_mwh.sun");
    assert!((energy(&one) - energy(&split)).abs() < 1e-9 * energy(&one));
    assert!((energy(&one) / energy(&clear) - 1.0).abs() < 0.1);
}

fn cloudy(steps: u32) -> Model {
    let outage = Some(Outage::two_state(0.02, 0.2));
    let mut model =
        with_sun(steps, sun(berlin(), Sky::Index { process: 0 }, 3, outage), vec![clear_sky_markov("kc"), gale()]);
    model.assets.wind = vec![turbine(Speed::Process(1))];
    model
}

fn gale() -> Process {
    let law = Law::Weibull { shape: 2.0, scale: 9.0 };
    let kind = Kind::MeanReverting(MeanReverting { law, half_life_h: 8.0, jumps: None });
    Process { bounds: Bounds { min: 0.0, max: 60.0 }, ..Process::new("gale", kind) }
}

fn turbine(wind: Speed) -> Wind {
    let turbine = WindTurbine {
        p_nom_mw: 3.0,
        hub_height_m: 100.0,
        wind_height_m: 100.0,
        temperature_height_m: 2.0,
        pressure_height_m: 0.0,
        shear: Shear::Hellman { exponent: 0.0 },
        density: None,
        curve: PowerCurve { speed_m_s: vec![3.0, 12.0, 25.0], power_mw: vec![0.0, 3.0, 3.0] },
        cut_out: Some(CutOut { v_cut_out_m_s: 25.0, v_restart_m_s: 20.0 }),
    };
    assert_eq!(turbine.faults(), []);
    let (temperature_c, pressure_pa) = (Series::Constant(15.0), Series::Constant(101_325.0));
    let weather = wind::Weather { wind, temperature_c, pressure_pa };
    Wind {
        common: common("mill", 2, None),
        p_nom_mw: 3.0,
        source: wind::Source::Physics(wind::Physics::new(turbine, weather)),
        marginal_cost_per_mwh: 0.0,
    }
}

fn tally(model: &Model, block: u32) -> Tally {
    let mut simulation = Simulation::with_block(model, block).unwrap();
    let mut tally = simulation.empty_tally(model);
    for group in [2, 0, 1] {
        simulation.run_group(group, 64, &mut tally).unwrap();
    }
    tally
}

#[test]
fn weather_keeps_its_bits_whoever_runs_it() {
    let model = cloudy(200);
    assert_eq!(run(&model, 300, 1).1, run(&model, 300, 2).1);
    assert_eq!(tally(&model, 168), tally(&model, 7));
    // A clock that the plant was not prepared for is prepared anew.
    let mut later = model.clone();
    later.clock.start_unix_s += 12 * 3600;
    let mut fresh = later.clone();
    fresh.assets.solar[0] = cloudy(200).assets.solar.remove(0);
    assert_eq!(tally(&later, 168), tally(&fresh, 168));
    assert_ne!(tally(&later, 168), tally(&model, 168));
}

fn unlimited(mut model: Model) -> Model {
    model.assets.load = vec![load("town", Series::Constant(50.0))];
    model
}

#[test]
fn clouds_take_a_third_of_the_clear_sky_and_never_exceed_the_rating() {
    let steps = 24 * 20;
    let index = with_sun(steps, sun(berlin(), Sky::Index { process: 0 }, 1, None), vec![clear_sky_markov("kc")]);
    let clear = with_sun(steps, sun(berlin(), Sky::Clear, 1, None), vec![]);
    let energy = |model: &Model| value(model, 640, "energy_mwh.sun");
    // The index has a mean of 0.67 (its room's tests); light on a tilted plane bends it a little.
    // The load of 5 MW must not cut it.
    let (index, clear) = (unlimited(index), unlimited(clear));
    let share = energy(&index) / energy(&clear);
    assert!((0.55..0.8).contains(&share), "{share}");
    let trace = traced(&index);
    let power = |t| cell(&trace, t, "sun.unit_p_max_mw");
    assert!((0..steps as usize).all(|t| (0.0..=10.0).contains(&power(t))));
    assert!((0..steps as usize).any(|t| power(t) == 0.0) && (0..steps as usize).any(|t| power(t) > 3.0));
}

#[test]
fn a_storm_stops_turbines_until_it_calms_down() {
    let mut model = model(6);
    model.assets.load = vec![load("town", Series::Constant(50.0))];
    model.assets.wind = vec![turbine(Speed::Given(Series::Steps([7.5, 24.0, 26.0, 22.0, 19.0, 0.0].into())))];
    let trace = traced(&model);
    let given: Vec<_> = (0..6).map(|t| cell(&trace, t, "mill.p_mw")).collect();
    // Two turbines; half way from 3 to 12 m/s half of 3 MW each.
    assert_eq!(given, [3.0, 6.0, 0.0, 0.0, 6.0, 0.0]);
    assert_eq!(cell(&trace, 2, "mill.hub_wind_m_s"), 26.0);
}

#[test]
fn the_wind_of_a_process_gives_each_future_its_own_storms() {
    let mut drawn = model(500);
    drawn.assets.load = vec![load("town", Series::Constant(50.0))];
    drawn.assets.wind = vec![turbine(Speed::Process(0))];
    drawn.processes = vec![gale()];
    // E[P] of 2 x 3 MW under a Weibull law of shape 2, scale 9: the integral of its survival from 3 to 12
    // m/s, 6/9 (int exp(-(v/9)^2) dv) = 6/9 x 9 x sqrt(pi)/2 (erf(12/9) - erf(3/9)) = 3.0735 MW, less what
    // storms of above 25 m/s take (0.04 % of the time).
    let mean = value(&drawn, 640, "energy_mwh.mill") / 500.0;
    assert!((mean - 3.0735).abs() < 0.08, "{mean}");
    let trace = traced(&drawn);
    let wind = |t| cell(&trace, t, "mill.wind_m_s");
    assert!((0..500).all(|t| {
        let expected = ((wind(t) - 3.0) / 9.0).clamp(0.0, 1.0) * 6.0;
        wind(t) > 20.0 || (cell(&trace, t, "mill.p_mw") - expected).abs() < 1e-9
    }));
}

#[test]
fn a_plant_without_power_stays_in_its_place() {
    let mut without = cloudy(100);
    assert_eq!(without.assets.remove_power("sun"), Some(30.0));
    assert_eq!(without.assets.remove_power("mill"), Some(6.0));
    assert_eq!(value(&without, 64, "energy_mwh.sun"), 0.0);
    assert_eq!(value(&without, 64, "energy_mwh.mill"), 0.0);
}
