//! Who pays whom: balances through one clearing house, turned into payments between accounts.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use super::ledger::Account;

/// One payment of the netted settlement.
///
/// Every account deals with the clearing house alone, so who pays whom is a convention. The rule:
/// the account that owes most pays the one that is owed most, as much as both allow, and so on
/// down; equal amounts by account (participants by name, then rents by line, surplus, rounding).
/// The payments of an account sum to its balance exactly, and there are fewer payments than accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// Who pays.
    pub payer: Account,
    /// Who receives.
    pub payee: Account,
    /// Smallest units, positive.
    pub amount: i128,
}

/// Accounts of one sign, largest first.
fn queue(balances: &BTreeMap<Account, i128>, sign: i128) -> VecDeque<(Account, i128)> {
    let mut side: Vec<_> = balances.iter().map(|(a, b)| (a.clone(), b * sign)).filter(|&(_, b)| b > 0).collect();
    // Stable: equal amounts stay in the order of accounts.
    side.sort_by_key(|&(_, amount)| std::cmp::Reverse(amount));
    side.into()
}

/// Payments that settle `balances`, which sum to zero.
pub(super) fn net(balances: &BTreeMap<Account, i128>) -> Vec<Payment> {
    let (mut payers, mut payees) = (queue(balances, -1), queue(balances, 1));
    let mut payments = Vec::new();
    while let (Some(from), Some(to)) = (payers.front_mut(), payees.front_mut()) {
        let amount = from.1.min(to.1);
        payments.push(Payment { payer: from.0.clone(), payee: to.0.clone(), amount });
        from.1 -= amount;
        to.1 -= amount;
        if from.1 == 0 {
            payers.pop_front();
        }
        if payees.front().is_some_and(|to| to.1 == 0) {
            payees.pop_front();
        }
    }
    payments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_payer_pays_the_largest_payee_first() {
        // Owed: a 70, b 30. Owing: c 60, d 40. c pays a 60; d pays a the missing 10 and b 30.
        let balances = [("a", 70), ("b", 30), ("c", -60), ("d", -40), ("e", 0)];
        let account = |name: &str| Account::Participant(name.to_owned());
        let payments = net(&balances.map(|(n, v)| (account(n), v)).into());
        let shown: Vec<_> = payments.iter().map(|p| format!("{} {} {}", p.payer, p.payee, p.amount)).collect();
        assert_eq!(shown, ["c a 60", "d a 10", "d b 30"]);
    }
}
