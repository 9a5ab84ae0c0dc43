//! Currencies and their smallest units, after ISO 4217 (list one, "minor unit").
//!
//! Codes without a smallest unit (metals, test codes, drawing rights) are not money to settle in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fault::MarketError;

/// No decimals.
const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
/// Three decimals.
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
/// Four decimals.
const FOUR: &str = "CLF UYW";
/// Two decimals.
const TWO: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD \
    CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD \
    HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR \
    MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD \
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER \
    ZAR ZMW ZWG";

/// A currency and how many decimals its smallest unit has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency {
    code: String,
    exponent: u8,
}

impl Currency {
    /// The currency of an ISO 4217 code.
    ///
    /// # Errors
    ///
    /// [`MarketError::UnknownCurrency`].
    pub fn new(code: &str) -> Result<Self, MarketError> {
        let lists = [(NONE, 0), (TWO, 2), (THREE, 3), (FOUR, 4)];
        let found = lists.iter().find(|(codes, _)| codes.split_whitespace().any(|c| c == code));
        let &(_, exponent) = found.ok_or_else(|| MarketError::UnknownCurrency(code.to_owned()))?;
        Ok(Self { code: code.to_owned(), exponent })
    }

    /// The code, as "EUR".
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Decimals of the smallest unit: 2 for EUR, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn exponent(&self) -> u8 {
        self.exponent
    }

    /// Smallest units in one unit: 100 for EUR.
    #[must_use]
    pub fn units(&self) -> f64 {
        [1.0, 10.0, 100.0, 1e3, 1e4][usize::from(self.exponent)]
    }

    /// An amount of smallest units as text: -12.30 EUR for -1230.
    #[must_use]
    pub fn show(&self, amount: i128) -> String {
        let sign = if amount < 0 { "-" } else { "" };
        let width = usize::from(self.exponent);
        let scale = 10_u128.pow(u32::from(self.exponent));
        let (whole, part) = (amount.unsigned_abs() / scale, amount.unsigned_abs() % scale);
        match width {
            0 => format!("{sign}{whole} {}", self.code),
            _ => format!("{sign}{whole}.{part:0width$} {}", self.code),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MarketError;

    fn try_from(code: String) -> Result<Self, MarketError> {
        Self::new(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smallest_units_follow_iso_4217() {
        for (code, exponent) in [("JPY", 0), ("EUR", 2), ("BHD", 3), ("KWD", 3), ("TND", 3), ("CLF", 4), ("ISK", 0)] {
            assert_eq!(Currency::new(code).unwrap().exponent(), exponent, "{code}");
        }
    }

    #[test]
    fn every_code_is_listed_once_and_has_three_capitals() {
        let mut codes: Vec<&str> = [NONE, TWO, THREE, FOUR].iter().flat_map(|l| l.split_whitespace()).collect();
        assert!(codes.iter().all(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase())));
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }

    #[test]
    fn a_code_without_a_smallest_unit_is_refused() {
        for code in ["XAU", "EURO", "eur", "", "XTS"] {
            assert_eq!(Currency::new(code), Err(MarketError::UnknownCurrency(code.to_owned())));
        }
    }

    #[test]
    fn amounts_are_shown_with_their_decimals() {
        assert_eq!(Currency::new("EUR").unwrap().show(-1230), "-12.30 EUR");
        assert_eq!(Currency::new("EUR").unwrap().show(-5), "-0.05 EUR");
        assert_eq!(Currency::new("JPY").unwrap().show(7), "7 JPY");
        assert_eq!(Currency::new("KWD").unwrap().show(1001), "1.001 KWD");
    }
}
