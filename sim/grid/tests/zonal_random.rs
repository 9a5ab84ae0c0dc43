//! Random small networks with outages, islands, links, shifters and unlimited lines: against another solver, against the
//! laws of Kirchhoff, against their own prices, and against themselves from another start or in other company.

#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking; what is compared is exact")]

mod zonal;

use energyopti_grid::redispatch::{
    Dispatcher, Fault, Flow, Futures, Grid, LANES, Layout, Line, Refusal, Screen, Solved, Step,
};
use zonal::Numbers;
use zonal::peer::{Peer, least_cost};
use zonal::random::{Owned, for_each, layout, step};

/// MW that do not go where they should, at worst.
fn imbalance(layout: &Layout, step: &Owned, solved: &Solved) -> f64 {
    let mut left: Vec<f64> = step.load.iter().map(|mw| -mw).collect();
    layout.resources.iter().zip(&solved.p_mw).for_each(|(&bus, p)| left[bus] += p);
    for (line, flow) in layout.lines.iter().zip(&solved.line_mw) {
        left[line.bus0] -= flow;
        left[line.bus1] += flow;
    }
    for (link, [forth, back]) in layout.links.iter().zip(&solved.link_sent_mw) {
        left[link.bus0] += link.efficiency * back - forth;
        left[link.bus1] += link.efficiency * forth - back;
    }
    left.iter().fold(0.0, |most, mw| f64::max(most, mw.abs()))
}

/// MW by which flows miss `b (va0 - va1 - shift)` at worst, the angles taken from the flows along a tree.
fn lawlessness(layout: &Layout, step: &Owned, solved: &Solved) -> f64 {
    let mut angle = vec![f64::NAN; layout.buses];
    let held: Vec<_> = layout
        .lines
        .iter()
        .zip(&solved.line_mw)
        .zip(&step.lines_up)
        .filter(|(_, up)| **up)
        .map(|(pair, _)| pair)
        .collect();
    for root in 0..layout.buses {
        if angle[root].is_nan() {
            angle[root] = 0.0;
        }
        for _ in 0..layout.buses {
            for (line, flow) in &held {
                let drop = **flow / line.susceptance + line.shift_rad;
                if angle[line.bus1].is_nan() {
                    angle[line.bus1] = angle[line.bus0] - drop;
                } else if angle[line.bus0].is_nan() {
                    angle[line.bus0] = angle[line.bus1] + drop;
                }
            }
        }
    }
    let miss = |(line, flow): &(&Line, &f64)| {
        (line.susceptance * (angle[line.bus0] - angle[line.bus1] - line.shift_rad) - **flow).abs()
    };
    held.iter().map(miss).fold(0.0, f64::max)
}

#[test]
fn costs_are_those_of_another_solver_and_flows_obey_kirchhoff() {
    for_each(false, |grid, dispatcher, step, name| {
        let layout = grid.layout();
        let found = dispatcher.dispatch(grid, step.step(), None);
        let expected = least_cost(layout, &step.step(), false);
        match (found, expected) {
            (Ok(solved), Peer::Cost(cost)) => {
                let scale = cost.abs().max(100.0);
                assert!((solved.cost_per_h - cost).abs() < 1e-7 * scale, "{name}: {} not {cost}", solved.cost_per_h);
                assert!(imbalance(layout, step, solved) < 1e-7, "{name}: {}", imbalance(layout, step, solved));
                if layout.flow == Flow::Dc {
                    assert!(lawlessness(layout, step, solved) < 1e-9, "{name}: {}", lawlessness(layout, step, solved));
                }
                for (line, flow) in layout.lines.iter().zip(&solved.line_mw) {
                    assert!(*flow <= line.limit_mw + 1e-6 && *flow >= -line.limit_back_mw - 1e-6, "{name}: {flow}");
                }
            }
            // A link that must run, or a shifter, can be more than a network bears.
            (Err(Refusal::Infeasible(_) | Refusal::Circulating { .. }), Peer::Infeasible | Peer::Unsure)
            | (Ok(_), Peer::Unsure) => {}
            (found, expected) => panic!("{name}: {found:?} but {expected:?}"),
        }
    });
}

