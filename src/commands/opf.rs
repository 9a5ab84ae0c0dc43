//! `opf`: the least-cost dispatch of a MATPOWER case, and what a MWh is worth at each bus.

use std::fmt::Write;

use energyopti_grid::Network;
use energyopti_grid::opf::{self, Error, Infeasibility, Options, Relaxation, Solution};
use serde_json::{Value, json};

use super::{case, print, print_json};
use crate::arguments::{Format, Opf};
use crate::failure::Failure;

pub fn execute(options: &Opf) -> Result<(), Failure> {
    let network = case::read(&options.case)?;
    match opf::solve(&network, &Options::new(case::model(options.model))) {
        Ok(solution) if options.format == Format::Json => print_json(&answer(&network, &solution)),
        Ok(solution) => print(&summary(&network, &solution)),
        Err(Error::Infeasible(infeasibility)) => Err(infeasible(&network, options, &infeasibility)),
        Err(error @ Error::Unbounded) => Err(unsolved(&network, options, "unbounded", &error)),
        Err(error @ Error::Stalled { .. }) => Err(unsolved(&network, options, "not_converged", &error)),
        Err(error) => Err(Failure::input(format!("{}: {error}", options.case.display()))),
    }
}

/// An answer without a dispatch, the reason beside it.
fn unsolved(network: &Network, options: &Opf, status: &str, error: &Error) -> Failure {
    let answer = nothing(status);
    let shown = if options.format == Format::Json { format!("{answer:#}") } else { case::title(network) };
    print(&shown).err().unwrap_or_else(|| Failure::Unsolved(format!("{status}: {error}")))
}

/// The shape of an answer, without one.
fn nothing(status: &str) -> Value {
    json!({"status": status, "objective": null, "buses": [], "generators": [], "branches": []})
}

fn infeasible(network: &Network, options: &Opf, infeasibility: &Infeasibility) -> Failure {
    let shown = if options.format == Format::Json {
        let mut answer = nothing("infeasible");
        let sets = infeasibility.sets.iter();
        answer["relaxations"] = sets.map(|set| set.iter().map(relaxation).collect::<Vec<_>>()).collect();
        format!("{answer:#}")
    } else {
        case::title(network)
    };
    print(&shown).err().unwrap_or_else(|| Failure::Unsolved(lacking(infeasibility)))
}

/// The smallest set of limits that would have to give way, one a line.
fn lacking(infeasibility: &Infeasibility) -> String {
    let Some(set) = infeasibility.sets.first() else { return "infeasible: no dispatch keeps all limits".to_owned() };
    let row = |relaxation: &Relaxation| format!("\n  {relaxation}");
    let rows: String = set.iter().map(row).collect();
    let others = match infeasibility.sets.len() - 1 {
        0 => String::new(),
        others => format!("\n  or one of {others} other sets, which --format json lists"),
    };
    format!("infeasible: no dispatch keeps all limits; it would with{rows}{others}")
}

fn relaxation(relaxation: &Relaxation) -> Value {
    let mut row = json!({
        "asset": relaxation.asset,
        "constraint": relaxation.constraint,
        "hour": relaxation.hour,
        "mw": case::number(relaxation.mw),
    });
    if let Some(degrees) = relaxation.degrees {
        row["degrees"] = case::number(degrees);
    }
    row
}

fn answer(network: &Network, solution: &Solution) -> Value {
    let buses: Vec<Value> = solution.buses.iter().map(bus_row).collect();
    let generators = solution.generators.iter().enumerate();
    let generators: Vec<Value> = generators
        .map(|(index, row)| {
            json!({
                "generator": index + 1,
                "bus": case::bus(&row.bus),
                "in_service": network.generators[index].in_service,
                "p_mw": case::number(row.p_mw),
                "cost_per_h": case::number(row.cost_per_h),
                "reduced_cost_per_mwh": case::number(row.reduced_cost_per_mwh),
            })
        })
        .collect();
    let branches: Vec<Value> = (0..solution.branches.len()).map(|index| branch_row(network, solution, index)).collect();
    json!({
        "status": "optimal",
        "model": solution.model,
        "objective": case::number(solution.objective),
        "prices_unique": solution.prices_unique,
        "buses": buses,
        "generators": generators,
        "branches": branches,
    })
}

fn bus_row(row: &opf::BusResult) -> Value {
    // An isolated bus has neither angle nor price.
    let value = |value: Option<f64>| value.map_or(Value::Null, case::number);
    let mut shown = json!({
        "bus": case::bus(&row.bus),
        "lmp_per_mwh": value(row.lmp_per_mwh),
        "energy_per_mwh": value(row.energy_per_mwh),
        "congestion_per_mwh": value(row.congestion_per_mwh),
        "va_deg": value(row.va_deg),
    });
    if row.lmp_per_mwh.is_none() {
        shown["isolated"] = json!(true);
    }
    shown
}

fn branch_row(network: &Network, solution: &Solution, index: usize) -> Value {
    let (row, branch) = (&solution.branches[index], &network.branches[index]);
    let mut shown = json!({
        "branch": index + 1,
        "from": case::bus(&row.from),
        "to": case::bus(&row.to),
        "in_service": branch.in_service,
        "flow_mw": case::number(row.flow_mw),
        "shadow_price_per_mwh": case::number(row.shadow_price_per_mwh),
    });
    if branch.rate_mw.is_finite() {
        shown["limit_mw"] = case::number(branch.rate_mw);
    }
    if let Some(binding) = row.binding {
        shown["binding"] = json!(binding);
    }
    shown
}

fn summary(network: &Network, solution: &Solution) -> String {
    let mut text = case::title(network);
    let model = json!(solution.model);
    let _ = writeln!(text, "DC optimal power flow, branch model {}: optimal", model.as_str().unwrap_or_default());
    let generation: f64 = solution.generators.iter().map(|row| row.p_mw).sum();
    let _ = writeln!(text, "  cost {:.6} per hour, generation {generation:.3} MW", solution.objective);
    if let Some([least, most]) = case::range(solution.buses.iter().map(|row| row.lmp_per_mwh.unwrap_or(f64::NAN))) {
        let name = |bus: usize| &solution.buses[bus].bus;
        let (low, high) = (name(least.0), name(most.0));
        let _ = write!(text, "  price from {:.4} per MWh (bus {low}) to {:.4} (bus {high})", least.1, most.1);
        text += if solution.prices_unique { "\n" } else { "; other prices may support the same dispatch\n" };
    }
    let mut binding: Vec<usize> =
        (0..solution.branches.len()).filter(|&i| solution.branches[i].binding.is_some()).collect();
    let price = |index: usize| solution.branches[index].shadow_price_per_mwh;
    binding.sort_by(|&a, &b| price(b).total_cmp(&price(a)).then(a.cmp(&b)));
    if binding.is_empty() {
        text += "  no line binds\n";
    } else {
        let noun = if binding.len() == 1 { "limit binds" } else { "limits bind, the dearest first" };
        let _ = writeln!(text, "{} {noun}", binding.len());
    }
    for &index in binding.iter().take(case::MOST_ROWS) {
        let (name, flow) = (case::branch_name(network, index), solution.branches[index].flow_mw);
        let _ = writeln!(text, "  {name:<34} {flow:>12.3} MW  {:>12.4} per MWh", price(index));
    }
    let flows: Vec<f64> = solution.branches.iter().map(|row| row.flow_mw).collect();
    text + &case::most_loaded(network, &flows, "MW")
}
