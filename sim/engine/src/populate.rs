//! From a model to a world: one entity per port, in the order of (table, name).

use bevy_ecs::world::World;

use crate::assets::Site;
use crate::fuel::Fuels;
use crate::model::Model;
use crate::processes::Processes;

/// Spawns every asset of the model in the order of (table, name), whatever order it came in.
pub(crate) fn populate(world: &mut World, model: &Model, processes: &Processes, fuels: &Fuels) {
    let mut site = Site { model, processes, fuels, slot: 0 };
    for (_, asset) in model.assets.all() {
        asset.spawn(world, &mut site);
    }
}
