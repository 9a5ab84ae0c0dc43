//! No text makes the parser panic.

use proptest::prelude::*;

use super::TRIANGLE;
use crate::matpower::parse;

/// Pieces that stress the scanner.
const PIECES: [&str; 24] = [
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "%",
    "%{\n",
    "%}\n",
    "...",
    "\n",
    "\r",
    ";",
    ",",
    "=",
    "mpc.bus",
    "(",
    ")",
    "NaN",
    "-",
    "1e999",
    "\u{e9}",
    "\u{0}",
    "function x = y\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_case_is_a_case_or_faults(
        cuts in prop::collection::vec((0..TRIANGLE.len(), 0..60_usize, 0..PIECES.len()), 1..6),
    ) {
        let mut text = TRIANGLE.to_owned();
        for (at, length, piece) in cuts {
            let start = at.min(text.len());
            let end = (start + length).min(text.len());
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, PIECES[piece]);
            }
        }
        check(&text)?;
    }

    #[test]
    fn any_text_is_a_case_or_faults(text in "(mpc|\\.|bus|=|\\[|\\]|\\{|\\}|'|%|;|\n| |[0-9]|\\PC){0,60}") {
        check(&text)?;
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Err(faults) => {
            prop_assert!(!faults.faults.is_empty());
            prop_assert!(faults.faults.iter().all(|fault| fault.line >= 1 && !fault.to_string().is_empty()));
        }
        Ok(parsed) => {
            let network = parsed.network;
            let buses = network.buses.len();
            prop_assert!(network.branches.iter().all(|branch| branch.from < buses && branch.to < buses));
            prop_assert!(network.generators.iter().all(|generator| generator.bus < buses));
        }
    }
    Ok(())
}
