//! Money keys: `_eur_per_mwh` in a file, `_¤_per_mwh` inside; `start_up_cost_eur`, `start_up_cost_¤`.
//!
//! Not here: amounts. A key that names another currency than the scenario's is a fault.

use crate::document::{Kind, Node, path};
use crate::fault::{Findings, Found};

/// Stands for the currency in the schema.
pub(crate) const SIGN: &str = "¤";
/// The money keys of the schema, as they are inside.
pub(crate) const KEYS: [&str; 11] = [
    "marginal_cost_¤_per_mwh",
    "voll_¤_per_mwh",
    "price_¤_per_mwh",
    "co2_price_¤_per_t",
    "start_up_cost_¤",
    "highest_price_¤_per_mwh",
    "offtake_price_¤_per_mwh",
    "replacement_cost_¤_per_mwh",
    "budget_¤",
    "least_cost_¤",
    "cost_¤",
];

/// A key as a file of this currency spells it.
pub(crate) fn spell(key: &str, currency: &str) -> String {
    key.replace(SIGN, &currency.to_lowercase())
}

/// The currency that a scenario's text names, if it is well formed; `EUR` where it names none.
pub(crate) fn currency(root: &Node) -> Option<String> {
    let Some(node) = root.table().and_then(|t| t.get("scenario")?.table()?.get("currency")) else {
        return Some("EUR".to_owned());
    };
    node.text().filter(|code| well_formed(code)).map(str::to_owned)
}

/// Three capital letters.
pub(crate) fn well_formed(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())
}

/// Renames every money key in `node` to its inner form.
pub(crate) fn normalise(node: &mut Node, path: &str, currency: Option<&str>, findings: &mut Findings) {
    match &mut node.kind {
        Kind::Table(table) => {
            for entry in &mut table.entries {
                let here = path::join(path, &entry.key);
                if let Some((inner, written)) = money_key(&entry.key) {
                    let wanted = currency.map(str::to_lowercase);
                    if wanted.as_ref().is_some_and(|wanted| *wanted != written) {
                        let code = currency.unwrap_or_default();
                        let rule = format!("is in {}, but the scenario's currency is {code}", written.to_uppercase());
                        let help = format!("convert the value and write `{}`", spell(inner, code));
                        findings.note(Found::new(entry.key_span, here, rule).help(help));
                        entry.value.kind = Kind::Faulty;
                    }
                    inner.clone_into(&mut entry.key);
                } else {
                    if entry.key.contains(SIGN) {
                        entry.key = entry.key.replace(SIGN, "?");
                    }
                    normalise(&mut entry.value, &here, currency, findings);
                }
            }
        }
        Kind::List(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                let named = item.table().and_then(|t| t.get("name")).and_then(Node::text).map(str::to_owned);
                let here = named.map_or_else(|| format!("{path}[{i}]"), |name| path::join(path, &name));
                normalise(item, &here, currency, findings);
            }
        }
        _ => {}
    }
}

/// `marginal_cost_usd_per_mwh` to its inner form and its currency.
fn money_key(key: &str) -> Option<(&'static str, String)> {
    KEYS.iter().find_map(|inner| {
        let (stem, tail) = inner.split_once(SIGN)?;
        let code = key.strip_prefix(stem)?.strip_suffix(tail)?;
        (code.len() == 3 && code.bytes().all(|b| b.is_ascii_lowercase())).then(|| (*inner, code.to_owned()))
    })
}
