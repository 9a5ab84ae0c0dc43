//! What the load asks of the units: from which capacity down it is short, and what is unserved.
//!
//! With must-take power `m` and load `l` the units must bring `l - m`. A shortage of `x` MW sheds
//! the tiers in order; the firm ones among them are unserved, so firm-unserved power is a
//! non-decreasing, piecewise linear function of `x`.

use crate::system::System;

/// A step is short where more than this many MW of firm load are unserved.
pub const TOLERANCE_MW: f64 = 1e-3;

/// The need at one step of one weather year.
pub(crate) struct Need<'a> {
    system: &'a System,
    step: usize,
    year: usize,
    /// Load less must-take power, in MW.
    net_mw: f64,
}

impl<'a> Need<'a> {
    pub(crate) fn new(system: &'a System, step: usize, year: usize) -> Self {
        let load_mw: f64 = system.tiers.iter().map(|tier| tier.p_mw.at(step, year)).sum();
        Self { system, step, year, net_mw: load_mw - system.must_take_mw.at(step, year) }
    }

    /// The capacity in MW below which the step is short; `None` where it cannot be.
    pub(crate) fn threshold_mw(&self) -> Option<f64> {
        let mut firm_mw = 0.0;
        for (shed_mw, width_mw) in self.firm_spans() {
            if firm_mw + width_mw > TOLERANCE_MW {
                return Some(self.net_mw - shed_mw - (TOLERANCE_MW - firm_mw));
            }
            firm_mw += width_mw;
        }
        None
    }

    /// Expected firm-unserved power in MW, where `missing_mw(y)` is `E[(y - C)+]`.
    ///
    /// A firm tier that begins after `s` MW are shed and is `w` wide loses
    /// `E[min((x - s)+, w)] = E[(x - s)+] - E[(x - s - w)+]`.
    pub(crate) fn unserved_mw(&self, missing_mw: impl Fn(f64) -> f64) -> f64 {
        self.firm_spans()
            .map(|(shed_mw, width_mw)| {
                let upper_mw = self.net_mw - shed_mw;
                missing_mw(upper_mw) - missing_mw(upper_mw - width_mw)
            })
            .sum()
    }

    /// For each firm tier: what is shed before it and its own power, in MW.
    fn firm_spans(&self) -> impl Iterator<Item = (f64, f64)> {
        let mut shed_mw = 0.0;
        self.system.tiers.iter().filter_map(move |tier| {
            let (before_mw, width_mw) = (shed_mw, tier.p_mw.at(self.step, self.year));
            shed_mw += width_mw;
            tier.firm.then_some((before_mw, width_mw))
        })
    }
}
