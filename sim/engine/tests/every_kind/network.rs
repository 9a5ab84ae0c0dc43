//! The same systems scattered over a network: four electric buses, lines and links that fail, some of
//! them too narrow, some missing, so that islands come and go.

use energyopti_engine::assets::line::Line;
use energyopti_engine::assets::link::Link;
use energyopti_engine::{Carrier, Model, Network};

use super::Dice;
use super::support::common;

/// Electric buses: the first, and three behind the other carriers' own.
const ELECTRIC: [usize; 4] = [0, 3, 4, 5];

/// Gives every electric asset a bus at random and puts lines and links between them.
pub fn scatter(model: &mut Model, dice: &mut Dice) {
    model.network = if dice.often(0.5) { Network::Dc } else { Network::Transport };
    model.buses.extend(["east", "south", "west"].map(String::from));
    model.carriers.extend([Carrier::Electricity; 3]);
    let bus = |dice: &mut Dice| ELECTRIC[dice.count(4) as usize - 1];
    let assets = &mut model.assets;
    macro_rules! each {
        ($($list:ident),*) => {$(
            assets.$list.iter_mut().filter(|a| a.common.bus == 0).for_each(|a| a.common.bus = bus(dice));
        )*};
    }
    each!(thermal, load, battery, solar, wind, hydro, electrolyser, fuel_cell, reactor);
    for (at, (from, to)) in [(0, 3), (3, 4), (4, 5), (0, 5), (0, 4), (0, 4)].into_iter().enumerate() {
        if dice.often(0.8) {
            let mut line = Line {
                common: common(&format!("line {at}"), 1, dice.outage()),
                bus1: to,
                s_nom_mw: if dice.often(0.2) { f64::INFINITY } else { dice.between(0.0, 300.0) },
                susceptance_mw_per_rad: dice.between(100.0, 5000.0),
                shift_rad: 0.0,
            };
            line.common.bus = from;
            assets.line.push(line);
        }
    }
    if dice.often(0.6) {
        let mut link = Link {
            common: common("link", 1, dice.outage()),
            bus1: 5,
            p_nom_mw: dice.between(0.0, 200.0),
            p_back_mw: 0.0,
            efficiency: dice.between(0.7, 1.0),
            marginal_cost_per_mwh: dice.between(0.0, 5.0),
        };
        link.common.bus = 3;
        assets.link.push(link);
    }
}
