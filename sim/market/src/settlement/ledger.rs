//! The ledger: append-only, double entry, per interval; every transaction sums to exactly zero.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::currency::Currency;
use super::netting::{Payment, net};
use crate::fault::MarketError;

/// Whose money it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Somebody who buys or sells.
    Participant(String),
    /// Congestion rent of a line, by the line's name.
    CongestionRent(String),
    /// What is left between payers and paid where prices are not uniform (pay-as-bid, losses).
    Surplus,
    /// The market operator's account for the fractions of a unit that rounding leaves.
    Rounding,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Participant(name) => f.write_str(name),
            Self::CongestionRent(line) => write!(f, "congestion rent of {line}"),
            Self::Surplus => f.write_str("surplus"),
            Self::Rounding => f.write_str("rounding"),
        }
    }
}

/// One side of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose.
    pub account: Account,
    /// Smallest units: received is positive, paid is negative.
    pub amount: i64,
}

/// What happened in an interval; its entries sum to zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// The interval, counted by whoever posts (a step of a run, a period of a day).
    pub interval: u64,
    /// Who received what and who paid it.
    pub entries: Vec<Entry>,
}

impl Transaction {
    /// A transaction of `amounts`, whose remainder is booked to [`Account::Rounding`]. Entries are
    /// sorted by account; zeros are left out.
    ///
    /// # Errors
    ///
    /// [`MarketError::Overflow`] where the remainder is beyond an `i64`.
    pub(super) fn closed(interval: u64, mut amounts: BTreeMap<Account, i64>) -> Result<Self, MarketError> {
        let sum: i128 = amounts.values().map(|&a| i128::from(a)).sum();
        let overflow = || MarketError::Overflow { what: "rounding".to_owned(), value: sum.to_string() };
        let remainder = i64::try_from(-sum).map_err(|_| overflow())?;
        let rounding = amounts.entry(Account::Rounding).or_default();
        *rounding = rounding.checked_add(remainder).ok_or_else(overflow)?;
        let entries = amounts.into_iter().filter(|&(_, amount)| amount != 0);
        Ok(Self { interval, entries: entries.map(|(account, amount)| Entry { account, amount }).collect() })
    }

    fn sum(&self) -> i128 {
        self.entries.iter().map(|e| i128::from(e.amount)).sum()
    }
}

/// Transactions in one currency, in the order of posting. Nothing is changed or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Ledger {
    currency: Currency,
    transactions: Vec<Transaction>,
}

/// A ledger as read back, before its sums are checked.
#[derive(Deserialize)]
struct Stored {
    currency: Currency,
    transactions: Vec<Transaction>,
}

impl TryFrom<Stored> for Ledger {
    type Error = MarketError;

    fn try_from(stored: Stored) -> Result<Self, MarketError> {
        let mut ledger = Self::new(stored.currency);
        stored.transactions.into_iter().try_for_each(|t| ledger.post(t))?;
        Ok(ledger)
    }
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new(currency: Currency) -> Self {
        Self { currency, transactions: Vec::new() }
    }

    /// Appends a transaction.
    ///
    /// # Errors
    ///
    /// [`MarketError::Unbalanced`] unless its entries sum to zero.
    pub fn post(&mut self, transaction: Transaction) -> Result<(), MarketError> {
        match transaction.sum() {
            0 => self.transactions.push(transaction),
            sum => return Err(MarketError::Unbalanced { interval: transaction.interval, sum }),
        }
        Ok(())
    }

    /// The currency of all amounts.
    #[must_use]
    pub fn currency(&self) -> &Currency {
        &self.currency
    }

    /// All transactions, oldest first.
    #[must_use]
    pub fn transactions(&self) -> &[Transaction] {
        &self.transactions
    }

    /// What each account has received (positive) or paid, over all intervals, smallest units.
    #[must_use]
    pub fn balances(&self) -> BTreeMap<Account, i128> {
        sums(self.transactions.iter())
    }

    /// As [`Ledger::balances`], for one interval.
    #[must_use]
    pub fn balances_in(&self, interval: u64) -> BTreeMap<Account, i128> {
        sums(self.transactions.iter().filter(|t| t.interval == interval))
    }

    /// The balance of one account; 0 for one that was never used.
    #[must_use]
    pub fn balance(&self, account: &Account) -> i128 {
        let entries = self.transactions.iter().flat_map(|t| &t.entries);
        entries.filter(|e| e.account == *account).map(|e| i128::from(e.amount)).sum()
    }

    /// Who pays whom over all intervals, netted; see [`Payment`] for the rule.
    #[must_use]
    pub fn who_pays_whom(&self) -> Vec<Payment> {
        net(&self.balances())
    }

    /// As [`Ledger::who_pays_whom`], for one interval.
    #[must_use]
    pub fn who_pays_whom_in(&self, interval: u64) -> Vec<Payment> {
        net(&self.balances_in(interval))
    }
}

fn sums<'a>(transactions: impl Iterator<Item = &'a Transaction>) -> BTreeMap<Account, i128> {
    let mut sums = BTreeMap::new();
    for entry in transactions.flat_map(|t| &t.entries) {
        *sums.entry(entry.account.clone()).or_insert(0) += i128::from(entry.amount);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, amount: i64) -> Entry {
        Entry { account: Account::Participant(name.to_owned()), amount }
    }

    fn euro() -> Ledger {
        Ledger::new(Currency::new("EUR").unwrap())
    }

    #[test]
    fn an_unbalanced_transaction_is_refused_and_leaves_no_trace() {
        let mut ledger = euro();
        let entries = vec![entry("a", 5), entry("b", -4)];
        assert_eq!(
            ledger.post(Transaction { interval: 3, entries }),
            Err(MarketError::Unbalanced { interval: 3, sum: 1 })
        );
        assert!(ledger.transactions().is_empty());
    }

    #[test]
    fn extreme_amounts_neither_wrap_nor_panic() {
        let mut ledger = euro();
        let entries = vec![entry("a", i64::MAX), entry("b", -i64::MAX)];
        ledger.post(Transaction { interval: 0, entries: entries.clone() }).unwrap();
        ledger.post(Transaction { interval: 1, entries }).unwrap();
        assert_eq!(ledger.balance(&Account::Participant("a".to_owned())), 2 * i128::from(i64::MAX));
        assert_eq!(ledger.balances_in(1).values().sum::<i128>(), 0);
    }

    #[test]
    fn a_ledger_survives_storage_and_a_damaged_one_is_refused() {
        let mut ledger = euro();
        ledger.post(Transaction { interval: 0, entries: vec![entry("a", 5), entry("b", -5)] }).unwrap();
        let text = serde_json::to_string(&ledger).unwrap();
        assert_eq!(serde_json::from_str::<Ledger>(&text).unwrap(), ledger);
        let damaged = text.replace("-5", "-6");
        assert!(serde_json::from_str::<Ledger>(&damaged).unwrap_err().to_string().contains("sum to -1"));
    }

    #[test]
    fn a_remainder_goes_to_rounding() {
        let amounts = [("a", 7), ("b", -9)].map(|(n, v)| (Account::Participant(n.to_owned()), v));
        let transaction = Transaction::closed(0, amounts.into()).unwrap();
        assert_eq!(transaction.entries[2], Entry { account: Account::Rounding, amount: 2 });
    }
}