#[test]
fn what_is_missing_is_the_least_that_would_do() {
    let mut refused = 0;
    for_each(true, |grid, dispatcher, step, name| {
        let peer = least_cost(grid.layout(), &step.step(), false);
        match (dispatcher.dispatch(grid, step.step(), None), peer) {
            (Ok(solved), Peer::Cost(cost)) => {
                assert!((solved.cost_per_h - cost).abs() < 1e-7 * cost.abs().max(100.0), "{name}");
            }
            (Err(Refusal::Infeasible(gaps)), Peer::Infeasible | Peer::Unsure) => {
                refused += 1;
                let total: f64 = gaps.iter().map(|gap| gap.missing_mw.abs()).sum();
                match least_cost(grid.layout(), &step.step(), true) {
                    Peer::Cost(least) => assert!((total - least).abs() < 1e-5, "{name}: {total} not {least}"),
                    Peer::Infeasible => panic!("{name}: nothing would do, not {total}"),
                    Peer::Unsure => {}
                }
            }
            (Ok(_), Peer::Unsure) | (Err(Refusal::Circulating { .. }), Peer::Infeasible | Peer::Unsure) => {}
            (found, peer) => panic!("{name}: {found:?} but {peer:?}"),
        }
    });
    assert!(refused > 200, "{refused}");
}

/// Prices prove the optimum: with them as multipliers nothing is cheaper (strong duality).
#[test]
fn prices_and_shadow_prices_add_up_to_the_cost() {
    for_each(false, |grid, dispatcher, step, name| {
        let layout = grid.layout();
        let Ok(solved) = dispatcher.dispatch(grid, step.step(), None) else { return };
        if layout.flow == Flow::Dc && layout.lines.iter().any(|line| line.shift_rad != 0.0) {
            return;
        }
        let mut bound: f64 = solved.price.iter().zip(&step.load).map(|(price, mw)| price * mw).sum();
        for (k, &bus) in layout.resources.iter().enumerate() {
            let reduced = step.cost[k] - solved.price[bus];
            bound += (reduced * step.lower[k]).min(reduced * step.upper[k]);
        }
        for (line, shadow) in layout.lines.iter().zip(&solved.line_shadow) {
            if *shadow != 0.0 {
                bound -= shadow.abs() * if *shadow > 0.0 { line.limit_mw } else { line.limit_back_mw };
            }
        }
        for (k, link) in layout.links.iter().enumerate().filter(|(k, _)| step.links_up[*k]) {
            if layout.flow == Flow::Transport && link.efficiency == 1.0 && link.marginal_cost == 0.0 {
                let shadow = solved.link_shadow[k];
                bound -= if shadow > 0.0 { shadow * link.p_max_mw } else { shadow * link.p_min_mw };
                continue;
            }
            for (from, to, least, most) in [
                (link.bus0, link.bus1, link.p_min_mw, link.p_max_mw),
                (link.bus1, link.bus0, -link.p_max_mw, -link.p_min_mw),
            ] {
                let reduced = link.marginal_cost + solved.price[from] - link.efficiency * solved.price[to];
                bound += (reduced * least.max(0.0)).min(reduced * most.max(0.0));
            }
        }
        let cost = solved.cost_per_h;
        assert!((bound - cost).abs() < 1e-6 * cost.abs().max(100.0), "{name}: {bound} not {cost}");
    });
}

