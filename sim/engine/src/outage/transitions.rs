//! The block's changes of state, drawn ahead and handed out step by step.

use bevy_ecs::prelude::*;

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
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Transition {
    pub slot: u32,
    pub step: u16,
    pub lane: u8,
    pub from: u8,
    pub to: u8,
}

/// The block's transitions, grouped by step.
#[derive(Resource, Debug, Default)]
pub(crate) struct Transitions {
    drawn: Vec<Transition>,
    sorted: Vec<Transition>,
    /// `starts[t]..starts[t + 1]` are the transitions of step `t` of the block.
    starts: Vec<u32>,
}

impl Transition {
    pub(super) fn new(slot: u32, block: Block, now: u32, lane: usize, from: u8, to: u8) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a block has at most 65 535 steps, a row 64 lanes")]
        Self { slot, step: (now - block.first) as u16, lane: lane as u8, from, to }
    }
}

impl Transitions {
    /// The transitions at the start of step `step` of the block.
    pub fn at(&self, step: usize) -> &[Transition] {
        &self.sorted[self.starts[step] as usize..self.starts[step + 1] as usize]
    }

    /// A counting sort by step: within a step the order does not matter, since units are counted.
    fn group(&mut self, steps: usize) {
        self.starts.clear();
        self.starts.resize(steps + 2, 0);
        for transition in &self.drawn {
            self.starts[usize::from(transition.step) + 2] += 1;
        }
        for step in 2..self.starts.len() {
            self.starts[step] += self.starts[step - 1];
        }
        self.sorted.clear();
        self.sorted.resize(self.drawn.len(), Transition::default());
        for transition in &self.drawn {
            let place = &mut self.starts[usize::from(transition.step) + 1];
            self.sorted[*place as usize] = *transition;
            *place += 1;
        }
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
    transitions.drawn.clear();
    for (asset, mut process) in &mut assets {
        let slot = u32::try_from(asset.slot).expect("a model has fewer than 2^32 assets");
        process.draw(slot, *block, group.first_replica, &mut transitions.drawn);
    }
    transitions.group((block.end - block.first) as usize);
}
