//! Conservation and limits of a battery's steps.

use energyopti_engine::assets::battery::converter::Converter;
use energyopti_engine::assets::battery::limits::{Limits, State};
use energyopti_engine::{LANES, Lanes};
use proptest::prelude::*;

const PLAIN: Limits = Limits {
    p_nom_mw: 4.0,
    e_nom_mwh: 16.0,
    e_min_pu: 0.1,
    e_max_pu: 0.95,
    taper_charge_from_pu: 0.8,
    taper_discharge_from_pu: 0.2,
    taper_floor_pu: 0.05,
    efficiency_store: 0.97,
    efficiency_dispatch: 0.96,
    converter: Converter { no_load_pu: 0.005, linear_pu: 0.005, quadratic_pu: 0.015 },
    auxiliary_standby_mw: 0.01,
    auxiliary_per_power: 0.02,
    standing_loss_per_h: 1e-5,
};

fn new_cells(e_mwh: f64) -> State {
    State { e_mwh, capacity_pu: 1.0, resistance_pu: 1.0 }
}

#[test]
fn a_new_battery_gives_and_takes_its_nominal_power() {
    let flow = PLAIN.prepare(1.0).step(4.0, new_cells(10.0));
    // dc = 4 (1 + 0.005 + 0.005 + 0.015) = 4.1, taken 4.1 / 0.96 = 4.2708333, 10 - that = 5.7291667.
    assert!((flow.bus_mw - 4.0).abs() < 1e-14);
    assert!((flow.e_mwh - 5.729_166_667 * (1.0 - 1e-5)).abs() < 1e-8, "{flow:?}");
    assert!((flow.auxiliary_mw - 0.09).abs() < 1e-15);
    let flow = PLAIN.prepare(1.0).step(-4.0, new_cells(5.0));
    assert!((flow.bus_mw + 4.0).abs() < 1e-14);
    assert!((PLAIN.prepare(1.0).deliverable_mw(new_cells(10.0)) - 4.0).abs() < 1e-14);
}

#[test]
fn without_losses_and_tapers_it_is_a_bucket() {
    let bucket = Limits {
        taper_charge_from_pu: 0.95,
        taper_discharge_from_pu: 0.1,
        efficiency_store: 1.0,
        efficiency_dispatch: 1.0,
        converter: Converter::default(),
        standing_loss_per_h: 0.0,
        ..PLAIN
    };
    let envelope = bucket.prepare(1.0);
    let flow = envelope.step(-3.0, new_cells(14.0));
    assert!((flow.bus_mw + 1.2).abs() < 1e-7 && flow.lost_mwh.abs() < 1e-15, "{flow:?}");
    let flow = envelope.step(3.0, new_cells(2.0));
    assert!((flow.bus_mw - 0.4).abs() < 1e-7, "{flow:?}");
    assert!((envelope.step(3.0, new_cells(8.0)).e_mwh - 5.0).abs() < 1e-15);
}

#[test]
fn a_long_step_stores_what_many_short_ones_do() {
    let plain = Limits { standing_loss_per_h: 0.0, ..PLAIN };
    let start = 11.0;
    let long = plain.prepare(1.0).step(-4.0, new_cells(start)).e_mwh;
    let short = plain.prepare(1.0 / 3600.0);
    let many = (0..3600).fold(start, |e, _| short.step(-4.0, new_cells(e)).e_mwh);
    assert!(long > 12.8 && (long - many).abs() < 1e-9, "{long} {many}");
}

#[test]
fn a_charge_that_the_converter_would_eat_is_refused() {
    let flow = PLAIN.prepare(1.0).step(-0.02, new_cells(8.0));
    assert!(flow.bus_mw.abs() == 0.0 && (flow.auxiliary_mw - 0.01).abs() < 1e-18, "{flow:?}");
}

#[test]
fn age_takes_power_and_energy() {
    let envelope = PLAIN.prepare(1.0);
    let old = State { e_mwh: 8.0, capacity_pu: 0.8, resistance_pu: 2.0 };
    assert!((envelope.discharge_limit_mw(old) / envelope.discharge_limit_mw(new_cells(8.0)) - 0.5).abs() < 1e-15);
    assert!(envelope.deliverable_mw(old) < 2.0);
    assert!((envelope.window_mwh(0.8).1 - 0.95 * 0.8 * 16.0).abs() < 1e-14);
    let slow = |state| envelope.step(1.0, state).lost_mwh;
    assert!(slow(old) > slow(new_cells(8.0)));
}

#[test]
fn a_row_is_its_lanes() {
    let envelope = PLAIN.prepare(1.0);
    let mut e_mwh = Lanes::splat(8.0);
    e_mwh[3] = 1.8;
    e_mwh[4] = 15.0;
    let (capacity, resistance) = (Lanes::splat(0.9), Lanes::splat(1.3));
    let (mut out, mut taken) = (Lanes::default(), Lanes::default());
    envelope.deliverable_row(&e_mwh, &capacity, &resistance, &mut out);
    envelope.chargeable_row(&e_mwh, &capacity, &resistance, &mut taken);
    for lane in [0, 3, 4, LANES - 1] {
        let state = State { e_mwh: e_mwh[lane], capacity_pu: 0.9, resistance_pu: 1.3 };
        assert!((out[lane] - envelope.deliverable_mw(state)).abs() < 1e-15);
        assert!((taken[lane] - envelope.chargeable_mw(state)).abs() < 1e-15);
    }
    assert!(out[3] < out[0] && taken[4].abs() == 0.0);
}

