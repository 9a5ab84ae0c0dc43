//! Where the energy comes from: the mix as bars, and a table of all assets.

use super::html::{Html, paragraph, section, table};
use super::number::{fit, significant};
use super::plot::mix::{self, Slice};
use super::plot::{Colour, Figure};
use super::study::{AssetLabel, Study, cell};

/// Bars in the figure, at most; the rest is one bar.
const BARS: usize = 20;

/// The columns of the table behind name, kind and bus: metric and heading.
pub(super) const COLUMNS: [(&str, &str); 5] = [
    ("energy_mwh", "Energy in MWh"),
    ("capacity_factor", "Capacity factor"),
    ("curtailment_mwh", "Curtailment in MWh"),
    ("charge_mwh", "Charged in MWh"),
    ("cycles", "Cycles"),
];

/// The kinds with a colour of their own.
const KINDS: [(&str, Colour); 4] =
    [("thermal", Colour::Thermal), ("solar", Colour::Solar), ("wind", Colour::Wind), ("battery", Colour::Storage)];

/// The section; nothing where the run has no energy by asset.
pub(super) fn section_of(study: &Study<'_>) -> Option<Html> {
    let mut energy: Vec<(&str, f64)> = study
        .by_name("energy_mwh")
        .into_iter()
        .filter(|(name, _)| gives(study, name))
        .filter_map(|(name, estimate)| Some((name, estimate.value.filter(|v| v.is_finite())?)))
        .collect();
    if energy.is_empty() {
        return None;
    }
    energy.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let slices = slices(study, &energy);
    let figure = Figure {
        id: "mix",
        title: "Energy by asset".to_owned(),
        description: format!(
            "Bar chart of the mean energy by asset in MWh, the largest first: {} leads with {} \
             MWh. All values are in the table below.",
            energy[0].0,
            significant(energy[0].1, 3)
        ),
        width: 960,
        height: mix::height(slices.len()),
    };
    let plot = mix::draw(&figure, &slices, "mean energy over the horizon in MWh");
    let figure = Html::composed(format!(
        "<figure>\n{plot}<figcaption>{}Mean over the futures; a battery counts with what it \
         discharges.</figcaption></figure>\n",
        legend(&slices)
    ));
    let mut order: Vec<&str> = energy.iter().map(|(name, _)| *name).collect();
    let all = study.by_name("energy_mwh").into_iter().map(|(name, _)| name);
    let rest: Vec<&str> = all.filter(|name| !order.contains(name)).collect();
    order.extend(rest);
    Some(section("mix-section", "Where the energy comes from", &[figure, assets(study, &order)]))
}

fn slices(study: &Study<'_>, energy: &[(&str, f64)]) -> Vec<Slice> {
    let total: f64 = energy.iter().map(|(_, value)| value.max(0.0)).sum();
    let text = |value: f64| {
        let share = if total > 0.0 { 100.0 * value / total } else { 0.0 };
        format!("{} ({} %)", significant(value, 3), significant(share, 2))
    };
    let shown = if energy.len() > BARS { BARS - 1 } else { energy.len() };
    let mut slices: Vec<Slice> = energy[..shown]
        .iter()
        .map(|&(name, value)| Slice {
            label: format!("{}\u{a0}", fit(name, 26)),
            value,
            text: text(value),
            colour: colour(label(study, name)),
        })
        .collect();
    if let rest @ [_, ..] = &energy[shown..] {
        let value = rest.iter().map(|(_, value)| value).sum();
        let label = format!("{} others\u{a0}", rest.len());
        slices.push(Slice { label, value, text: text(value), colour: Colour::Other });
    }
    slices
}

/// Whether the asset gives energy; a load or an electrolyser, whose energy is what it takes, does not.
fn gives(study: &Study<'_>, name: &str) -> bool {
    match label(study, name) {
        Some(label) => !["load", "electrolyser"].contains(&label.kind.as_str()),
        None => ["capacity_factor", "cycles"].iter().any(|metric| study.metric(&format!("{metric}.{name}")).is_some()),
    }
}

