//! Optimal power flows whose answer is worked out by hand beside them.

use energyopti_grid::opf::{
    Constraint, Error, Horizon, Options, PriceReference, Start, StorageUnit, solve, solve_horizon,
};
use energyopti_grid::{Branch, BranchModel, Bus, BusKind, Cost, Generator, Network};

fn bus(name: &str, kind: BusKind, load: f64) -> Bus {
    Bus { name: name.to_owned(), kind, p_load_mw: load, ..Bus::default() }
}

fn generator(bus: usize, least: f64, most: f64, cost: Cost) -> Generator {
    Generator { bus, p_min_mw: least, p_max_mw: most, cost, ..Generator::default() }
}

fn linear(bus: usize, most: f64, cost: f64) -> Generator {
    generator(bus, 0.0, most, Cost::Polynomial(vec![0.0, cost]))
}

fn line(from: usize, to: usize, rate: f64) -> Branch {
    Branch { from, to, x_pu: 0.1, rate_mw: rate, ..Branch::default() }
}

/// A triangle of equal lines: 10 per MWh at bus 1, 30 at bus 2, 150 MW at bus 3, 80 MW from 1 to 3.
fn triangle() -> Network {
    Network {
        name: "triangle".to_owned(),
        base_mva: 100.0,
        buses: vec![bus("1", BusKind::Slack, 0.0), bus("2", BusKind::Pv, 0.0), bus("3", BusKind::Pq, 150.0)],
        generators: vec![linear(0, 200.0, 10.0), linear(1, 200.0, 30.0)],
        branches: vec![line(0, 1, f64::INFINITY), line(0, 2, 80.0), line(1, 2, f64::INFINITY)],
    }
}

fn options() -> Options {
    Options::new(BranchModel::Reactance)
}

fn near(value: f64, wanted: f64) {
    assert!((value - wanted).abs() < 1e-8, "{value} is not {wanted}");
}

#[test]
fn a_congested_triangle_splits_its_prices() {
    let solution = solve(&triangle(), &options()).unwrap();
    // Two thirds of bus 1's power and one third of bus 2's take the line 1-3: a + b = 150 and
    // 2a/3 + b/3 = 80 give a = 90, b = 60, cost 900 + 1800.
    near(solution.objective, 2700.0);
    near(solution.generators[0].p_mw, 90.0);
    near(solution.generators[1].p_mw, 60.0);
    near(solution.branches[1].flow_mw, 80.0);
    near(solution.branches[0].flow_mw, 10.0);
    // One MW more at bus 3 and nothing more on the line: 2 from bus 2, -1 from bus 1: 60 - 10 = 50.
    let price: Vec<f64> = solution.buses.iter().map(|b| b.lmp_per_mwh.unwrap()).collect();
    [10.0, 30.0, 50.0].iter().zip(&price).for_each(|(wanted, price)| near(*price, *wanted));
    // One MW more of line moves 3 MW from bus 2 to bus 1 and saves 3 * 20.
    near(solution.branches[1].shadow_price_per_mwh, 60.0);
    assert!(solution.branches[1].binding.unwrap().forward);
    assert!(solution.prices_unique);
    // All load is at bus 3: energy costs 50, and congestion takes 40 and 20 off elsewhere.
    let congestion: Vec<f64> = solution.buses.iter().map(|b| b.congestion_per_mwh.unwrap()).collect();
    [-40.0, -20.0, 0.0].iter().zip(&congestion).for_each(|(wanted, part)| near(*part, *wanted));
    let by_slack = solve(&triangle(), &Options { reference: PriceReference::Slack, ..options() }).unwrap();
    near(by_slack.buses[2].energy_per_mwh.unwrap(), 10.0);
    near(by_slack.buses[2].congestion_per_mwh.unwrap(), 40.0);
}

#[test]
fn an_angle_limit_binds_like_a_rating() {
    let mut network = triangle();
    network.branches[1].rate_mw = f64::INFINITY;
    // 80 MW over x = 0.1 is 0.08 rad.
    network.branches[1].angle_max_deg = 0.08_f64.to_degrees();
    network.branches[1].angle_min_deg = -30.0;
    let solution = solve(&network, &options()).unwrap();
    near(solution.objective, 2700.0);
    assert_eq!(solution.branches[1].binding.unwrap().limit, energyopti_grid::opf::Limit::Angle);
}

