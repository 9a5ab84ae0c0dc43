//! Numbers and names as people read them: as many digits as the uncertainty allows, thousands
//! apart, never wider than their column. It rounds for display only; files hold all digits.

/// Smallest and largest magnitudes written without a power of ten.
const PLAIN: std::ops::Range<f64> = 1e-3..1e12;

/// The power of ten of the first digit of `x`; 0 for zero.
pub(crate) fn exponent(x: f64) -> i32 {
    // Through the decimal text: exact, where a logarithm may miss a power of ten by a bit.
    let text = format!("{x:e}");
    text.split_once('e').and_then(|(_, digits)| digits.parse().ok()).unwrap_or(0)
}

/// `x` with `digits` significant digits (whole numbers are kept whole), thousands apart.
pub(crate) fn significant(x: f64, digits: usize) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if !x.is_finite() {
        return "-".to_owned();
    }
    // The exponent after rounding: 0.9996 with 3 digits is 1.00.
    let rounded = format!("{x:.*e}", digits.saturating_sub(1));
    if !PLAIN.contains(&x.abs()) {
        return rounded;
    }
    let power = rounded.split_once('e').and_then(|(_, p)| p.parse::<i32>().ok()).unwrap_or(0);
    let wanted = i32::try_from(digits).unwrap_or(i32::MAX).saturating_sub(1);
    fixed(x, usize::try_from(wanted.saturating_sub(power)).unwrap_or(0))
}

/// A number known exactly, to six digits and without zeros at the end: `8736`, `0.25`.
pub(crate) fn plain(x: f64) -> String {
    let text = significant(x, 6);
    if text.contains('e') || !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `x` with `decimals` digits after the point, thousands apart.
pub(crate) fn fixed(x: f64, decimals: usize) -> String {
    let text = format!("{x:.decimals$}");
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::from(if zero { "" } else { sign });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && whole.len() > 4 {
            out.push(' ');
        }
        out.push(digit);
    }
    out + fraction
}

/// How many decimals a value with this standard error deserves: two digits of the error. `None`
/// where the error is zero or undefined, or the number is better written with a power of ten.
fn decimals(value: f64, standard_error: Option<f64>) -> Option<usize> {
    let error = standard_error.filter(|e| *e > 0.0 && e.is_finite())?;
    let digits = 1 - exponent(error);
    let plain = digits <= 6 && value.abs() < PLAIN.end && error < PLAIN.end;
    plain.then(|| usize::try_from(digits).unwrap_or(0))
}

/// A value and its standard error, both to two digits of the error; an exact or uncertain value
/// (no error) to seven or four significant digits and an empty error.
pub(crate) fn value_and_error(value: f64, standard_error: Option<f64>) -> (String, String) {
    match (decimals(value, standard_error), standard_error) {
        (Some(decimals), Some(error)) => (fixed(value, decimals), fixed(error, decimals)),
        (None, Some(error)) if error > 0.0 => (significant(value, 4), significant(error, 2)),
        (_, Some(_)) => (significant(value, 7), String::new()),
        _ => (significant(value, 4), String::new()),
    }
}

/// Both ends of an interval, with the decimals that the standard error deserves.
pub(crate) fn ends(ends: [f64; 2], standard_error: Option<f64>) -> [String; 2] {
    let widest = ends[0].abs().max(ends[1].abs());
    match decimals(widest, standard_error) {
        Some(decimals) => ends.map(|end| fixed(end, decimals)),
        None => ends.map(|end| significant(end, 3)),
    }
}

/// A value in at most eight characters: a power of ten where it is large or small, and fewer than
/// `digits` significant digits where those do not fit.
pub(crate) fn value_text(value: Option<f64>, digits: usize) -> String {
    let Some(x) = value.filter(|x| x.is_finite()) else { return "-".to_owned() };
    let text = |digits: usize| {
        if x != 0.0 && !(1e-3..1e5).contains(&x.abs()) {
            format!("{x:.*e}", digits - 1)
        } else {
            significant(x, digits)
        }
    };
    let fits = |text: &String| text.chars().count() <= 8;
    (1..=digits).rev().map(text).find(fits).unwrap_or_else(|| text(1))
}

/// An interval in at most `width` characters, with as many of three digits as fit.
pub(crate) fn interval(ends: Option<[f64; 2]>, width: usize) -> String {
    let Some(ends) = ends else { return "-".to_owned() };
    let text = |digits| {
        let [low, high] = ends.map(|end| value_text(Some(end), digits));
        format!("[{low}, {high}]")
    };
    [3, 2].into_iter().map(text).find(|t| t.chars().count() <= width).unwrap_or_else(|| text(1))
}

/// At most `width` characters of `text`, fit for a terminal: no control characters, and an
/// ellipsis where something was left out.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let clean = printable(text);
    if clean.chars().count() <= width {
        return clean;
    }
    clean.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// `text` with every control or direction-changing character replaced: a name must not be able
/// to move the cursor, break the line or turn the text around.
pub(crate) fn printable(text: &str) -> String {
    let hostile = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if hostile(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_error() {
        assert_eq!(value_and_error(9.394_175, Some(0.157)), ("9.39".into(), "0.16".into()));
        assert_eq!(value_and_error(1176.3, Some(22.1)), ("1176".into(), "22".into()));
        assert_eq!(value_and_error(187_654_321.4, Some(12_345.0)), ("187 654 321".into(), "12 345".into()));
        assert_eq!(value_and_error(9.394_175_4, Some(0.0)), ("9.394175".into(), String::new()));
        assert_eq!(value_and_error(1.9e-9, Some(2e-10)), ("1.900e-9".into(), "2.0e-10".into()));
    }

    #[test]
    fn no_digit_is_lost_at_a_power_of_ten() {
        assert_eq!(significant(0.9996, 3), "1.00");
        assert_eq!(significant(1000.0, 3), "1000");
        assert_eq!(significant(99_999.6, 3), "100 000");
        assert_eq!(fixed(-0.001, 1), "0.0");
        assert_eq!(significant(f64::NAN, 3), "-");
        assert_eq!(exponent(1e-5), -5);
        assert_eq!([8736.0, 0.25, 1e-7].map(plain), ["8736", "0.25", "1.00000e-7"]);
    }

    #[test]
    fn an_interval_never_leaves_its_column() {
        for ends in [[-1.234e-4, 9.87e-5], [-1.2e8, -1.1e8], [0.0, 2.6208], [-43_210.0, 43_210.0]] {
            assert!(interval(Some(ends), 19).chars().count() <= 19, "{ends:?}");
        }
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(fit("a\u{1b}[2Jb\n", 20), "a\u{fffd}[2Jb\u{fffd}");
        assert_eq!(fit("abcdef", 4), "abc…");
    }
}
