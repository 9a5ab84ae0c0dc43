//! The battery of the plain loop: meets a deficit, recharges from what is available above the load.

use energyopti_engine::assets::battery;
use energyopti_engine::{LANES, Lanes};

use super::least;

/// A battery that starts empty and may be emptied, in 64 futures.
pub(super) struct Battery {
    /// Energy injected, MWh.
    pub discharged: Lanes,
    /// Energy withdrawn, MWh.
    pub charged: Lanes,
    p_mw: f64,
    e_max: f64,
    store: f64,
    dispatch: f64,
    e_mwh: Lanes,
}

impl Battery {
    pub fn of(asset: &battery::Battery) -> Self {
        let zero = Lanes::default();
        Self {
            discharged: zero,
            charged: zero,
            p_mw: asset.p_nom_mw,
            e_max: asset.e_nom_mwh,
            store: asset.efficiency_store,
            dispatch: asset.efficiency_dispatch,
            e_mwh: zero,
        }
    }

    pub fn restart(&mut self) {
        (self.discharged, self.charged, self.e_mwh) = Default::default();
    }

    /// One hour. Fills `rest` with the load that generators are to meet, charging included.
    #[inline(always)]
    pub fn step(&mut self, load: f64, must_take: f64, thermal: &Lanes, rest: &mut Lanes) {
        let Self { discharged, charged, e_mwh, .. } = self;
        // Out of `self`, so that no store to a row can be thought to change them.
        let (p_mw, e_max, store, dispatch) = (self.p_mw, self.e_max, self.store, self.dispatch);
        let (per_store, per_dispatch) = (1.0 / store, 1.0 / dispatch);
        for lane in 0..LANES {
            let net = load - (must_take + thermal[lane]);
            let (deficit, surplus) = if net > 0.0 { (net, 0.0) } else { (0.0, -net) };
            let out = least(least(deficit, p_mw), e_mwh[lane] * dispatch);
            let into = least(least(surplus, p_mw), (e_max - e_mwh[lane]) * per_store);
            let after = e_mwh[lane] + into * store - out * per_dispatch;
            e_mwh[lane] = least(if after > 0.0 { after } else { 0.0 }, e_max);
            discharged[lane] += out;
            charged[lane] += into;
            rest[lane] = load + (into - out);
        }
    }
}