fn label<'a>(study: &Study<'a>, name: &str) -> Option<&'a AssetLabel> {
    study.assets.iter().find(|asset| asset.name == name)
}

fn colour(label: Option<&AssetLabel>) -> Colour {
    let kind = label.map_or("", |label| label.kind.as_str());
    KINDS.iter().find(|(known, _)| *known == kind).map_or(Colour::Other, |(_, colour)| *colour)
}

/// What the colours that occur mean.
fn legend(slices: &[Slice]) -> String {
    let others = [("other", Colour::Other)];
    let kinds = KINDS.iter().chain(&others);
    let used = kinds.filter(|(_, colour)| slices.iter().any(|slice| slice.colour == *colour));
    let key = |(kind, colour): &(&str, Colour)| {
        let variable = colour.variable();
        format!("<span class=\"key\"><i style=\"background:var(--{variable})\"></i>{kind}</span> ")
    };
    used.map(key).collect()
}

fn assets(study: &Study<'_>, order: &[&str]) -> Html {
    let columns: Vec<_> = COLUMNS
        .into_iter()
        .map(|(metric, heading)| (metric, heading, study.by_name(metric)))
        .filter(|(_, _, entries)| !entries.is_empty())
        .collect();
    let labelled = order.iter().any(|name| label(study, name).is_some());
    let mut head = vec!["Asset"];
    if labelled {
        head.extend(["Kind", "Bus"]);
    }
    head.extend(columns.iter().map(|(_, heading, _)| *heading));
    let row = |name: &&str| {
        let mut row = vec![Html::name(name)];
        if labelled {
            let label = label(study, name);
            row.push(Html::text(label.map_or("–", |label| &label.kind)));
            row.push(label.map_or_else(|| Html::literal("–"), |label| Html::name(&label.bus)));
        }
        row.extend(columns.iter().map(|(_, _, entries)| {
            cell(entries.iter().find(|(asset, _)| asset == name).map(|(_, estimate)| *estimate))
        }));
        row
    };
    let rows: Vec<Vec<Html>> = order.iter().map(row).collect();
    let caption = format!("Assets by energy given, then loads by energy taken{}", study.with_errors());
    table(&caption, &head, if labelled { 2 } else { 0 }, &rows)
}

/// The figures of each bus; nothing for a single bus.
pub(super) fn buses(study: &Study<'_>) -> Option<Html> {
    const METRICS: [(&str, &str); 6] = [
        ("lole_h", "LOLE in h"),
        ("eue_mwh", "EUE in MWh"),
        ("neue_ppm", "NEUE in ppm"),
        ("lolf", "Events"),
        ("lold_d", "Days"),
        ("lmp_per_mwh", "Price per MWh"),
    ];
    let names: Vec<&str> = study.by_name("lole_h").into_iter().map(|(name, _)| name).collect();
    if names.len() < 2 {
        return None;
    }
    let columns: Vec<_> = METRICS
        .into_iter()
        .map(|(metric, heading)| (metric, heading, study.by_name(metric)))
        .filter(|(_, _, entries)| !entries.is_empty())
        .collect();
    let mut head = vec!["Bus"];
    head.extend(columns.iter().map(|(_, heading, _)| *heading));
    let row =
        |name: &&str| {
            let mut row = vec![Html::name(name)];
            row.extend(columns.iter().map(|(_, _, entries)| {
                cell(entries.iter().find(|(bus, _)| bus == name).map(|(_, estimate)| *estimate))
            }));
            row
        };
    let rows: Vec<Vec<Html>> = names.iter().map(row).collect();
    let note = "The system counts as short while any bus is short, so the hours of the buses may \
                add up to more than those of the system.";
    let table = table(&format!("Figures by bus{}", study.with_errors()), &head, 0, &rows);
    Some(section("buses", "Bus by bus", &[paragraph(note), table]))
}
