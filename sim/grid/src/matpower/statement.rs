//! A case file as a row of statements.
//!
//! Not here: what a statement does to the case.

use super::cursor::{Cursor, newline};
use super::fault::{Fault, Faults};
use super::table::Table;

/// A statement of a case file.
#[derive(Debug)]
pub(super) enum Statement<'a> {
    /// `function outputs = name`.
    Function { line: usize, outputs: String, name: String },
    /// `mpc.bus = [...]`.
    Matrix { target: &'a str, table: Table },
    /// `mpc.bus_name = {...}` or `mpc.name = 'text'`: nothing to reckon with.
    Text { line: usize, target: &'a str, text: String },
    /// Anything else, without its comments and continued lines.
    Code { line: usize, text: String },
}

/// The statements of a text, in its order.
pub(super) fn statements<'a>(text: &'a str, faults: &mut Faults) -> Vec<Statement<'a>> {
    // A byte order mark is no statement.
    let mut cursor = Cursor::new(text.trim_start_matches('\u{FEFF}'));
    let mut statements = Vec::new();
    loop {
        cursor.skip_blank();
        match cursor.peek() {
            None => return statements,
            Some(b';' | b',' | b'\n' | b'\r') => cursor.step(),
            Some(_) => statements.push(statement(&mut cursor, faults)),
        }
    }
}

fn statement<'a>(cursor: &mut Cursor<'a>, faults: &mut Faults) -> Statement<'a> {
    let (line, mut ahead) = (cursor.line(), *cursor);
    let Some(target) = target(&mut ahead) else { return code(cursor) };
    match ahead.peek() {
        Some(b'[') => {
            ahead.step();
            let table = Table::read(target, &mut ahead, faults);
            *cursor = ahead;
            nothing_more(cursor, target, faults);
            Statement::Matrix { target, table }
        }
        Some(b'{' | b'\'' | b'"') => {
            *cursor = ahead;
            let text = logical_line(cursor);
            if text.starts_with('{') && !text.ends_with('}') {
                faults.note(Fault::new(line, target, "is never closed: its `}` is missing"));
            }
            Statement::Text { line, target, text }
        }
        _ => code(cursor),
    }
}

/// `name =` or `name.field =`, not `name == `.
fn target<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let name = cursor.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    cursor.skip_blank();
    let assigns = cursor.peek() == Some(b'=') && !cursor.starts_with("==");
    if name.is_empty() || !assigns {
        return None;
    }
    cursor.step();
    cursor.skip_blank();
    Some(name)
}

fn code<'a>(cursor: &mut Cursor<'a>) -> Statement<'a> {
    let line = cursor.line();
    let text = logical_line(cursor);
    match text.strip_prefix("function").filter(|rest| rest.starts_with([' ', '\t'])) {
        None => Statement::Code { line, text },
        Some(rest) => {
            let (outputs, call) = rest.split_once('=').unwrap_or(("", rest));
            let name = call.split('(').next().unwrap_or_default();
            Statement::Function { line, outputs: outputs.trim().to_owned(), name: name.trim().to_owned() }
        }
    }
}

/// Behind `]` a statement must end: `[...]'` or `[...] * 2` is no plain matrix.
fn nothing_more(cursor: &mut Cursor<'_>, target: &str, faults: &mut Faults) {
    cursor.skip_blank();
    if !matches!(cursor.peek(), None | Some(b';' | b',' | b'\n' | b'\r')) {
        let line = cursor.line();
        let text = logical_line(cursor);
        faults.note(Fault::new(line, "", format!("behind the matrix `{target}` cannot be evaluated")).value(text));
    }
}

/// The text to the end of the statement, without comments and with continued lines joined.
fn logical_line(cursor: &mut Cursor<'_>) -> String {
    let (mut text, mut depth) = (String::new(), 0_usize);
    while let Some(byte) = cursor.peek() {
        match byte {
            b';' | b',' | b'\n' | b'\r' if depth == 0 => break,
            b'%' => cursor.skip_comment(),
            b'.' if cursor.starts_with("...") => cursor.skip_continuation(),
            b'\'' | b'"' if !transposes(&text, byte) => text.push_str(&quoted(cursor, byte)),
            _ => {
                match byte {
                    b'(' | b'[' | b'{' => depth += 1,
                    b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if byte.is_ascii() {
                    text.push(if newline(byte) { ' ' } else { char::from(byte) });
                    cursor.step();
                } else {
                    text.push_str(cursor.take_while(|b| !b.is_ascii()));
                }
            }
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Whether a quote behind `text` transposes what stands there.
fn transposes(text: &str, quote: u8) -> bool {
    quote == b'\'' && text.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ')' | ']' | '}' | '.'))
}

/// A text with its quotes; it ends with its line at the latest.
fn quoted(cursor: &mut Cursor<'_>, quote: u8) -> String {
    let mark = char::from(quote);
    let mut text = String::new();
    // A doubled quote is a quote within the text.
    while cursor.peek() == Some(quote) {
        cursor.step();
        text.push(mark);
        text.push_str(cursor.take_while(|b| b != quote && !newline(b)));
        if cursor.peek() == Some(quote) {
            cursor.step();
            text.push(mark);
        }
    }
    text
}
