//! A reactor on the step clock: ramps, xenon, refuelling and heat against arithmetic; its ledger.

#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking; counts and codes are exact")]

mod support;

use energyopti_engine::assets::reactor::envelope::{EnvelopeTable, Range};
use energyopti_engine::assets::reactor::reactivity::ReactivityBalance;
use energyopti_engine::assets::reactor::xenon::XenonModel;
use energyopti_engine::assets::reactor::{HeatExtraction, Reactor, Refuelling};
use energyopti_engine::{Carrier, Clock, Model, Outage, Series, Simulation, Stamp, Tally, Trace};
use proptest::prelude::*;
use support::{common, load, mixed, model, results};

/// 1000 MW electric, thermal 1000 / 0.33 MW.
fn reactor() -> Reactor {
    Reactor {
        common: common("unit", 1, None),
        p_nom_mw: 1000.0,
        efficiency: 0.33,
        heat: None,
        marginal_cost_per_mwh: 10.0,
        core: ReactivityBalance::PWR,
        xenon: XenonModel::PWR,
        envelope: EnvelopeTable::pwr(),
        efpd_initial: 100.0,
        refuelling: Refuelling::Never,
        availability: vec![],
    }
}

fn alone(reactor: Reactor, load_mw: &[f64]) -> Model {
    let mut model = model(u32::try_from(load_mw.len()).unwrap());
    model.assets.reactor = vec![reactor];
    model.assets.load = vec![load("town", Series::Steps(load_mw.into()))];
    model
}

fn trace(model: &Model) -> Trace {
    Simulation::new(model).unwrap().trace(3, model).unwrap()
}

fn course(trace: &Trace, name: &str) -> Vec<f64> {
    let column = trace.columns.iter().position(|c| c == name).unwrap_or_else(|| panic!("{name}: {:?}", trace.columns));
    trace.rows.iter().map(|row| row[column]).collect()
}

fn near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} is not {b}");
}

/// From full power to a mean of a half: 4 min at 5 %/min (3.6 pu min), 10 min at 3 %/min (6.5 pu min), then 46 min
/// that must give 30 - 10.1 = 19.9 pu min: 1 %/min for t with 46 t - t^2 / 2 = 310, t = 46 - sqrt(1496).
#[test]
fn a_reactor_alone_gives_the_load_as_its_mean_and_ends_where_the_ramp_does() {
    let load_mw = [1000.0, 1000.0, 500.0, 500.0, 800.0];
    let model = alone(reactor(), &load_mw);
    let trace = trace(&model);
    assert_eq!(course(&trace, "unit.p_mw").len(), 5);
    for (p_mw, load) in course(&trace, "unit.p_mw").iter().zip(load_mw) {
        near(*p_mw, load, 1e-12);
    }
    let power = course(&trace, "unit.power_pu");
    near(power[1], 1.0, 1e-15);
    near(power[2], 0.5 - 0.01 * (46.0 - 1496.0_f64.sqrt()), 1e-12);
    let results = results(&model, 64);
    let value = |name: &str| results.metric(name).unwrap().value.unwrap();
    near(value("energy_mwh.unit"), 3800.0, 1e-12);
    near(value("cost"), 38_000.0, 1e-12);
    near(value("heat_rejected_mwh.unit"), 3800.0 * (1.0 / 0.33 - 1.0), 1e-12);
    near(value("efpd_d.unit"), 100.0 + 3.8 / 24.0, 1e-12);
    near(value("eue_mwh"), 0.0, 1e-12);
    assert_eq!((value("starts.unit"), value("refused_ramp_mwh.unit")), (0.0, 0.0));
}

#[test]
fn a_unit_that_is_on_runs_at_its_least_power_whatever_the_load() {
    let model = alone(reactor(), &[1000.0, 300.0, 100.0, 100.0]);
    let p_mw = course(&trace(&model), "unit.p_mw");
    // The third step's mean is still the way down from where the second ended, below 0.3 nowhere.
    assert!(p_mw[2] >= 300.0 - 1e-9 && (p_mw[3] - 300.0).abs() < 1e-6, "{p_mw:?}");
}

