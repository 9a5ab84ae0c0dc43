//! What a solved lane says about every bus, generator and branch.

use serde::Serialize;

use super::given::Given;
use super::lanes::{End, Lanes};
use super::limits::Limit;
use super::model::AcModel;
use super::options::{Start, Status};
use crate::flow::two_port::{Complex, TwoPort};
use crate::network::BusKind;

/// Power into a branch at its two ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct BranchFlow {
    /// Active power at the from end, MW.
    pub p_from_mw: f64,
    /// Reactive power at the from end, Mvar.
    pub q_from_mvar: f64,
    /// Active power at the to end, MW.
    pub p_to_mw: f64,
    /// Reactive power at the to end, Mvar.
    pub q_to_mvar: f64,
}

/// A solved state. Unless `status` is converged every voltage and power is not a number; so are the
/// voltages of buses that are not energised, and nothing flows there.
#[derive(Clone, Debug, PartialEq)]
pub struct AcSolution {
    /// How it ended.
    pub status: Status,
    /// The start it was reached from.
    pub start: Start,
    /// Newton steps from that start.
    pub iterations: u32,
    /// Largest mismatch left, pu.
    pub mismatch_pu: f64,
    /// Whether a bus is energised.
    pub energised: Vec<bool>,
    /// Voltage magnitude per bus, pu.
    pub vm_pu: Vec<f64>,
    /// Voltage angle per bus, rad, in -pi..pi.
    pub va_rad: Vec<f64>,
    /// Active power that loads and generators inject per bus, MW: shunts are part of the network.
    pub p_mw: Vec<f64>,
    /// Reactive power that loads and generators inject per bus, Mvar.
    pub q_mvar: Vec<f64>,
    /// Per branch.
    pub branches: Vec<BranchFlow>,
    /// Active power per generator, MW: as given, and at a slack bus what balances, all of it on the
    /// bus's first running generator.
    pub p_generator_mw: Vec<f64>,
    /// Reactive power per generator, Mvar; several at a bus share by the width of their limits.
    pub q_generator_mvar: Vec<f64>,
    /// Per generator: the reactive limit it is held at.
    pub limited: Vec<Option<Limit>>,
    /// Active power lost in branches, MW.
    pub losses_mw: f64,
}

impl AcSolution {
    pub(super) fn new<const L: usize>(lanes: &Lanes<L>, lane: usize, end: End) -> Self {
        let model = lanes.model;
        let base = model.network.base_mva;
        let solved = end.status == Status::Converged;
        let energised: Vec<_> = end.given.kinds.iter().map(|kind| *kind != BusKind::Isolated).collect();
        let by_bus = |dead: f64, value: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let at = |bus: usize| match (solved, energised[bus]) {
                (false, _) => f64::NAN,
                (true, false) => dead,
                (true, true) => value(model.pattern.position[bus]),
            };
            (0..energised.len()).map(at).collect()
        };
        let branches = branch_flows(lanes, lane, &end.given, solved);
        let (p_generator_mw, q_generator_mvar) = if solved {
            generator_powers(lanes, lane, &end.given)
        } else {
            let unknown = vec![f64::NAN; model.network.generators.len()];
            (unknown.clone(), unknown)
        };
        Self {
            status: end.status,
            start: end.start,
            iterations: end.iterations,
            mismatch_pu: end.mismatch_pu,
            vm_pu: by_bus(f64::NAN, &|at| lanes.vm[at][lane]),
            va_rad: by_bus(f64::NAN, &|at| libm::atan2(lanes.v[at][1][lane], lanes.v[at][0][lane])),
            p_mw: by_bus(0.0, &|at| lanes.injection[at][0][lane] * base),
            q_mvar: by_bus(0.0, &|at| lanes.injection[at][1][lane] * base),
            losses_mw: branches.iter().map(|flow| flow.p_from_mw + flow.p_to_mw).sum(),
            branches,
            energised,
            p_generator_mw,
            q_generator_mvar,
            limited: end.given.limited,
        }
    }
}

