//! From a problem to its answer.

use super::answer::{Allocation, Classical, Guessing, Quantum, StateFigures};
use super::checked::{Checked, Figures};
use super::circuit::Circuit;
use super::landscape::{ENUMERATED, Landscape};
use super::problem::Problem;
use super::relaxed::Relaxed;
use super::sampling::{Reading, ratio};
use super::settings::{Control, Settings, Stage};
use crate::HONEST_CLAIM;
use crate::error::Error;
use crate::qaoa::{Angles, evolve};
use crate::state::State;

/// Bytes of an encoding: its cost, and the two components of its amplitude.
const BYTES_EACH: u64 = 24;

/// The best allocation by classical means, and what a simulated QAOA circuit finds.
///
/// Up to [`ENUMERATED`] variables all encodings are priced, the optimum is exact, and the circuit runs
/// on the whole problem. Above, branch and bound gives an allocation, a bound and the gap, and the
/// circuit runs on a reduced problem that says so. Runs in the current rayon pool; the same bits on
/// any number of threads.
///
/// # Errors
/// [`Error::Allocation`] with all faults; [`Error::NoAllocation`] where limits cannot be met;
/// [`Error::TooLarge`] before anything large is allocated; [`Error::Qaoa`] where the settings do not
/// fit; [`Error::Solver`]; [`Error::Cancelled`].
pub fn allocate(problem: &Problem, settings: &Settings, control: Control<'_>) -> Result<Allocation, Error> {
    let checked = problem.check()?;
    settings.check(&checked)?;
    let variables = checked.encoding().variables().len();
    control.tell(Stage::Relaxing)?;
    let (classical, quantum) = if variables <= ENUMERATED {
        whole(&checked, settings, control)?
    } else {
        by_parts(&checked, settings, control)?
    };
    Ok(Allocation { candidates: checked.names, claim: HONEST_CLAIM, classical, quantum })
}

/// All encodings, and the circuit on all of them.
fn whole(checked: &Checked, settings: &Settings, control: Control<'_>) -> Result<(Classical, Quantum), Error> {
    let landscape = enumerate(checked, settings, control)?;
    let relaxed = checked.relax()?;
    let figures = checked.figures(&landscape.encoding().units(landscape.feasible().optimum()));
    let bound = figures.objective;
    let classical =
        Classical { figures, bound, gap: 0.0, proven: true, nodes: 0, relaxed_bound: relaxed.bound.min(bound) };
    let quantum = quantum(checked, &relaxed, landscape, settings, control)?;
    Ok((classical.clone(), Quantum { gap: gap(&quantum, &classical), ..quantum }))
}

/// Branch and bound, and the circuit on a reduced problem.
fn by_parts(checked: &Checked, settings: &Settings, control: Control<'_>) -> Result<(Classical, Quantum), Error> {
    let relaxed = checked.relax()?;
    let heard = |nodes, bound, incumbent| (control.progress)(Stage::Searching { nodes, bound, incumbent });
    let found = checked.branch_and_bound(settings.nodes, control.cancelled, &heard)?;
    // What rounding finds by itself, so that the search does not answer for the circuit.
    let held = checked.rounded(&relaxed.units).unwrap_or_else(|| found.incumbent.units.clone());
    let classical = Classical {
        figures: found.incumbent,
        bound: found.bound,
        gap: found.gap,
        proven: found.proven,
        nodes: found.nodes,
        relaxed_bound: relaxed.bound.min(found.bound),
    };
    let (part, reduced) = checked.reduced(&relaxed, &held, settings.reduced_qubits);
    let landscape = enumerate(&part, settings, control)?;
    let quantum = quantum(&part, &part.relax()?, landscape, settings, control)?;
    let gap = gap(&quantum, &classical);
    Ok((classical, Quantum { reduced: Some(reduced), gap, ..quantum }))
}

fn gap(quantum: &Quantum, classical: &Classical) -> Option<f64> {
    quantum.best_of_shots.as_ref().map(|best| best.objective - classical.figures.objective)
}

