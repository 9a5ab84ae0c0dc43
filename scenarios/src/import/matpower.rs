//! A MATPOWER case as a scenario: one constant hour, repeated.

use std::path::Path;

use energyopti_grid::{Branch, Bus, BusKind, Cost, Generator, Network};
use toml::Value;

use super::draft::{Block, Draft, Imported};
use super::read_case;
use super::unit::{self, Unit};
use crate::fault::Faults;

/// The case format gives costs in dollars.
const CURRENCY: &str = "usd";
/// What an unserved MWh costs where the source does not say.
const VOLL: f64 = 10_000.0;
/// Reactance in place of none, pu.
const LEAST_REACTANCE: f64 = 1e-5;

/// Makes a scenario of a case file.
///
/// # Errors
/// Every fault of the case.
pub(super) fn import(source: &Path, output: &Path) -> Result<Imported, Faults> {
    let parsed = read_case(source)?;
    let network = &parsed.network;
    let mut draft = Draft::default();
    head(&mut draft, network, source);
    for warning in parsed.warnings {
        draft.lose("the case", warning.to_string());
    }
    let alive: Vec<Option<String>> = network.buses.iter().map(|bus| place(&mut draft, bus)).collect();
    for (row, generator) in network.generators.iter().enumerate() {
        match &alive[generator.bus] {
            Some(bus) if generator.in_service => push_generator(&mut draft, row + 1, generator, bus),
            _ => draft.lose("out of service and left out", format!("mpc.gen row {}", row + 1)),
        }
    }
    for (bus, name) in network.buses.iter().zip(&alive) {
        if let Some(name) = name {
            load(&mut draft, bus, name);
        }
    }
    for (row, branch) in network.branches.iter().enumerate() {
        match (&alive[branch.from], &alive[branch.to]) {
            (Some(from), Some(to)) if branch.in_service => line(&mut draft, row + 1, branch, from, to),
            _ => draft.lose("out of service and left out", format!("mpc.branch row {}", row + 1)),
        }
    }
    Ok(draft.files(output))
}

fn head(draft: &mut Draft, network: &Network, source: &Path) {
    let file = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
    draft.note(format!("Made from the MATPOWER case {file}: one constant state, repeated for a day."));
    draft.note("Powers are in MW; a load's positive power is withdrawal, a generator's injection, as in the case.");
    draft.note(
        "Loads are Pd plus the shunt conductance Gs at 1 pu. Lines keep r, x, tap and shift per unit of baseMVA;",
    );
    draft.note("rateA in MVA limits active power. A cost curve becomes its mean slope between Pmin and Pmax.");
    draft.note("Left out: reactive power, voltages, charging susceptance, fixed and start-up costs, outages.");
    let name = if network.name.is_empty() { file } else { network.name.clone() };
    let scenario = Block::once("scenario").with("name", name).with("currency", "USD");
    draft.push(scenario.with("start", "2025-01-01T00:00:00Z").with("step", "1h").with("steps", 24));
    // Nothing in a case is random.
    draft.push(Block::once("monte_carlo").with("replicas", 1));
    draft.push(Block::once("grid").with("model", "matpower").with("base_mva", network.base_mva));
}

/// The bus's name in the scenario; `None` for an isolated bus.
fn place(draft: &mut Draft, bus: &Bus) -> Option<String> {
    if bus.kind == BusKind::Isolated {
        draft.lose("isolated and left out with its load", format!("bus {}", bus.name));
        return None;
    }
    let name = draft.name(&bus.name);
    draft.push(Block::one_of("bus").with("name", name.clone()));
    Some(name)
}

fn push_generator(draft: &mut Draft, row: usize, generator: &Generator, bus: &str) {
    let place = format!("mpc.gen row {row}");
    let (cost_per_mwh, exact) = mean_slope(generator);
    if !exact {
        draft.lose("a cost that is no straight line becomes its mean slope", place.clone());
    }
    let unit = Unit {
        name: format!("gen {row}"),
        bus: bus.to_owned(),
        place,
        p_min_mw: generator.p_min_mw,
        p_max_mw: generator.p_max_mw,
        cost_per_mwh,
        p_max_pu: None,
    };
    unit::push(draft, unit, CURRENCY);
}

/// `(c(p_max) - c(p_min)) / (p_max - p_min)`, of a quadratic cost the marginal cost at mid range; and
/// whether every MWh costs that.
fn mean_slope(generator: &Generator) -> (f64, bool) {
    let Generator { p_min_mw: least, p_max_mw: most, cost, .. } = generator;
    // At a single power the slope is that of a small step there.
    let (least, most) = if most > least { (*least, *most) } else { (least - 0.5, most + 0.5) };
    let slope = (cost.at(most) - cost.at(least)) / (most - least);
    let straight = |points: &[(f64, f64)]| {
        let slopes = points.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0));
        slopes.into_iter().all(|one| (one - slope).abs() <= 1e-9 * slope.abs().max(1.0))
    };
    match cost {
        // The coefficient itself, where the curve is a line: no rounding.
        Cost::Polynomial(c) if c.iter().skip(2).all(|c| *c == 0.0) => (c.get(1).copied().unwrap_or(0.0), true),
        Cost::Polynomial(_) => (slope, false),
        Cost::PiecewiseLinear(points) => (slope, straight(points)),
    }
}

fn load(draft: &mut Draft, bus: &Bus, name: &str) {
    let p_mw = bus.p_load_mw + bus.g_shunt_mw;
    if p_mw > 0.0 {
        let own = draft.name(&format!("load {name}"));
        let block = Block::one_of("load").with("name", own).with("bus", name).with("p_mw", p_mw);
        draft.push(block.with(format!("voll_{CURRENCY}_per_mwh"), VOLL));
    } else if p_mw < 0.0 {
        draft.lose("a negative load becomes a unit that costs nothing", format!("bus {name}"));
        unit::inject(draft, &format!("bus {name}"), name.to_owned(), -p_mw, CURRENCY);
    }
}

fn line(draft: &mut Draft, row: usize, branch: &Branch, from: &str, to: &str) {
    let place = || format!("mpc.branch row {row}");
    let name = draft.name(&format!("branch {row}"));
    let mut block = Block::one_of("line").with("name", name).with("bus0", from).with("bus1", to);
    if branch.rate_mw.is_finite() {
        block = block.with("s_nom_mva", branch.rate_mw);
    }
    let x_pu = if branch.x_pu == 0.0 { LEAST_REACTANCE } else { branch.x_pu };
    if branch.x_pu == 0.0 {
        draft.lose("a branch without reactance gets 1e-5 pu", place());
    }
    if branch.r_pu < 0.0 {
        draft.lose("a negative resistance becomes 0", place());
    }
    let tight = |limit: f64| limit != 0.0 && limit.abs() < 60.0;
    if tight(branch.angle_min_deg) || tight(branch.angle_max_deg) {
        draft.lose("a limit of the voltage angle is left out", place());
    }
    block = block.with("r_pu", branch.r_pu.max(0.0)).with("x_pu", Value::Float(x_pu));
    draft.push(block.unless("tap", branch.tap, 1.0).unless("shift_deg", branch.shift_deg, 0.0));
}
