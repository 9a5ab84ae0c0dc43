//! Prices by bus, and what lines and links carried.

use super::html::{Html, section, table};
use super::number::significant;
use super::plot::bars::{self, Bar};
use super::plot::{Colour, Figure};
use super::study::{Study, cell};

/// Labels below the bars, at most; beyond, every so many.
const LABELS: usize = 24;

/// The columns of the table of lines: metric and heading. Money takes the currency.
const COLUMNS: [(&str, &str); 4] = [
    ("carried_mwh", "Carried in MWh"),
    ("lost_mwh", "Lost in MWh"),
    ("congested_h", "Full in h"),
    ("congestion_rent", "Congestion rent"),
];

/// Whether a kind is what lies between buses, told of here and nowhere else.
pub(super) fn lies_between(kind: &str) -> bool {
    ["line", "link"].contains(&kind)
}

/// The section; nothing where the run had no network.
pub(super) fn section_of(study: &Study<'_>) -> Option<Html> {
    let prices = study.by_name("lmp_per_mwh");
    if prices.is_empty() {
        return None;
    }
    let currency = &study.summary.currency;
    let every = prices.len().div_ceil(LABELS);
    let label = |(at, (name, _)): (usize, &(&str, _))| if at % every == 0 { (*name).to_owned() } else { String::new() };
    let bars = prices.iter().enumerate().map(|entry| Bar { label: label(entry), estimate: *entry.1.1 });
    let greatest = prices.iter().max_by(|a, b| a.1.value.unwrap_or(0.0).total_cmp(&b.1.value.unwrap_or(0.0)))?;
    let figure = Figure {
        id: "prices",
        title: "Mean price by bus".to_owned(),
        description: format!(
            "Bar chart of the mean price of another MWh at each bus over steps and futures, in {currency}: {} is the \
             dearest with {}. All values are in the table of buses.",
            greatest.0,
            significant(greatest.1.value.unwrap_or(0.0), 3)
        ),
        width: 960,
        height: 240,
    };
    let plot = bars::draw(&figure, &bars.collect::<Vec<_>>(), &format!("{currency} per MWh"), Colour::Blue);
    let figure = Html::composed(format!(
        "<figure>\n{plot}<figcaption>Mean of the nodal price over steps and futures, hours of scarcity at the value of \
         lost load among them. Thin lines: 95 % intervals.</figcaption></figure>\n"
    ));
    let mut pieces = vec![figure];
    pieces.extend(lines(study));
    Some(section("network", "Prices and flows", &pieces))
}

fn lines(study: &Study<'_>) -> Option<Html> {
    let columns: Vec<_> = COLUMNS
        .into_iter()
        .map(|(metric, heading)| (heading, study.by_name(metric)))
        .filter(|(_, entries)| !entries.is_empty())
        .collect();
    let mut head = vec!["Line or link"];
    head.extend(columns.iter().map(|(heading, _)| *heading));
    let row =
        |(name, _): &(&str, _)| {
            let mut row = vec![Html::name(name)];
            row.extend(columns.iter().map(|(_, entries)| {
                cell(entries.iter().find(|(other, _)| other == name).map(|(_, estimate)| *estimate))
            }));
            row
        };
    let rows: Vec<Vec<Html>> = columns.first()?.1.iter().map(row).collect();
    let caption =
        format!("Lines and links, energy either way{}; rent in {}", study.with_errors(), study.summary.currency);
    Some(table(&caption, &head, 0, &rows))
}
