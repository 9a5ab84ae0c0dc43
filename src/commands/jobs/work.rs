//! `worker`: carries what the queue holds, until it is told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::anyhow;
use energyopti_scheduler::queue::shown;
use energyopti_scheduler::schedules::Ticker;
use energyopti_scheduler::worker::{Options, Until, Worker};
use energyopti_scheduler::{QueueError, metrics};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinHandle};
use tracing_subscriber::EnvFilter;

use super::super::print;
use super::{Missing, block_on, desk};
use crate::arguments::jobs::{Log, Worker as Arguments};
use crate::failure::Failure;

/// The task that looks at schedules.
type Schedules = JoinHandle<Result<(), QueueError>>;

/// A worker waits for its database as long as it takes.
const FOR_EVER: Duration = Duration::MAX;

pub fn execute(arguments: &Arguments) -> Result<(), Failure> {
    log(arguments.log);
    block_on(async {
        if let Some(address) = arguments.metrics {
            serve_metrics(address)?;
        }
        let desk = desk(&arguments.at, Missing::Create, FOR_EVER).await?;
        let gauges = arguments.metrics.map(|_| tokio::spawn(metrics::watch(desk.queue.clone())).abort_handle());
        let worker = Worker::new(desk.queue.clone(), desk.results.clone(), desk.kinds.clone(), options(arguments))?;
        tracing::info!(
            worker = worker.name(),
            queue = shown(desk.queue.url()),
            store = desk.results.place(),
            "working"
        );
        // Schedules end with the work: what a look leaves half done, the next one does.
        let ticker = Ticker::new(desk.clone());
        let schedules = (!arguments.no_schedules).then(|| tokio::spawn(ticker.run(std::future::pending())));
        let beside = [schedules.as_ref().map(JoinHandle::abort_handle), gauges];
        let (tell, mut told) = oneshot::channel();
        let ended = worker.run(stop(schedules, tell)).await?;
        beside.iter().flatten().for_each(AbortHandle::abort);
        print(&format!("{} shards counted", ended.shards))?;
        let outcome = told.try_recv().map_or(Ok(()), |why| Err(Failure::Other(why)));
        if !ended.in_order {
            // Connections and threads that do not come back are not waited for. What went wrong was logged.
            std::process::exit(i32::from(outcome.is_err()));
        }
        desk.queue.close().await;
        outcome
    })
}

fn options(arguments: &Arguments) -> Options {
    let usual = Options::default();
    Options {
        concurrency: arguments.concurrency.map_or(usual.concurrency, |n| n as usize),
        threads: arguments.threads.map_or(usual.threads, |n| n as usize),
        lease: arguments.lease,
        grace: arguments.grace,
        until: match (arguments.until_idle, arguments.no_schedules) {
            (false, _) => Until::Stopped,
            (true, true) => Until::Idle,
            (true, false) => Until::Settled,
        },
    }
}

/// Serves metrics at an address, for Prometheus.
fn serve_metrics(address: SocketAddr) -> Result<(), Failure> {
    let exporter = PrometheusBuilder::new().with_http_listener(address);
    // A histogram with buckets: quantiles of several workers could not be put together.
    let exporter = exporter.set_buckets_for_metric(Matcher::Full(metrics::SHARD_SECONDS.to_owned()), &metrics::SECONDS);
    let installed = exporter.and_then(PrometheusBuilder::install);
    installed.map_err(|error| Failure::input(format!("--metrics {address}: {error}")))?;
    metrics::describe();
    Ok(())
}

/// Resolves when the worker is to stop: it is asked to, or its schedules have ended, which is told.
///
/// Schedules look again at all that may pass, so what ends them is a fault of the program or a machine without
/// threads. A worker that went on would miss due instants and say nothing; one that began them anew could do so for
/// ever. So it ends as if asked to, with an error: whoever looks after processes starts it anew and sees how often.
async fn stop(schedules: Option<Schedules>, tell: oneshot::Sender<anyhow::Error>) {
    let why = tokio::select! {
        () = asked_to_stop() => return,
        why = end_of(schedules) => why,
    };
    tracing::error!(error = format!("{why:#}"), "schedules are looked at no longer; the worker ends");
    // Nobody may listen any more: the worker has ended by itself.
    let _ = tell.send(why.context("the schedules of this worker ended"));
}

/// Why schedules ended; never, where there are none.
async fn end_of(schedules: Option<Schedules>) -> anyhow::Error {
    match schedules {
        None => std::future::pending().await,
        Some(schedules) => match schedules.await {
            Ok(Err(error)) => error.into(),
            Ok(Ok(())) => anyhow!("nobody asked them to"),
            Err(panicked) => panicked.into(),
        },
    }
}

/// Lines of what happens, on standard error; `ENERGYOPTI_LOG` filters them.
pub fn log(form: Log) {
    let filter = EnvFilter::try_from_env("ENERGYOPTI_LOG");
    let filter = filter
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,apalis=warn,apalis_core=warn,tokio_cron_scheduler=warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match form {
        Log::Text => lines.with_target(false).init(),
        Log::Json => lines.json().flatten_event(true).init(),
    }
}

/// What goes wrong for a while, such as a server that does not answer, on standard error; for commands that write
/// no log otherwise.
pub fn log_trouble() {
    let lines = tracing_subscriber::fmt().with_env_filter("warn,sqlx=error").with_writer(std::io::stderr);
    // A log that is there already stays.
    let _ = lines.with_target(false).without_time().try_init();
}

/// Resolves at SIGTERM or Ctrl-C. Asked once more, the process ends at once.
pub async fn asked_to_stop() {
    // Without a signal to wait for, it ends at once rather than never.
    let Ok(mut requests) = Requests::listen() else { return };
    requests.next().await;
    tokio::spawn(end_at_next(requests));
}

/// What a process that ends at once held is taken over when its leases run out, so this is an error of nobody's
/// work; but it did not end in order.
async fn end_at_next(mut requests: Requests) {
    requests.next().await;
    tracing::warn!("asked again: ended at once; leases run out by themselves, and nothing is lost");
    std::process::exit(1);
}

/// Requests to end, SIGTERM and Ctrl-C; none is missed from the first moment on.
#[cfg(unix)]
struct Requests {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Requests {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Requests to end: Ctrl-C.
#[cfg(not(unix))]
struct Requests;

#[cfg(not(unix))]
impl Requests {
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Why a worker whose schedules end like this is to stop.
    fn told(schedules: impl Future<Output = Result<(), QueueError>> + Send + 'static) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (tell, told) = oneshot::channel();
            stop(Some(tokio::spawn(schedules)), tell).await;
            format!("{:#}", told.await.unwrap())
        })
    }

    #[test]
    fn schedules_that_end_stop_the_worker_with_the_reason() {
        let why = told(async { Err(QueueError::Threads { why: "none left".to_owned() }) });
        assert_eq!(why, "the schedules of this worker ended: threads of the worker: none left");
        let why = told(async { panic!("a fault") });
        assert!(why.contains("a fault"), "{why}");
    }
}
