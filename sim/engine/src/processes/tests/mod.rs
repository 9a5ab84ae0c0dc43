//! Paths of whole processes: closed forms at a fixed seed, and the promises of keyed luck.
#![expect(clippy::float_cmp, reason = "the same bits, or a value that nothing may touch")]

mod correlated;
mod events;
mod faulty;
mod keyed;
mod laws;

use std::sync::Arc;

use super::{Kind, Law, MeanReverting, Process, Processes};
use crate::clock::Stamp;
use crate::lanes::Lanes;

/// Hours from the first of January on, in months of 30 days.
fn stamps(steps: u32) -> Arc<[Stamp]> {
    let narrow = |x: u32| u8::try_from(x).unwrap();
    let stamp = |h: u32| Stamp { day: h / 24, month: narrow(h / 720 % 12), hour: narrow(h % 24) };
    (0..steps).map(stamp).collect()
}

fn processes(list: &[Process], steps: u32) -> Processes {
    Processes::new(list, 42, 1.0, stamps(steps)).unwrap()
}

/// One row per step of process `index`, from step 0 on.
fn path(running: &mut Processes, index: usize, first_replica: u64, steps: u32) -> Vec<Lanes> {
    running.restart(first_replica);
    (0..steps as usize)
        .map(|step| {
            running.advance(step, first_replica);
            *running.value(index)
        })
        .collect()
}

fn reverting(name: &str, law: Law, half_life_h: f64) -> Process {
    Process::new(name, Kind::MeanReverting(MeanReverting { law, half_life_h, jumps: None }))
}

/// Mean and standard error of samples.
#[expect(clippy::cast_precision_loss, reason = "small count")]
fn estimate(samples: &[f64]) -> (f64, f64) {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    let squares: f64 = samples.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, f64::sqrt(squares / (n - 1.0) / n))
}

/// Asserts that the samples' mean is within three standard errors of `expected`.
fn agrees(what: &str, samples: &[f64], expected: f64) {
    let (mean, error) = estimate(samples);
    assert!((mean - expected).abs() < 3.0 * error, "{what}: {mean} +- {error} against {expected}");
}

/// Asserts the same of the samples' variance about their known mean.
fn spreads(what: &str, samples: &[f64], mean: f64, standard_deviation: f64) {
    let squares: Vec<f64> = samples.iter().map(|x| (x - mean) * (x - mean)).collect();
    agrees(what, &squares, standard_deviation * standard_deviation);
}

/// The values of process 0 at some steps, one list per step, over `64 * groups` futures.
fn ensemble(process: &Process, step_h: f64, at: &[usize], groups: u64) -> Vec<Vec<f64>> {
    let last = *at.iter().max().unwrap();
    let horizon = stamps(u32::try_from(last).unwrap() + 1);
    let mut running = Processes::new(std::slice::from_ref(process), 42, step_h, horizon).unwrap();
    let mut found = vec![Vec::new(); at.len()];
    for group in 0..groups {
        running.restart(64 * group);
        for step in 0..=last {
            running.advance(step, 64 * group);
            for (list, _) in found.iter_mut().zip(at).filter(|(_, wanted)| **wanted == step) {
                list.extend_from_slice(&running.value(0).0);
            }
        }
    }
    found
}
