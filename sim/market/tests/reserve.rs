//! Energy and spinning reserve, co-optimised, against arithmetic by hand.

use energyopti_market::reserve::{Interval, Requirement, Segment, Unit, ZoneDemand, price};
use energyopti_market::{Line, MarketError};

fn unit(name: &str, zone: &str, p_max_mw: f64, cost: f64, reserve_mw: f64) -> Unit {
    Unit {
        name: name.to_owned(),
        zone: zone.to_owned(),
        committed: true,
        p_min_mw: 0.0,
        p_max_mw,
        cost_at_min: 0.0,
        segments: vec![Segment { width_mw: p_max_mw, price: cost }],
        reserve_mw,
        reserve_price: 0.0,
    }
}

fn zone(zone: &str, demand_mw: f64) -> ZoneDemand {
    ZoneDemand { zone: zone.to_owned(), demand_mw, shed_price: 3000.0, spill_price: 100.0 }
}

fn requirement(name: &str, zones: &[&str], reserve_mw: f64) -> Requirement {
    let zones = zones.iter().map(|&z| z.to_owned()).collect();
    Requirement { name: name.to_owned(), zones, reserve_mw, shortage_price: 200.0 }
}

/// 90 MW of load, 40 MW of reserve; a cheap unit that can ramp 60 and a dear one that can ramp 20.
fn two_units() -> Interval {
    Interval {
        step_h: 1.0,
        zones: vec![zone("A", 90.0)],
        lines: Vec::new(),
        units: vec![unit("cheap", "A", 100.0, 20.0, 60.0), unit("dear", "A", 100.0, 50.0, 20.0)],
        requirements: vec![requirement("spin", &["A"], 40.0)],
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn the_price_of_reserve_is_what_the_cheap_unit_forgoes() {
    let p = price(&two_units()).unwrap();
    // The dear unit gives 20 of the 40, so the cheap one holds 20 back and gives 80, the dear one 10.
    let given: Vec<_> = p.units.iter().map(|u| (u.power_mw, u.reserve_mw)).collect();
    assert!(close(given[0].0, 80.0) && close(given[0].1, 20.0) && close(given[1].0, 10.0) && close(given[1].1, 20.0));
    // Energy 50; a MW more of reserve turns 20 into 50: 30, the cheap unit's margin.
    assert!(close(p.zones[0].price, 50.0) && close(p.requirements[0].price, 30.0));
    // 80 x 20 + 10 x 50 = 2100.
    assert!(close(p.cost, 2100.0));
}

#[test]
fn missing_reserve_enters_the_price_of_energy() {
    let mut interval = two_units();
    interval.units = vec![unit("cheap", "A", 100.0, 20.0, 100.0), unit("dear", "A", 60.0, 50.0, 60.0)];
    interval.zones[0].demand_mw = 145.0;
    interval.requirements[0].reserve_mw = 20.0;
    let p = price(&interval).unwrap();
    // 160 MW for 145 and 20: 5 are missing at 200. A MWh more takes another MW of reserve: 50 + 200.
    assert!(close(p.requirements[0].short_mw, 5.0) && close(p.requirements[0].price, 200.0));
    assert!(close(p.zones[0].price, 250.0));
}

#[test]
fn a_committed_unit_that_loses_is_made_whole() {
    let mut interval = two_units();
    interval.requirements.clear();
    let must = Unit { p_min_mw: 50.0, cost_at_min: 3000.0, ..unit("must", "A", 50.0, 60.0, 0.0) };
    let off = Unit { committed: false, ..unit("off", "A", 500.0, 1.0, 500.0) };
    interval.units.extend([must, off]);
    let p = price(&interval).unwrap();
    // 50 run anyhow, the cheap unit gives 40 at 20. 50 MW at 20 are 1000 of a cost of 3000.
    let outcome = |name: &str| p.units.iter().find(|u| u.name == name).unwrap();
    assert!(close(p.zones[0].price, 20.0) && close(outcome("must").make_whole, 2000.0));
    assert!(close(outcome("cheap").make_whole, 0.0) && close(outcome("off").power_mw, 0.0));
    assert!(close(p.cost, 3800.0));
}

#[test]
fn too_much_least_power_is_spilled_at_its_price() {
    let mut interval = two_units();
    interval.requirements.clear();
    interval.units = vec![Unit { p_min_mw: 95.0, ..unit("must", "A", 100.0, 20.0, 0.0) }];
    let p = price(&interval).unwrap();
    assert!(close(p.zones[0].spill_mw, 5.0) && close(p.zones[0].price, -100.0));
}

#[test]
fn a_zone_behind_a_full_line_has_its_own_prices_of_energy_and_reserve() {
    let interval = Interval {
        step_h: 0.5,
        zones: vec![zone("A", 10.0), zone("B", 80.0)],
        lines: vec![Line {
            name: "AB".to_owned(),
            from: "A".to_owned(),
            to: "B".to_owned(),
            forward_mw: vec![50.0],
            backward_mw: vec![50.0],
        }],
        units: vec![unit("a", "A", 200.0, 10.0, 100.0), unit("b", "B", 40.0, 60.0, 40.0)],
        requirements: vec![requirement("all", &["A", "B"], 30.0), requirement("b", &["B"], 15.0)],
    };
    let p = price(&interval).unwrap();
    // 50 come over the line, b gives 30 and has 10 of the 15 MW of reserve left: 5 are missing.
    // Load of B: 60 + 200 for the reserve it takes away = 260. The system's reserve is free in A.
    assert!(close(p.zones[0].price, 10.0) && close(p.zones[1].price, 260.0));
    assert!(close(p.requirements[0].price, 0.0) && close(p.requirements[1].price, 200.0));
    assert!(close(p.flows_mw[0], 50.0));
    // b: half an hour of 30 x 260 + 10 x 200 = 4900.
    assert!(close(p.units[1].revenue, 4900.0));
}

#[test]
fn units_of_equal_cost_give_the_same_bits_in_any_order() {
    let names = ["u3", "u1", "u4", "u2"];
    let with = |order: [usize; 4]| {
        let mut interval = two_units();
        interval.units = order.map(|i| unit(names[i], "A", 40.0, 20.0, 10.0)).to_vec();
        serde_json::to_string(&price(&interval).unwrap()).unwrap()
    };
    assert_eq!(with([0, 1, 2, 3]), with([3, 1, 0, 2]));
    assert_eq!(with([0, 1, 2, 3]), with([2, 3, 1, 0]));
}

#[test]
fn all_faults_of_an_interval_are_named() {
    let mut interval = two_units();
    interval.units[0].zone = "Z".to_owned();
    interval.units[0].p_min_mw = 200.0;
    interval.units[1].name = "cheap".to_owned();
    interval.units[1].segments.push(Segment { width_mw: f64::NAN, price: 1.0 });
    interval.requirements[0].zones.push("Y".to_owned());
    // Unknown zone, least above greatest, name twice, NaN, falling cost, unknown zone.
    assert!(matches!(price(&interval), Err(MarketError::Input(faults)) if faults.len() == 6));
}