/// Flows of all branches in a lane.
pub(super) fn branch_flows<const L: usize>(
    lanes: &Lanes<L>,
    lane: usize,
    given: &Given,
    solved: bool,
) -> Vec<BranchFlow> {
    let model = lanes.model;
    let nothing = BranchFlow::default();
    let unknown = BranchFlow { p_from_mw: f64::NAN, q_from_mvar: f64::NAN, p_to_mw: f64::NAN, q_to_mvar: f64::NAN };
    let v = |bus: usize| {
        let v = &lanes.v[model.pattern.position[bus]];
        (v[0][lane], v[1][lane])
    };
    let one = |(index, port): (usize, &Option<TwoPort>)| match port {
        None => nothing,
        Some(_) if !solved => unknown,
        Some(_) if given.branches_out.binary_search(&index).is_ok() => nothing,
        Some(port) => {
            let branch = &model.network.branches[index];
            flow(port, v(branch.from), v(branch.to), model.network.base_mva)
        }
    };
    model.ports.iter().enumerate().map(one).collect()
}

/// `s = v conj(i)` at both ends.
fn flow(port: &TwoPort, from: Complex, to: Complex, base: f64) -> BranchFlow {
    let end = |own: Complex, near: Complex, other: Complex, far: Complex| {
        let i = (
            near.0 * own.0 - near.1 * own.1 + far.0 * other.0 - far.1 * other.1,
            near.0 * own.1 + near.1 * own.0 + far.0 * other.1 + far.1 * other.0,
        );
        (base * (own.0 * i.0 + own.1 * i.1), base * (own.1 * i.0 - own.0 * i.1))
    };
    let (p_from_mw, q_from_mvar) = end(from, port.ff, to, port.ft);
    let (p_to_mw, q_to_mvar) = end(to, port.tt, from, port.tf);
    BranchFlow { p_from_mw, q_from_mvar, p_to_mw, q_to_mvar }
}

/// Active and reactive power of every generator in a solved lane.
pub(super) fn generator_powers<const L: usize>(lanes: &Lanes<L>, lane: usize, given: &Given) -> (Vec<f64>, Vec<f64>) {
    let model = lanes.model;
    let generators = &model.network.generators;
    let alive = |i: usize| generators[i].in_service && given.kinds[generators[i].bus] != BusKind::Isolated;
    let limited = |i: usize| given.limited[i].map(|limit| limit.of(&generators[i]));
    let keep = |i: usize, value: f64| if alive(i) { value } else { 0.0 };
    let mut p_mw: Vec<_> = (0..generators.len()).map(|i| keep(i, given.p_generator_mw[i])).collect();
    let mut q_mvar: Vec<_> =
        (0..generators.len()).map(|i| keep(i, limited(i).unwrap_or(generators[i].q_mvar))).collect();
    for (bus, here) in model.generators_at.iter().enumerate() {
        if !matches!(given.kinds[bus], BusKind::Pv | BusKind::Slack) {
            continue;
        }
        let holders: Vec<_> = here.iter().copied().filter(|&i| given.limited[i].is_none()).collect();
        let Some(&first) = holders.first() else { continue };
        let injection = &lanes.injection[model.pattern.position[bus]];
        let fixed_mvar: f64 = here.iter().filter_map(|&i| limited(i)).sum();
        let total_mvar = injection[1][lane] * model.network.base_mva + given.q_load_mvar[bus] - fixed_mvar;
        share(model, &holders, total_mvar, &mut q_mvar);
        if given.kinds[bus] == BusKind::Slack {
            let others: f64 = here.iter().filter(|&&i| i != first).map(|&i| p_mw[i]).sum();
            p_mw[first] = injection[0][lane] * model.network.base_mva + given.p_load_mw[bus] - others;
        }
    }
    (p_mw, q_mvar)
}

/// Shares a bus's reactive power so that all reach their limits together (MATPOWER's `pfsoln`); an
/// infinite limit counts as one that no share could reach.
fn share(model: &AcModel, holders: &[usize], total_mvar: f64, q_mvar: &mut [f64]) {
    let generators = &model.network.generators;
    let finite = |value: f64| if value.is_finite() { value.abs() } else { 0.0 };
    let proxy: f64 = total_mvar.abs()
        + holders.iter().map(|&i| finite(generators[i].q_min_mvar) + finite(generators[i].q_max_mvar)).sum::<f64>();
    let least = |i: usize| generators[i].q_min_mvar.max(-proxy);
    let width = |i: usize| generators[i].q_max_mvar.min(proxy) - least(i);
    let all_least: f64 = holders.iter().map(|&i| least(i)).sum();
    let all_width: f64 = holders.iter().map(|&i| width(i)).sum();
    #[expect(clippy::cast_precision_loss, reason = "generators at one bus are few")]
    let equal = 1.0 / holders.len() as f64;
    for &i in holders {
        let part = if all_width > 0.0 { width(i) / all_width } else { equal };
        q_mvar[i] = least(i) + (total_mvar - all_least) * part;
    }
}
