//! What is connected to one bus: generators, loads and storage units.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::super::draft::{Block, Draft};
use super::super::unit::{self, Unit};
use super::folder::Folder;
use super::sheet::Row;
use super::{CURRENCY, VOLL};

/// Series by component.
type Series = BTreeMap<String, Vec<f64>>;

/// Generators become thermal units; what they can take becomes a load with a price.
pub(super) fn generators(folder: &Folder<'_>, draft: &mut Draft) {
    let shares = folder.series("generators", "p_max_pu", 1.0);
    let least = folder.series("generators", "p_min_pu", 0.0);
    let costs = folder.series("generators", "marginal_cost", 0.0);
    // Cost of generators is per MWh of electricity, whatever their efficiency.
    let used = ["p_nom", "p_min_pu", "p_max_pu", "marginal_cost", "sign", "efficiency", "p_set", "q_set", "p_nom_max"];
    folder.parts("generators", &used, draft, |draft, row| {
        let Some((bus, _)) = folder.bus(row, "bus", draft) else { return };
        let place = format!("{} {}", row.place(), row.name());
        if row.number("sign", 1.0, &folder.findings) < 0.0 {
            return draft.lose("a generator that takes power is left out", place);
        }
        if least.contains_key(row.name()) {
            draft.lose("a series of least power is left out", place.clone());
        }
        let p_nom = row.between("p_nom", 0.0, 0.0, 1e9, &folder.findings);
        let (most, p_max_pu) = available(folder, row, &shares, p_nom, draft);
        let unit = Unit {
            name: row.name().to_owned(),
            bus,
            p_min_mw: p_nom * row.number("p_min_pu", 0.0, &folder.findings),
            p_max_mw: most,
            cost_per_mwh: cost(folder, row, &costs, draft),
            p_max_pu,
            place,
        };
        unit::push(draft, unit, CURRENCY);
    });
}

/// Most power ever, and the shares of it that are there, with their file.
fn available(
    folder: &Folder<'_>,
    row: Row<'_>,
    shares: &Series,
    p_nom: f64,
    draft: &mut Draft,
) -> (f64, Option<(String, Vec<f64>)>) {
    let Some(shares) = shares.get(row.name()) else {
        return (p_nom * row.number("p_max_pu", 1.0, &folder.findings), None);
    };
    if shares.iter().any(|share| *share < 0.0) {
        draft.lose("negative values of p_max_pu become 0", format!("{} {}", row.place(), row.name()));
    }
    // A share above 1 would be refused: nominal power grows with it instead.
    let most = shares.iter().copied().fold(1.0, f64::max);
    let shares = shares.iter().map(|share| share.max(0.0) / most).collect();
    (p_nom * most, Some((folder.series_file.clone(), shares)))
}

fn cost(folder: &Folder<'_>, row: Row<'_>, costs: &Series, draft: &mut Draft) -> f64 {
    match costs.get(row.name()) {
        None => row.between("marginal_cost", 0.0, -1e9, 1e9, &folder.findings),
        Some(course) => {
            draft.lose("a series of marginal costs becomes its mean", format!("{} {}", row.place(), row.name()));
            #[expect(clippy::cast_precision_loss, reason = "a horizon has far fewer than 2^52 steps")]
            let count = course.len().max(1) as f64;
            course.iter().sum::<f64>() / count
        }
    }
}

