//! The futures of a variant in shards: ranges of replicas that begin at whole groups of 64.

use std::iter;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Instant;

use energyopti_engine::{Controls, LANES, Layout, Network, Results, Simulation, Tally};
use serde_json::{Value, json};

use super::fold::Fold;
use crate::Variant;
use crate::batch::{self, Counted, Outlet, Stretches, exact, stop};
use crate::jobs::{Job, JobError, Merged, Shards, Work, shard, stored};
use crate::quantum::Futures;
use crate::results::{Draft, Execution, file};
use crate::schema::Method;

/// Nanoseconds of a future's step on one core, whatever the model; and more for every asset, for a
/// network, and for every line of it. Right within a factor of a few, which is enough to cut.
const STEP_NS: u64 = 3;
const ASSET_NS: u64 = 1;
const NETWORK_NS: u64 = 300;
const LINE_NS: u64 = 10;
/// How long a shard takes by that reckoning.
const SHARD_NS: u128 = 1_000_000_000;

/// The futures of a variant.
pub(super) struct ScenarioJob {
    pub variant: Variant,
    pub identity: String,
    title: String,
    pub layout: Layout,
    /// A tally of nothing.
    pub empty: Tally,
    /// Columns kept of every future.
    pub sampled: Vec<(usize, String)>,
    controls: OnceLock<Option<Controls>>,
}

impl ScenarioJob {
    pub fn new(variant: Variant, title: String) -> Result<Self, JobError> {
        if variant.scenario.monte_carlo.method == Method::Exact {
            exact::suits(&variant.model)?;
        }
        let simulation = Simulation::new(&variant.model)?;
        let (layout, empty) = (simulation.layout().clone(), simulation.empty_tally(&variant.model));
        let (identity, sampled) = (batch::identity(&variant), batch::sampled(&variant, &layout));
        Ok(Self { variant, identity, title, layout, empty, sampled, controls: OnceLock::new() })
    }

    /// Futures, if no rule stops them.
    pub fn replicas(&self) -> u64 {
        self.variant.scenario.monte_carlo.replicas
    }

    /// The expectations of control variates: found once, since they take a convolution.
    pub fn controls(&self) -> Result<Option<Controls>, JobError> {
        if let Some(known) = self.controls.get() {
            return Ok(*known);
        }
        let found = batch::controls(&self.variant)?;
        Ok(*self.controls.get_or_init(|| found))
    }

    fn is_exact(&self) -> bool {
        self.variant.scenario.monte_carlo.method == Method::Exact
    }

    /// The numbers of futures at which the stop rule is asked.
    fn judgements(&self) -> Vec<u64> {
        if self.is_exact() || self.variant.scenario.monte_carlo.stop_at.is_none() {
            return Vec::new();
        }
        let next = |done: &u64| Some(stop::next_judgement(*done));
        iter::successors(next(&0), next).take_while(|at| *at < self.replicas()).collect()
    }

    /// As many shards as make each a second.
    fn by_time(&self) -> u64 {
        let model = &self.variant.model;
        let network_ns = match model.network {
            Network::CopperPlate => 0,
            Network::Transport | Network::Dc => NETWORK_NS + LINE_NS * model.assets.line.len() as u64,
        };
        let step_ns = STEP_NS + ASSET_NS * model.assets.entries().len() as u64 + network_ns;
        let whole_ns = u128::from(self.replicas()) * model.clock.steps() as u128 * u128::from(step_ns);
        u64::try_from(whole_ns.div_ceil(SHARD_NS)).unwrap_or(u64::MAX)
    }

    /// The results of an exact method, from its only shard.
    fn exact(&self, shards: &mut Shards<'_>) -> Result<Option<Results>, JobError> {
        let Some(bytes) = shards.next().transpose()? else { return Ok(None) };
        let (_, values) = shard::decode::<Vec<Option<f64>>>(&self.identity, 0, &bytes)?;
        Ok(Some(exact::of_values(&self.layout, &values)))
    }

