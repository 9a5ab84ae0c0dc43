//! What a batch found: estimates with their uncertainty, and distributions.

/// An estimate with its uncertainty. `None` where a figure is undefined (no event, no length).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: Option<f64>,
    /// Its standard error; 0 for an exact method.
    pub standard_error: Option<f64>,
    /// 95 % confidence interval.
    pub ci95: Option<[f64; 2]>,
    /// How many replicas stand behind it; `None` for an exact method.
    pub n: Option<u64>,
}

impl Estimate {
    /// A figure that this run cannot define.
    #[must_use]
    pub fn undefined(n: Option<u64>) -> Self {
        Self { value: None, standard_error: None, ci95: None, n }
    }

    /// A figure known without sampling error.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self { value: Some(value), standard_error: Some(0.0), ci95: Some([value; 2]), n: None }
    }
}

/// Counts between fixed edges; `edges.len() == counts.len() + 1`. What falls outside is counted
/// in the first or last bin.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Edges in MW, ascending.
    pub edges: Vec<f64>,
    /// Counts of (step, replica).
    pub counts: Vec<u64>,
}

/// One row of the course of a typical future: statistics over replicas (and over
/// [`Timeline::steps_per_row`] steps where the horizon is long).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimelineRow {
    /// First step of the row.
    pub step: u64,
    /// Mean load in MW.
    pub load_mean_mw: f64,
    /// Mean load that was not served in MW, interruptible load included.
    pub unserved_mean_mw: f64,
    /// Mean energy in storage at the end of the step in MWh.
    pub stored_mean_mwh: f64,
    /// Mean of the margin: available capacity with deliverable storage, less load, in MW.
    pub margin_mean_mw: f64,
    /// 5, 50 and 95 % quantiles of the margin in MW, to [`Timeline::resolution_mw`].
    pub margin_quantiles_mw: [f64; 3],
}

/// Statistics by step.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// How many steps share a row.
    pub steps_per_row: u64,
    /// Width of the bins behind the quantiles, in MW.
    pub resolution_mw: f64,
    /// How many replicas, from the first on, stand behind the quantiles; the means have all.
    pub quantile_replicas: u64,
    /// Rows in time order.
    pub rows: Vec<TimelineRow>,
}

/// Everything that a batch found.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// How many replicas were counted; `None` for an exact method.
    pub replicas: Option<u64>,
    /// Flat metrics in a fixed order; see [`crate::record::metrics`] for the names.
    pub metrics: Vec<(String, Estimate)>,
    /// Distribution of the margin over steps and replicas; `None` for an exact method.
    pub margin: Option<Histogram>,
    /// Statistics by step, where kept.
    pub timeline: Option<Timeline>,
}

impl Results {
    /// The estimate of the metric `name`.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&Estimate> {
        self.metrics.iter().find(|(key, _)| key == name).map(|(_, estimate)| estimate)
    }
}
