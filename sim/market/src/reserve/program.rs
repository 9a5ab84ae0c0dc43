//! The linear program of an interval and what its duals say.
//!
//! Per zone: power + shed - spill + imports = demand. Per requirement: reserve + missing - surplus =
//! wanted. Per committed unit: power + reserve + free = greatest power. All in MW and currency per h.

use std::collections::BTreeMap;

use energyopti_lp::{Builder, Optimal, Outcome, Solver, Start, Ties};

use super::outcome::{Priced, RequirementOutcome, UnitOutcome, ZoneOutcome};
use super::{Interval, Requirement, Unit, ZoneDemand};
use crate::fault::MarketError;

/// Column numbers of what is read from the solution; rows stand in the order of the lists.
struct Columns {
    shed: Vec<usize>,
    spill: Vec<usize>,
    short: Vec<usize>,
    flows: Vec<usize>,
    /// By unit: its segments, its reserve; none where it does not run.
    units: Vec<Option<(Vec<usize>, usize)>>,
}

fn refused(error: impl std::fmt::Display) -> MarketError {
    MarketError::Program(error.to_string())
}

/// Solves a checked interval, sorted by name.
pub(super) fn solve(interval: &Interval) -> Result<Priced, MarketError> {
    let mut program = Builder::default();
    let columns = columns(interval, &mut program);
    let (matrix, data) = program.build().map_err(refused)?;
    let mut solver = Solver::new(matrix).with_ties(Ties::First);
    match solver.solve(&data, Start::Cold).map_err(refused)? {
        Outcome::Optimal(found) => Ok(priced(interval, &columns, found)),
        Outcome::Infeasible(_) => Err(refused("it has no point, which its slacks exclude")),
        Outcome::Stopped(why) => Err(MarketError::Program(format!("{why:?}"))),
    }
}

/// Writes the program. The columns of units come first and in order: of equal optima the solver
/// takes the one with the most in the first column.
fn columns(interval: &Interval, program: &mut Builder) -> Columns {
    let running = || interval.units.iter().filter(|u| u.committed);
    // What runs anyhow is taken off the load.
    let least = |zone: &str| running().filter(|u| u.zone == zone).map(|u| u.p_min_mw).sum::<f64>();
    let net = |z: &ZoneDemand| z.demand_mw - least(&z.zone);
    let zones: BTreeMap<&str, usize> = interval.zones.iter().map(|z| (z.zone.as_str(), program.row(net(z)))).collect();
    let wanted: Vec<usize> = interval.requirements.iter().map(|r| program.row(r.reserve_mw)).collect();
    let units = interval.units.iter().map(|u| {
        u.committed.then(|| {
            let counts = interval.requirements.iter().zip(&wanted).filter(|(r, _)| r.zones.contains(&u.zone));
            unit(u, zones[u.zone.as_str()], counts.map(|(_, &row)| row), program)
        })
    });
    let units = units.collect();
    let mut slack = |price: f64, most: f64, row: usize, sign: f64| program.column(price, 0.0..=most, &[(row, sign)]);
    let all_power: f64 = running().map(|u| u.p_max_mw).sum();
    let shed = interval.zones.iter().map(|z| slack(z.shed_price, z.demand_mw, zones[z.zone.as_str()], 1.0)).collect();
    let spill = interval.zones.iter().map(|z| slack(z.spill_price, all_power, zones[z.zone.as_str()], -1.0)).collect();
    let both = interval.requirements.iter().zip(&wanted);
    let short = both.map(|(r, &row)| slack(r.shortage_price, r.reserve_mw, row, 1.0)).collect();
    let all_reserve: f64 = interval.units.iter().map(|u| u.reserve_mw).sum();
    for &row in &wanted {
        slack(0.0, all_reserve, row, -1.0);
    }
    let flow = |line: &crate::market::Line| {
        let ends = [(zones[line.from.as_str()], -1.0), (zones[line.to.as_str()], 1.0)];
        let (forward, backward) = (crate::market::at(&line.forward_mw, 0), crate::market::at(&line.backward_mw, 0));
        program.column(0.0, -backward..=forward, &ends)
    };
    Columns { shed, spill, short, flows: interval.lines.iter().map(flow).collect(), units }
}

