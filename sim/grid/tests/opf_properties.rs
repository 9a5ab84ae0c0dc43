//! Random networks: every solution proves itself, and stores that can do nothing change nothing.

mod opf_certificate;

use energyopti_grid::opf::{Error, Horizon, Options, Start, StorageUnit, solve, solve_horizon};
use energyopti_grid::{Branch, BranchModel, Bus, BusKind, Cost, Generator, Network};
use opf_certificate::departures;
use proptest::prelude::*;

fn bus(number: usize, load: f64) -> Bus {
    Bus {
        name: number.to_string(),
        kind: if number == 1 { BusKind::Slack } else { BusKind::Pq },
        p_load_mw: load,
        g_shunt_mw: 0.5,
        ..Bus::default()
    }
}

fn cost(kind: u8, slope: f64) -> Cost {
    match kind {
        0 => Cost::Polynomial(vec![1.0, slope, 0.02]),
        1 => Cost::PiecewiseLinear(vec![(0.0, 3.0), (20.0, 3.0 + 20.0 * slope), (60.0, 3.0 + 70.0 * slope)]),
        _ => Cost::Polynomial(vec![0.0, slope]),
    }
}

prop_compose! {
    fn networks()(
        loads in prop::collection::vec(-5.0..40.0_f64, 2..9),
        units in prop::collection::vec((0_usize..9, 0.0..10.0_f64, 10.0..150.0_f64, 0_u8..4, 1.0..60.0_f64), 1..7),
        lines in prop::collection::vec((0_usize..9, 0_usize..9, 1e-4..0.5_f64, 5.0..80.0_f64, -3.0..3.0_f64), 0..10),
        tree in prop::collection::vec((0_usize..9, 0.01..0.3_f64), 9),
    ) -> Network {
        let count = loads.len();
        let generator = |&(bus, least, most, kind, slope): &(usize, f64, f64, u8, f64)| Generator { bus: bus % count, p_min_mw: least, p_max_mw: most, cost: cost(kind, slope), ..Generator::default() };
        let branch = |from: usize, to: usize, x: f64, rate: f64, shift: f64| Branch { from, to, r_pu: 0.2 * x, x_pu: x, tap: 1.02, shift_deg: shift, rate_mw: rate, angle_min_deg: -30.0, angle_max_deg: 30.0, ..Branch::default() };
        let grown = (1..count).map(|to| branch(tree[to].0 % to, to, tree[to].1, f64::INFINITY, 0.0));
        let meshed = lines.iter().filter(|l| l.0 % count != l.1 % count).map(|l| branch(l.0 % count, l.1 % count, l.2, l.3, 0.1 * l.4));
        Network {
            name: "random".to_owned(),
            base_mva: 100.0,
            buses: loads.iter().enumerate().map(|(i, &load)| bus(i + 1, load)).collect(),
            generators: units.iter().map(generator).collect(),
            branches: grown.chain(meshed).collect(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_solution_proves_itself(network in networks(), model in prop::sample::select(vec![
        BranchModel::Dcp, BranchModel::Matpower, BranchModel::Reactance,
    ])) {
        match solve(&network, &Options::new(model)) {
            Ok(solution) => {
                let off = departures(&network, model, &solution);
                prop_assert!(off.balance_mw.max(off.flow_mw).max(off.limit_mw) < 1e-6, "{off:?}");
                prop_assert!(off.generator_price.max(off.branch_price).max(off.angle_price) < 1e-6, "{off:?}");
            }
            Err(Error::Infeasible(lack)) => prop_assert!(lack.sets.iter().any(|set| !set.is_empty())),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn a_store_without_power_changes_nothing(network in networks(), part in 0.7..1.0_f64) {
        let options = Options::new(BranchModel::Dcp);
        let load = |part: f64| network.buses.iter().map(|b| b.p_load_mw * part).collect::<Vec<_>>();
        let store = StorageUnit {
            name: "idle".to_owned(), bus: 0, p_nom_mw: 0.0, e_nom_mwh: 10.0, efficiency_store: 0.9,
            efficiency_dispatch: 0.9, standing_loss: 0.0, start: Start::Cyclic,
        };
        let mut horizon = Horizon {
            steps: 3, step_h: 0.5, load_mw: vec![load(1.0), load(part), load(0.9)], p_max_pu: Vec::new(), storage: Vec::new(),
        };
        let apart = solve_horizon(&network, &horizon, &options);
        horizon.storage.push(store);
        match (apart, solve_horizon(&network, &horizon, &options)) {
            (Ok(apart), Ok(chained)) => {
                let scale = 1.0 + apart.objective.abs();
                prop_assert!((apart.objective - chained.objective).abs() < 1e-7 * scale, "{} {}", apart.objective, chained.objective);
            }
            (Err(Error::Infeasible(_)), Err(Error::Infeasible(_))) => {}
            (apart, chained) => prop_assert!(false, "{:?} {:?}", apart.map(|a| a.objective), chained.map(|c| c.objective)),
        }
    }
}
