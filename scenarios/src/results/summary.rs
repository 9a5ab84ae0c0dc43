//! `summary.json`: what a run found, metric by metric, in a fixed order. It holds nothing about
//! when, where or how fast the run was computed.

use energyopti_engine::Estimate;
use serde::{Deserialize, Serialize};

use super::{StoreError, file};

/// The headline figures of a run. Every metric refers to the whole horizon of
/// [`horizon_h`](Self::horizon_h) hours; nothing is rescaled to a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Identity of the run; see [`super::run_id`].
    pub run: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Seed of all random streams.
    pub seed: u64,
    /// How many futures were counted; `None` for an exact method.
    pub replicas: Option<u64>,
    /// Length of the study in hours.
    pub horizon_h: f64,
    /// ISO 4217 tag of all money.
    pub currency: String,
    /// `sequential` or `exact`.
    pub method: String,
    /// The metrics in the order in which they are reported.
    #[serde(with = "metrics")]
    pub metrics: Vec<(String, Estimate)>,
    /// What quantum circuits answered, with the classical answers beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantum: Option<serde_json::Value>,
}

impl Summary {
    /// The estimate of the metric `name`.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&Estimate> {
        self.metrics.iter().find(|(key, _)| key == name).map(|(_, estimate)| estimate)
    }

    /// The text of `summary.json`: indented by two spaces, with a newline at the end. A figure
    /// that is undefined or not finite is `null`; floats are the shortest text that reads back
    /// to the same bits.
    ///
    /// # Errors
    /// None is known for values of this type; the signature is the library's.
    pub fn to_json(&self) -> Result<String, StoreError> {
        let mut text = serde_json::to_string_pretty(self).map_err(StoreError::json(file::SUMMARY))?;
        text.push('\n');
        Ok(text)
    }

    /// Reads the text of a `summary.json`.
    ///
    /// # Errors
    /// [`StoreError::Json`] where the text is not a summary.
    pub fn from_json(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map_err(StoreError::json(file::SUMMARY))
    }
}

/// An estimate as it stands in JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct JsonEstimate {
    value: Option<f64>,
    standard_error: Option<f64>,
    ci95: Option<[f64; 2]>,
    n: Option<u64>,
}

impl From<&Estimate> for JsonEstimate {
    fn from(estimate: &Estimate) -> Self {
        let finite = |x: &f64| x.is_finite();
        Self {
            value: estimate.value.filter(finite),
            standard_error: estimate.standard_error.filter(finite),
            ci95: estimate.ci95.filter(|ends| ends.iter().all(finite)),
            n: estimate.n,
        }
    }
}

impl From<JsonEstimate> for Estimate {
    fn from(json: JsonEstimate) -> Self {
        Self { value: json.value, standard_error: json.standard_error, ci95: json.ci95, n: json.n }
    }
}

/// One estimate in a field of its own, for `#[serde(with)]`.
pub(super) mod estimate {
    use super::{Estimate, JsonEstimate};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(estimate: &Estimate, serializer: S) -> Result<S::Ok, S::Error> {
        JsonEstimate::from(estimate).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Estimate, D::Error> {
        JsonEstimate::deserialize(deserializer).map(Estimate::from)
    }
}

/// A list of named estimates as one JSON object whose keys keep the list's order.
mod metrics {
    use super::{Estimate, JsonEstimate};
    use serde::de::{Deserializer, MapAccess, Visitor};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(metrics: &[(String, Estimate)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(metrics.iter().map(|(name, e)| (name, JsonEstimate::from(e))))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Estimate)>, D::Error> {
        deserializer.deserialize_map(InOrder)
    }

    struct InOrder;

    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, Estimate)>;

        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("an object of metrics")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut metrics = Vec::new();
            while let Some((name, estimate)) = map.next_entry::<String, JsonEstimate>()? {
                metrics.push((name, estimate.into()));
            }
            Ok(metrics)
        }
    }
}
