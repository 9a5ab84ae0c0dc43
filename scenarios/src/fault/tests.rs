//! Faults as data and as messages.

use super::*;
use crate::document::Span;

fn faults(text: &str, marks: &[(std::ops::Range<usize>, Option<std::ops::Range<usize>>)]) -> Faults {
    let mut findings = Findings::default();
    let source = findings.sources.add("a.toml".to_owned(), text, std::path::PathBuf::new());
    for (at, other) in marks {
        let found = Found::new(Span::new(source, at.clone()), "key", "is wrong").help("do better");
        findings.note(match other {
            Some(other) => found.also(Span::new(source, other.clone()), "see here"),
            None => found,
        });
    }
    findings.into_faults().unwrap_err()
}

#[test]
fn a_fault_knows_its_line_and_column_in_characters() {
    let faults = faults("a = 1\nö = 2\n", &[(11..12, None)]);
    let fault = &faults.0[0];
    assert_eq!((fault.file.as_str(), fault.line, fault.column, fault.value.as_str()), ("a.toml", 2, 5, "2"));
}

#[test]
fn faults_come_in_the_order_of_their_places() {
    let faults = faults("a = 1\nb = 2\n", &[(10..11, None), (4..5, None)]);
    assert_eq!(faults.0.iter().map(|f| f.line).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn the_same_fault_is_told_once() {
    assert_eq!(faults("a = 1\n", &[(4..5, None), (4..5, None)]).0.len(), 1);
}

#[test]
fn a_fault_is_json_for_interfaces() {
    let faults = faults("a = 1\nb = 2\n", &[(10..11, Some(4..5))]);
    let json = serde_json::to_value(&faults).unwrap();
    assert_eq!(
        json,
        serde_json::json!([{
            "file": "a.toml", "line": 2, "column": 5, "key": "key", "value": "2", "rule": "is wrong",
            "suggestion": "do better", "excerpt": "b = 2",
            "other": {"file": "a.toml", "line": 1, "column": 5, "note": "see here"}
        }])
    );
}

#[test]
fn a_long_value_is_shortened() {
    let text = format!("a = {}\n", "9".repeat(500));
    let value = &faults(&text, &[(4..504, None)]).0[0].value;
    assert!(value.len() <= 60 && value.ends_with("..."), "{value}");
}

#[test]
fn any_text_can_be_shown() {
    let odd = "\u{feff}\u{0}\tä\u{1F468}\u{200d}\u{1F469}\r\n\u{202e}x\r\ny\u{85}\n\n".repeat(3);
    let long = format!("{}{}", "é\t".repeat(300), odd);
    for text in ["", "\n", "\r\n", "\r", odd.as_str(), long.as_str()] {
        for start in 0..=text.len() {
            for length in [0, 1, 5, 1000] {
                let shown = faults(text, &[(start..start + length, Some(0..start))]).to_string();
                assert!(shown.contains("is wrong") && !shown.contains(['\u{202e}', '\t', '\u{0}', '\r']), "{shown:?}");
            }
        }
    }
}
