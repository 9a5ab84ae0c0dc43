//! Pauli strings and sums as text: `ZZI`, `0.5*ZZI - 1.2 XIX + 0.3`. The leftmost character of a
//! string is qubit 0; a number alone multiplies the identity.

use super::pauli::{PauliString, PauliSum};
use crate::error::Error;

impl PauliString {
    /// Reads as many of `I`, `X`, `Y`, `Z` as there are qubits.
    ///
    /// # Errors
    /// [`Error::Text`] naming the character that is none of them, or the wrong length.
    pub fn parse(text: &str, qubits: u32) -> Result<Self, Error> {
        let wrong = |reason: String| Error::Text { text: text.to_owned(), reason };
        let count = text.chars().count();
        if count != qubits as usize {
            return Err(wrong(format!("{count} Pauli matrices for {qubits} qubits")));
        }
        if qubits > 64 {
            return Err(wrong("more than 64 Pauli matrices".to_owned()));
        }
        let mut string = Self::identity(qubits);
        for (at, character) in text.chars().enumerate() {
            let (flip, sign) = match character {
                'I' => (0, 0),
                'X' => (1, 0),
                'Y' => (1, 1),
                'Z' => (0, 1),
                other => return Err(wrong(format!("`{other}` at place {at} is none of I, X, Y, Z"))),
            };
            string.flips |= flip << at;
            string.signs |= sign << at;
        }
        Ok(string)
    }
}

impl PauliSum {
    /// Reads a sum: terms with `+` or `-` between them, each a number, a string, or both with `*` or
    /// a space between them.
    ///
    /// # Errors
    /// [`Error::Text`] naming the character and its place, or the string of a wrong length.
    pub fn parse(text: &str, qubits: u32) -> Result<Self, Error> {
        let mut reader = Reader { text, rest: text.trim_start() };
        let mut terms = Vec::new();
        loop {
            let sign = reader.sign(terms.is_empty())?;
            let number = reader.number()?;
            let star = number.is_some() && reader.take('*');
            let letters = reader.letters();
            let string = match (letters, number) {
                ("", None) => return Err(reader.unexpected("a number or a Pauli string")),
                ("", Some(_)) if star => return Err(reader.unexpected("a Pauli string")),
                ("", Some(_)) => PauliString::identity(qubits),
                (letters, _) => PauliString::parse(letters, qubits)?,
            };
            terms.push((sign * number.unwrap_or(1.0), string));
            if reader.rest.is_empty() {
                return Ok(Self { qubits, terms });
            }
        }
    }
}

/// What is left of a text; never starts with a space.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest.trim_start();
        taken
    }

    fn take(&mut self, character: char) -> bool {
        let there = self.rest.starts_with(character);
        self.skip(if there { character.len_utf8() } else { 0 });
        there
    }

    /// The sign of a term; only the first may go without.
    fn sign(&mut self, first: bool) -> Result<f64, Error> {
        if self.take('-') {
            Ok(-1.0)
        } else if self.take('+') || first {
            Ok(1.0)
        } else {
            Err(self.unexpected("+ or -"))
        }
    }

    fn number(&mut self) -> Result<Option<f64>, Error> {
        if !self.rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return Ok(None);
        }
        let mut before = ' ';
        let end = self.rest.find(|c: char| {
            let exponent_sign = (c == '+' || c == '-') && matches!(before, 'e' | 'E');
            before = c;
            !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || exponent_sign)
        });
        let word = &self.rest[..end.unwrap_or(self.rest.len())];
        let wrong = || Error::Text { text: self.text.to_owned(), reason: format!("`{word}` is not a number") };
        let value: f64 = word.parse().map_err(|_| wrong())?;
        if !value.is_finite() {
            return Err(wrong());
        }
        self.skip(word.len());
        Ok(Some(value))
    }

    fn letters(&mut self) -> &'a str {
        let end = self.rest.find(|c: char| !c.is_alphabetic());
        self.skip(end.unwrap_or(self.rest.len()))
    }

    fn unexpected(&self, wanted: &str) -> Error {
        let place = self.text[..self.text.len() - self.rest.len()].chars().count();
        let reason = self.rest.chars().next().map_or_else(
            || format!("ends where {wanted} should stand"),
            |found| format!("`{found}` at place {place}, where {wanted} should stand"),
        );
        Error::Text { text: self.text.to_owned(), reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(f64, String)> {
        let sum = PauliSum::parse(text, 3).unwrap();
        sum.terms().iter().map(|(coefficient, string)| (*coefficient, string.to_string())).collect()
    }

    #[test]
    fn sums_are_read_as_people_write_them() {
        assert_eq!(read("ZZI"), [(1.0, "ZZI".to_owned())]);
        let expected = [(0.5, "ZZI"), (-1.2, "XIX"), (0.3, "III")].map(|(c, s)| (c, s.to_owned()));
        assert_eq!(read("0.5*ZZI - 1.2 XIX + 0.3"), expected);
        assert_eq!(read("-1e-2YIZ+2e+1 * XXY"), [(-0.01, "YIZ".to_owned()), (20.0, "XXY".to_owned())]);
    }

    #[test]
    fn the_leftmost_character_is_qubit_0() {
        let string = PauliString::parse("XYZ", 3).unwrap();
        assert_eq!((string.flips, string.signs), (0b011, 0b110));
    }

    #[test]
    fn errors_name_the_character_or_the_length() {
        let message = |text: &str| PauliSum::parse(text, 3).unwrap_err().to_string();
        assert!(message("ZQI").contains("`Q` at place 1"));
        assert!(message("ZZ").contains("2 Pauli matrices for 3 qubits"));
        assert!(message("ZZI ? XXY").contains("`?` at place 4"));
        assert!(message("0.5*").contains("ends where a Pauli string"));
        assert!(message("").contains("ends where a number or a Pauli string"));
        assert!(message("1e999 ZZI").contains("not a number"));
        assert!(message("1..2 ZZI").contains("`1..2` is not a number"));
        assert!(message("ZZI XXY").contains("where + or -"));
        assert!(message("ZÄI").contains("`Ä` at place 1"));
    }
}