#[test]
fn equal_marginal_costs_share_a_quadratic_dispatch() {
    let mut network = triangle();
    network.branches[1].rate_mw = f64::INFINITY;
    network.generators[0].cost = Cost::Polynomial(vec![5.0, 10.0, 0.1]);
    network.generators[1].cost = Cost::Polynomial(vec![7.0, 16.0, 0.05]);
    let solution = solve(&network, &options()).unwrap();
    // 10 + 0.2 a = 16 + 0.1 (150 - a): a = 70, price 24. Cost 5 + 700 + 490 + 7 + 1280 + 320.
    near(solution.generators[0].p_mw, 70.0);
    near(solution.buses[2].lmp_per_mwh.unwrap(), 24.0);
    near(solution.objective, 2802.0);
}

#[test]
fn a_piecewise_cost_fills_its_cheap_part_first() {
    let mut network = triangle();
    network.branches[1].rate_mw = f64::INFINITY;
    network.generators[0].cost = Cost::PiecewiseLinear(vec![(0.0, 0.0), (100.0, 1000.0), (200.0, 5000.0)]);
    let solution = solve(&network, &options()).unwrap();
    // 100 MW at 10, then 40 is dearer than bus 2's 30.
    near(solution.generators[0].p_mw, 100.0);
    near(solution.generators[1].p_mw, 50.0);
    near(solution.objective, 2500.0);
}

#[test]
fn islands_and_isolated_buses_stand_alone() {
    let mut network = triangle();
    network.buses.push(bus("4", BusKind::Isolated, 99.0));
    network.buses.push(bus("5", BusKind::Pq, 20.0));
    network.generators.push(linear(4, 50.0, 7.0));
    let solution = solve(&network, &options()).unwrap();
    near(solution.objective, 2700.0 + 140.0);
    assert_eq!(solution.buses[3].lmp_per_mwh, None);
    near(solution.buses[4].lmp_per_mwh.unwrap(), 7.0);
    near(solution.buses[2].lmp_per_mwh.unwrap(), 50.0);
}

#[test]
fn the_order_of_the_data_does_not_change_a_bit() {
    let network = triangle();
    let mut turned = network.clone();
    turned.generators.reverse();
    turned.branches.reverse();
    let (one, other) = (solve(&network, &options()).unwrap(), solve(&turned, &options()).unwrap());
    assert_eq!(one.buses, other.buses);
    assert_eq!(one.generators[0], other.generators[1]);
    assert_eq!(one.branches[1], other.branches[1]);
}

#[test]
fn what_is_lacking_is_named_smallest_first() {
    let mut network = triangle();
    // Bus 3 hangs on the line 1-3 alone, which carries 80 of its 150 MW.
    network.branches[2].in_service = false;
    let Err(Error::Infeasible(lack)) = solve(&network, &options()) else { panic!("150 > 80") };
    let alone: Vec<_> = lack.sets.iter().map(|set| (set.len(), set[0].constraint, set[0].asset.as_str())).collect();
    assert!(alone.contains(&(1, Constraint::Rate, "branch 2 from bus 1 to 3")), "{lack}");
    assert!(alone.contains(&(1, Constraint::Load, "bus 3")), "{lack}");
    lack.sets.iter().for_each(|set| assert!((set[0].mw - 70.0).abs() < 1e-6));
}

#[test]
fn two_shortages_need_two_limits() {
    let mut network = triangle();
    network.branches[2].in_service = false;
    network.buses[1].p_load_mw = 30.0;
    network.branches[0].rate_mw = 10.0;
    network.generators[1].in_service = false;
    let Err(Error::Infeasible(lack)) = solve(&network, &options()) else { panic!("both ends are short") };
    let first = &lack.sets[0];
    assert_eq!(first.len(), 2, "{lack}");
    near(first[0].mw, 20.0);
    near(first[1].mw, 70.0);
}

#[test]
fn costs_that_cannot_be_solved_are_refused_by_name() {
    let mut network = triangle();
    network.generators[1].cost = Cost::Polynomial(vec![0.0, 1.0, 0.0, 2.0]);
    let error = solve(&network, &options()).unwrap_err();
    assert_eq!(error.to_string(), "generator 2 at bus 2: cost of degree 3; at most 2 can be solved");
    network.generators[1].cost = Cost::PiecewiseLinear(vec![(0.0, 0.0), (50.0, 500.0), (100.0, 600.0)]);
    let error = solve(&network, &options()).unwrap_err();
    assert!(matches!(error, Error::NonConvexCost { .. }), "{error}");
    network.generators[1].cost = Cost::Polynomial(vec![0.0, 1.0]);
    network.branches[0].x_pu = 0.0;
    let error = solve(&network, &options()).unwrap_err();
    assert!(matches!(error, Error::ZeroReactance { .. }), "{error}");
}