#[test]
fn a_battery_without_power_or_energy_does_nothing() {
    let none = Limits { p_nom_mw: 0.0, ..PLAIN };
    for request in [-1.0, 0.0, 1.0] {
        let flow = none.prepare(1.0).step(request, new_cells(8.0));
        assert!(flow.bus_mw.abs() == 0.0 && flow.e_mwh > 7.999, "{flow:?}");
    }
    let flow = Limits { e_nom_mwh: 0.0, ..PLAIN }.prepare(1.0).step(1.0, new_cells(0.0));
    assert!(flow.bus_mw.abs() == 0.0 && flow.e_mwh.abs() == 0.0, "{flow:?}");
}

#[test]
fn every_fault_is_named() {
    assert!(PLAIN.faults().is_empty());
    let wrong = Limits {
        e_min_pu: 0.9,
        e_max_pu: 0.8,
        taper_floor_pu: 0.0,
        efficiency_store: 1.1,
        auxiliary_standby_mw: -1.0,
        p_nom_mw: f64::NAN,
        ..PLAIN
    };
    let keys: Vec<_> = wrong.faults().iter().map(|fault| fault.key).collect();
    let want = [
        "p_nom_mw",
        "e_min_pu",
        "e_max_pu",
        "taper_charge_from_pu",
        "taper_discharge_from_pu",
        "taper_floor_pu",
        "efficiency_store",
        "auxiliary_standby_mw",
    ];
    assert_eq!(keys, want);
}

prop_compose! {
    fn limits()(
        p_nom_mw in 0.1..50.0, e_nom_mwh in 0.1..200.0, e_min_pu in 0.0..0.4, e_max_pu in 0.6..=1.0,
        tapers in (0.0..1.0, 0.0..1.0), taper_floor_pu in 0.001..0.9, etas in (0.7..=1.0, 0.7..=1.0),
        curve in (0.0..0.05, 0.0..0.05, prop_oneof![Just(0.0), 0.0..0.1]), standing_loss_per_h in 0.0..0.01,
    ) -> Limits {
        Limits {
            p_nom_mw, e_nom_mwh, e_min_pu, e_max_pu, taper_floor_pu, standing_loss_per_h,
            taper_charge_from_pu: e_max_pu - (e_max_pu - e_min_pu) * tapers.0,
            taper_discharge_from_pu: e_min_pu + (e_max_pu - e_min_pu) * tapers.1,
            efficiency_store: etas.0, efficiency_dispatch: etas.1,
            converter: Converter { no_load_pu: curve.0, linear_pu: curve.1, quadratic_pu: curve.2 },
            auxiliary_standby_mw: 0.001, auxiliary_per_power: 0.01,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn energy_is_conserved_and_limits_hold(
        limits in limits(), step_h in prop_oneof![Just(1.0), Just(0.25), 0.01..24.0], request in -1.5..1.5,
        soc in prop_oneof![0.0..1.0, Just(0.0), Just(1.0)], capacity_pu in 0.3..=1.0, resistance_pu in 1.0..4.0,
    ) {
        prop_assert_eq!(limits.faults(), vec![]);
        let envelope = limits.prepare(step_h);
        let state = State { e_mwh: soc * limits.e_nom_mwh * capacity_pu, capacity_pu, resistance_pu };
        let request_mw = request * limits.p_nom_mw;
        let flow = envelope.step(request_mw, state);
        let bus_mwh = flow.bus_mw * step_h;
        let scale = state.e_mwh.max(bus_mwh.abs()).max(1e-3);
        prop_assert!((bus_mwh + flow.stored_mwh + flow.lost_mwh).abs() < 1e-12 * scale, "{flow:?}");
        prop_assert!(flow.lost_mwh >= 0.0);
        // Never more than asked for, nor against it.
        prop_assert!(flow.bus_mw.abs() <= request_mw.abs() && flow.bus_mw * request_mw >= 0.0);
        prop_assert!(flow.bus_mw.abs() <= limits.p_nom_mw);
        let (low, high) = envelope.window_mwh(capacity_pu);
        prop_assert!(flow.e_mwh <= high.max(state.e_mwh));
        let kept = libm::pow(1.0 - limits.standing_loss_per_h, step_h);
        prop_assert!(flow.e_mwh >= low.min(state.e_mwh) * kept * (1.0 - 1e-15));
        // Never above the taper at the start of the step, which is the step's greatest.
        let inside_mw = (flow.e_mwh / kept - state.e_mwh) / step_h;
        let slack = 1e-12 * (limits.p_nom_mw + state.e_mwh / step_h);
        if request_mw < 0.0 { prop_assert!(inside_mw <= envelope.charge_limit_mw(state) + slack); }
        if request_mw > 0.0 { prop_assert!(-inside_mw <= envelope.discharge_limit_mw(state) + slack); }
        // What is called deliverable can be delivered, and what is called chargeable taken.
        let most = envelope.deliverable_mw(state);
        prop_assert!((envelope.step(most, state).bus_mw - most).abs() <= 1e-9 * limits.p_nom_mw);
        let most = envelope.chargeable_mw(state);
        prop_assert!((envelope.step(-most, state).bus_mw + most).abs() <= 1e-9 * limits.p_nom_mw);
    }
}
