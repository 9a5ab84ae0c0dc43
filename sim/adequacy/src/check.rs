//! Whether a system can be assessed at all: lengths, ranges, probabilities.
//!
//! Everything after this may index and add without a further look.

use crate::course::Course;
use crate::law::{Grid, MOST_MW};
use crate::refusal::Refusal;
use crate::system::{System, Unit};

/// How far probabilities may miss their sum, and a chain its rest.
const SLACK: f64 = 1e-9;
/// How far rounding to the grid may move the sum of all capacities, in MW.
const MOST_SHIFT_MW: f64 = 1e-6;

impl System {
    /// Every course with what a message calls it.
    pub(crate) fn courses(&self) -> impl Iterator<Item = (String, &Course)> {
        let units = self.units.iter().map(|unit| (format!("p_max_mw of unit `{}`", unit.name), &unit.p_max_mw));
        let tiers = self.tiers.iter().enumerate().map(|(i, tier)| (format!("p_mw of load tier {i}"), &tier.p_mw));
        std::iter::once(("must_take_mw".to_owned(), &self.must_take_mw)).chain(units).chain(tiers)
    }
}

/// Refuses a system whose data are wrong.
pub(crate) fn system(system: &System) -> Result<(), Refusal> {
    if system.steps == 0 {
        return Err(Refusal::NoSteps);
    }
    if !(system.step_h > 0.0 && system.step_h.is_finite()) {
        return Err(Refusal::StepLength { step_h: system.step_h });
    }
    let mut years = 1;
    for (what, found) in system.courses() {
        years = course(what, found, system.steps, years)?;
    }
    system.units.iter().try_for_each(states)?;
    capacity(system)
}

/// Checks one course; returns the weather years known so far.
fn course(what: String, course: &Course, steps: usize, years: usize) -> Result<usize, Refusal> {
    let own = course.years();
    if !matches!(course, Course::Constant(_)) {
        let (expected, found) = (steps.saturating_mul(own), course.values().len());
        if expected != found || own == 0 {
            return Err(Refusal::Length { what, expected, found });
        }
    }
    range(&what, course.values(), MOST_MW)?;
    match (years, own) {
        (_, 1) => Ok(years),
        (1, _) => Ok(own),
        _ if years == own => Ok(years),
        _ => Err(Refusal::WeatherYears { what, expected: years, found: own }),
    }
}

fn range(what: &str, values: &[f64], most: f64) -> Result<(), Refusal> {
    match values.iter().position(|value| !(0.0..=most).contains(value)) {
        None => Ok(()),
        Some(index) => Err(Refusal::Range { what: what.to_owned(), index, value: values[index], most }),
    }
}

fn states(unit: &Unit) -> Result<(), Refusal> {
    let probabilities: Vec<f64> = unit.states.iter().map(|state| state.probability).collect();
    let shares: Vec<f64> = unit.states.iter().map(|state| state.p_max_pu).collect();
    range(&format!("a state's probability of unit `{}`", unit.name), &probabilities, 1.0)?;
    range(&format!("a state's p_max_pu of unit `{}`", unit.name), &shares, MOST_MW)?;
    let sum = probabilities.iter().sum::<f64>();
    if (sum - 1.0).abs() > SLACK {
        return Err(Refusal::Probabilities { unit: unit.name.clone(), sum });
    }
    Ok(())
}

/// Bounds the sum of capacities, and its shift by rounding to the grid.
fn capacity(system: &System) -> Result<(), Refusal> {
    let (mut total_mw, mut shift_mw) = (0.0, 0.0);
    for unit in &system.units {
        let count = f64::from(unit.count);
        let most_pu = unit.states.iter().map(|state| state.p_max_pu).fold(0.0, f64::max);
        total_mw += count * most_pu * unit.p_max_mw.greatest();
        if total_mw > MOST_MW {
            return Err(Refusal::Capacity { total_mw, most_mw: MOST_MW });
        }
        let powers = unit.p_max_mw.values().iter();
        let shifts = powers.flat_map(|mw| unit.states.iter().map(move |state| Grid::shift_mw(mw * state.p_max_pu)));
        shift_mw += count * shifts.fold(0.0, f64::max);
        if shift_mw > MOST_SHIFT_MW {
            return Err(Refusal::Rounding { unit: unit.name.clone(), most_mw: MOST_SHIFT_MW });
        }
    }
    Ok(())
}

/// Refuses units that are no Markov chains in their stationary state.
pub(crate) fn chains(system: &System) -> Result<(), Refusal> {
    system.units.iter().try_for_each(chain)
}

fn chain(unit: &Unit) -> Result<(), Refusal> {
    let name = || unit.name.clone();
    let rows = unit.transition.as_ref().ok_or_else(|| Refusal::NoTransition { unit: name() })?;
    let states = unit.states.len();
    let stochastic = |row: &Vec<f64>| {
        let sum = row.iter().sum::<f64>();
        row.len() == states && row.iter().all(|p| (-SLACK..=1.0 + SLACK).contains(p)) && (sum - 1.0).abs() <= SLACK
    };
    if let Some(row) = (0..states).find(|&row| !rows.get(row).is_some_and(stochastic)) {
        return Err(Refusal::Transition { unit: name(), row });
    }
    if rows.len() > states {
        return Err(Refusal::Transition { unit: name(), row: states });
    }
    for (state, found) in unit.states.iter().enumerate() {
        let next = unit.states.iter().zip(rows).map(|(from, row)| from.probability * row[state]).sum::<f64>();
        let probability = found.probability;
        if (next - probability).abs() > SLACK {
            return Err(Refusal::NotStationary { unit: name(), state, probability, next });
        }
    }
    Ok(())
}
