//! The full course of one future: what everybody did in every step.

use bevy_ecs::prelude::*;

use crate::fleet::{Balance, Fleet};

/// One lane, step by step. Powers in MW, positive = injection; a load's is its withdrawal.
#[derive(Resource, Clone, Debug, Default)]
pub struct Trace {
    lane: usize,
    names: Vec<String>,
    /// Column names with their units.
    pub columns: Vec<String>,
    /// One row per step, values in the order of `columns`.
    pub rows: Vec<Vec<f64>>,
}

impl Trace {
    pub(crate) fn new(lane: usize, names: Vec<String>) -> Self {
        Self { lane, names, ..Self::default() }
    }

    pub(crate) fn step(&mut self, step: usize, fleet: &Fleet<'_>, balance: &Balance) {
        if step == 0 {
            self.columns = self.name_columns(fleet);
            self.rows.clear();
        }
        let lane = self.lane;
        let mut row = vec![
            balance.load_mw[lane],
            balance.available_mw[lane],
            balance.unserved_mw[lane],
            balance.available_mw[lane] + balance.deliverable_mw[lane] - balance.load_mw[lane],
        ];
        row.extend(fleet.loads.iter().map(|l| l.wanted_mw[lane]));
        // The merit order once more: the step keeps no row of what each generator gives.
        let mut left = balance.load_mw[lane] + (balance.charge_mw[lane] - balance.discharge_mw[lane]);
        for (generator, slot) in fleet.generators.iter().zip(&fleet.generator_slots) {
            let p_mw = generator.available_mw[lane].min(left);
            left -= p_mw;
            row.extend([fleet.units[*slot][lane], generator.available_mw[lane], p_mw]);
        }
        for store in &fleet.stores {
            row.extend([store.p_mw[lane], store.e_mwh[lane]]);
        }
        self.rows.push(row);
    }

    fn name_columns(&self, fleet: &Fleet<'_>) -> Vec<String> {
        let mut columns: Vec<String> =
            ["load_mw", "available_mw", "unserved_mw", "margin_mw"].map(str::to_owned).into();
        let name = |slot: &usize| &self.names[*slot];
        columns.extend(fleet.load_slots.iter().map(|s| format!("{}.load_mw", name(s))));
        for slot in &fleet.generator_slots {
            let name = name(slot);
            columns.extend([format!("{name}.units_up"), format!("{name}.available_mw"), format!("{name}.p_mw")]);
        }
        for slot in &fleet.store_slots {
            columns.extend([format!("{}.p_mw", name(slot)), format!("{}.e_mwh", name(slot))]);
        }
        columns
    }
}
