//! How much processor time a step takes (Linux; elsewhere the time of the wall). Prints figures; `cargo test --release -p energyopti-grid --test zonal_speed -- --nocapture`.

#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::cast_precision_loss)]

mod zonal;

use std::sync::LazyLock;
use std::time::Instant;

use energyopti_grid::redispatch::{Dispatcher, Flow, Futures, Grid, LANES, Screen, Step};
use zonal::{Case, Numbers, case};

/// Seconds this thread has been on a processor, or on the wall.
fn now() -> f64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let busy = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let busy = busy.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    busy.map_or_else(|| BEGUN.elapsed().as_secs_f64(), |nanoseconds| nanoseconds * 1e-9)
}

/// Bounds, loads and statuses of one future's steps.
struct Steps {
    lower: Vec<f64>,
    upper: Vec<Vec<f64>>,
    load: Vec<Vec<f64>>,
    lines_up: Vec<Vec<bool>>,
}

/// Load swings by day, units and lines fail and return, a thousandth of the lines each step.
fn steps(case: &Case, count: usize, peak: f64) -> Steps {
    let mut numbers = Numbers(7);
    let mut up = vec![true; case.p_nom_mw.len()];
    let mut line_up = vec![true; case.layout.lines.len()];
    let mut steps = Steps { lower: vec![0.0; case.cost.len()], upper: vec![], load: vec![], lines_up: vec![] };
    for step in 0..count {
        let level = peak * (0.75 + 0.25 * (step as f64 * std::f64::consts::TAU / 24.0).sin());
        let load: Vec<f64> = case.load_mw.iter().map(|mw| mw * level * numbers.between(0.98, 1.02)).collect();
        for up in &mut up {
            *up = if *up { numbers.next() > 0.005 } else { numbers.next() < 0.05 };
        }
        for up in &mut line_up {
            *up = if *up { numbers.next() > 0.0001 } else { numbers.next() < 0.1 };
        }
        let units = case.p_nom_mw.iter().zip(&up).map(|(mw, up)| if *up { *mw } else { 0.0 });
        steps.upper.push(units.chain(load.iter().copied()).collect());
        steps.load.push(load);
        steps.lines_up.push(line_up.clone());
    }
    steps
}

fn dispatch(name: &str, case: &Case, peak: f64) {
    let count = if cfg!(debug_assertions) { 20 } else { 3000 };
    let steps = steps(case, count, peak);
    let grid = Grid::new(case.layout.clone()).unwrap();
    for warm in [false, true] {
        let mut dispatcher = Dispatcher::new(&grid);
        let (mut start, mut pivots, mut binding, mut cost) = (None, 0, 0, 0.0);
        let begun = now();
        for k in 0..count {
            let step = Step {
                lines_up: &steps.lines_up[k],
                links_up: &[],
                lower_mw: &steps.lower,
                upper_mw: &steps.upper[k],
                cost: &case.cost,
                withdrawal_mw: &steps.load[k],
            };
            let solved = dispatcher.dispatch(&grid, step, start.as_ref().filter(|_| warm)).unwrap();
            pivots += solved.pivots;
            binding += solved.line_shadow.iter().filter(|shadow| **shadow != 0.0).count();
            cost += solved.cost_per_h;
            start = dispatcher.basis();
        }
        let each = (now() - begun) * 1e6 / count as f64;
        let (pivots, binding) = (pivots as f64 / count as f64, binding as f64 / count as f64);
        let start = if warm { "warm" } else { "cold" };
        eprintln!("{name}, {start}: {each:.2} us, {pivots:.1} pivots, {binding:.2} lines bind, {cost:.6e}");
    }
}

fn screen(name: &str, case: &Case) {
    let grid = Grid::new(case.layout.clone()).unwrap();
    let mut screen = Screen::new(&grid);
    let mut numbers = Numbers(3);
    let buses = case.layout.buses;
    let mut injections = vec![[0.0; LANES]; buses];
    for lane in 0..LANES {
        let p: Vec<f64> = case.load_mw.iter().map(|_| numbers.between(-10.0, 10.0)).collect();
        let mean = p.iter().sum::<f64>() / buses as f64;
        injections.iter_mut().zip(p).for_each(|(row, p)| row[lane] = p - mean);
    }
    let mut flows = vec![[0.0; LANES]; case.layout.lines.len()];
    let rounds = if cfg!(debug_assertions) { 2 } else { 3000 };
    for lost in [0, 1, 4] {
        let mut lines_up = vec![!0; case.layout.lines.len()];
        (0..lost).for_each(|k| lines_up[3 * k + 2] &= !(1 << (5 * k)));
        let futures = Futures { injections_mw: &injections, lines_up: &lines_up, links_up: &[], asked: !0 };
        let begun = now();
        let mut fit = 0;
        for _ in 0..rounds {
            fit = screen.fits(&grid, futures, &mut flows).unwrap();
        }
        let each = (now() - begun) * 1e9 / f64::from(rounds) / LANES as f64;
        eprintln!("{name}, {lost} of 64 with an outage: {each:.1} ns a future, {} fit", fit.count_ones());
    }
}

#[test]
fn a_step_takes_microseconds() {
    let Some(rts) = case("rts-gmlc/matpower/RTS_GMLC.m") else { return };
    let Some(ieee) = case("pglib/pglib_opf_case118_ieee.m") else { return };
    for flow in [Flow::Dc, Flow::Transport] {
        for (name, network, buses, room, peak) in [
            ("24 buses", &rts, 24, 1.0, 1.0),
            ("24 buses at 0.6 of their limits", &rts, 24, 0.6, 1.0),
            ("73 buses at 0.6 of their limits", &rts, 73, 0.6, 1.0),
            ("118 buses at 0.8 of their limits", &ieee, 118, 0.8, 1.0),
        ] {
            let case = Case::new(network, buses, room, flow);
            let shape = format!(
                "{flow:?} {name}, {} lines, {} resources",
                case.layout.lines.len(),
                case.layout.resources.len()
            );
            screen(&format!("screen {shape}"), &case);
            dispatch(&format!("dispatch {shape}"), &case, peak);
        }
    }
}
