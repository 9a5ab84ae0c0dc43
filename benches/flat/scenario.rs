//! The scenario of 200 assets, every kind among them: text made by counting.
//!
//! A region that lives on what a national plan of such a size would hold: plain and switched thermal
//! units, sun and wind under processes and as profiles, loads under a process, batteries plain and
//! ageing, reactors (one heats a district), rivers and dams, electrolysers and fuel cells on a
//! hydrogen bus with tanks, boilers and hot water on a heat bus. All values are typical, of no region.

use std::fmt::Write;
use std::path::Path;

use energyopti_engine::Model;

/// Assets by table; they add up to 200.
const ASSETS: [(&str, usize); 12] = [
    ("plain thermal", 40),
    ("switched thermal", 20),
    ("solar under a sky", 15),
    ("solar profile", 15),
    ("wind under a process", 18),
    ("wind profile", 12),
    ("load", 22),
    ("battery", 20),
    ("hydro", 12),
    ("reactor", 5),
    ("electrolyser, fuel cell, tank", 12),
    ("boiler, hot water, heat load", 9),
];

/// The model, with storage by `dispatch`: the lines of the `[dispatch]` table.
pub fn model(dispatch: &str) -> Model {
    assert_eq!(ASSETS.iter().map(|(_, count)| count).sum::<usize>(), 200);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let variants = energyopti_scenarios::load_text(&text(dispatch), &folder, "kinds.toml", &[]).unwrap();
    let model = variants.into_iter().next().unwrap().model;
    assert_eq!((model.assets.entries().len(), model.clock.steps()), (200, 8760));
    model
}

fn text(dispatch: &str) -> String {
    let mut text = HEAD.to_owned();
    write!(text, "[dispatch]\n{dispatch}\n").unwrap();
    for table in [processes, thermal, sun, wind, loads, batteries, water, reactors, hydrogen, heat] {
        table(&mut text);
    }
    text
}

/// A number that differs from asset to asset: `low` to `high` in `of` steps.
fn spread(low: f64, high: f64, at: usize, of: usize) -> f64 {
    low + (high - low) * (at % of) as f64 / (of - 1) as f64
}

macro_rules! put {
    ($text:ident, $($format:tt)*) => { writeln!($text, $($format)*).unwrap() };
}

const HEAD: &str = r#"
format = 1
[scenario]
name = "All kinds"
currency = "EUR"
start = "2025-01-01T00:00:00Z"
step = "1h"
steps = 8760
[monte_carlo]
replicas = 64
seed = 31
[[bus]]
name = "grid"
[[bus]]
name = "gas_pipe"
carrier = "hydrogen"
[[bus]]
name = "district"
carrier = "heat"
[[fuel]]
name = "natural_gas"
kind = "natural_gas"
price_eur_per_mwh = 35
co2_price_eur_per_t = 70
[[fuel]]
name = "hard_coal"
kind = "hard_coal"
price_eur_per_mwh = 14
co2_price_eur_per_t = 70
"#;

fn processes(text: &mut String) {
    put!(
        text,
        "[[process]]\nname = \"visitors\"\nlaw = {{ kind = \"lognormal\", mean = 1.0, log_standard_deviation = 0.06 }}\nhalf_life_h = 72"
    );
    for at in 0..3 {
        let months = "[1.12, 1.1, 1.06, 1.0, 0.94, 0.9, 0.88, 0.88, 0.94, 1.02, 1.07, 1.1]";
        put!(
            text,
            "[[process]]\nname = \"wind_{at}\"\nlaw = {{ kind = \"weibull\", shape = 2.0, scale = {} }}\nhalf_life_h = 12\nseason = {{ months = {months} }}",
            spread(6.5, 8.0, at, 3)
        );
    }
    put!(
        text,
        "[[process]]\nname = \"rain\"\nlaw = {{ kind = \"lognormal\", mean = 1.0, log_standard_deviation = 0.7 }}\nhalf_life_h = 120"
    );
}

