//! The full power flow: voltages, and power at both ends of every branch.

use std::fmt::Write;

use energyopti_grid::flow::{AcModel, AcOptions, AcSolution, Limit, Start, Status};
use energyopti_grid::{BusKind, Network};
use serde_json::{Value, json};

use super::{linear, outages, unfit, unsolved};
use crate::arguments::{Format, Powerflow};
use crate::commands::{case, print, print_json};
use crate::failure::Failure;

pub fn execute(network: &Network, options: &Powerflow) -> Result<(), Failure> {
    let model = AcModel::new(network).map_err(|error| unfit(options, &error))?;
    let solution = model.solve(&AcOptions { enforce_q: options.enforce_q, ..AcOptions::default() });
    if solution.status != Status::Converged {
        return Err(fail(network, options, &solution));
    }
    let outages = if options.n_1 {
        let flows: Vec<f64> = solution.branches.iter().map(|flow| flow.p_from_mw).collect();
        Some(linear(network, options)?.screen(&flows).map_err(|error| unfit(options, &error))?)
    } else {
        None
    };
    if options.format == Format::Json {
        let mut answer = answer(network, &solution);
        if let Some(outages) = &outages {
            answer["n_1"] = outages::json(network, outages);
        }
        return print_json(&answer);
    }
    let mut text = summary(network, &solution);
    if let Some(outages) = &outages {
        text += &outages::text(network, outages);
    }
    print(&text)
}

fn fail(network: &Network, options: &Powerflow, solution: &AcSolution) -> Failure {
    let reason = match solution.status {
        Status::Converged | Status::NotConverged => {
            let mismatch = solution.mismatch_pu;
            format!("{} iterations leave a mismatch of {mismatch:.3e} pu", solution.iterations)
        }
        Status::ReactiveLimits => "all generators that hold a voltage are at the same reactive limit".to_owned(),
        Status::NothingEnergised => "no bus is energised".to_owned(),
    };
    if options.format == Format::Text {
        return unsolved(&case::title(network), &reason);
    }
    // Without a solution there are no voltages or flows to list, and losses are unknown.
    let answer = json!({
        "converged": false,
        "iterations": solution.iterations,
        "reason": reason,
        "mismatch_pu": case::number(solution.mismatch_pu),
        "losses_mw": null,
        "buses": [],
        "branches": [],
        "generators": [],
    });
    unsolved(&format!("{answer:#}"), &reason)
}

fn answer(network: &Network, solution: &AcSolution) -> Value {
    let buses: Vec<Value> = (0..network.buses.len()).map(|bus| bus_row(network, solution, bus)).collect();
    let branches: Vec<Value> =
        (0..network.branches.len()).map(|branch| branch_row(network, solution, branch)).collect();
    let generators: Vec<Value> =
        (0..network.generators.len()).map(|index| generator_row(network, solution, index)).collect();
    json!({
        "converged": true,
        "iterations": solution.iterations,
        "start": solution.start,
        "mismatch_pu": case::number(solution.mismatch_pu),
        "losses_mw": case::number(solution.losses_mw),
        "buses": buses,
        "branches": branches,
        "generators": generators,
    })
}

fn bus_row(network: &Network, solution: &AcSolution, index: usize) -> Value {
    let bus = case::bus(&network.buses[index].name);
    if !solution.energised[index] {
        return json!({"bus": bus, "energised": false, "vm_pu": null, "va_deg": null, "p_mw": 0.0, "q_mvar": 0.0});
    }
    json!({
        "bus": bus,
        "vm_pu": case::number(solution.vm_pu[index]),
        "va_deg": case::number(solution.va_rad[index].to_degrees()),
        "p_mw": case::number(solution.p_mw[index]),
        "q_mvar": case::number(solution.q_mvar[index]),
    })
}

fn branch_row(network: &Network, solution: &AcSolution, index: usize) -> Value {
    let (branch, flow) = (&network.branches[index], &solution.branches[index]);
    let [from, to] = [branch.from, branch.to].map(|bus| case::bus(&network.buses[bus].name));
    let mut row = json!({
        "branch": index + 1,
        "from": from,
        "to": to,
        "in_service": branch.in_service,
        "p_from_mw": case::number(flow.p_from_mw),
        "q_from_mvar": case::number(flow.q_from_mvar),
        "p_to_mw": case::number(flow.p_to_mw),
        "q_to_mvar": case::number(flow.q_to_mvar),
    });
    // Unlimited branches have no loading.
    if branch.rate_mw.is_finite() && branch.rate_mw > 0.0 {
        row["loading_pu"] = case::number(apparent(solution, index) / branch.rate_mw);
    }
    row
}

fn generator_row(network: &Network, solution: &AcSolution, index: usize) -> Value {
    let generator = &network.generators[index];
    let mut row = json!({
        "generator": index + 1,
        "bus": case::bus(&network.buses[generator.bus].name),
        "in_service": generator.in_service,
        "p_mw": case::number(solution.p_generator_mw[index]),
        "q_mvar": case::number(solution.q_generator_mvar[index]),
    });
    if let Some(limit) = solution.limited[index] {
        row["at_limit"] = json!(if limit == Limit::Least { "q_min" } else { "q_max" });
    }
    row
}

/// Apparent power at the end that has more, MVA.
fn apparent(solution: &AcSolution, index: usize) -> f64 {
    let flow = &solution.branches[index];
    flow.p_from_mw.hypot(flow.q_from_mvar).max(flow.p_to_mw.hypot(flow.q_to_mvar))
}

fn summary(network: &Network, solution: &AcSolution) -> String {
    let mut text = case::title(network);
    let start = match solution.start {
        Start::Flat => "a flat start",
        Start::DcAngles => "the angles of the DC power flow",
        Start::Network => "the voltages of the file",
        Start::Solved => "the solved case",
    };
    let _ = writeln!(
        text,
        "AC power flow: converged in {} iterations from {start}, largest mismatch {:.1e} pu",
        solution.iterations, solution.mismatch_pu
    );
    let load: f64 = network.buses.iter().filter(|bus| bus.kind != BusKind::Isolated).map(|bus| bus.p_load_mw).sum();
    let generation: f64 = solution.p_generator_mw.iter().sum();
    let _ = writeln!(text, "  generation {generation:.3} MW, load {load:.3} MW, losses {:.6} MW", solution.losses_mw);
    if let Some([least, most]) = case::range(solution.vm_pu.iter().copied()) {
        let name = |bus: usize| &network.buses[bus].name;
        let (low, high) = (name(least.0), name(most.0));
        let _ = writeln!(text, "  voltage from {:.4} pu (bus {low}) to {:.4} pu (bus {high})", least.1, most.1);
    }
    let dark = solution.energised.iter().filter(|energised| !**energised).count();
    if dark > 0 {
        let _ = writeln!(text, "  {dark} buses are not energised");
    }
    let limited = solution.limited.iter().flatten().count();
    if limited > 0 {
        let _ = writeln!(text, "  {limited} generators are at a reactive limit");
    }
    let flows: Vec<f64> = (0..network.branches.len()).map(|index| apparent(solution, index)).collect();
    text + &case::most_loaded(network, &flows, "MVA")
}