#[test]
fn xenon_after_a_deep_reduction_late_in_the_cycle_refuses_the_rise() {
    let load_mw: Vec<f64> = (0..30).map(|h| if (2..10).contains(&h) { 300.0 } else { 1000.0 }).collect();
    let mut late = Reactor { efpd_initial: 460.0, ..reactor() };
    late.envelope.flexible_share = 1.0;
    let model = alone(late, &load_mw);
    let (results, trace) = (results(&model, 64), trace(&model));
    let value = |name: &str| results.metric(name).unwrap().value.unwrap();
    assert!(value("refused_xenon_mwh.unit") > 500.0, "{}", value("refused_xenon_mwh.unit"));
    let refused = ["refused_xenon_mwh.unit", "refused_ramp_mwh.unit", "refused_other_mwh.unit"];
    near(refused.iter().map(|name| value(name)).sum(), value("eue_mwh"), 1e-9);
    let codes = course(&trace, "unit.refusal");
    assert!(codes[..10].iter().all(|code| *code == 0.0) && codes[10..14].contains(&4.0), "{codes:?}");
    let (margin, xenon) = (course(&trace, "unit.margin_pcm"), course(&trace, "unit.xenon_pu"));
    assert!(margin.iter().all(|pcm| *pcm > -60.0), "an hour's xenon at most: {margin:?}");
    assert!(xenon.iter().any(|x| *x > 1.2) && course(&trace, "unit.power_pu")[29] > 0.99);
    // Early in the cycle the same load is served.
    let mut early = alone(Reactor { efpd_initial: 0.0, ..reactor() }, &load_mw);
    early.seed = 2;
    let early = support::results(&early, 64);
    assert_eq!(early.metric("refused_xenon_mwh.unit").unwrap().value, Some(0.0));
}

/// Off from hour 5 to 15, then 50 min at 1 %/min and 10 min at 3 %/min: mean 19 / 60, end 0.8.
#[test]
fn a_planned_refuelling_takes_the_unit_down_and_brings_a_new_cycle() {
    let refuelling = Refuelling::Planned { first: 5, steps: 10 };
    let model = alone(Reactor { refuelling, ..reactor() }, &[1000.0; 20]);
    let (results, trace) = (results(&model, 64), trace(&model));
    let value = |name: &str| results.metric(name).unwrap().value.unwrap();
    let p_mw = course(&trace, "unit.p_mw");
    assert_eq!(p_mw[5..15], [0.0; 10]);
    near(p_mw[15], 1000.0 * 19.0 / 60.0, 1e-12);
    near(course(&trace, "unit.power_pu")[15], 0.8, 1e-12);
    assert_eq!((value("down_planned_h.unit"), value("starts.unit")), (10.0, 1.0));
    let after: f64 = p_mw[15..].iter().sum();
    near(value("efpd_d.unit"), after / 24_000.0, 1e-12);
    near(value("refused_ramp_mwh.unit"), value("eue_mwh") - 10_000.0, 1e-12);
    assert!(course(&trace, "unit.decay_heat_mw")[14] > 10.0);
}

#[test]
fn the_end_of_the_cycle_starts_a_refuelling_where_asked_for() {
    let refuelling = Refuelling::AtEndOfCycle { duration_h: 5.5 };
    let model = alone(Reactor { refuelling, efpd_initial: 479.9, ..reactor() }, &[1000.0; 24]);
    let results = results(&model, 64);
    let value = |name: &str| results.metric(name).unwrap().value.unwrap();
    // 0.1 days are reached within the third hour; 5.5 h take six steps.
    assert_eq!((value("down_planned_h.unit"), value("starts.unit")), (6.0, 1.0));
    assert!(value("efpd_d.unit") < 0.6);
}

