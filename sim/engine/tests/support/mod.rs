//! Small systems for the engine's tests, built by hand.
#![allow(dead_code, reason = "each test binary uses a part")]

use energyopti_engine::assets::battery::Battery;
use energyopti_engine::assets::load::{Load, Tier};
use energyopti_engine::assets::solar::{Solar, Source};
use energyopti_engine::assets::thermal::{Operation, Thermal};
use energyopti_engine::assets::{Assets, Common};
use energyopti_engine::{
    Batch, ChargeFrom, Clock, Control, DischargeFor, Estimate, Keep, Layout, Model, Network, Outage, Results, Series,
    Stamp, Tally,
};

pub fn common(name: &str, count: u32, outage: Option<Outage>) -> Common {
    Common { name: name.into(), stream: name.into(), bus: 0, count, outage }
}

pub fn thermal(name: &str, count: u32, p_mw: Series, cost: f64, outage: Option<Outage>) -> Thermal {
    let p_nom_mw = p_mw.greatest();
    Thermal {
        common: common(name, count, outage),
        p_nom_mw,
        p_max_mw: p_mw,
        marginal_cost_per_mwh: cost,
        operation: Operation::default(),
    }
}

pub fn must_take(name: &str, mw: &[f64]) -> Solar {
    let p_max_mw = Series::Steps(mw.into());
    let (p_nom_mw, source) = (p_max_mw.greatest(), Source::Profile(p_max_mw));
    Solar { common: common(name, 1, None), p_nom_mw, source, marginal_cost_per_mwh: 0.0 }
}

pub fn load(name: &str, p_mw: Series) -> Load {
    let tiers = vec![Tier { share_pu: 1.0, voll_per_mwh: 1000.0, firm: true }];
    Load { common: common(name, 1, None), p_mw, tiers, factors: vec![], offtake_price_per_mwh: 0.0 }
}

pub fn battery(name: &str, p_mw: f64, e_mwh: f64) -> Battery {
    Battery {
        common: common(name, 1, None),
        p_nom_mw: p_mw,
        e_nom_mwh: e_mwh,
        efficiency_store: 0.9,
        efficiency_dispatch: 0.8,
        standing_loss_per_h: 0.0,
        e_min_pu: 0.0,
        e_max_pu: 1.0,
        e_initial_pu: 0.0,
        marginal_cost_per_mwh: 0.0,
        power: None,
        life: None,
    }
}

/// Hourly steps from midnight of 1 January 2025, 30-day months.
pub fn clock(steps: u32) -> Clock {
    let stamp =
        |t: u32| Stamp { day: t / 24, month: u8::try_from(t / 720 % 12).unwrap(), hour: u8::try_from(t % 24).unwrap() };
    Clock { start_unix_s: 1_735_689_600, step_h: 1.0, stamps: (0..steps).map(stamp).collect() }
}

pub fn model(steps: u32) -> Model {
    Model {
        seed: 1,
        clock: clock(steps),
        buses: vec!["bus".into()],
        carriers: vec![],
        assets: Assets::default(),
        fuels: vec![],
        processes: vec![],
        network: Network::CopperPlate,
        charge_from: ChargeFrom::Headroom,
        discharge_for: DischargeFor::Deficit,
        keep: Keep { timeline: true },
    }
}

/// Toy A: three 10 MW units, failure 0.1, repair 0.9 per hour.
pub fn toy_a() -> Model {
    let outage = Some(Outage::two_state(0.1, 0.9));
    let assets = Assets {
        thermal: vec![thermal("unit", 3, Series::Constant(10.0), 20.0, outage)],
        solar: vec![must_take("sun", &[5.0, 6.0, 7.0, 8.0])],
        load: vec![load("town", Series::Steps([25.0, 28.0, 27.0, 24.0].into()))],
        ..Assets::default()
    };
    Model { assets, ..model(4) }
}

/// Toy B: two units whose capacity follows a course.
pub fn toy_b() -> Model {
    let outage = || Some(Outage::two_state(0.1, 0.9));
    let steps = |values: &[f64]| Series::Steps(values.into());
    let assets = Assets {
        thermal: vec![
            thermal("one", 1, steps(&[10.0, 10.0, 10.0, 15.0, 15.0, 15.0]), 20.0, outage()),
            thermal("two", 1, steps(&[20.0, 20.0, 20.0, 25.0, 25.0, 25.0]), 10.0, outage()),
        ],
        solar: vec![must_take("sun", &[7.0, 8.0, 9.0, 9.0, 8.0, 7.0])],
        load: vec![load("town", steps(&[28.0, 29.0, 30.0, 31.0, 32.0, 33.0]))],
        ..Assets::default()
    };
    Model { assets, ..model(6) }
}

/// A little of everything, for tests of sameness: outages, derates, must-take, two stores.
pub fn mixed(steps: u32) -> Model {
    let wave = |amplitude: f64, period: f64| -> Series {
        let value = |t: u32| amplitude * (1.0 + (f64::from(t) * std::f64::consts::TAU / period).sin());
        Series::Steps((0..steps).map(value).collect())
    };
    let derated = Outage {
        states: vec![
            energyopti_engine::DownState { p_max_pu: 0.0, failure: 0.02, repair: 0.1 },
            energyopti_engine::DownState { p_max_pu: 0.5, failure: 0.03, repair: 0.2 },
        ],
    };
    let mut model = model(steps);
    model.assets.thermal = vec![
        thermal("base", 2, Series::Constant(40.0), 10.0, Some(derated)),
        thermal("peak", 5, Series::Constant(9.0), 90.0, Some(Outage::two_state(0.05, 0.2))),
    ];
    model.assets.solar = vec![Solar {
        common: common("sun", 1, Some(Outage::two_state(0.01, 0.5))),
        p_nom_mw: 60.0,
        source: Source::Profile(wave(30.0, 24.0)),
        marginal_cost_per_mwh: 0.0,
    }];
    model.assets.load = vec![load("town", wave(55.0, 168.0)), load("port", Series::Constant(20.0))];
    model.assets.battery = vec![battery("fast", 20.0, 20.0), battery("slow", 8.0, 64.0)];
    model.assets.battery[1].standing_loss_per_h = 0.001;
    model.assets.battery[1].e_min_pu = 0.1;
    model
}

pub fn run(model: &Model, replicas: u64, threads: usize) -> (Layout, Tally) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let batch = Batch::new(model, &pool).unwrap();
    let tally = batch.run(0..replicas, &Control::default(), &|_, _, _| {}).unwrap();
    (batch.layout().clone(), tally)
}

pub fn results(model: &Model, replicas: u64) -> Results {
    let (layout, tally) = run(model, replicas, 2);
    tally.results(&layout, None)
}

/// Asserts that an estimate is within three standard errors of the exact value.
pub fn assert_within_three_errors(name: &str, estimate: &Estimate, exact: f64) {
    let (value, error) = (estimate.value.unwrap(), estimate.standard_error.unwrap());
    assert!((value - exact).abs() <= 3.0 * error, "{name}: {value} +- {error}, exact {exact}");
}
