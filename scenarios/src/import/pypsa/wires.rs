//! What joins two buses: lines, transformers and links.

use super::super::draft::{Block, Draft};
use super::folder::Folder;
use super::sheet::Row;
use super::{BASE_MVA, CURRENCY};

/// Lines, whose impedances are in ohms: `x_pu = x / (v_nom^2 / base_mva)`.
pub(super) fn lines(folder: &Folder<'_>, draft: &mut Draft) {
    // Charging is not part of linear flows; lengths and parallels are only used with a type.
    let used = [
        "x",
        "r",
        "b",
        "g",
        "s_nom",
        "s_max_pu",
        "type",
        "num_parallel",
        "length",
        "v_nom",
        "x_pu",
        "r_pu",
        "s_nom_max",
    ];
    folder.parts("lines", &used, draft, |draft, row| {
        let (Some((bus0, v_nom)), Some((bus1, _))) = (folder.bus(row, "bus0", draft), folder.bus(row, "bus1", draft))
        else {
            return;
        };
        if let Some(block) = branch(folder, draft, row, [bus0, bus1], BASE_MVA / (v_nom * v_nom)) {
            draft.push(block);
        }
    });
}

/// Transformers, whose impedances are per unit of their own `s_nom`.
pub(super) fn transformers(folder: &Folder<'_>, draft: &mut Draft) {
    let used = [
        "x",
        "r",
        "b",
        "g",
        "s_nom",
        "s_max_pu",
        "type",
        "num_parallel",
        "tap_ratio",
        "tap_side",
        "phase_shift",
        "x_pu",
        "r_pu",
        "s_nom_max",
    ];
    folder.parts("transformers", &used, draft, |draft, row| {
        let (Some((bus0, _)), Some((bus1, _))) = (folder.bus(row, "bus0", draft), folder.bus(row, "bus1", draft))
        else {
            return;
        };
        let s_nom = row.number("s_nom", 0.0, &folder.findings);
        if s_nom <= 0.0 {
            return row.fault("s_nom", "must be above 0: impedances are per unit of it", &folder.findings);
        }
        let tap = row.between("tap_ratio", 1.0, 1e-3, 1e3, &folder.findings);
        let shift = row.between("phase_shift", 0.0, -180.0, 180.0, &folder.findings);
        if row.number("tap_side", 0.0, &folder.findings) != 0.0 && (tap - 1.0).abs() > 1e-12 {
            draft.lose("a tap at the second side is taken at the first", format!("{} {}", row.place(), row.name()));
        }
        if let Some(block) = branch(folder, draft, row, [bus0, bus1], BASE_MVA / s_nom) {
            draft.push(block.unless("tap", tap, 1.0).unless("shift_deg", shift, 0.0));
        }
    });
}

/// A line of the scenario; impedances of the row times `per_unit`.
fn branch(
    folder: &Folder<'_>,
    draft: &mut Draft,
    row: Row<'_>,
    [bus0, bus1]: [String; 2],
    per_unit: f64,
) -> Option<Block> {
    let x_pu = row.number("x", 0.0, &folder.findings) * per_unit;
    let r_pu = row.number("r", 0.0, &folder.findings) * per_unit;
    if x_pu == 0.0 {
        let kind = row.text("type");
        let rule = if kind.is_empty() {
            "is 0: the flow would have no law".to_owned()
        } else {
            format!(
                "is 0: the reactance of type `{kind}` is not in the folder; n.calculate_dependent_values() before the export writes it"
            )
        };
        row.fault("x", rule, &folder.findings);
        return None;
    }
    if !row.text("type").is_empty() {
        draft.lose(
            "x and r of the file are taken, its type is not looked at",
            format!("{} {}", row.place(), row.name()),
        );
    }
    if !(x_pu.abs() <= 1e3 && (0.0..=1e3).contains(&r_pu)) {
        let rule = format!(
            "makes x = {x_pu} and r = {r_pu} per unit: check the voltage of its bus, {BASE_MVA} MVA is the base"
        );
        row.fault("x", rule, &folder.findings);
        return None;
    }
    let limit = row.number("s_nom", 0.0, &folder.findings) * row.number("s_max_pu", 1.0, &folder.findings);
    let name = draft.name(row.name());
    let mut block = Block::one_of("line").with("name", name).with("bus0", bus0).with("bus1", bus1);
    if limit.is_finite() {
        block = block.with("s_nom_mva", limit.max(0.0));
    }
    Some(block.with("r_pu", r_pu).with("x_pu", x_pu))
}

/// Links. One that loses power is two, a way each.
pub(super) fn links(folder: &Folder<'_>, draft: &mut Draft) {
    let used = ["p_nom", "p_min_pu", "p_max_pu", "efficiency", "marginal_cost", "p_set", "length", "p_nom_max"];
    folder.parts("links", &used, draft, |draft, row| {
        let (Some((bus0, _)), Some((bus1, _))) = (folder.bus(row, "bus0", draft), folder.bus(row, "bus1", draft))
        else {
            return;
        };
        let p_nom = row.between("p_nom", 0.0, 0.0, 1e9, &folder.findings);
        let there = p_nom * row.number("p_max_pu", 1.0, &folder.findings);
        let back = -p_nom * row.number("p_min_pu", 0.0, &folder.findings);
        let efficiency = row.between("efficiency", 1.0, 1e-6, 1.0, &folder.findings);
        let mut cost = row.between("marginal_cost", 0.0, -1e9, 1e9, &folder.findings);
        let place = || format!("{} {}", row.place(), row.name());
        if cost < 0.0 {
            draft.lose("a link that is paid for its flow costs 0 here", place());
            cost = 0.0;
        }
        if cost > 0.0 && back > 0.0 {
            draft.lose("the cost of a link counts for flows both ways; PyPSA pays it back on the way back", place());
        }
        if back < 0.0 {
            draft.lose("the least flow of a link is left out: it can go down to 0", place());
        }
        let mut push = |from: &str, to: &str, p_nom: f64, p_min_pu: f64| {
            let name = draft.name(row.name());
            let block = Block::one_of("link").with("name", name).with("bus0", from).with("bus1", to);
            let block = block.with("p_nom_mw", p_nom).unless("p_min_pu", p_min_pu, 0.0);
            let block = block.unless("efficiency", efficiency, 1.0);
            draft.push(block.unless(&format!("marginal_cost_{CURRENCY}_per_mwh"), cost, 0.0));
        };
        let back = back.max(0.0);
        if efficiency < 1.0 || back > there {
            push(&bus0, &bus1, there.max(0.0), 0.0);
            if back > 0.0 {
                push(&bus1, &bus0, back, 0.0);
            }
        } else {
            let p_min_pu = if there > 0.0 { -back / there } else { 0.0 };
            push(&bus0, &bus1, there.max(0.0), p_min_pu);
        }
    });
}
