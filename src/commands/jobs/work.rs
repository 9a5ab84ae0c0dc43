//! `worker`: carries what the queue holds, until it is told to stop.

use std::time::Duration;

use energyopti_scheduler::queue::shown;
use energyopti_scheduler::schedules::Ticker;
use energyopti_scheduler::worker::{Options, Until, Worker};
use tracing_subscriber::EnvFilter;

use super::super::print;
use super::{Missing, block_on, desk};
use crate::arguments::jobs::{Log, Worker as Arguments};
use crate::failure::Failure;

/// A worker waits for its database as long as it takes.
const FOR_EVER: Duration = Duration::MAX;

pub fn execute(arguments: &Arguments) -> Result<(), Failure> {
    log(arguments.log);
    block_on(async {
        if let Some(address) = arguments.metrics {
            let exporter = metrics_exporter_prometheus::PrometheusBuilder::new().with_http_listener(address);
            exporter.install().map_err(|error| Failure::input(format!("--metrics {address}: {error}")))?;
        }
        let desk = desk(&arguments.at, Missing::Create, FOR_EVER).await?;
        let usual = Options::default();
        let options = Options {
            concurrency: arguments.concurrency.map_or(usual.concurrency, |n| n as usize),
            threads: arguments.threads.map_or(usual.threads, |n| n as usize),
            lease: arguments.lease,
            grace: arguments.grace,
            until: match (arguments.until_idle, arguments.no_schedules) {
                (false, _) => Until::Stopped,
                (true, true) => Until::Idle,
                (true, false) => Until::Settled,
            },
        };
        let worker = Worker::new(desk.queue.clone(), desk.results.clone(), desk.kinds.clone(), options)?;
        tracing::info!(
            worker = worker.name(),
            queue = shown(desk.queue.url()),
            store = desk.results.place(),
            "working"
        );
        // Schedules end with the work: what a look leaves half done, the next one does.
        let ticker = Ticker::new(desk.clone());
        let schedules = (!arguments.no_schedules).then(|| tokio::spawn(ticker.run(std::future::pending())));
        let counted = worker.run(asked_to_stop()).await?;
        if let Some(schedules) = schedules {
            schedules.abort();
        }
        desk.queue.close().await;
        print(&format!("{counted} shards counted"))
    })
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

/// Resolves at SIGTERM or Ctrl-C.
pub async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        // Without a signal to wait for, it ends at once rather than never.
        let _ = tokio::signal::ctrl_c().await;
    }
}
