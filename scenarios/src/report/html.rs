//! HTML that is escaped by its type: text becomes [`Html`] only through a function that escapes
//! it. It knows nothing of what the page says.

use std::fmt::{self, Display, Write as _};

use super::number::printable;

/// A piece of HTML that may be put into the page as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Html(String);

impl Html {
    /// HTML written in this crate.
    pub(super) fn literal(html: &'static str) -> Self {
        Self(html.to_owned())
    }

    /// HTML that other functions of this room put together from escaped pieces.
    pub(super) fn composed(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Any text.
    pub(super) fn text(text: &str) -> Self {
        Self(escape(text))
    }

    /// A name that a user gave: it may be long or written from right to left.
    pub(super) fn name(name: &str) -> Self {
        Self(format!("<bdi>{}</bdi>", escape(name)))
    }

    /// A number as [`super::number`] writes it: with a proper minus, narrow spaces between the
    /// thousands, and powers of ten as people write them.
    pub(super) fn number(text: &str) -> Self {
        let set = |text: &str| escape(text).replace('-', "−").replace(' ', "\u{202f}");
        match text.split_once('e') {
            Some((digits, power)) => Self(format!("{}\u{202f}×\u{202f}10<sup>{}</sup>", set(digits), set(power))),
            None => Self(set(text)),
        }
    }
}

impl Display for Html {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// `text` for use between tags and in quoted attributes; characters that could turn the text
/// around or are none are replaced.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A sentence of ours: escaped, and with the thousands of its numbers kept on one line.
pub(super) fn prose(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    let joined = characters.iter().enumerate().map(|(at, character)| match character {
        ' ' if at > 0 && digit(at - 1) && (digit(at + 1) || characters.get(at + 1) == Some(&'%')) => '\u{202f}',
        other => *other,
    });
    escape(&joined.collect::<String>())
}

/// A table whose first column names the row, whose next `texts` columns hold text and whose others
/// hold numbers.
pub(super) fn table(caption: &str, head: &[&str], texts: usize, rows: &[Vec<Html>]) -> Html {
    let mut out = format!("<div class=\"scroll\"><table>\n<caption>{}</caption>\n", prose(caption));
    out.push_str("<thead><tr>");
    let class = |column: usize| if (1..=texts).contains(&column) { " class=\"text\"" } else { "" };
    for (column, title) in head.iter().enumerate() {
        let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(column), escape(title));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let _ = match column {
                0 => write!(out, "<th scope=\"row\">{cell}</th>"),
                _ => write!(out, "<td{}>{cell}</td>", class(column)),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
    Html(out)
}

/// A section of the page under a heading; `id` is unique on the page.
pub(super) fn section(id: &str, heading: &str, content: &[Html]) -> Html {
    let mut out = format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n", escape(heading));
    for piece in content {
        out.push_str(&piece.0);
    }
    out.push_str("</section>\n");
    Html(out)
}

/// A paragraph.
pub(super) fn paragraph(text: &str) -> Html {
    Html(format!("<p>{}</p>\n", prose(text)))
}

/// Figures on one side and the same in numbers on the other, with a caption under the figures.
pub(super) fn beside(figures: &[String], caption: &str, table: &Html) -> Html {
    let figures = figures.concat();
    Html(format!(
        "<div class=\"beside\"><figure>\n{figures}<figcaption>{}</figcaption></figure>\n{table}</div>\n",
        prose(caption)
    ))
}
