//! Bit strings as people write them: the leftmost character is qubit 0.

use crate::error::Error;

/// The lowest `qubits` bits of an index, qubit 0 first.
#[must_use]
pub fn bit_string(index: u64, qubits: u32) -> String {
    (0..qubits).map(|qubit| if index >> qubit & 1 == 1 { '1' } else { '0' }).collect()
}

/// The index that a bit string names.
///
/// # Errors
/// [`Error::Text`] for another character than 0 and 1, or for more than 64 of them.
pub fn parse_bits(text: &str) -> Result<u64, Error> {
    let wrong = |reason: String| Error::Text { text: text.to_owned(), reason };
    if text.chars().count() > 64 {
        return Err(wrong("longer than 64 bits".to_owned()));
    }
    text.chars().enumerate().try_fold(0, |index, (qubit, character)| match character {
        '0' => Ok(index),
        '1' => Ok(index | 1 << qubit),
        other => Err(wrong(format!("`{other}` is neither 0 nor 1"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leftmost_character_is_qubit_0() {
        assert_eq!(bit_string(0b0110, 4), "0110");
        assert_eq!(bit_string(1, 4), "1000");
        assert_eq!(parse_bits("1000"), Ok(1));
        assert_eq!(parse_bits("0011"), Ok(0b1100));
    }

    #[test]
    fn another_character_is_named() {
        assert!(parse_bits("01x").unwrap_err().to_string().contains("`x`"));
    }
}
