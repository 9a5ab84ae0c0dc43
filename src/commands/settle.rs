//! `settle`: who pays whom in one future of a run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use energyopti_market::{Account, Ledger};
use energyopti_scenarios::batch::{self, Settlement};
use energyopti_scenarios::results::write_ledger;
use serde_json::{Value, json};

use super::{print, print_json, replay};
use crate::arguments::{Format, Settle};
use crate::failure::Failure;
use crate::scenario;

pub fn execute(options: &Settle) -> Result<(), Failure> {
    let (run, variant) = scenario::of_run(&options.kept.out, &options.kept.run)?;
    replay::within(options.replica, &run)?;
    let settlement = batch::settle(&variant, options.replica)?;
    let id = &run.manifest().run;
    let path = options.output.clone();
    let path = path.unwrap_or_else(|| options.kept.out.join(format!("{id}.ledger-{}.parquet", options.replica)));
    let start = |step: u64| batch::instant(&variant, usize::try_from(step).unwrap_or(usize::MAX));
    write_ledger(&path, &settlement.ledger, &start)?;
    if options.kept.format == Format::Json {
        return print_json(&as_json(id, &settlement, &path));
    }
    print(&text(variant.scenario.name(), &settlement, &path))
}

/// What an account received, paid, and is left with, in smallest units.
#[derive(Clone, Copy, Default)]
struct Turnover {
    received: i128,
    paid: i128,
}

fn turnovers(ledger: &Ledger) -> BTreeMap<&Account, Turnover> {
    let mut turnovers: BTreeMap<&Account, Turnover> = BTreeMap::new();
    for entry in ledger.transactions().iter().flat_map(|transaction| &transaction.entries) {
        let turnover = turnovers.entry(&entry.account).or_default();
        let amount = i128::from(entry.amount);
        if amount >= 0 { turnover.received += amount } else { turnover.paid -= amount }
    }
    turnovers
}

fn text(name: &str, settlement: &Settlement, path: &Path) -> String {
    let Settlement { replica, ledger } = settlement;
    let show = |amount: i128| ledger.currency().show(amount);
    let turnovers = turnovers(ledger);
    let width = turnovers.keys().map(|account| account.to_string().chars().count()).max().unwrap_or(0).max(7);
    let mut text = format!("{name}, future {replica}: {} intervals\n\n", ledger.transactions().len());
    let _ = writeln!(text, "  {:<width$} {:>20} {:>20} {:>20}", "account", "received", "paid", "balance");
    for (account, Turnover { received, paid }) in turnovers {
        let balance = show(received - paid);
        let account = account.to_string();
        let _ = writeln!(text, "  {account:<width$} {:>20} {:>20} {balance:>20}", show(received), show(paid));
    }
    let _ = writeln!(text, "\nwho pays whom");
    for payment in ledger.who_pays_whom() {
        let (payer, payee) = (payment.payer.to_string(), payment.payee.to_string());
        let _ = writeln!(text, "  {payer:<width$} -> {payee:<width$} {:>20}", show(payment.amount));
    }
    let _ = writeln!(text, "\nevery entry: {}", path.display());
    text
}

fn as_json(id: &str, settlement: &Settlement, path: &Path) -> Value {
    let Settlement { replica, ledger } = settlement;
    let accounts = turnovers(ledger).into_iter().map(|(account, Turnover { received, paid })| {
        json!({"account": account, "received": received, "paid": paid, "balance": received - paid})
    });
    json!({
        "run": id,
        "replica": replica,
        "currency": ledger.currency().code(),
        "decimals_of_amounts": ledger.currency().exponent(),
        "intervals": ledger.transactions().len(),
        "accounts": accounts.collect::<Vec<_>>(),
        "payments": ledger.who_pays_whom(),
        "ledger": path,
    })
}