/// Loads with their series, or constant.
pub(super) fn loads(folder: &Folder<'_>, draft: &mut Draft) {
    let courses = folder.series("loads", "p_set", 0.0);
    folder.parts("loads", &["p_set", "q_set", "sign"], draft, |draft, row| {
        let Some((bus, _)) = folder.bus(row, "bus", draft) else { return };
        // PyPSA's sign of a load is -1; +1 makes it feed in.
        let sign = -row.number("sign", -1.0, &folder.findings).signum();
        let place = format!("{} {}", row.place(), row.name());
        let block = |draft: &mut Draft| {
            let name = draft.name(row.name());
            Block::one_of("load").with("name", name).with("bus", bus.clone())
        };
        let voll = format!("voll_{CURRENCY}_per_mwh");
        if let Some(course) = courses.get(row.name()) {
            if course.iter().any(|p| p * sign < 0.0) {
                draft.lose("negative values of a load become 0", place);
            }
            let values = course.iter().map(|p| (p * sign).max(0.0)).collect();
            let block = block(draft).with("profile", profile(folder, draft, row, "mw", values));
            return draft.push(block.with(voll, VOLL));
        }
        let p_mw = sign * row.between("p_set", 0.0, -1e9, 1e9, &folder.findings);
        if p_mw > 0.0 {
            let block = block(draft).with("p_mw", p_mw);
            draft.push(block.with(voll, VOLL));
        } else if p_mw < 0.0 {
            draft.lose("a negative load becomes a unit that costs nothing", place);
            unit::inject(draft, row.name(), bus, -p_mw, CURRENCY);
        }
    });
}

fn profile(folder: &Folder<'_>, draft: &mut Draft, row: Row<'_>, unit: &str, values: Vec<f64>) -> Table {
    let column = draft.series(&format!("{} {unit}", row.name()), values);
    unit::profile(&folder.series_file, &column, unit)
}

/// Storage units become batteries; those that only give become hydro plants.
pub(super) fn storage_units(folder: &Folder<'_>, draft: &mut Draft) {
    let inflows = folder.series("storage_units", "inflow", 0.0);
    let used = [
        "p_nom",
        "max_hours",
        "p_min_pu",
        "p_max_pu",
        "efficiency_store",
        "efficiency_dispatch",
        "standing_loss",
        "inflow",
        "marginal_cost",
        "state_of_charge_initial",
    ];
    folder.parts("storage_units", &used, draft, |draft, row| {
        let Some((bus, _)) = folder.bus(row, "bus", draft) else { return };
        let number = |column: &str, usual: f64, most: f64| row.between(column, usual, 0.0, most, &folder.findings);
        let p_nom = number("p_nom", 0.0, 1e9);
        let e_nom = p_nom * number("max_hours", 1.0, 1e6);
        let held = number("state_of_charge_initial", 0.0, 1e12);
        let e_initial_pu = if e_nom > 0.0 { (held / e_nom).min(1.0) } else { 0.0 };
        let inflow = number("inflow", 0.0, 1e9);
        let pumps = row.number("p_min_pu", -1.0, &folder.findings) < 0.0;
        let place = format!("{} {}", row.place(), row.name());
        if p_nom == 0.0 {
            return draft.lose("without power and left out", place);
        }
        let kind = if pumps { "battery" } else { "hydro" };
        let mut block = Block::one_of(kind).with("name", draft.name(row.name())).with("bus", bus);
        block = block.with("p_nom_mw", p_nom).with("e_nom_mwh", e_nom).with("e_initial_pu", e_initial_pu);
        if pumps {
            if inflow > 0.0 || inflows.contains_key(row.name()) {
                draft.lose("inflow into storage that also charges is left out", place);
            }
            block = block
                .with("efficiency_store", number("efficiency_store", 1.0, 1.0))
                .with("efficiency_dispatch", number("efficiency_dispatch", 1.0, 1.0))
                .unless("standing_loss_per_h", number("standing_loss", 0.0, 1.0), 0.0);
        } else {
            let water: (&str, Value) = match inflows.get(row.name()) {
                Some(course) => ("inflow", profile(folder, draft, row, "mw", course.clone()).into()),
                None => ("inflow_mw", inflow.into()),
            };
            block = block.with("efficiency", number("efficiency_dispatch", 1.0, 1.0)).with(water.0, water.1);
        }
        let cost = number("marginal_cost", 0.0, 1e9);
        draft.push(block.unless(&format!("marginal_cost_{CURRENCY}_per_mwh"), cost, 0.0));
    });
}
