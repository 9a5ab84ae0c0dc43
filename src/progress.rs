//! Progress on a terminal, and Ctrl-C.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use energyopti_engine::Control;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A control that Ctrl-C cancels; a second Ctrl-C ends the program at once.
pub fn cancellable() -> Result<Arc<Control>, anyhow::Error> {
    let control = Arc::new(Control::default());
    let cancel = Arc::clone(&control);
    ctrlc::set_handler(move || {
        if cancel.cancelled.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
    })
    .context("cannot listen to Ctrl-C")?;
    Ok(control)
}

/// A bar that follows a control until it is dropped. Silent where standard error is no terminal.
pub struct Progress {
    bar: ProgressBar,
    follower: Option<JoinHandle<()>>,
}

impl Progress {
    /// `futures` are expected; `what` stands before the bar.
    pub fn follow(control: &Arc<Control>, what: &str, futures: u64) -> Self {
        control.progress.store(0, Ordering::Relaxed);
        let bar = ProgressBar::with_draw_target(Some(futures), ProgressDrawTarget::stderr_with_hz(8));
        let template = "{msg} {wide_bar} {human_pos}/{human_len} futures  {rate}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, out: &mut dyn Write| {
                // What cannot be written to the bar's own buffer is left out of the bar.
                let _ = write!(out, "{:.0}/s", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate));
        }
        bar.set_message(what.to_owned());
        let follower = (!bar.is_hidden()).then(|| {
            let (bar, control) = (bar.clone(), Arc::clone(control));
            std::thread::spawn(move || {
                while !bar.is_finished() {
                    bar.set_position(control.progress.load(Ordering::Relaxed));
                    std::thread::sleep(Duration::from_millis(125));
                }
            })
        });
        Self { bar, follower }
    }

    /// Says what is being done, in place of what stood before the bar.
    pub fn tell(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        if let Some(follower) = self.follower.take() {
            // A follower that panicked has nothing left to show.
            let _ = follower.join();
        }
    }
}