fn thermal(text: &mut String) {
    for at in 0..40 {
        put!(
            text,
            "[[thermal]]\nname = \"plain_{at:02}\"\nbus = \"grid\"\ncount = 2\np_nom_mw = {}\nmarginal_cost_eur_per_mwh = {}\noutage = {{ mttf_h = {}, mttr_h = 50 }}",
            spread(12.0, 50.0, at, 13),
            spread(40.0, 200.0, at, 40),
            spread(600.0, 1200.0, at, 7)
        );
    }
    for at in 0..20 {
        let (fuel, no_load, linear) = if at % 3 == 0 { ("hard_coal", 8.0, 2.2) } else { ("natural_gas", 6.0, 1.6) };
        put!(
            text,
            "[[thermal]]\nname = \"switched_{at:02}\"\nbus = \"grid\"\ncount = 3\np_nom_mw = {}\nfuel = \"{fuel}\"\nheat_rate = {{ no_load_mw = {no_load}, linear = {} }}\nmarginal_cost_eur_per_mwh = 3\np_min_pu = 0.4\nmin_up_time_h = {}\nmin_down_time_h = 3\nstart_up_cost_eur = 2000\nstart_up_fuel_mwh = 30\noutage = {{ mttf_h = 1100, mttr_h = 60 }}",
            spread(30.0, 50.0, at, 5),
            spread(linear, linear + 0.3, at, 20),
            3 + at % 6
        );
    }
}

fn sun(text: &mut String) {
    for at in 0..15 {
        put!(
            text,
            "[[solar]]\nname = \"sky_{at:02}\"\nbus = \"grid\"\np_nom_mw = 20\nlatitude_deg = {}\nlongitude_deg = 9\naltitude_m = 200\ntilt_deg = 30\nazimuth_deg = {}\nweather = {{ model = \"clear_sky_markov\", linke_turbidity = 3.5, temp_air_c = 15, wind_m_s = 3 }}",
            spread(44.0, 54.0, at, 5),
            spread(150.0, 210.0, at, 15)
        );
        put!(
            text,
            "[[solar]]\nname = \"roofs_{at:02}\"\nbus = \"grid\"\np_nom_mw = {}\nprofile = {{ file = \"roof_pv.csv\", column = \"pu\", unit = \"pu\" }}",
            spread(10.0, 24.0, at, 15)
        );
    }
}

fn wind(text: &mut String) {
    let curve = "power_curve = { speed_m_s = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 25], power_mw = [0, 0.058, 0.185, 0.4, 0.745, 1.2, 1.79, 2.45, 3.12, 3.66, 4.0, 4.15, 4.2, 4.2] }";
    for at in 0..18 {
        put!(
            text,
            "[[wind]]\nname = \"farm_{at:02}\"\nbus = \"grid\"\ncount = 36\np_nom_mw = 4.2\nhub_height_m = {}\nshear = {{ roughness_length_m = 0.1 }}\n{curve}\nv_cut_out_m_s = 25\nv_restart_m_s = 20\ndensity_correction = true\ntemperature_c = 12\nweather = {{ process = \"wind_{}\" }}",
            spread(90.0, 140.0, at, 6),
            at % 3
        );
    }
    for at in 0..12 {
        put!(
            text,
            "[[wind]]\nname = \"given_{at:02}\"\nbus = \"grid\"\np_nom_mw = {}\nprofile = {{ file = \"region_load.csv\", column = \"pu\", unit = \"pu\" }}",
            spread(5.0, 10.0, at, 12)
        );
    }
}

fn loads(text: &mut String) {
    for at in 0..22 {
        put!(
            text,
            "[[load]]\nname = \"town_{at:02}\"\nbus = \"grid\"\nprofile = {{ file = \"region_load.csv\", column = \"pu\", unit = \"pu\" }}\npeak_mw = {}\np_factors = [\"visitors\"]\nvoll_eur_per_mwh = 8000",
            spread(150.0, 276.0, at, 22)
        );
    }
}

fn batteries(text: &mut String) {
    for at in 0..20 {
        let (p, e) = (spread(10.0, 24.0, at, 8), spread(40.0, 120.0, at, 9));
        put!(
            text,
            "[[battery]]\nname = \"bess_{at:02}\"\nbus = \"grid\"\np_nom_mw = {p}\ne_nom_mwh = {e}\nefficiency_store = 0.95\nefficiency_dispatch = 0.95\nmarginal_cost_eur_per_mwh = 5"
        );
        if at % 2 == 1 {
            let chemistry = if at % 4 == 1 { "lfp" } else { "nmc" };
            put!(
                text,
                "taper_charge_from_pu = 0.9\ntaper_discharge_from_pu = 0.1\nconverter_efficiency = [0.94, 0.98]\nageing = \"{chemistry}\"\nreplacement_cost_eur_per_mwh = 120_000"
            );
        }
    }
}