fn enumerate(checked: &Checked, settings: &Settings, control: Control<'_>) -> Result<Landscape, Error> {
    let variables = checked.encoding().variables().len();
    settings.limit.check(u32::try_from(variables).unwrap_or(u32::MAX), BYTES_EACH, 0)?;
    control.tell(Stage::Enumerating { variables })?;
    checked.enumerate(settings.limit, control.cancelled)
}

fn quantum(
    checked: &Checked,
    relaxed: &Relaxed,
    landscape: Landscape,
    settings: &Settings,
    control: Control<'_>,
) -> Result<Quantum, Error> {
    let encoding = landscape.encoding().clone();
    let of = |index: u64| checked.figures(&encoding.units(index));
    let (diagonal, infeasible_cost, feasible) = landscape.priced(checked.penalty(relaxed)?)?;
    let circuit = Circuit::new(checked, relaxed, settings.mixing, diagonal, feasible)?;
    let searched = circuit.search(settings, control)?;
    control.tell(Stage::Sampling)?;
    let values = circuit.diagonal.values()?;
    let mut state = State::<f64>::new(circuit.diagonal.qubits(), settings.limit)?;
    let reached: Vec<Angles> = searched.iter().map(|found| found.angles.clone()).collect();
    let (last, by_layers) = figures_by_layers(&circuit, &mut state, &values, &reached, control)?;
    let reading = Reading { state: &state, values: &values, feasible: &circuit.feasible };
    let shots = reading.shots(settings.shots, settings.seed);
    let (most_probable, most_probable_p) = reading.most_probable();
    Ok(Quantum {
        reduced: None,
        qubits: encoding.variables().len(),
        layers: settings.layers,
        mixing: settings.mixing,
        shots: settings.shots,
        seed: settings.seed,
        infeasible_cost,
        scale: circuit.scale,
        angles: reached.last().cloned().unwrap_or_default(),
        evaluations: searched.iter().map(|found| found.evaluations).sum(),
        guessing: guessing(&reading, settings, last.p_optimum, &of),
        distribution: reading.distribution(),
        state: last,
        by_layers,
        landscape: circuit.feasible.summary(),
        optimum: of(circuit.feasible.optimum()),
        best_of_shots: reading.best(&shots).map(&of),
        feasible_shots: u32::try_from(shots.iter().filter(|&&shot| circuit.feasible.holds(shot)).count())
            .unwrap_or(u32::MAX),
        most_probable: of(most_probable),
        most_probable_p,
        gap: None,
    })
}

/// Figures of the start and of each circuit in turn, the last first by itself; the state is then
/// that of the last.
fn figures_by_layers(
    circuit: &Circuit,
    state: &mut State<f64>,
    values: &[f64],
    reached: &[Angles],
    control: Control<'_>,
) -> Result<(StateFigures, Vec<StateFigures>), Error> {
    let mut figures = |angles: &Angles| {
        control.heard()?;
        evolve(state, &circuit.diagonal, &circuit.mixer, &circuit.start, angles)?;
        Ok(Reading { state, values, feasible: &circuit.feasible }.figures(angles.layers()))
    };
    let mut last = figures(&Angles::default())?;
    let mut all = vec![last];
    for angles in reached {
        last = figures(angles)?;
        all.push(last);
    }
    Ok((last, all))
}

/// The same number of even draws among the feasible encodings.
#[expect(clippy::cast_precision_loss, reason = "at most 2^24")]
fn guessing(reading: &Reading<'_>, settings: &Settings, p_circuit: f64, of: &dyn Fn(u64) -> Figures) -> Guessing {
    let summary = reading.feasible.summary();
    let p_optimum = reading.feasible.optima() as f64 / summary.count as f64;
    // 1 - (1 - p)^S, exact for small p.
    let found = |p: f64| -libm::expm1(f64::from(settings.shots) * libm::log1p(-p.min(1.0)));
    let guesses = reading.guesses(settings.shots, settings.seed);
    Guessing {
        p_feasible: summary.count as f64 / reading.values.len() as f64,
        p_optimum,
        approximation_ratio: ratio(summary, summary.mean),
        p_found: found(p_optimum),
        p_found_by_circuit: found(p_circuit),
        best: of(reading.best(&guesses).unwrap_or(reading.feasible.optimum())),
    }
}
