//! Cases typed by hand, and damaged cases. Published cases are read by the tests of the crate.
#![expect(clippy::float_cmp, reason = "numbers are read, not computed")]

mod conversion;
mod damage;
mod faults;

use super::{Parsed, parse};
use crate::{BusKind, Cost};

/// Three buses, two generators, three branches; every way of writing a matrix.
const TRIANGLE: &str = "\
function mpc = triangle  % comment
mpc.version = '2';
mpc.baseMVA = 100.0;
%{
mpc.bus = [ nonsense in a block comment
%}
%% bus data
mpc.bus = [ %% opens
\t1\t3\t0\t0\t0\t0\t1\t1.02\t0\t230\t1\t1.1\t0.9;
  2, 2, 110.5, -40, 1.5, 19, 2, 1, -5.25, 230, 1, 1.1, 0.9; 7 1 9.5e1 +5D1 0 0 1 1 0 230 1 1.1 .9 % two rows
];
mpc.gen = [
\t1\t40\t30\tInf\t-Inf\t1.02\t100\t1\t140\t0\t0\t0;
\t2\t170\t127.5\t127.5\t-127.5\t1\t100\t0\t170\t-10\t0\t0
];
mpc.gencost = [1 0 0 3 0 0 50 500 140 2300
               2 0 0 3 0.11 5 150 0 0 0];
mpc.branch = [
1 2 0.01 0.1 0.02 0 0 0 0 0 1 -360 360;
2 7 0.02 0.2 0 ...
  150 150 150 0.978 -3.5 1 0 0;
1 7 0.03 0.3 0 9000 0 0 0 0 0 -30 30];
mpc.bus_name = {
\t'it''s 5 % north; [';
\t'b'; 'c'
};
mpc.dcline = [
\t1 7 1 0 0 0 0 1 1 -100 100 -9999 9999 -9999 9999 0 0;
];
";

fn triangle() -> Parsed {
    parse(TRIANGLE).expect("a case without faults")
}

#[test]
fn every_field_of_a_case_comes_through() {
    let network = triangle().network;
    assert_eq!((network.name.as_str(), network.base_mva), ("triangle", 100.0));
    let kinds: Vec<_> = network.buses.iter().map(|bus| bus.kind).collect();
    assert_eq!(kinds, [BusKind::Slack, BusKind::Pv, BusKind::Pq]);
    let second = &network.buses[1];
    assert_eq!(second.name, "2");
    let powers = [second.p_load_mw, second.q_load_mvar, second.g_shunt_mw, second.b_shunt_mvar];
    assert_eq!(powers, [110.5, -40.0, 1.5, 19.0]);
    assert_eq!([second.vm_pu, second.va_deg, second.v_nom_kv], [1.0, -5.25, 230.0]);
    assert_eq!((second.area, network.buses[2].name.as_str()), (2, "7"));
    assert_eq!([network.buses[2].p_load_mw, network.buses[2].q_load_mvar], [95.0, 50.0]);
    let [first, second] = network.generators.as_slice() else { panic!("two generators") };
    assert_eq!((first.bus, first.in_service, second.bus, second.in_service), (0, true, 1, false));
    assert_eq!([first.p_mw, first.q_mvar, first.p_min_mw, first.p_max_mw], [40.0, 30.0, 0.0, 140.0]);
    assert_eq!([first.q_min_mvar, first.q_max_mvar, first.vm_pu], [f64::NEG_INFINITY, f64::INFINITY, 1.02]);
    assert!((second.p_min_mw + 10.0).abs() < 1e-12);
}

#[test]
fn costs_are_read_by_their_model() {
    let network = triangle().network;
    let points = vec![(0.0, 0.0), (50.0, 500.0), (140.0, 2300.0)];
    assert_eq!(network.generators[0].cost, Cost::PiecewiseLinear(points));
    // The file gives the highest power first: 0.11 p^2 + 5 p + 150.
    assert_eq!(network.generators[1].cost, Cost::Polynomial(vec![150.0, 5.0, 0.11]));
}

#[test]
fn a_ratio_of_0_is_a_line_and_a_rate_of_0_no_limit() {
    let network = triangle().network;
    let [line, transformer, open] = network.branches.as_slice() else { panic!("three branches") };
    assert_eq!((line.from, line.to, line.in_service), (0, 1, true));
    assert_eq!([line.r_pu, line.x_pu, line.b_pu, line.tap, line.shift_deg], [0.01, 0.1, 0.02, 1.0, 0.0]);
    assert_eq!([line.rate_mw, line.angle_min_deg, line.angle_max_deg], [f64::INFINITY, -360.0, 360.0]);
    assert_eq!((transformer.from, transformer.to), (1, 2));
    assert_eq!([transformer.tap, transformer.shift_deg, transformer.rate_mw], [0.978, -3.5, 150.0]);
    assert_eq!([transformer.angle_min_deg, transformer.angle_max_deg], [0.0, 0.0]);
    assert!(!open.in_service);
}

#[test]
fn what_is_left_out_is_told_with_its_line() {
    let warnings: Vec<_> = triangle().warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["line 27: mpc.dcline is left out: 1 direct-current lines carry nothing"]);
}

#[test]
fn line_ends_and_a_mark_at_the_beginning_change_nothing() {
    let expected = triangle();
    assert_eq!(parse(&TRIANGLE.replace('\n', "\r\n")), Ok(expected.clone()));
    assert_eq!(parse(&format!("\u{FEFF}{TRIANGLE}")), Ok(expected));
}

#[test]
fn an_isolated_bus_takes_its_generators_and_branches_along() {
    let parsed = parse(&TRIANGLE.replace("7 1 9.5e1", "7 4 9.5e1")).expect("no faults");
    let in_service: Vec<_> = parsed.network.branches.iter().map(|branch| branch.in_service).collect();
    assert_eq!(in_service, [true, false, false]);
    assert!(parsed.warnings[0].message.contains("mpc.branch row 2 is taken out of service"), "{:?}", parsed.warnings);
}

#[test]
fn two_rows_of_cost_per_generator_are_active_and_reactive() {
    let twice = "[1 0 0 3 0 0 50 500 140 2300; 2 0 0 3 0.11 5 150 0 0 0; 2 0 0 2 1 0; 2 0 0 2 1 0];";
    let start = TRIANGLE.find("[1 0 0 3").expect("the costs");
    let end = start + TRIANGLE[start..].find(';').expect("their end") + 1;
    let text = format!("{}{twice}{}", &TRIANGLE[..start], &TRIANGLE[end..]);
    let parsed = parse(&text).expect("no faults");
    assert_eq!(parsed.network, triangle().network);
    assert!(parsed.warnings[0].message.contains("reactive"), "{:?}", parsed.warnings);
}

#[test]
fn without_costs_generation_costs_nothing() {
    let parsed = parse(&TRIANGLE.replace("mpc.gencost", "mpc.oldcost")).expect("no faults");
    assert_eq!(parsed.network.generators[0].cost, Cost::default());
    assert!(parsed.warnings.iter().any(|warning| warning.message.contains("costs nothing")), "{:?}", parsed.warnings);
}
