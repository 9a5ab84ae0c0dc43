//! Settlement of a nodal dispatch: loads pay the price of their bus, generators receive it, and what
//! is left is congestion rent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::currency::Currency;
use super::ledger::{Account, Transaction};
use super::rounding::half_to_even;
use crate::check::Faults;
use crate::fault::MarketError;

/// What somebody gives to a bus or takes from it, on average over the interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodalPosition {
    /// Who is paid or pays.
    pub participant: String,
    /// The bus, for messages.
    pub bus: String,
    /// MW: generation positive, load negative.
    pub injection_mw: f64,
    /// Locational marginal price, currency per MWh.
    pub lmp: f64,
}

/// What a line carries, and the prices at its ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineFlow {
    /// The line's name.
    pub line: String,
    /// MW from its `from` end to its `to` end.
    pub flow_mw: f64,
    /// Price where it begins, currency per MWh.
    pub lmp_from: f64,
    /// Price where it ends, currency per MWh.
    pub lmp_to: f64,
}

/// The transaction of an interval of `step_h` hours.
///
/// A participant receives `sum(injection_mw lmp) step_h` over its positions, a line
/// `(lmp_to - lmp_from) flow_mw step_h`; each is rounded once, half to even. In a lossless network in
/// balance the two sum to zero (Schweppe et al., *Spot Pricing of Electricity*, 1988); the rest is
/// booked to [`Account::Rounding`] while it is at most one unit for each amount booked, and to
/// [`Account::Surplus`] where it is more (losses, or flows that do not belong to the injections).
///
/// # Errors
///
/// [`MarketError::Input`] with every value that is not finite or beyond 1e12;
/// [`MarketError::Overflow`].
pub fn settle_nodal(
    interval: u64,
    step_h: f64,
    positions: &[NodalPosition],
    flows: &[LineFlow],
    currency: &Currency,
) -> Result<Transaction, MarketError> {
    check(step_h, positions, flows)?;
    let units = step_h * currency.units();
    let mut exact: BTreeMap<Account, Vec<f64>> = BTreeMap::new();
    for p in positions {
        exact.entry(Account::Participant(p.participant.clone())).or_default().push(p.injection_mw * p.lmp * units);
    }
    for f in flows {
        let rent = (f.lmp_to - f.lmp_from) * f.flow_mw * units;
        exact.entry(Account::CongestionRent(f.line.clone())).or_default().push(rent);
    }
    let mut amounts = BTreeMap::new();
    for (account, mut parts) in exact {
        // Sorted, so that the sum does not depend on the order of the input.
        parts.sort_by(f64::total_cmp);
        let amount = half_to_even(parts.iter().sum(), &account.to_string())?;
        amounts.insert(account, amount);
    }
    book_surplus(&mut amounts)?;
    Transaction::closed(interval, amounts)
}

/// What is more than rounding can explain is surplus.
fn book_surplus(amounts: &mut BTreeMap<Account, i64>) -> Result<(), MarketError> {
    let sum: i128 = amounts.values().map(|&a| i128::from(a)).sum();
    if sum.unsigned_abs() > amounts.len() as u128 {
        let overflow = || MarketError::Overflow { what: Account::Surplus.to_string(), value: sum.to_string() };
        amounts.insert(Account::Surplus, i64::try_from(-sum).map_err(|_| overflow())?);
    }
    Ok(())
}

fn check(step_h: f64, positions: &[NodalPosition], flows: &[LineFlow]) -> Result<(), MarketError> {
    let mut faults = Faults::default();
    faults.within("step_h", step_h, 1e-3, 1e4);
    for p in positions {
        let place = |field| format!("{} at bus {}: {field}", p.participant, p.bus);
        faults.within(place("injection_mw"), p.injection_mw, -1e12, 1e12);
        faults.within(place("lmp"), p.lmp, -1e12, 1e12);
    }
    for f in flows {
        for (field, value) in [("flow_mw", f.flow_mw), ("lmp_from", f.lmp_from), ("lmp_to", f.lmp_to)] {
            faults.within(format!("line {}: {field}", f.line), value, -1e12, 1e12);
        }
    }
    faults.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(participant: &str, bus: &str, injection_mw: f64, lmp: f64) -> NodalPosition {
        NodalPosition { participant: participant.to_owned(), bus: bus.to_owned(), injection_mw, lmp }
    }

    fn amounts(transaction: &Transaction) -> Vec<String> {
        transaction.entries.iter().map(|e| format!("{} {}", e.account, e.amount)).collect()
    }

    #[test]
    fn congestion_rent_is_price_difference_times_flow() {
        // A gives 100 MW at 20, load takes 150 MW at 30, B gives 50 MW at 30, the line carries 100 MW.
        // A 2000, B 1500, load -4500, rent (30 - 20) 100 = 1000; sum 0.
        let positions =
            [position("A", "1", 100.0, 20.0), position("B", "2", 50.0, 30.0), position("load", "2", -150.0, 30.0)];
        let flows = [LineFlow { line: "1-2".to_owned(), flow_mw: 100.0, lmp_from: 20.0, lmp_to: 30.0 }];
        let t = settle_nodal(0, 1.0, &positions, &flows, &Currency::new("EUR").unwrap()).unwrap();
        assert_eq!(amounts(&t), ["A 200000", "B 150000", "load -450000", "congestion rent of 1-2 100000"]);
    }

    #[test]
    fn yen_are_whole_and_halves_go_to_even() {
        // 1.5 MWh at 1 yen: 1.5 -> 2; the loads owe 0.5 -> 0 and 1 -> 1; rounding gives 2 - 1 = 1.
        let positions = [position("g", "1", 1.5, 1.0), position("l", "1", -0.5, 1.0), position("m", "1", -1.0, 1.0)];
        let t = settle_nodal(0, 1.0, &positions, &[], &Currency::new("JPY").unwrap()).unwrap();
        assert_eq!(amounts(&t), ["g 2", "m -1", "rounding -1"]);
    }

    #[test]
    fn what_losses_take_is_surplus_and_not_rounding() {
        // 102 MW given at 10 and 100 MW taken at 11: 1100 - 1020 = 80 is left.
        let positions = [position("g", "1", 102.0, 10.0), position("l", "2", -100.0, 11.0)];
        let t = settle_nodal(0, 1.0, &positions, &[], &Currency::new("EUR").unwrap()).unwrap();
        assert_eq!(amounts(&t), ["g 102000", "l -110000", "surplus 8000"]);
    }

    #[test]
    fn every_bad_value_is_named() {
        let positions = [position("g", "1", f64::NAN, f64::INFINITY)];
        let error = settle_nodal(0, 0.0, &positions, &[], &Currency::new("EUR").unwrap()).unwrap_err();
        assert!(matches!(error, MarketError::Input(faults) if faults.len() == 3));
    }
}