fn unit(u: &Unit, zone: usize, wanted: impl Iterator<Item = usize>, program: &mut Builder) -> (Vec<usize>, usize) {
    let room_mw = u.p_max_mw - u.p_min_mw;
    let room = program.row(room_mw);
    let segment = |s: &super::Segment| program.column(s.price, 0.0..=s.width_mw, &[(zone, 1.0), (room, 1.0)]);
    let segments = u.segments.iter().map(segment).collect();
    let mut entries: Vec<_> = wanted.map(|row| (row, 1.0)).collect();
    entries.push((room, 1.0));
    let reserve = program.column(u.reserve_price, 0.0..=u.reserve_mw, &entries);
    program.column(0.0, 0.0..=room_mw, &[(room, 1.0)]);
    (segments, reserve)
}

fn priced(interval: &Interval, columns: &Columns, found: Optimal) -> Priced {
    let zone = |(i, z): (usize, &ZoneDemand)| ZoneOutcome {
        zone: z.zone.clone(),
        price: found.duals[i],
        shed_mw: found.x[columns.shed[i]],
        spill_mw: found.x[columns.spill[i]],
    };
    let zones: Vec<_> = interval.zones.iter().enumerate().map(zone).collect();
    let requirement = |(i, r): (usize, &Requirement)| RequirementOutcome {
        name: r.name.clone(),
        price: found.duals[zones.len() + i],
        short_mw: found.x[columns.short[i]],
    };
    let requirements: Vec<_> = interval.requirements.iter().enumerate().map(requirement).collect();
    let unit = |(u, columns): (&Unit, &Option<(Vec<usize>, usize)>)| {
        let paid = interval.requirements.iter().zip(&requirements).filter(|(r, _)| r.zones.contains(&u.zone));
        let prices = (
            zones.iter().find(|z| z.zone == u.zone).map_or(0.0, |z| z.price),
            paid.map(|(_, outcome)| outcome.price).sum(),
        );
        unit_outcome(u, columns.as_ref(), prices, &found, interval.step_h)
    };
    let units: Vec<_> = interval.units.iter().zip(&columns.units).map(unit).collect();
    let running: f64 = interval.units.iter().filter(|u| u.committed).map(|u| u.cost_at_min).sum();
    Priced {
        zones,
        requirements,
        units,
        flows_mw: columns.flows.iter().map(|&column| found.x[column]).collect(),
        cost: (found.objective + running) * interval.step_h,
    }
}

fn unit_outcome(
    u: &Unit,
    columns: Option<&(Vec<usize>, usize)>,
    (energy_price, reserve_price): (f64, f64),
    found: &Optimal,
    step_h: f64,
) -> UnitOutcome {
    let Some((segments, reserve)) = columns else {
        let name = u.name.clone();
        return UnitOutcome { name, power_mw: 0.0, reserve_mw: 0.0, revenue: 0.0, cost: 0.0, make_whole: 0.0 };
    };
    let above: f64 = segments.iter().map(|&s| found.x[s]).sum();
    let (power_mw, reserve_mw) = (u.p_min_mw + above, found.x[*reserve]);
    let segment_cost: f64 = segments.iter().zip(&u.segments).map(|(&s, segment)| found.x[s] * segment.price).sum();
    let cost = (u.cost_at_min + segment_cost + u.reserve_price * reserve_mw) * step_h;
    let revenue = (energy_price * power_mw + reserve_price * reserve_mw) * step_h;
    UnitOutcome { name: u.name.clone(), power_mw, reserve_mw, revenue, cost, make_whole: (cost - revenue).max(0.0) }
}
