//! How the assets were run: what each kind's physics counted, asset by asset.

use super::assets::COLUMNS;
use super::html::{Html, section, table};
use super::network;
use super::study::{Study, cell};

/// The section; nothing where no asset counts anything of its own.
pub(super) fn section_of(study: &Study<'_>) -> Option<Html> {
    let mut rows = Vec::new();
    for asset in study.assets {
        for (key, estimate) in &study.summary.metrics {
            let Some(figure) = key.strip_suffix(&asset.name).and_then(|key| key.strip_suffix('.')) else { continue };
            if figure.contains('.')
                || COLUMNS.iter().any(|(metric, _)| *metric == figure)
                || asset.kind == "load"
                || network::lies_between(&asset.kind)
            {
                continue;
            }
            let shown = if rows.iter().any(|(name, _): &(&str, _)| *name == asset.name) { "" } else { &asset.name };
            let cells = vec![Html::name(shown), Html::text(&words(figure)), cell(Some(estimate))];
            rows.push((asset.name.as_str(), cells));
        }
    }
    if rows.is_empty() {
        return None;
    }
    let rows: Vec<Vec<Html>> = rows.into_iter().map(|(_, cells)| cells).collect();
    let caption = format!("Mean over the futures{}", study.with_errors());
    let table = table(&caption, &["Asset", "Figure", "Value"], 1, &rows);
    Some(section("operation", "How the assets were run", &[table]))
}

/// A metric's name as words: `down_forced_h` as "down forced in h".
fn words(figure: &str) -> String {
    const UNITS: [(&str, &str); 6] =
        [("_mwh", "MWh"), ("_mw", "MW"), ("_pu", "per unit"), ("_h", "h"), ("_d", "d"), ("_t", "t")];
    let unit = UNITS.iter().find_map(|(suffix, unit)| Some((figure.strip_suffix(suffix)?, unit)));
    unit.map_or_else(|| figure.replace('_', " "), |(stem, unit)| format!("{} in {unit}", stem.replace('_', " ")))
}
