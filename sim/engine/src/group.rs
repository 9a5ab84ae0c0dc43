//! The futures at hand.

use bevy_ecs::resource::Resource;

use crate::lanes::Lanes;

/// Which replicas the lanes are.
#[derive(Resource, Clone, Debug)]
pub(crate) struct Group {
    /// Replica of lane 0.
    pub first_replica: u64,
    /// Lanes that count; the rest run along and are not recorded.
    pub active: usize,
    /// Weather year of each lane.
    pub weather: Lanes<u32>,
}
