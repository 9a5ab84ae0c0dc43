//! One future alone, in full.

use energyopti_engine::record::metrics::Formula;
use energyopti_engine::{LANES, Simulation, Trace};

use super::BatchError;
use crate::Variant;

/// The course of one future and what it counted.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Number of the replica.
    pub replica: u64,
    /// What everybody did in every step.
    pub trace: Trace,
    /// The future's own figures, by metric name (means and ratios of this one future).
    pub figures: Vec<(String, f64)>,
}

/// Runs replica `replica` of a variant and keeps its trace.
///
/// # Errors
/// As [`super::run`].
pub fn replay(variant: &Variant, replica: u64) -> Result<Replay, BatchError> {
    let mut simulation = Simulation::new(&variant.model)?;
    let trace = simulation.trace(replica, &variant.model)?;
    #[expect(clippy::cast_possible_truncation, reason = "below 64")]
    let lane = (replica % LANES as u64) as usize;
    let mut tally = simulation.empty_tally(&variant.model);
    let layout = simulation.layout().clone();
    let table = simulation.run_group(replica / LANES as u64, lane + 1, &mut tally)?;
    let value = |column: usize| table.columns[column][lane];
    let figures = layout.metrics.iter().filter_map(|metric| {
        let figure = match metric.formula {
            Formula::Mean { column, factor } => value(column) * factor,
            Formula::Ratio { numerator, denominator, factor } if value(denominator) > 0.0 => {
                value(numerator) / value(denominator) * factor
            }
            _ => return None,
        };
        Some((metric.name.clone(), figure))
    });
    Ok(Replay { replica, trace, figures: figures.collect() })
}
