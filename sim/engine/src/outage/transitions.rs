//! The block's changes of state, drawn ahead and handed out step by step.

use bevy_ecs::prelude::*;
use pulp::NullaryFnOnce;

use crate::group::Group;
use crate::ports::{Asset, OutageProcess};

/// The block clock's view of now.
#[derive(Resource, Clone, Copy, Debug)]
pub(crate) struct Block {
    /// First step of the block.
    pub first: u32,
    /// First step after it.
    pub end: u32,
}

/// One unit in one lane changes state at the start of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transition {
    pub slot: u32,
    pub lane: u8,
    pub from: u8,
    pub to: u8,
}

/// The block's transitions, chained by step: the order within a step does not matter, since units
/// are counted.
#[derive(Resource, Debug, Default)]
pub(crate) struct Transitions {
    /// Each with the place of the next one of its step.
    drawn: Vec<(Transition, u32)>,
    /// By step of the block: the place of its first transition.
    first: Vec<u32>,
}

/// The end of a chain.
const NONE: u32 = u32::MAX;

impl Transitions {
    fn clear(&mut self, steps: u32) {
        self.drawn.clear();
        self.first.clear();
        self.first.resize(steps as usize, NONE);
    }

    /// Adds one at the start of step `step` of the block.
    #[inline(always)]
    pub(super) fn push(&mut self, step: u32, transition: Transition) {
        let first = &mut self.first[step as usize];
        #[expect(clippy::cast_possible_truncation, reason = "a block's transitions fit its memory by far")]
        let place = self.drawn.len() as u32;
        self.drawn.push((transition, *first));
        *first = place;
    }

    /// The transitions at the start of step `step` of the block.
    #[inline(always)]
    pub fn at(&self, step: usize) -> impl Iterator<Item = Transition> {
        let mut place = self.first[step];
        std::iter::from_fn(move || {
            let (transition, next) = *self.drawn.get(place as usize)?;
            place = next;
            Some(transition)
        })
    }
}

/// Exogenous, block clock: draws every change of state that falls into the block.
pub(crate) fn draw_transitions(
    block: Res<Block>,
    group: Res<Group>,
    mut transitions: ResMut<Transitions>,
    mut assets: Query<(&Asset, &mut OutageProcess)>,
) {
    let transitions = &mut *transitions;
    transitions.clear(block.end - block.first);
    for (asset, mut process) in &mut assets {
        let slot = u32::try_from(asset.slot).expect("a model has fewer than 2^32 assets");
        let first_replica = group.first_replica;
        pulp::Arch::new().dispatch(Draw { process: &mut process, slot, block: *block, first_replica, transitions });
    }
}

/// The draws of one asset, in the widest instruction set.
struct Draw<'a> {
    process: &'a mut OutageProcess,
    slot: u32,
    block: Block,
    first_replica: u64,
    transitions: &'a mut Transitions,
}

impl NullaryFnOnce for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.process.draw(self.slot, self.block, self.first_replica, self.transitions);
    }
}
