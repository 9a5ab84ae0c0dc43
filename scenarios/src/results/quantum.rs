//! What the answers of quantum circuits leave: tables, and their part of the summary.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::parquet_file::{Kind, Values, write_rows, writer};
use super::{Draft, StoreError, file};
use energyopti_quantum::HONEST_CLAIM;
use energyopti_quantum::allocation::{Allocation, StateFigures};

use crate::quantum::{Answers, FeatureRows, Tail};

/// The part `quantum` of `summary.json`; `None` where nothing was asked.
pub(crate) fn summary(answers: &Answers) -> Option<Value> {
    if answers.is_empty() {
        return None;
    }
    let mut summary = json!({"claim": HONEST_CLAIM});
    if let Some(allocation) = &answers.allocation {
        summary["allocation"] = json!(allocation);
        let units = allocation.candidates.iter().cloned().zip(allocation.classical.figures.units.iter().copied());
        // What to decide by, where one looks first.
        summary["allocation"]["units"] = json!(units.collect::<BTreeMap<_, _>>());
    }
    if let Some(tail) = &answers.tail_risk {
        summary["tail_risk"] = json!(tail.answer);
        summary["tail_risk"]["of"] = json!(tail.of);
    }
    if let Some(features) = &answers.features {
        summary["features"] = json!({"labels": features.labels, "windows": features.rows.len()});
    }
    Some(summary)
}

impl Draft {
    /// Writes a table for each answer that has one.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Parquet`].
    pub(crate) fn quantum(&mut self, answers: &Answers) -> Result<(), StoreError> {
        answers.allocation.iter().try_for_each(|allocation| self.allocation(allocation))?;
        answers.tail_risk.iter().try_for_each(|tail| self.tail_risk(tail))?;
        answers.features.iter().try_for_each(|features| self.features(features))
    }

    /// `features.parquet`: a row per window, called by the row of the series at which it ends.
    fn features(&mut self, features: &FeatureRows) -> Result<(), StoreError> {
        let ends = features.first_row..features.first_row + features.rows.len();
        let ends: Vec<i64> = ends.map(|row| i64::try_from(row).unwrap_or(i64::MAX)).collect();
        let column = |at: usize| features.rows.iter().map(|row| row[at]).collect::<Vec<f64>>();
        let columns: Vec<Vec<f64>> = (0..features.labels.len()).map(column).collect();
        let names = [("row", Kind::Count)].into_iter();
        let names: Vec<_> = names.chain(features.labels.iter().map(|label| (label.as_str(), Kind::Real))).collect();
        let values: Vec<_> =
            [Values::Count(&ends)].into_iter().chain(columns.iter().map(|column| Values::Real(column))).collect();
        self.rows(file::FEATURES, &names, &[], &values)
    }

    /// `allocation.parquet`, `qaoa_layers.parquet` and `qaoa_costs.parquet`.
    fn allocation(&mut self, allocation: &Allocation) -> Result<(), StoreError> {
        let counts = |units: &[u32]| units.iter().map(|&units| i64::from(units)).collect::<Vec<_>>();
        let exact = counts(&allocation.classical.figures.units);
        let quantum = &allocation.quantum;
        let sampled = quantum.best_of_shots.as_ref().map(|best| counts(&best.units));
        let sampled = (0..exact.len()).map(|at| sampled.as_ref().map(|units| units[at])).collect();
        let names = allocation.candidates.iter().map(String::as_str).collect();
        self.rows(
            file::ALLOCATION,
            &[("candidate", Kind::Text), ("units", Kind::Count), ("units_of_circuit", Kind::OptionalCount)],
            &[("proven", allocation.classical.proven.to_string())],
            &[Values::Text(names), Values::Count(&exact), Values::OptionalCount(sampled)],
        )?;
        self.layers(&quantum.by_layers)?;
        let edges = &quantum.distribution.edges;
        let (low, high) = (edges.split_last().map_or(&[][..], |ends| ends.1), edges.get(1..).unwrap_or_default());
        self.rows(
            file::QAOA_COSTS,
            &[
                ("objective_low", Kind::Real),
                ("objective_high", Kind::Real),
                ("p_circuit", Kind::Real),
                ("p_guess", Kind::Real),
            ],
            &[],
            &[
                Values::Real(low),
                Values::Real(high),
                Values::Real(&quantum.distribution.state),
                Values::Real(&quantum.distribution.uniform),
            ],
        )
    }

    fn layers(&mut self, layers: &[StateFigures]) -> Result<(), StoreError> {
        let counts: Vec<i64> = layers.iter().map(|row| i64::try_from(row.layers).unwrap_or(i64::MAX)).collect();
        let real = |pick: fn(&StateFigures) -> f64| layers.iter().map(pick).collect::<Vec<f64>>();
        let optional = |pick: fn(&StateFigures) -> Option<f64>| Values::OptionalReal(layers.iter().map(pick).collect());
        self.rows(
            file::QAOA_LAYERS,
            &[
                ("layers", Kind::Count),
                ("expectation", Kind::Real),
                ("feasible_mean", Kind::OptionalReal),
                ("approximation_ratio", Kind::OptionalReal),
                ("p_feasible", Kind::Real),
                ("p_optimum", Kind::Real),
            ],
            &[],
            &[
                Values::Count(&counts),
                Values::Real(&real(|row| row.expectation)),
                optional(|row| row.feasible_mean),
                optional(|row| row.approximation_ratio),
                Values::Real(&real(|row| row.p_feasible)),
                Values::Real(&real(|row| row.p_optimum)),
            ],
        )
    }

    /// `tail_risk.parquet`: the discretised distribution.
    fn tail_risk(&mut self, tail: &Tail) -> Result<(), StoreError> {
        let grid = tail.question.grid();
        let unit = tail.of.split('.').next().unwrap_or(&tail.of);
        let metadata = [("of", tail.of.clone()), ("alpha", tail.answer.alpha.to_string())];
        self.rows(
            file::TAIL_RISK,
            &[(unit, Kind::Real), ("probability", Kind::Real)],
            &metadata,
            &[Values::Real(grid.values()), Values::Real(&grid.probabilities())],
        )
    }

    /// A table of one row group, with the claim beside what it holds.
    fn rows(
        &mut self,
        name: &str,
        columns: &[(&str, Kind)],
        metadata: &[(&str, String)],
        values: &[Values<'_>],
    ) -> Result<(), StoreError> {
        let mut output = self.create(name)?;
        let metadata = [metadata, &[("claim", HONEST_CLAIM.to_owned())]].concat();
        let mut table = writer(&mut output, columns, &metadata).map_err(StoreError::parquet(name))?;
        write_rows(&mut table, values).and_then(|()| table.finish().map(drop)).map_err(StoreError::parquet(name))?;
        drop(table);
        self.finish(output)
    }
}