/// 0.2 MW of electricity per MW of heat. At 800 MW of heat the steam must reach 800 / 0.8375 MW (no heat
/// rejected then), which gives 0.33 of it less 160 MW.
#[test]
fn heat_taken_lowers_electricity_and_holds_the_core_up() {
    let heat = Some(HeatExtraction { bus: 1, heat_max_mw: 800.0, power_loss_factor: 0.2 });
    let mut model = alone(Reactor { heat, ..reactor() }, &[1000.0, 1000.0, 350.0, 100.0, 100.0]);
    model.buses.push("town".into());
    model.carriers = vec![Carrier::Electricity, Carrier::Heat];
    let mut warm = load("warm", Series::Steps([0.0, 200.0, 800.0, 800.0, 800.0].into()));
    warm.common.bus = 1;
    model.assets.load.push(warm);
    let trace = trace(&model);
    let p_mw = course(&trace, "unit.p_mw");
    near(p_mw[0], 1000.0, 1e-12);
    near(p_mw[1], 960.0, 1e-12);
    near(p_mw[2], 350.0, 1e-12);
    near(p_mw[4], 0.33 * 800.0 / 0.8375 - 160.0, 1e-9);
    assert_eq!(course(&trace, "unit.heat.p_mw"), [0.0, 200.0, 800.0, 800.0, 800.0]);
    assert_eq!(course(&trace, "unit.refusal")[1], 10.0);
    let results = results(&model, 64);
    let value = |name: &str| results.metric(name).unwrap().value.unwrap();
    near(value("refused_other_mwh.unit"), 40.0, 1e-9);
    near(value("energy_mwh.unit.heat"), 2600.0, 1e-12);
}

#[test]
fn a_forced_outage_is_counted_and_the_unit_comes_back_by_itself() {
    let mut unit = reactor();
    unit.common.outage = Some(Outage::two_state(0.05, 0.2));
    let model = alone(unit, &[900.0; 200]);
    let trace = trace(&model);
    let up = course(&trace, "unit.units_up");
    let p_mw = course(&trace, "unit.p_mw");
    assert!(up.contains(&0.0));
    for (up, p_mw) in up.iter().zip(&p_mw) {
        assert_eq!(*up > 0.0, *p_mw > 0.0);
    }
    let codes = course(&trace, "unit.refusal");
    assert!(up.iter().zip(&codes).all(|(up, code)| (*up == 0.0) == (*code == 1.0)));
}

/// A load of 1000 MW falling to 500 MW over two hours, as its mean over each step.
fn falling(steps: u32) -> Model {
    let load_mw: Vec<f64> = (0..steps).map(|t| 1000.0 - 500.0 * (f64::from(t) + 0.5) / f64::from(steps)).collect();
    let mut model = alone(reactor(), &load_mw);
    let stamp = Stamp { day: 0, month: 0, hour: 0 };
    model.clock = Clock { start_unix_s: 0, step_h: 2.0 / f64::from(steps), stamps: vec![stamp; load_mw.len()].into() };
    model
}

#[test]
fn hours_minutes_and_seconds_agree_on_the_same_course() {
    let end = |steps| {
        let trace = trace(&falling(steps));
        ["unit.xenon_pu", "unit.iodine_pu", "unit.efpd"].map(|name| *course(&trace, name).last().unwrap())
    };
    let (hour, minutes, second) = (end(2), end(24), end(7200));
    for at in 0..3 {
        near(hour[at], second[at], 2e-3);
        near(minutes[at], second[at], 2e-5);
    }
}

#[test]
fn steps_of_a_day_run_too() {
    let mut model = alone(reactor(), &[1000.0, 700.0, 300.0, 1000.0]);
    model.clock.step_h = 24.0;
    let p_mw = course(&trace(&model), "unit.p_mw");
    near(p_mw[1], 700.0, 1e-12);
    near(p_mw[2], 300.0, 2e-2);
}

#[test]
fn without_power_it_stays_in_its_place_and_gives_nothing() {
    let mut model = alone(reactor(), &[500.0; 4]);
    assert_eq!(model.assets.remove_power("unit"), Some(1000.0));
    let results = results(&model, 64);
    assert_eq!(results.metric("energy_mwh.unit").unwrap().value, Some(0.0));
    assert_eq!(results.metric("eue_mwh").unwrap().value, Some(2000.0));
}

