//! What a plate can still absorb or give before it is dispatched, so that converters promise no more.
//!
//! Electricity is dispatched before hydrogen, so an electrolyser has to know at its own plate how
//! much hydrogen has a taker. Bodies take from the rows in the order of their slots: each takes what
//! it could at most make or burn. What converters make is not counted on by those that burn, and the
//! other way round: so both promises can be kept whoever runs in the end. Not here: the dispatch.

use crate::lanes::{LANES, Lanes};
use crate::plate::Plate;
use crate::rows;

/// What nobody has promised yet in a step, MW per lane.
#[derive(Clone, Debug, Default)]
pub(crate) struct Promises {
    /// What loads and storage would take beyond what must be taken already.
    pub room_mw: Lanes,
    /// What storage and must-take generation could give beyond what loads take.
    pub stock_mw: Lanes,
}

/// Opens both rows for a step: from the loads and generators that no body drives, and from storage.
#[inline(always)]
pub(crate) fn open(plate: &mut Plate<'_>, step_h: f64) {
    let [mut net, mut chargeable, mut deliverable]: [Lanes; 3] = Default::default();
    plate.loads.ports.iter().filter(|load| !load.driven).for_each(|load| rows::add(&mut net, &load.wanted_mw));
    for generator in plate.generators.ports[..plate.must_take].iter().filter(|g| !g.driven) {
        for lane in 0..LANES {
            net[lane] -= generator.available_mw[lane];
        }
    }
    for (store, units) in plate.stores.iter_mut() {
        rows::add(&mut deliverable, &store.deliverable_mw);
        for lane in 0..LANES {
            chargeable[lane] += store.chargeable_mw(lane, units[lane], step_h);
        }
    }
    let Promises { room_mw, stock_mw } = &mut plate.promises;
    for lane in 0..LANES {
        let (room, stock) = (net[lane] + chargeable[lane], deliverable[lane] - net[lane]);
        room_mw[lane] = if room > 0.0 { room } else { 0.0 };
        stock_mw[lane] = if stock > 0.0 { stock } else { 0.0 };
    }
}
