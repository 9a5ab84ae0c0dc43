//! The linear power flow: angles and active power.

use std::fmt::Write;

use energyopti_grid::flow::DcSolution;
use energyopti_grid::{BusKind, Network};
use serde_json::{Value, json};

use super::{linear, outages, unfit};
use crate::arguments::{BranchLaw, Format, Powerflow};
use crate::commands::{case, print, print_json};
use crate::failure::Failure;

pub fn execute(network: &Network, options: &Powerflow) -> Result<(), Failure> {
    let model = linear(network, options)?;
    let solution = model.solve().map_err(|error| unfit(options, &error))?;
    let outages =
        if options.n_1 { Some(model.screen(&solution.flow_mw).map_err(|error| unfit(options, &error))?) } else { None };
    let law = case::model(options.model.unwrap_or(BranchLaw::Matpower));
    if options.format == Format::Json {
        let mut answer = answer(network, &solution);
        answer["model"] = json!(law);
        if let Some(outages) = &outages {
            answer["n_1"] = outages::json(network, outages);
        }
        return print_json(&answer);
    }
    let mut text = summary(network, &solution, &json!(law));
    if let Some(outages) = &outages {
        text += &outages::text(network, outages);
    }
    print(&text)
}

fn answer(network: &Network, solution: &DcSolution) -> Value {
    let buses: Vec<Value> = (0..network.buses.len()).map(|bus| bus_row(network, solution, bus)).collect();
    let branches: Vec<Value> =
        (0..network.branches.len()).map(|branch| branch_row(network, solution, branch)).collect();
    let generators: Vec<Value> =
        (0..network.generators.len()).map(|index| generator_row(network, solution, index)).collect();
    // One linear system, solved once; the linear model has no losses.
    json!({
        "converged": true,
        "iterations": 1,
        "losses_mw": 0.0,
        "buses": buses,
        "branches": branches,
        "generators": generators,
    })
}

fn bus_row(network: &Network, solution: &DcSolution, index: usize) -> Value {
    let bus = case::bus(&network.buses[index].name);
    let va_rad = solution.va_rad[index];
    if va_rad.is_nan() {
        return json!({"bus": bus, "energised": false, "vm_pu": null, "va_deg": null, "p_mw": 0.0});
    }
    let (va_deg, p_mw) = (case::number(va_rad.to_degrees()), case::number(solution.p_mw[index]));
    json!({"bus": bus, "vm_pu": 1.0, "va_deg": va_deg, "p_mw": p_mw})
}

fn branch_row(network: &Network, solution: &DcSolution, index: usize) -> Value {
    let (branch, flow) = (&network.branches[index], solution.flow_mw[index]);
    let [from, to] = [branch.from, branch.to].map(|bus| case::bus(&network.buses[bus].name));
    let mut row = json!({
        "branch": index + 1,
        "from": from,
        "to": to,
        "in_service": branch.in_service,
        "p_from_mw": case::number(flow),
        // Not -0 where nothing flows.
        "p_to_mw": case::number(0.0 - flow),
    });
    if branch.rate_mw.is_finite() && branch.rate_mw > 0.0 {
        row["loading_pu"] = case::number(flow.abs() / branch.rate_mw);
    }
    row
}

fn generator_row(network: &Network, solution: &DcSolution, index: usize) -> Value {
    let generator = &network.generators[index];
    json!({
        "generator": index + 1,
        "bus": case::bus(&network.buses[generator.bus].name),
        "in_service": generator.in_service,
        "p_mw": case::number(solution.p_generator_mw[index]),
    })
}

fn summary(network: &Network, solution: &DcSolution, law: &Value) -> String {
    let mut text = case::title(network);
    let _ = writeln!(text, "DC power flow, branch model {}", law.as_str().unwrap_or_default());
    let alive = network.buses.iter().filter(|bus| bus.kind != BusKind::Isolated);
    let load: f64 = alive.map(|bus| bus.p_load_mw + bus.g_shunt_mw).sum();
    let generation: f64 = solution.p_generator_mw.iter().sum();
    let _ = writeln!(text, "  generation {generation:.3} MW, load with shunts {load:.3} MW, no losses");
    if let Some([least, most]) = case::range(solution.va_rad.iter().copied()) {
        let name = |bus: usize| &network.buses[bus].name;
        let (low, high) = (name(least.0), name(most.0));
        let (from, to) = (least.1.to_degrees(), most.1.to_degrees());
        let _ = writeln!(text, "  angle from {from:.3} degrees (bus {low}) to {to:.3} degrees (bus {high})");
    }
    let dark = solution.va_rad.iter().filter(|angle| angle.is_nan()).count();
    if dark > 0 {
        let _ = writeln!(text, "  {dark} buses are not energised");
    }
    text + &case::most_loaded(network, &solution.flow_mw, "MW")
}
