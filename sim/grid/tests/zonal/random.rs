//! Random small networks, and steps on them.

use energyopti_grid::redispatch::{Dispatcher, Flow, Grid, Layout, Line, Link, Step};

use super::{Numbers, VOLL};

/// A step with its own numbers.
#[derive(Clone)]
pub struct Owned {
    pub lines_up: Vec<bool>,
    pub links_up: Vec<bool>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub cost: Vec<f64>,
    pub load: Vec<f64>,
}

impl Owned {
    pub fn step(&self) -> Step<'_> {
        Step {
            lines_up: &self.lines_up,
            links_up: &self.links_up,
            lower_mw: &self.lower,
            upper_mw: &self.upper,
            cost: &self.cost,
            withdrawal_mw: &self.load,
        }
    }
}

/// Lines and links of every kind, some of them missing.
pub fn layout(numbers: &mut Numbers, flow: Flow) -> Layout {
    let buses = 2 + numbers.below(9);
    let limit = |numbers: &mut Numbers| match numbers.below(5) {
        0 => f64::INFINITY,
        1 => numbers.below(4) as f64 * 10.0,
        _ => numbers.between(5.0, 80.0),
    };
    let mut lines = vec![];
    for k in 1..buses + numbers.below(buses + 1) {
        let bus1 = if k < buses { k } else { numbers.below(buses) };
        let bus0 = if k < buses { numbers.below(k) } else { numbers.below(buses) };
        // Now and then two parts have no line between them at all.
        if bus0 == bus1 || numbers.below(15) == 0 {
            continue;
        }
        lines.push(Line {
            bus0,
            bus1,
            limit_mw: limit(numbers),
            limit_back_mw: limit(numbers),
            susceptance: numbers.between(100.0, 3000.0),
            shift_rad: if numbers.below(6) == 0 { numbers.between(-0.02, 0.02) } else { 0.0 },
        });
    }
    let mut links = vec![];
    for _ in 0..numbers.below(4) {
        let (bus0, bus1) = (numbers.below(buses), numbers.below(buses));
        if bus0 != bus1 {
            let free = numbers.below(2) == 0;
            let p_max_mw = numbers.between(0.0, 40.0);
            links.push(Link {
                bus0,
                bus1,
                p_min_mw: [0.0, -p_max_mw, 0.25 * p_max_mw][numbers.below(3)],
                p_max_mw,
                efficiency: if free { 1.0 } else { numbers.between(0.9, 1.0) },
                marginal_cost: if free { 0.0 } else { numbers.between(0.0, 2.0) },
            });
        }
    }
    // Units, then load that can be shed and spill at every bus.
    let units = (0..2 + numbers.below(8)).map(|_| numbers.below(buses)).collect::<Vec<_>>();
    Layout { buses, lines, links, resources: units.into_iter().chain(0..buses).chain(0..buses).collect(), flow }
}

/// A step on it; `rigid`: nothing can be shed or spilled.
pub fn step(numbers: &mut Numbers, layout: &Layout, rigid: bool) -> Owned {
    let buses = layout.buses;
    let units = layout.resources.len() - 2 * buses;
    let load: Vec<f64> = (0..buses).map(|_| (numbers.below(6) as f64 * 10.0).max(0.0)).collect();
    let mut step = Owned {
        lines_up: layout.lines.iter().map(|_| numbers.below(8) > 0).collect(),
        links_up: layout.links.iter().map(|_| numbers.below(5) > 0).collect(),
        lower: vec![],
        upper: vec![],
        cost: vec![],
        load: load.clone(),
    };
    let soft = if rigid { 0.0 } else { 1.0 };
    for _ in 0..units {
        let most = numbers.below(10) as f64 * 10.0;
        step.upper.push(most);
        step.lower.push([0.0, 0.0, 0.5 * most, most, -most][numbers.below(5)]);
        // Equal costs are common.
        step.cost.push(numbers.below(6) as f64 * 10.0 - 5.0);
    }
    for &mw in &load {
        step.lower.push(0.0);
        step.upper.push(soft * mw);
        step.cost.push(VOLL);
    }
    for _ in 0..buses {
        step.lower.push(-soft * 1000.0);
        step.upper.push(0.0);
        step.cost.push(-100.0);
    }
    step
}

/// Every case: both laws, 300 networks, four steps on each.
pub fn for_each(rigid: bool, mut check: impl FnMut(&Grid, &mut Dispatcher, &Owned, &str)) {
    for flow in [Flow::Dc, Flow::Transport] {
        for seed in 0..300 {
            let mut numbers = Numbers(seed * 77 + 5);
            numbers.next();
            let grid = Grid::new(layout(&mut numbers, flow)).unwrap();
            let mut dispatcher = Dispatcher::new(&grid);
            for k in 0..4 {
                let step = step(&mut numbers, grid.layout(), rigid);
                check(&grid, &mut dispatcher, &step, &format!("{flow:?} {seed} {k}"));
            }
        }
    }
}
