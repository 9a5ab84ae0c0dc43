//! Correlated innovations: a Cholesky factor restricted to the processes that are named.
//!
//! A process names others with a correlation each. Its innovation is the regression on theirs plus
//! what is left of its own, `e = sum w_j e_j + r z` with `R w = rho` over the named ones and
//! `r^2 = 1 - rho' w`: the named correlations hold exactly, those with the named ones' own ancestors
//! follow, and a process that nobody names cannot change any bit. (A Gaussian network; see
//! D. Koller and N. Friedman, "Probabilistic graphical models", 2009, section 7.2.)

use std::collections::BTreeMap;

use super::Process;
use crate::assets::fault::Fault;

/// The least share of a process's variance that must be its own.
const OWN_LEAST: f64 = 1e-9;

/// How one innovation is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Mixing {
    /// Weight of the process's own normal row.
    pub own: f64,
    /// Weight of each named process's innovation, by stream, so that indices do not matter.
    pub named: Vec<(usize, f64)>,
}

/// All processes in an order in which everyone comes after those it names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Network {
    pub order: Vec<usize>,
    pub mixing: Vec<Mixing>,
}

/// Every rule broken between processes, or by one on its own: the index of the process and the
/// fault.
#[must_use]
pub fn faults_between(processes: &[Process]) -> Vec<(usize, Fault)> {
    resolve(processes).err().unwrap_or_default()
}

/// Solves every process's regression.
///
/// # Errors
/// All broken rules; see [`faults_between`].
pub(super) fn resolve(processes: &[Process]) -> Result<Network, Vec<(usize, Fault)>> {
    let mut faults: Vec<_> = (0..processes.len()).flat_map(|i| broken(processes, i)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let order = order(processes);
    for index in (0..processes.len()).filter(|i| !order.contains(i)) {
        faults.push((index, fault("must not lead back to the process itself")));
    }
    let mut mixing = vec![Mixing { own: 1.0, named: Vec::new() }; processes.len()];
    let mut loadings: Vec<Loadings<'_>> = vec![BTreeMap::new(); processes.len()];
    for &index in &order {
        match regress(processes, index, &loadings) {
            Some((mixed, loading)) => (mixing[index], loadings[index]) = (mixed, loading),
            None => faults.push((index, fault("must make a positive definite matrix with those of the named ones"))),
        }
    }
    if faults.is_empty() { Ok(Network { order, mixing }) } else { Err(faults) }
}

/// Weights of independent normal rows in an innovation, by stream.
type Loadings<'a> = BTreeMap<&'a str, f64>;

fn fault(rule: &str) -> Fault {
    Fault { key: "correlated", rule: rule.to_owned() }
}

/// What can be said of a process without solving anything.
fn broken(processes: &[Process], index: usize) -> Vec<(usize, Fault)> {
    let process = &processes[index];
    let mut faults = process.faults();
    if processes[..index].iter().any(|other| other.stream == process.stream) {
        faults.push(Fault { key: "stream", rule: "must differ from that of every other process".to_owned() });
    }
    let mut rule = |holds: bool, rule| {
        if !holds {
            faults.push(fault(rule));
        }
    };
    let named = &process.correlated;
    rule(named.is_empty() || process.has_innovations(), "needs a process with a standard deviation above 0");
    for (place, (other, rho)) in named.iter().enumerate() {
        rule(rho.abs() < 1.0, "must lie between -1 and 1, both left out");
        rule(*other != index, "must not name the process itself");
        rule(named[..place].iter().all(|(earlier, _)| earlier != other), "must name nobody twice");
        let driven = processes.get(*other).is_some_and(Process::has_innovations);
        rule(driven, "must name processes with a standard deviation above 0");
    }
    faults.into_iter().map(|f| (index, f)).collect()
}

/// Everyone after those it names; whoever is left out goes round in a circle.
fn order(processes: &[Process]) -> Vec<usize> {
    let mut order = Vec::with_capacity(processes.len());
    let mut placed = vec![false; processes.len()];
    loop {
        let before = order.len();
        for (index, process) in processes.iter().enumerate() {
            if !placed[index] && process.correlated.iter().all(|(other, _)| placed[*other]) {
                placed[index] = true;
                order.push(index);
            }
        }
        if order.len() == before {
            return order;
        }
    }
}

/// The regression of one process on those it names, all of which are solved; `None` where nothing
/// of its own is left.
fn regress<'a>(processes: &'a [Process], index: usize, loadings: &[Loadings<'a>]) -> Option<(Mixing, Loadings<'a>)> {
    let mut named = processes[index].correlated.clone();
    named.sort_by(|(a, _), (b, _)| processes[*a].stream.cmp(&processes[*b].stream));
    let rho: Vec<f64> = named.iter().map(|(_, rho)| *rho).collect();
    let between = |i: usize, j: usize| dot(&loadings[named[i].0], &loadings[named[j].0]);
    let weights = solve(&rho, between)?;
    let own = 1.0 - rho.iter().zip(&weights).map(|(r, w)| r * w).sum::<f64>();
    if own < OWN_LEAST {
        return None;
    }
    let own = libm::sqrt(own);
    let mut loading = Loadings::from([(processes[index].stream.as_str(), own)]);
    for ((other, _), weight) in named.iter().zip(&weights) {
        for (stream, part) in &loadings[*other] {
            *loading.entry(stream).or_insert(0.0) += weight * part;
        }
    }
    let named = named.iter().zip(weights).map(|((other, _), weight)| (*other, weight)).collect();
    Some((Mixing { own, named }, loading))
}

fn dot(a: &Loadings<'_>, b: &Loadings<'_>) -> f64 {
    a.iter().filter_map(|(stream, x)| Some(x * b.get(stream)?)).sum()
}

/// Solves `R w = rho` by Cholesky, `R` with ones on its diagonal; `None` where it is not positive
/// definite.
fn solve(rho: &[f64], between: impl Fn(usize, usize) -> f64) -> Option<Vec<f64>> {
    let n = rho.len();
    let mut low = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let rest = (0..j).map(|k| low[i][k] * low[j][k]).sum::<f64>();
            let entry = if i == j { 1.0 } else { between(i, j) } - rest;
            if i == j && entry < OWN_LEAST {
                return None;
            }
            low[i][j] = if i == j { libm::sqrt(entry) } else { entry / low[j][j] };
        }
    }
    let mut solution = rho.to_vec();
    for i in 0..n {
        let rest = (0..i).map(|k| low[i][k] * solution[k]).sum::<f64>();
        solution[i] = (solution[i] - rest) / low[i][i];
    }
    for i in (0..n).rev() {
        let rest = (i + 1..n).map(|k| low[k][i] * solution[k]).sum::<f64>();
        solution[i] = (solution[i] - rest) / low[i][i];
    }
    Some(solution)
}
