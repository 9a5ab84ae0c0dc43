//! The five-bus PJM system (Li and Bo, 2010; `case5_pjm` of `PGLib`): published dispatch and prices, then its lines one
//! after the other.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use energyopti_grid::redispatch::{Dispatcher, Flow, Futures, Grid, LANES, Layout, Line, Screen, Step};

/// Ends, resistance, reactance (pu on 100 MVA) and limit of each line.
const LINES: [(usize, usize, f64, f64, f64); 6] = [
    (0, 1, 0.002_81, 0.0281, 400.0),
    (0, 3, 0.003_04, 0.0304, 426.0),
    (0, 4, 0.000_64, 0.0064, 426.0),
    (1, 2, 0.001_08, 0.0108, 426.0),
    (2, 3, 0.002_97, 0.0297, 426.0),
    (3, 4, 0.002_97, 0.0297, 240.0),
];
const VOLL: f64 = 1000.0;

fn grid() -> Grid {
    let line = |(bus0, bus1, r, x, limit): (usize, usize, f64, f64, f64)| Line {
        bus0,
        bus1,
        limit_mw: limit,
        limit_back_mw: limit,
        susceptance: 100.0 * x / (r * r + x * x),
        shift_rad: 0.0,
    };
    // Five units, then shed at the three loads.
    let resources = vec![0, 0, 2, 3, 4, 1, 2, 3];
    Grid::new(Layout { buses: 5, lines: LINES.map(line).into(), links: vec![], resources, flow: Flow::Dc }).unwrap()
}

fn step(lines_up: &[bool]) -> Step<'_> {
    Step {
        lines_up,
        links_up: &[],
        lower_mw: &[0.0; 8],
        upper_mw: &[40.0, 170.0, 520.0, 200.0, 600.0, 300.0, 300.0, 400.0],
        cost: &[14.0, 15.0, 30.0, 40.0, 10.0, VOLL, VOLL, VOLL],
        withdrawal_mw: &[0.0, 300.0, 300.0, 400.0, 0.0],
    }
}

fn assert_all(found: &[f64], expected: &[f64], within: f64) {
    let far = found.iter().zip(expected).any(|(a, b)| (a - b).abs() > within);
    assert!(found.len() == expected.len() && !far, "{found:?}, not {expected:?}");
}

#[test]
fn dispatch_and_prices_are_the_published_ones() {
    let grid = grid();
    let mut dispatcher = Dispatcher::new(&grid);
    let solved = dispatcher.dispatch(&grid, step(&[true; 6]), None).unwrap();
    assert!((solved.cost_per_h - 17_479.896_9).abs() < 1e-3, "{}", solved.cost_per_h);
    assert_all(&solved.p_mw, &[40.0, 170.0, 323.494_846, 0.0, 466.505_154, 0.0, 0.0, 0.0], 1e-5);
    assert_all(&solved.price, &[16.977_358_82, 26.384_459_52, 30.0, 39.942_736_32, 10.0], 1e-7);
    let flows = [249.716_765, 186.788_389, -226.505_154, -50.283_235, -26.788_388_7, -240.0];
    assert_all(&solved.line_mw, &flows, 1e-5);
    // Only the line 4-5 binds, against its direction.
    assert!(solved.line_shadow[5] < -1.0 && solved.line_shadow[..5].iter().all(|shadow| *shadow == 0.0));
    // One MW more of its limit saves what its shadow price says: the basis stays the same.
    let mut layout = grid.layout().clone();
    (layout.lines[5].limit_back_mw, layout.lines[5].limit_mw) = (241.0, 241.0);
    let wider = Grid::new(layout).unwrap();
    let saved =
        solved.cost_per_h - Dispatcher::new(&wider).dispatch(&wider, step(&[true; 6]), None).unwrap().cost_per_h;
    assert!((saved + solved.line_shadow[5]).abs() < 1e-6, "{saved}");
}

#[test]
fn a_step_after_outages_is_the_step_before_them() {
    let grid = grid();
    let mut dispatcher = Dispatcher::new(&grid);
    let before = dispatcher.dispatch(&grid, step(&[true; 6]), None).unwrap().clone();
    let mut start = dispatcher.basis();
    // Line after line is lost, until every bus is alone, and returns.
    for lost in (0..=6).chain((0..6).rev()) {
        let lines_up: [bool; 6] = std::array::from_fn(|line| line >= lost);
        let solved = dispatcher.dispatch(&grid, step(&lines_up), start.as_ref()).unwrap();
        if lost == 6 {
            assert_eq!(solved.islands, 5);
            // Alone: bus 2 sheds its 300 MW, bus 3 serves itself, bus 4 sheds all that its 200 MW unit does not serve.
            assert_all(&solved.p_mw, &[0.0, 0.0, 300.0, 200.0, 0.0, 300.0, 0.0, 200.0], 1e-9);
        }
        start = dispatcher.basis();
    }
    let after = dispatcher.solved();
    assert_eq!((&after.p_mw, &after.line_mw, &after.price), (&before.p_mw, &before.line_mw, &before.price));
}

#[test]
fn the_merit_order_does_not_fit_and_the_dispatch_does() {
    let grid = grid();
    let solved = Dispatcher::new(&grid).dispatch(&grid, step(&[true; 6]), None).unwrap().clone();
    // Cheapest first: 600 from bus 5, 40 and 170 from bus 1, 190 from bus 3.
    let merit = [210.0, -300.0, -110.0, -400.0, 600.0];
    let dispatched = [210.0, -300.0, solved.p_mw[2] - 300.0, -400.0, solved.p_mw[4]];
    let mut injections = [[0.0; LANES]; 5];
    for bus in 0..5 {
        (injections[bus][0], injections[bus][1], injections[bus][2]) = (merit[bus], dispatched[bus], dispatched[bus]);
    }
    // In the third future the line 1-5 is out: all of 467 MW would have to leave bus 5 over 240 MW.
    let lines_up = [!0, !0, !0b100, !0, !0, !0];
    let futures = Futures { injections_mw: &injections, lines_up: &lines_up, links_up: &[], asked: 0b111 };
    let mut flows = [[0.0; LANES]; 6];
    assert_eq!(Screen::new(&grid).fits(&grid, futures, &mut flows).unwrap(), 0b010);
    let flows: Vec<f64> = flows.iter().map(|row| row[1]).collect();
    assert_all(&flows, &solved.line_mw, 1e-9);
}
