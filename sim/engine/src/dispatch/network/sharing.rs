//! Who sheds among equals: in proportion, as on a copper plate.
//!
//! The kernel takes the first of equal offers, so that of two alike zones one would bear every shortage.
//! Where the price is the same, no line between is full, and what one zone sheds another could: there
//! the same tiers share what is shed in proportion to what they draw. Where lines forbid that after
//! all, the kernel's own answer stands.

use super::kernel::Kernel;
use super::offers::{Offers, Who};
use crate::plate::Plate;

/// Prices that differ by less are one price, money per MWh.
const SAME_PRICE: f64 = 1e-6;

/// A tier that may share: its value of lost load, whether it is firm, the price at its zone, and its
/// place among the resources.
type Share = (f64, bool, f64, usize);

/// Caps every tier at its share of what is shed by its equals in the kernel's last answer, given the
/// prices of zones. Says whether there is anything to share.
pub(super) fn cap(plate: &Plate<'_>, kernel: &Kernel, prices: &[f64], offers: &mut Offers) -> bool {
    let mut shares: Vec<Share> = Vec::new();
    for (at, one) in kernel.who.iter().enumerate() {
        if let Who::Tier(load, tier) = *one {
            let tier = plate.loads.ports[load].tiers[tier];
            shares.push((tier.voll_per_mwh, tier.firm, prices[kernel.zone(at)], at));
        }
    }
    shares.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2)).then(a.3.cmp(&b.3)));
    let equal = |a: &Share, b: &Share| a.0.total_cmp(&b.0).is_eq() && a.1 == b.1 && b.2 - a.2 <= SAME_PRICE;
    let mut capped = false;
    for equals in shares.chunk_by(equal) {
        let shed: f64 = equals.iter().map(|share| kernel.solved.p_mw[share.3]).sum();
        let wanted: f64 = equals.iter().map(|share| offers.upper_mw[share.3]).sum();
        if equals.len() > 1 && shed > 0.0 {
            // A little above the share, or rounding would leave no answer.
            equals.iter().for_each(|share| offers.upper_mw[share.3] *= (shed / wanted * (1.0 + 1e-9)).min(1.0));
            capped = true;
        }
    }
    capped
}
