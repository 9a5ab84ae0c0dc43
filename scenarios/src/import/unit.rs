//! What every source's generators become: a thermal unit for what they can give, a load that pays for
//! what they can take.

use toml::Table;

use super::draft::{Block, Draft};

/// A generator by its limits and one cost per MWh.
pub(super) struct Unit {
    /// Its name, not yet held against others.
    pub name: String,
    /// Name of its bus in the draft.
    pub bus: String,
    /// How warnings call it.
    pub place: String,
    /// Least and most power.
    pub p_min_mw: f64,
    /// See `p_min_mw`.
    pub p_max_mw: f64,
    /// Cost of one more MWh; of power taken, what it is worth.
    pub cost_per_mwh: f64,
    /// Shares of `p_max_mw` that are there, step by step; with the file they stand in.
    pub p_max_pu: Option<(String, Vec<f64>)>,
}

/// Adds a generator. `currency` is in small letters.
pub(super) fn push(draft: &mut Draft, unit: Unit, currency: &str) {
    if unit.p_min_mw > 0.0 {
        draft.lose("the least power of a generator is left out: it can go down to 0", unit.place.clone());
    }
    if unit.p_max_mw > 0.0 {
        let mut block = Block::one_of("thermal")
            .with("name", draft.name(&unit.name))
            .with("bus", unit.bus.clone())
            .with("p_nom_mw", unit.p_max_mw);
        if let Some((file, shares)) = unit.p_max_pu {
            let column = draft.series(&format!("{} p_max_pu", unit.name), shares);
            block = block.with("p_max_pu", profile(&file, &column, "pu"));
        }
        draft.push(block.with(format!("marginal_cost_{currency}_per_mwh"), unit.cost_per_mwh));
    }
    if unit.p_min_mw < 0.0 {
        take(draft, &unit.name, unit.bus, &unit.place, -unit.p_min_mw, unit.cost_per_mwh, currency);
    }
}

/// A unit that costs nothing, for power that a source counts as a negative load.
pub(super) fn inject(draft: &mut Draft, name: &str, bus: String, p_mw: f64, currency: &str) {
    let name = draft.name(&format!("{name} injection"));
    let block = Block::one_of("thermal").with("name", name).with("bus", bus).with("p_nom_mw", p_mw);
    draft.push(block.with(format!("marginal_cost_{currency}_per_mwh"), 0.0));
}

/// A profile that stands in a file beside the scenario.
pub(super) fn profile(file: &str, column: &str, unit: &str) -> Table {
    let keys = [("file", file), ("column", column), ("unit", unit)];
    keys.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}

/// Power that is taken as long as it is worth its price: shed, it is not unserved.
fn take(draft: &mut Draft, name: &str, bus: String, place: &str, p_mw: f64, worth: f64, currency: &str) {
    if worth < 0.0 {
        draft.lose("a load that is paid for taking power is worth 0 here", place);
    }
    let mut tier = Table::new();
    tier.insert("share_pu".to_owned(), 1.0.into());
    tier.insert(format!("voll_{currency}_per_mwh"), worth.max(0.0).into());
    tier.insert("firm".to_owned(), false.into());
    let name = draft.name(&format!("{name} load"));
    let tiers = vec![toml::Value::Table(tier)];
    draft.push(Block::one_of("load").with("name", name).with("bus", bus).with("p_mw", p_mw).with("tiers", tiers));
}
