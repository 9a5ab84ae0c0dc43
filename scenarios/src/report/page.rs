//! The page as a whole: its head, its style, and the order of its sections.

use super::html::{Html, escape};
use super::study::Study;
use super::{answer, assets, closing, course, margin, network, operation, quantum, when};

const STYLE: &str = include_str!("style.css");

/// The report of a run as one self-contained HTML page. Equal studies give equal bytes.
///
/// A figure that cannot be drawn is replaced by a sentence that says so: a report never fails a
/// run.
#[must_use]
pub fn render(study: &Study<'_>) -> String {
    let mut body: Vec<Html> = vec![answer::header(study), answer::tiles(study), answer::figures(study)];
    body.extend(when::section_of(study));
    body.extend(margin::section_of(study));
    body.extend(course::sections(study));
    body.extend(assets::section_of(study));
    body.extend(operation::section_of(study));
    body.extend(network::section_of(study));
    body.extend(assets::buses(study));
    body.extend(quantum::sections(study));
    body.extend([closing::glossary(study), closing::method(study)]);
    page(&study.summary.scenario, &body)
}

/// A page of sections.
pub(super) fn page(title: &str, body: &[Html]) -> String {
    let title = escape(title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
    );
    for piece in body {
        page.push_str(piece.as_str());
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}
