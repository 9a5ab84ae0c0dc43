//! From a model to a world: one entity per asset, in the order of (table, name).

use bevy_ecs::world::World;

use crate::assets::{Common, Site};
use crate::model::Model;

/// Spawns every asset of the model in the order of (table, name), whatever order it came in.
pub(crate) fn populate(world: &mut World, model: &Model) {
    let mut slot = 0;
    let mut site = || {
        slot += 1;
        Site { seed: model.seed, step_h: model.clock.step_h, slot: slot - 1 }
    };
    for asset in by_name(&model.battery, |a| &a.common) {
        asset.spawn(world, site());
    }
    for asset in by_name(&model.load, |a| &a.common) {
        asset.spawn(world, site());
    }
    for asset in by_name(&model.solar, |a| &a.common) {
        asset.spawn(world, site());
    }
    for asset in by_name(&model.thermal, |a| &a.common) {
        asset.spawn(world, site());
    }
    for asset in by_name(&model.wind, |a| &a.common) {
        asset.spawn(world, site());
    }
}

fn by_name<T>(assets: &[T], common: impl Fn(&T) -> &Common) -> Vec<&T> {
    let mut sorted: Vec<&T> = assets.iter().collect();
    sorted.sort_by(|a, b| common(a).name.cmp(&common(b).name));
    sorted
}
