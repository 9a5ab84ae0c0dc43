//! Three nodes by hand: every state of units and lines is enumerated, so that the figures carry no sampling error.
//!
//! A triangle of 8 MW transport lines. Units and lines fail with 0.1 and are repaired with 0.9 per hour, so each is up
//! with probability 0.9. Expected hours short (LOLE) and energy short (EUE) over four hours; least total shed.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

use std::collections::BTreeMap;

use energyopti_grid::redispatch::{Dispatcher, Flow, Grid, Layout, Line, Step};

/// Units of each node by hour, MW.
const UNITS: [&[[f64; 4]]; 3] =
    [&[[10.0; 4]], &[[10.0; 4], [10.0; 4]], &[[10.0, 10.0, 15.0, 10.0], [20.0, 20.0, 25.0, 20.0]]];
/// Must-take generation by node and hour, MW.
const MUST_TAKE: [[f64; 4]; 3] = [[4.0, 3.0, 2.0, 3.0], [6.0, 5.0, 3.0, 4.0], [2.0, 1.0, 2.0, 1.0]];
/// Load by node and hour, MW.
const LOAD: [[f64; 4]; 3] = [[19.0, 20.0, 21.0, 20.0], [20.0, 21.0, 21.0, 22.0], [22.0, 21.0, 23.0, 22.0]];
const UP: f64 = 0.9;

/// Probability of each output of a node (MW are whole numbers here).
fn outputs(units: &[[f64; 4]], hour: usize) -> BTreeMap<u64, f64> {
    units.iter().fold(BTreeMap::from([(0, 1.0)]), |table, unit| {
        let mut next = BTreeMap::new();
        for (mw, p) in table {
            *next.entry(mw).or_insert(0.0) += p * (1.0 - UP);
            *next.entry(mw + unit[hour] as u64).or_insert(0.0) += p * UP;
        }
        next
    })
}

fn triangle(limit_mw: f64) -> Grid {
    let line = |bus0, bus1| Line { bus0, bus1, limit_mw, limit_back_mw: limit_mw, susceptance: 1.0, shift_rad: 0.0 };
    // Generation, shed and spill at each node.
    let layout = Layout {
        buses: 3,
        lines: vec![line(0, 1), line(0, 2), line(1, 2)],
        links: vec![],
        resources: vec![0, 1, 2, 0, 1, 2, 0, 1, 2],
        flow: Flow::Transport,
    };
    Grid::new(layout).unwrap()
}

/// LOLE and EUE with lines that are up with this probability.
fn enumerate(limit_mw: f64, line_up: f64) -> (f64, f64) {
    let grid = triangle(limit_mw);
    let mut dispatcher = Dispatcher::new(&grid);
    let (mut lole, mut eue) = (0.0, 0.0);
    for lines in 0..8_u32 {
        let lines_up: [bool; 3] = std::array::from_fn(|k| lines >> k & 1 == 1);
        let p_lines: f64 = lines_up.iter().map(|&up| if up { line_up } else { 1.0 - line_up }).product();
        if p_lines == 0.0 {
            continue;
        }
        for hour in 0..4 {
            let tables = UNITS.map(|units| outputs(units, hour));
            let load = [0, 1, 2].map(|bus| LOAD[bus][hour]);
            for (&a, p_a) in &tables[0] {
                for (&b, p_b) in &tables[1] {
                    for (&c, p_c) in &tables[2] {
                        let take = [0, 1, 2].map(|bus| MUST_TAKE[bus][hour]);
                        let most = [a as f64 + take[0], b as f64 + take[1], c as f64 + take[2]];
                        let upper = [most[0], most[1], most[2], load[0], load[1], load[2], 0.0, 0.0, 0.0];
                        let lower = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -most[0], -most[1], -most[2]];
                        let step = Step {
                            lines_up: &lines_up,
                            links_up: &[],
                            lower_mw: &lower,
                            upper_mw: &upper,
                            cost: &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0],
                            withdrawal_mw: &load,
                        };
                        let shed = dispatcher.dispatch(&grid, step, None).unwrap().cost_per_h;
                        let p = p_lines * p_a * p_b * p_c;
                        lole += if shed > 1e-6 { p } else { 0.0 };
                        eue += p * shed;
                    }
                }
            }
        }
    }
    (lole, eue)
}

fn assert_close(found: (f64, f64), lole: f64, eue: f64, within: f64) {
    assert!((found.0 - lole).abs() < within && (found.1 - eue).abs() < within, "{found:?}, not {lole} and {eue}");
}

#[test]
fn perfect_lines() {
    assert_close(enumerate(8.0, 1.0), 1.3756, 12.12885, 5e-5);
}

#[test]
fn failing_lines() {
    assert_close(enumerate(8.0, UP), 1.560_095_3, 13.313_091_4, 1e-7);
}

#[test]
fn unlimited_lines_are_a_copper_plate() {
    assert_close(enumerate(f64::INFINITY, 1.0), 1.17877, 11.73276, 1e-5);
}