fn water(text: &mut String) {
    for at in 0..12 {
        let storage = if at < 4 {
            String::new()
        } else {
            format!("e_nom_mwh = {}\ne_initial_pu = 0.5\nmin_release_mw = 1\nrelease_through_turbine = true", 2000 * at)
        };
        put!(
            text,
            "[[hydro]]\nname = \"water_{at:02}\"\nbus = \"grid\"\np_nom_mw = {}\nefficiency = 0.88\ninflow_mw = 6\ninflow_factors = [\"rain\"]\n{storage}\nmarginal_cost_eur_per_mwh = {}",
            spread(15.0, 37.0, at, 12),
            if at < 4 { 0.0 } else { spread(60.0, 130.0, at, 9) }
        );
    }
}

fn reactors(text: &mut String) {
    for at in 0..5 {
        let heat = if at == 0 { "heat = { bus = \"district\", heat_max_mw = 50 }" } else { "" };
        put!(
            text,
            "[[reactor]]\nname = \"smr_{at}\"\nbus = \"grid\"\npreset = \"smr\"\np_nom_mw = {}\nefficiency = 0.31\nmarginal_cost_eur_per_mwh = 9\nefpd_initial = {}\nmin_load_pu = 0.3\n{heat}\noutage = {{ mttf_h = 3000, mttr_h = 120 }}",
            spread(77.0, 97.0, at, 5),
            60 * at
        );
    }
}

fn hydrogen(text: &mut String) {
    for at in 0..5 {
        put!(
            text,
            "[[electrolyser]]\nname = \"maker_{at}\"\nbus = \"grid\"\nbus_out = \"gas_pipe\"\np_nom_mw = 20\np_min_pu = 0.1\npart_load = {{ auxiliary_pu = 0.02, efficiency_at_no_load = 0.8, efficiency_nom = 0.66 }}\nramp_limit_up_pu_per_h = 2\nstandby_mw = 0.3\ncold_start_h = 1\ncold_start_mwh = 2\nhighest_price_eur_per_mwh = {}",
            30 + 10 * at
        );
    }
    for at in 0..3 {
        put!(
            text,
            "[[fuel_cell]]\nname = \"burner_{at}\"\nbus = \"grid\"\nbus_in = \"gas_pipe\"\np_nom_mw = 8\np_min_pu = 0.1\npart_load = {{ auxiliary_pu = 0.03, efficiency_at_no_load = 0.7, efficiency_nom = 0.5 }}\nmarginal_cost_eur_per_mwh = {}",
            150 + at
        );
        put!(
            text,
            "[[store]]\nname = \"tank_{at}\"\nbus = \"gas_pipe\"\np_nom_mw = 30\ne_nom_mwh = 600\ne_initial_pu = 0.2"
        );
    }
    put!(text, "[[load]]\nname = \"filling_station\"\nbus = \"gas_pipe\"\np_mw = 12\nvoll_eur_per_mwh = 90");
}

fn heat(text: &mut String) {
    for at in 0..3 {
        put!(
            text,
            "[[thermal]]\nname = \"boiler_{at}\"\nbus = \"district\"\np_nom_mw = 18\nfuel = \"natural_gas\"\nheat_rate = {{ efficiency = {} }}\noutage = {{ mttf_h = 2000, mttr_h = 40 }}",
            spread(0.88, 0.94, at, 3)
        );
        put!(
            text,
            "[[store]]\nname = \"hot_water_{at}\"\nbus = \"district\"\np_nom_mw = 15\ne_nom_mwh = 100\nstanding_loss_per_h = 0.002\ne_initial_pu = 0.5"
        );
        put!(
            text,
            "[[load]]\nname = \"heating_{at}\"\nbus = \"district\"\nprofile = {{ file = \"region_load.csv\", column = \"pu\", unit = \"pu\" }}\npeak_mw = 22\np_factors = [\"visitors\"]\nvoll_eur_per_mwh = 500"
        );
    }
}
