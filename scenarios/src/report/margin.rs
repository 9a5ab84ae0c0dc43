//! How close it gets: the distribution of the margin over all steps of all futures.

use energyopti_engine::Histogram;

use super::html::{Html, beside, section, table};
use super::number::significant;
use super::plot::Figure;
use super::plot::histogram::{self, Bin};
use super::study::Study;

/// Bars in the figure, about: as many as the engine has bins.
const BARS: usize = 130;

/// The quantiles in the table.
const QUANTILES: [(f64, &str); 6] =
    [(1e-4, "0.01 %"), (1e-3, "0.1 %"), (0.01, "1 %"), (0.05, "5 %"), (0.5, "50 %"), (0.95, "95 %")];

/// The section; nothing where the run kept no distribution or it is empty.
pub(super) fn section_of(study: &Study<'_>) -> Option<Html> {
    let histogram = study.margin?;
    let bins = bins(histogram);
    if bins.is_empty() {
        return None;
    }
    let wide = merged(&bins);
    let [low, high] = [bins.first()?.low, bins.last()?.high].map(|end| significant(end, 4));
    let figure = Figure {
        id: "margin",
        title: "Distribution of the margin".to_owned(),
        description: format!(
            "Histogram of available supply less load, over all steps of all futures, from {low} MW \
             to {high} MW. Quantiles are in the table beside it."
        ),
        width: 600,
        height: 300,
    };
    let mut caption = "Available supply, with what storage can deliver, less the load; all steps \
                       of all futures. Left of zero (red) the system is short."
        .to_owned();
    if bins.iter().any(Bin::holds_both) {
        caption.push_str(" The grey bar around zero holds both.");
    }
    let table = quantiles(&bins);
    let content = beside(&[histogram::draw(&figure, &wide)], &caption, &table);
    Some(section("margin-section", "How close it gets", &[content]))
}

fn quantiles(bins: &[Bin]) -> Html {
    let width = bins.iter().map(|bin| bin.high - bin.low).fold(0.0, f64::max);
    let mut rows: Vec<Vec<Html>> = Vec::new();
    for (level, label) in QUANTILES {
        let mut below = 0.0;
        let bin = bins.iter().find(|bin| {
            below += bin.share;
            below >= level
        });
        let Some(bin) = bin.or(bins.last()) else { continue };
        rows.push(vec![Html::text(label), Html::number(&significant(bin.high, 3))]);
    }
    let caption = format!("Margin in MW, to the {} MW of a bin", significant(width, 3));
    table(&caption, &["In this share of time", "the margin is below"], 0, &rows)
}

/// The bins with their shares, from the first to the last that holds anything; empty if the
/// histogram is not well formed.
fn bins(histogram: &Histogram) -> Vec<Bin> {
    let Histogram { edges, counts } = histogram;
    let total: u128 = counts.iter().map(|count| u128::from(*count)).sum();
    let sound = edges.len() == counts.len() + 1
        && edges.iter().all(|edge| edge.is_finite())
        && edges.windows(2).all(|pair| pair[0] < pair[1]);
    if total == 0 || !sound {
        return Vec::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
    let share = |count: u64| count as f64 / total as f64;
    let all = counts.iter().zip(edges.windows(2));
    let mut bins: Vec<Bin> = all
        .map(|(&count, pair)| Bin { low: pair[0], high: pair[1], share: share(count) })
        .skip_while(|bin| bin.share == 0.0)
        .collect();
    let held = bins.iter().rposition(|bin| bin.share > 0.0).map_or(0, |last| last + 1);
    bins.truncate(held);
    bins
}

/// Joins neighbours so that at most about [`BARS`] remain; none but a bin that already does
/// reaches across zero.
fn merged(bins: &[Bin]) -> Vec<Bin> {
    let per_bar = bins.len().div_ceil(BARS).max(1);
    let short = bins.iter().take_while(|bin| bin.high <= 0.0).count();
    let (left, right) = bins.split_at(short);
    // The left side is cut from zero outwards, so that all bars but the outermost are full.
    let left = left.rchunks(per_bar).rev();
    let join = |bins: &[Bin]| {
        let (first, last) = (bins.first()?, bins.last()?);
        let share = bins.iter().map(|bin| bin.share).sum();
        Some(Bin { low: first.low, high: last.high, share })
    };
    left.chain(right.chunks(per_bar)).filter_map(join).collect()
}
