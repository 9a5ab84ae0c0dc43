//! A solution's proof of being the best: limits and balances kept, and every price explained by a
//! limit. For a convex problem that is enough, whoever found it; written from the public fields alone.

use energyopti_grid::opf::{BranchResult, Solution};
use energyopti_grid::{Branch, BranchModel, BusKind, Cost, Generator, Network};

/// Worst departures: MW for the first three, currency per MWh for the others.
#[derive(Debug, Default)]
pub struct Departures {
    /// Injection less what leaves, of any bus.
    pub balance_mw: f64,
    /// Flow told against flow by the angles told.
    pub flow_mw: f64,
    /// Beyond a limit of a generator, a rating or an angle.
    pub limit_mw: f64,
    /// Price no generator limit explains.
    pub generator_price: f64,
    /// Price no branch limit explains.
    pub branch_price: f64,
    /// Balance of prices around a bus.
    pub angle_price: f64,
}

fn angle_limits(branch: &Branch) -> (f64, f64) {
    if branch.angle_min_deg == 0.0 && branch.angle_max_deg == 0.0 {
        return (-60.0, 60.0);
    }
    let least = if branch.angle_min_deg <= -90.0 { -60.0 } else { branch.angle_min_deg };
    let most = if branch.angle_max_deg >= 90.0 { 60.0 } else { branch.angle_max_deg };
    (least, most)
}

/// Marginal cost just below and just above `p`.
fn marginal(generator: &Generator, p: f64) -> (f64, f64) {
    match &generator.cost {
        Cost::Polynomial(c) => {
            let at = |i: usize| c.get(i).copied().unwrap_or(0.0);
            let slope = at(1) + 2.0 * at(2) * p;
            (slope, slope)
        }
        Cost::PiecewiseLinear(points) => {
            let slope = |w: &[(f64, f64)]| (w[1].1 - w[0].1) / (w[1].0 - w[0].0);
            let last = points.windows(2).last().expect("two points");
            let at = |q: f64| slope(points.windows(2).find(|w| q <= w[1].0).unwrap_or(last));
            (at(p - 1e-6), at(p + 1e-6))
        }
    }
}

fn raise(worst: &mut f64, by: f64) {
    assert!(!by.is_nan());
    *worst = worst.max(by);
}

fn check_branch(
    worst: &mut Departures,
    base: f64,
    model: BranchModel,
    branch: &Branch,
    told: &BranchResult,
    delta: f64,
) {
    let (b, shift) = model.of(branch);
    raise(&mut worst.flow_mw, (told.flow_mw - b * (delta.to_radians() - shift) * base).abs());
    let (least, most) = angle_limits(branch);
    let per_degree = (b * base).abs().to_radians();
    let over = (told.flow_mw.abs() - branch.rate_mw).max((delta - most) * per_degree).max((least - delta) * per_degree);
    raise(&mut worst.limit_mw, over);
    let Some(binding) = told.binding else {
        return raise(&mut worst.branch_price, told.shadow_price_per_mwh.abs());
    };
    let sign = if binding.forward { 1.0 } else { -1.0 };
    let by_rate = branch.rate_mw - sign * told.flow_mw;
    let by_angle = (most - delta).min(delta - least) * per_degree;
    if by_rate.min(by_angle) > 1e-5 {
        raise(&mut worst.branch_price, told.shadow_price_per_mwh.abs());
    }
}

/// Departures of `solution` from being optimal.
pub fn departures(network: &Network, model: BranchModel, solution: &Solution) -> Departures {
    let mut worst = Departures::default();
    let alive = |bus: usize| network.buses[bus].kind != BusKind::Isolated;
    let mut left: Vec<f64> = network.buses.iter().map(|b| -b.p_load_mw - b.g_shunt_mw).collect();
    let mut around = vec![(0.0, 0.0); network.buses.len()];
    for (branch, told) in network.branches.iter().zip(&solution.branches) {
        if !branch.in_service || !alive(branch.from) || !alive(branch.to) {
            assert!(told.flow_mw == 0.0);
            continue;
        }
        let (from, to) = (&solution.buses[branch.from], &solution.buses[branch.to]);
        check_branch(
            &mut worst,
            network.base_mva,
            model,
            branch,
            told,
            from.va_deg.expect("not isolated") - to.va_deg.expect("not isolated"),
        );
        left[branch.from] -= told.flow_mw;
        left[branch.to] += told.flow_mw;
        let sign = told.binding.map_or(0.0, |binding| if binding.forward { 1.0 } else { -1.0 });
        let b = model.of(branch).0;
        let pull = b
            * (from.lmp_per_mwh.expect("not isolated") - to.lmp_per_mwh.expect("not isolated")
                + sign * told.shadow_price_per_mwh);
        around[branch.from].0 += pull;
        around[branch.to].0 -= pull;
        around[branch.from].1 += b.abs();
        around[branch.to].1 += b.abs();
    }
    for (generator, told) in network.generators.iter().zip(&solution.generators) {
        if !generator.in_service || !alive(generator.bus) {
            assert!(told.p_mw == 0.0);
            continue;
        }
        let p = told.p_mw;
        left[generator.bus] += p;
        raise(&mut worst.limit_mw, (p - generator.p_max_mw).max(generator.p_min_mw - p));
        let price = solution.buses[generator.bus].lmp_per_mwh.expect("not isolated");
        let (below, above) = marginal(generator, p);
        if p < generator.p_max_mw - 1e-6 {
            raise(&mut worst.generator_price, price - above);
        }
        if p > generator.p_min_mw + 1e-6 {
            raise(&mut worst.generator_price, below - price);
        }
    }
    for bus in (0..network.buses.len()).filter(|&bus| alive(bus)) {
        raise(&mut worst.balance_mw, left[bus].abs());
        raise(&mut worst.angle_price, around[bus].0.abs() / around[bus].1.max(1e-12));
    }
    worst
}