    /// Adds up shards in order until they are enough; hands their sampled columns to `outlet`.
    fn counted(&self, shards: &mut Shards<'_>, outlet: &mut Outlet, work: &Work<'_>) -> Result<Fold<'_>, JobError> {
        let mut fold = Fold::new(self);
        while !fold.is_enough()? {
            if work.control.cancelled.load(Ordering::Relaxed) {
                return Err(JobError::Cancelled);
            }
            let bytes = shards.next().transpose()?.ok_or_else(|| too_few(fold.futures(), self.replicas()))?;
            outlet.take(&fold.take(&bytes, true)?)?;
        }
        Ok(fold)
    }
}

fn too_few(found: u64, wanted: u64) -> JobError {
    JobError::Failed(format!("the shards hold {found} of {wanted} units"))
}

impl Job for ScenarioJob {
    fn identity(&self) -> &str {
        &self.identity
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn seed(&self) -> u64 {
        self.variant.scenario.monte_carlo.seed
    }

    fn unit(&self) -> &'static str {
        if self.is_exact() { "convolutions" } else { "futures" }
    }

    fn cut(&self, shards: Option<u64>) -> Vec<Range<u64>> {
        if self.is_exact() {
            return iter::once(0..1).collect(); // nothing that could be shared out
        }
        let even = shard::even(self.replicas(), LANES as u64, shards.unwrap_or_else(|| self.by_time()));
        shard::split_at(even, &self.judgements())
    }

    fn memory_bytes(&self) -> u64 {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let longest = self.cut(None).iter().map(|range| range.end - range.start).max().unwrap_or(0);
        // The columns, and their bytes.
        let samples = 2 * 8 * longest * self.sampled.len() as u64;
        batch::memory_bytes(&self.empty, threads as u64) + samples
    }

    fn shard(&self, range: &Range<u64>, work: &Work<'_>) -> Result<Vec<u8>, JobError> {
        if self.is_exact() {
            let values = exact::values(&self.variant.model, &self.layout)?;
            return shard::encode(&self.identity, range, &values);
        }
        let stretch = Stretches::new(&self.variant, work.pool)?.compute(range.clone(), work.control)?;
        shard::encode(&self.identity, range, &stretch)
    }

    fn judged_after(&self, shards: &[Range<u64>]) -> Vec<u64> {
        let judgements = self.judgements();
        (1..).zip(shards).filter(|(_, range)| judgements.contains(&range.end)).map(|(count, _)| count).collect()
    }

    fn enough(&self, first: &mut Shards<'_>) -> Result<bool, JobError> {
        let mut fold = Fold::new(self);
        for bytes in first {
            fold.take(&bytes?, true)?;
        }
        fold.is_enough()
    }

    fn partial(&self, shards: &mut Shards<'_>) -> Result<Value, JobError> {
        let results = if self.is_exact() {
            self.exact(shards)?.unwrap_or_else(|| exact::of_values(&self.layout, &[]))
        } else {
            let mut fold = Fold::new(self);
            for bytes in shards {
                fold.take(&bytes?, false)?;
            }
            fold.results()?
        };
        Ok(json!(batch::summary(&self.variant, &self.identity, &results)))
    }

    fn merge(&self, shards: &mut Shards<'_>, store: &Path, work: &Work<'_>) -> Result<Merged, JobError> {
        let (begun, started) = (Instant::now(), batch::now());
        let mut draft = Draft::begin(store, &self.identity)?;
        let (results, futures, chunk) = if self.is_exact() {
            let results = self.exact(shards)?.ok_or_else(|| too_few(0, 1))?;
            (results, Futures::new(), 1)
        } else {
            let mut outlet = Outlet::open(&self.variant, &self.sampled, &mut draft)?;
            let fold = self.counted(shards, &mut outlet, work)?;
            (fold.results()?, outlet.close(&mut draft)?, fold.longest)
        };
        let execution = Execution { started, seconds: 0.0, threads: work.pool.current_num_threads(), chunk };
        let counted = Counted { results, futures, draft };
        batch::finish(&self.variant, &self.identity, counted, work, (begun, execution))?;
        stored::merged(store, &self.identity, file::SUMMARY)
    }

    fn stored(&self, store: &Path) -> Option<Merged> {
        stored::merged(store, &self.identity, file::SUMMARY).ok()
    }
}