#[test]
fn a_start_changes_no_dispatch() {
    let mut same = 0;
    let mut all = 0;
    let mut last = None;
    for_each(false, |grid, dispatcher, step, name| {
        let Ok(cold) = dispatcher.dispatch(grid, step.step(), None).cloned() else { return };
        let own = dispatcher.basis();
        for start in [own, last.take()] {
            let Ok(warm) = dispatcher.dispatch(grid, step.step(), start.as_ref()) else { panic!("{name}") };
            let far = cold.p_mw.iter().zip(&warm.p_mw).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(far < 1e-6, "{name}: {far}");
            all += 1;
            same += usize::from(Solved { pivots: 0, ..cold.clone() } == Solved { pivots: 0, ..warm.clone() });
        }
        last = dispatcher.basis();
    });
    // The others are degenerate: prices, or the last bits, are not unique.
    assert!(10 * same > 9 * all, "{same} of {all}");
}

/// 64 futures on one network; each alone, backwards, and among others.
#[test]
fn a_future_has_the_same_bits_in_any_company() {
    for flow in [Flow::Dc, Flow::Transport] {
        for seed in 0..40 {
            let mut numbers = Numbers(seed + 1000);
            let grid = Grid::new(layout(&mut numbers, flow)).unwrap();
            let steps: Vec<_> = (0..LANES).map(|_| step(&mut numbers, grid.layout(), false)).collect();
            let solve =
                |dispatcher: &mut Dispatcher, step: &Owned| dispatcher.dispatch(&grid, step.step(), None).cloned();
            let mut dispatcher = Dispatcher::new(&grid);
            let forth: Vec<_> = steps.iter().map(|step| solve(&mut dispatcher, step)).collect();
            for (step, expected) in steps.iter().zip(&forth).rev() {
                assert_eq!(solve(&mut dispatcher, step), *expected);
                assert_eq!(solve(&mut Dispatcher::new(&grid), step), *expected);
            }
            screened_alone_or_together(&grid, &steps, &forth, &mut numbers);
        }
    }
}

fn screened_alone_or_together(grid: &Grid, steps: &[Owned], solved: &[Result<Solved, Refusal>], numbers: &mut Numbers) {
    let layout = grid.layout();
    let mut injections = vec![[0.0; LANES]; layout.buses];
    let mut lines_up = vec![0_u64; layout.lines.len()];
    let mut links_up = vec![0_u64; layout.links.len()];
    for (lane, (step, solved)) in steps.iter().zip(solved).enumerate() {
        // What was dispatched, now and then a little more at one bus and less at another.
        let nudge = if numbers.below(2) == 0 { 0.0 } else { numbers.between(0.0, 30.0) };
        let (a, b) = (numbers.below(layout.buses), numbers.below(layout.buses));
        injections.iter_mut().zip(&step.load).for_each(|(row, mw)| row[lane] = -mw);
        if let Ok(solved) = solved {
            layout.resources.iter().zip(&solved.p_mw).for_each(|(&bus, p)| injections[bus][lane] += p);
        }
        injections[a][lane] += nudge;
        injections[b][lane] -= nudge;
        lines_up.iter_mut().zip(&step.lines_up).for_each(|(bits, &up)| *bits |= u64::from(up) << lane);
        links_up.iter_mut().zip(&step.links_up).for_each(|(bits, &up)| *bits |= u64::from(up) << lane);
    }
    let futures = Futures { injections_mw: &injections, lines_up: &lines_up, links_up: &links_up, asked: !0 };
    let mut flows = vec![[0.0; LANES]; layout.lines.len() + layout.links.len()];
    let fit = Screen::new(grid).fits(grid, futures, &mut flows).unwrap();
    let mut dispatcher = Dispatcher::new(grid);
    for lane in 0..LANES {
        let mut alone = vec![[f64::NAN; LANES]; layout.buses];
        alone.iter_mut().zip(&injections).for_each(|(row, all)| row[0] = all[lane]);
        let bit = |bits: &[u64]| bits.iter().map(|bits| bits >> lane & 1).collect::<Vec<_>>();
        let (lines, links) = (bit(&lines_up), bit(&links_up));
        let futures = Futures { injections_mw: &alone, lines_up: &lines, links_up: &links, asked: 1 };
        let mut own = flows.clone();
        let fits = Screen::new(grid).fits(grid, futures, &mut own).unwrap() == 1;
        assert_eq!(fits, fit >> lane & 1 == 1);
        let same = |(a, b): (&[f64; LANES], &[f64; LANES])| a[0].to_bits() == b[lane].to_bits();
        assert!(!fits || own.iter().zip(&flows).all(same));
        agrees(grid, &mut dispatcher, &steps[lane], &injections, lane, fits);
    }
}