/// One bus, 100 MW at 10 and 100 MW at 50 per MWh, and a store of 10 MW.
fn store_and_bus(start: Start) -> (Network, StorageUnit) {
    let network = Network {
        name: "bus".to_owned(),
        base_mva: 100.0,
        buses: vec![bus("1", BusKind::Slack, 0.0)],
        generators: vec![linear(0, 100.0, 10.0), linear(0, 100.0, 50.0)],
        branches: Vec::new(),
    };
    let store = StorageUnit {
        name: "store".to_owned(),
        bus: 0,
        p_nom_mw: 10.0,
        e_nom_mwh: 50.0,
        efficiency_store: 0.9,
        efficiency_dispatch: 0.8,
        standing_loss: 0.0,
        start,
    };
    (network, store)
}

fn loads(load: &[f64], storage: Vec<StorageUnit>) -> Horizon {
    let load_mw = load.iter().map(|&mw| vec![mw]).collect();
    Horizon { steps: load.len(), step_h: 1.0, load_mw, p_max_pu: Vec::new(), storage }
}

#[test]
fn a_store_moves_cheap_energy_to_the_dear_hour() {
    for start in [Start::Level(0.0), Start::Cyclic] {
        let (network, store) = store_and_bus(start);
        let solution = solve_horizon(&network, &loads(&[80.0, 130.0], vec![store]), &options()).unwrap();
        // 10 MW taken are 9 MWh held and 7.2 MW given: 900, then 1000 + 22.8 * 50.
        near(solution.objective, 3040.0);
        near(solution.storage[0].store_mw[0], 10.0);
        near(solution.storage[0].dispatch_mw[1], 7.2);
        // A cyclic store may start anywhere with room for 9 MWh.
        near(solution.storage[0].level_mwh[0] - solution.storage[0].level_mwh[1], 9.0);
        near(solution.steps[0].buses[0].lmp_per_mwh.unwrap(), 10.0);
        near(solution.steps[1].buses[0].lmp_per_mwh.unwrap(), 50.0);
        // A MWh held gives 0.8 MWh at 50.
        near(solution.storage[0].value_per_mwh[0], 40.0);
    }
}

#[test]
fn hours_without_a_store_are_solved_one_by_one() {
    let (network, _) = store_and_bus(Start::Cyclic);
    let mut horizon = loads(&[80.0, 130.0], Vec::new());
    near(solve_horizon(&network, &horizon, &options()).unwrap().objective, 800.0 + 1000.0 + 1500.0);
    // Half of the cheap plant in the first hour: 500 + 30 * 50.
    horizon.p_max_pu = vec![vec![0.5, 1.0], vec![1.0, 1.0]];
    near(solve_horizon(&network, &horizon, &options()).unwrap().objective, 2000.0 + 1000.0 + 1500.0);
}

#[test]
fn an_hour_without_enough_power_is_named_with_its_number() {
    let (network, store) = store_and_bus(Start::Level(50.0));
    for storage in [Vec::new(), vec![store.clone()]] {
        let error = solve_horizon(&network, &loads(&[80.0, 215.0], storage.clone()), &options()).unwrap_err();
        let Error::Infeasible(lack) = error else { panic!("{error}") };
        assert_eq!(lack.sets[0][0].hour, 1);
        near(lack.sets[0][0].mw, if storage.is_empty() { 15.0 } else { 5.0 });
    }
    // Power is enough in each hour; 3 hours of 208 MW need 24 MW more than the plants, the store has 20 MWh.
    let short = StorageUnit { e_nom_mwh: 25.0, start: Start::Level(25.0), ..store };
    let error = solve_horizon(&network, &loads(&[208.0, 208.0, 208.0], vec![short]), &options()).unwrap_err();
    let Error::Infeasible(lack) = error else { panic!("{error}") };
    near(lack.sets[0].iter().map(|r| r.mw).sum(), 4.0);
}

#[test]
fn series_of_the_wrong_length_are_refused() {
    let (network, store) = store_and_bus(Start::Cyclic);
    let mut horizon = loads(&[80.0], vec![store]);
    horizon.steps = 2;
    let error = solve_horizon(&network, &horizon, &options()).unwrap_err();
    assert_eq!(error.to_string(), "load_mw has 1 entries, not 2");
}
