//! Values as bytes behind their own hash, so that damage is seen before anything is decoded.
//!
//! It finds accidents (a flipped bit, a cut file); it is no signature.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

const HASH: usize = 32;

/// The bytes of `value` behind their hash; equal values give equal bytes.
pub(crate) fn seal(value: &impl Serialize) -> postcard::Result<Vec<u8>> {
    Ok(seal_bytes(&postcard::to_stdvec(value)?))
}

/// The value behind a hash that fits; `None` where it does not.
pub(crate) fn open<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(open_bytes(bytes)?).ok()
}

/// `body` behind its hash.
pub(crate) fn seal_bytes(body: &[u8]) -> Vec<u8> {
    [Sha256::digest(body).as_slice(), body].concat()
}

/// What stands behind a hash that fits.
pub(crate) fn open_bytes(bytes: &[u8]) -> Option<&[u8]> {
    let (hash, body) = bytes.split_at_checked(HASH)?;
    (Sha256::digest(body).as_slice() == hash).then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_byte_is_seen() {
        let whole = seal(&(7_u64, "seven", vec![0.7, -0.0])).unwrap();
        assert_eq!(open::<(u64, String, Vec<f64>)>(&whole), Some((7, "seven".to_owned(), vec![0.7, -0.0])));
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            assert!(open::<(u64, String, Vec<f64>)>(&bytes).is_none(), "byte {at}");
            assert!(open::<(u64, String, Vec<f64>)>(&whole[..at]).is_none(), "cut at {at}");
        }
    }
}