/// The screening says yes only if the dispatch with nothing to choose does, and always if no link could help.
fn agrees(
    grid: &Grid,
    dispatcher: &mut Dispatcher,
    step: &Owned,
    injections: &[[f64; LANES]],
    lane: usize,
    fits: bool,
) {
    let layout = grid.layout();
    let nothing = vec![0.0; layout.resources.len()];
    let load: Vec<f64> = injections.iter().map(|row| -row[lane]).collect();
    // A hair of room, so that rounding does not decide.
    let room = vec![1e-7; layout.resources.len()];
    let less = vec![-1e-7; layout.resources.len()];
    let fixed = Step { lower_mw: &less, upper_mw: &room, cost: &nothing, withdrawal_mw: &load, ..step.step() };
    let found = dispatcher.dispatch(grid, fixed, None).is_ok();
    assert!(!fits || found, "fits, but has no dispatch");
    let decided =
        layout.links.iter().any(|link| layout.flow == Flow::Dc || link.efficiency < 1.0 || link.marginal_cost > 0.0);
    assert!(fits || decided || !found, "does not fit, but has a dispatch");
}

#[test]
fn nonsense_is_refused_by_name() {
    let line = Line { bus0: 0, bus1: 1, limit_mw: 5.0, limit_back_mw: 5.0, susceptance: 1.0, shift_rad: 0.0 };
    let good = Layout { buses: 2, lines: vec![line], links: vec![], resources: vec![0, 1], flow: Flow::Dc };
    let with = |line: Line| Grid::new(Layout { lines: vec![line], ..good.clone() }).map(|_| ());
    assert_eq!(with(Line { bus1: 2, ..line }), Err(Fault::Bus { what: "line", index: 0, bus: 2, buses: 2 }));
    assert_eq!(with(Line { bus1: 0, ..line }), Err(Fault::Loop { what: "line", index: 0, bus: 0 }));
    assert_eq!(with(Line { limit_mw: -1.0, ..line }), Err(Fault::Number { what: "limit", index: 0, value: -1.0 }));
    assert!(with(Line { limit_mw: f64::NAN, ..line }).is_err() && with(Line { susceptance: 0.0, ..line }).is_err());
    let grid = Grid::new(good).unwrap();
    let step = Step {
        lines_up: &[true],
        links_up: &[],
        lower_mw: &[0.0, 0.0],
        upper_mw: &[10.0, 10.0],
        cost: &[1.0, 2.0],
        withdrawal_mw: &[0.0, 12.0],
    };
    let mut dispatcher = Dispatcher::new(&grid);
    // 5 MW over the line, 7 from the dear unit beside the load.
    assert_eq!(dispatcher.dispatch(&grid, step, None).unwrap().p_mw, [5.0, 7.0]);
    for broken in [
        Step { upper_mw: &[10.0, f64::INFINITY], ..step },
        Step { lower_mw: &[0.0, 11.0], ..step },
        Step { cost: &[f64::NAN, 0.0], ..step },
        Step { withdrawal_mw: &[0.0], ..step },
    ] {
        assert!(matches!(dispatcher.dispatch(&grid, broken, None), Err(Refusal::Fault(_))));
    }
    // 16 MW at the end of a 5 MW line, 10 beside it: one is missing.
    let short = dispatcher.dispatch(&grid, Step { withdrawal_mw: &[0.0, 16.0], ..step }, None).unwrap_err();
    assert_eq!(short.to_string(), "no dispatch within bounds and limits: bus 1 (island 0) lacks 1.000000 MW");
}
