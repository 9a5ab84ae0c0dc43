//! Files with physics: what the kinds make of tables that say little or much.

use std::path::Path;

use super::super::load_text;
use super::SMALL;

const HYBRID: &str = r#"
format = 1

[scenario]
name = "Hybrid"
start = "2025-01-01T00:00:00Z"
steps = 2

[[bus]]
name = "grid"

[[bus]]
name = "gas"
carrier = "hydrogen"

[[wind]]
name = "wind"
p_nom_mw = 20
profile = { values_mw = [20, 0] }

[[load]]
name = "town"
bus = "grid"
p_mw = 5

[[electrolyser]]
name = "alkaline"
bus_out = "gas"
p_nom_mw = 10
p_min_pu = 0.1
part_load = { p_pu = [0.1, 1], efficiency = [0.6, 0.7] }
ramp_limit_up_pu_per_h = 0.5
standby_mw = 0.2
cold_start_h = 1
cold_start_mwh = 0.5
highest_price_eur_per_mwh = 20

[[fuel_cell]]
name = "cell"
bus_in = "gas"
p_nom_mw = 4
part_load = { auxiliary_pu = 0.03, efficiency_at_no_load = 0.7, efficiency_nom = 0.5 }
marginal_cost_eur_per_mwh = 30

[[store]]
name = "tank"
bus = "gas"
p_nom_mw = 20
e_nom_mwh = 50
e_initial_pu = 0.5

[[hydro]]
name = "lake"
count = 2
p_nom_mw = 10
efficiency = 0.9
e_nom_mwh = 1000
e_initial_pu = 0.5
inflow_m3_per_s = { values_m3_per_s = [0, 100] }
head_m = 50
marginal_cost_eur_per_mwh = 40
"#;

#[test]
fn a_hybrid_of_water_wind_and_hydrogen_loads() {
    let variants = load_text(HYBRID, Path::new("."), "hybrid.toml", &[]).unwrap();
    let assets = &variants[0].model.assets;
    let plant = &assets.electrolyser[0];
    let names = &variants[0].model.buses;
    assert_eq!((names[plant.common.bus].as_str(), names[plant.bus_out].as_str()), ("grid", "gas"));
    assert_eq!((plant.electrolyser.readiness.standby_mw, plant.highest_price_per_mwh), (0.2, 20.0));
    assert_eq!(plant.electrolyser.readiness.ramp_limit_down_pu_per_h, None);
    assert_eq!(names[assets.fuel_cell[0].bus_in], "gas");
    assert_eq!(names[assets.store[0].common.bus], "gas");
    let hydro = &assets.hydro[0];
    assert_eq!((hydro.reservoir.p_nom_mw, hydro.common.count), (20.0, 2));
    // 1000 kg/m3 x 9.80665 m/s2 x 100 m3/s x 50 m.
    assert!((hydro.inflow_mw.at(1, 0) - 49.033_25).abs() < 1e-9);
    let canonical = variants[0].scenario.canonical().to_string();
    let again = load_text(&canonical, Path::new("."), "canonical.json", &[]);
    let again = again.unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(again[0].scenario.canonical().to_string(), canonical);
}

const REACTORS: &str = r#"
[[reactor]]
name = "plain"
p_nom_mw = 900

[[reactor]]
name = "small"
preset = "smr"
p_nom_mw = 77
efficiency = 0.31
marginal_cost_eur_per_mwh = 9
efpd_initial = 300
min_load_pu = 0.25
ramps = [{ from_pu = 0, to_pu = 1, pu_per_min = 0.02 }]
core = { cycle_efpd = 600, flux_full_power = 1e13 }
heat = { bus = "district", heat_max_mw = 50 }
refuelling = { start_h = 1, duration_h = 500 }
outage = { mttf_h = 4000, mttr_h = 100 }
"#;

#[test]
fn a_reactor_takes_from_its_preset_what_it_does_not_say() {
    use energyopti_engine::assets::reactor::Refuelling;
    use energyopti_engine::assets::reactor::reactivity::ReactivityBalance;
    let text = format!("{SMALL}{REACTORS}").replace("\np_mw = 10", "\nbus = \"b\"\np_mw = 10");
    let text = text.replace("\np_nom_mw = 8\n", "\nbus = \"b\"\np_nom_mw = 8\n");
    let text = text.replace("{ name = \"b\" }", "{ name = \"b\" }, { name = \"district\", carrier = \"heat\" }");
    let variant = load_text(&text, Path::new("."), "x", &[]).unwrap().remove(0);
    let [plain, small] = &variant.model.assets.reactor[..] else { panic!("two reactors") };
    assert_eq!((plain.efficiency, plain.envelope.min_load_pu, plain.refuelling), (0.33, 0.3, Refuelling::Never));
    assert_eq!((&plain.core, plain.heat), (&ReactivityBalance::PWR, None));
    assert_eq!(small.core, ReactivityBalance { cycle_efpd: 600.0, ..ReactivityBalance::SMR });
    assert_eq!((small.xenon.flux_full_power, small.envelope.ranges.len()), (1e13, 1));
    assert_eq!(small.refuelling, Refuelling::Planned { first: 1, steps: 500 });
    assert_eq!(small.heat.map(|heat| (heat.heat_max_mw, heat.power_loss_factor)), Some((50.0, 0.2)));
    // The canonical form spells the preset out, and gives the same model.
    let canonical = variant.scenario.canonical();
    assert_eq!(canonical["reactor"][0]["core"]["cycle_efpd"], 480.0);
    let again = load_text(&canonical.to_string(), Path::new("."), "x.json", &[]).unwrap().remove(0);
    assert_eq!(format!("{:?}", again.model.assets), format!("{:?}", variant.model.assets));
}
