//! The end of the page: what the words mean and how the figures were computed.

use std::fmt::Write as _;

use super::html::{Html, escape, paragraph, section};
use super::number::plain;
use super::study::Study;
use super::text::count;
use super::words::{HEADLINE, OTHER_WORDS};

/// The definitions of the words that the page uses.
pub(super) fn glossary(study: &Study<'_>) -> Html {
    let mut out = String::from("<dl class=\"words\">\n");
    let mut entry = |name: &str, meaning: &str| {
        let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(meaning));
    };
    for word in HEADLINE.iter().filter(|word| study.metric(word.key).is_some()) {
        match word.short {
            "" => entry(word.name, word.meaning),
            short => entry(&format!("{short}, {}", word.name), word.meaning),
        }
    }
    for (name, meaning) in OTHER_WORDS {
        entry(name, meaning);
    }
    out.push_str("</dl>\n");
    section("words", "What the words mean", &[Html::composed(out)])
}

/// How the figures were computed.
pub(super) fn method(study: &Study<'_>) -> Html {
    let summary = study.summary;
    let horizon = plain(summary.horizon_h);
    let text = match summary.replicas {
        Some(n) => format!(
            "{} futures were simulated step by step over {horizon} h, with seed {} and the method \
             “{}”. Each figure is the mean over the futures, or a ratio of such means; its standard \
             error comes from the spread between futures. The same scenario, seed and version give \
             the same figures to the last digit.",
            count(n),
            summary.seed,
            summary.method
        ),
        None => format!(
            "The figures were computed over {horizon} h by the method “{}”, which needs no \
             sampling: they have no standard error.",
            summary.method
        ),
    };
    section("method", "How this was computed", &[paragraph(&text)])
}