fn tally(model: &Model, block: u32) -> Tally {
    let mut simulation = Simulation::with_block(model, block).unwrap();
    let mut tally = simulation.empty_tally(model);
    for group in 0..2 {
        simulation.run_group(group, 64, &mut tally).unwrap();
    }
    tally
}

#[test]
fn block_length_does_not_change_a_bit() {
    let mut model = mixed(300);
    let mut unit = Reactor { p_nom_mw: 80.0, efpd_initial: 476.0, ..reactor() };
    unit.refuelling = Refuelling::AtEndOfCycle { duration_h: 50.0 };
    unit.common.outage = Some(Outage::two_state(0.02, 0.1));
    unit.envelope.flexible_share = 1.0;
    model.assets.reactor = vec![unit];
    let week = tally(&model, 168);
    assert_eq!(week, tally(&model, 7));
    assert_eq!(week, tally(&model, 65_535));
}

prop_compose! {
    fn any_reactor()(
        p_nom_mw in 1.0..2000.0_f64, efficiency in 0.2..1.0_f64, efpd in 0.0..520.0_f64, least in 0.0..0.9_f64,
        rates in (0.0005..0.2_f64, 0.0005..0.2_f64), flux in 1e12..1e14_f64, heat in prop::option::of(0.0..1.0_f64),
        loss in 0.0..1.0_f64, flexible in 0.0..1.0_f64, refuel in 0_usize..3,
    ) -> Reactor {
        let range = |from_pu, to_pu, pu_per_min| Range { from_pu, to_pu, pu_per_min };
        let ranges = vec![range(0.0, 0.4, rates.0), range(0.4, 1.0, rates.1)];
        let mut unit = Reactor {
            p_nom_mw, efficiency, efpd_initial: efpd,
            xenon: XenonModel { flux_full_power: flux, ..XenonModel::PWR },
            envelope: EnvelopeTable { ranges, min_load_pu: least, flexible_share: flexible },
            refuelling: [Refuelling::Never, Refuelling::Planned { first: 3, steps: 9 },
                Refuelling::AtEndOfCycle { duration_h: 7.0 }][refuel],
            ..reactor()
        };
        unit.common.outage = Some(Outage::two_state(0.05, 0.3));
        let thermal_mw = p_nom_mw / efficiency;
        let most = (efficiency / loss).min((1.0 - efficiency) / (1.0 - loss)) * thermal_mw;
        unit.heat = heat.map(|share| HeatExtraction { bus: 1, heat_max_mw: share * most, power_loss_factor: loss });
        unit
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_closes_and_power_stays_in_its_window(
        unit in any_reactor(), loads in prop::collection::vec(0.0..1.2_f64, 40), step_h in 0.01..24.0_f64,
    ) {
        prop_assert!(unit.faults().is_empty(), "{:?}", unit.faults());
        let load_mw: Vec<f64> = loads.iter().map(|share| share * unit.p_nom_mw).collect();
        let mut model = alone(unit, &load_mw);
        model.clock.step_h = step_h;
        model.buses.push("town".into());
        model.carriers = vec![Carrier::Electricity, Carrier::Heat];
        let mut warm = load("warm", Series::Steps(load_mw.iter().rev().copied().collect()));
        warm.common.bus = 1;
        model.assets.load.push(warm);
        let trace = Simulation::new(&model).unwrap().trace(9, &model);
        prop_assert!(trace.is_ok(), "{:?}", trace.err());
        let trace = trace.unwrap();
        let (p_mw, least) = (course(&trace, "unit.p_mw"), course(&trace, "unit.p_min_mw"));
        let (most, power) = (course(&trace, "unit.p_max_mw"), course(&trace, "unit.power_pu"));
        for step in 0..p_mw.len() {
            prop_assert!(least[step] <= most[step] && p_mw[step] <= most[step] + 1e-9);
            prop_assert!(p_mw[step] >= least[step] - 1e-9 && (0.0..=1.0 + 1e-9).contains(&power[step]));
        }
    }
}
