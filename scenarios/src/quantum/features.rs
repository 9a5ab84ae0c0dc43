//! Features of every window of a series, for a scenario and for the command line.

use energyopti_quantum::Error;
use energyopti_quantum::features::{Design, FeatureMap, Reservoir};

use crate::schema::FeatureCircuitSpec;

/// A row of features per window.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRows {
    /// Names of the features: Pauli strings.
    pub labels: Vec<String>,
    /// Row of the series at which the first window ends.
    pub first_row: usize,
    /// By window and feature.
    pub rows: Vec<Vec<f64>>,
}

/// The features of all windows of `window` values, in the current pool of threads; none where the series is
/// shorter.
///
/// # Errors
/// What the kernel says of the design, the window or a value.
pub fn features(
    series: &[f64],
    window: usize,
    circuit: FeatureCircuitSpec,
    design: Design,
) -> Result<FeatureRows, Error> {
    let labels = design.labels();
    let windows: Vec<&[f64]> = series.windows(window.max(1)).collect();
    let rows = match circuit {
        FeatureCircuitSpec::Map => FeatureMap::new(design, window)?.batch(&windows)?,
        FeatureCircuitSpec::Reservoir => Reservoir::new(design)?.batch(&windows)?,
    };
    Ok(FeatureRows { labels, first_row: window.saturating_sub(1), rows })
}
