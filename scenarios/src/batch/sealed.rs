//! Values as bytes behind their own hash, so that damage is seen before anything is decoded.
//!
//! It finds accidents (a flipped bit, a cut file); it is no signature.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

const HASH: usize = 32;

/// The bytes of `value` behind their hash; equal values give equal bytes.
pub(crate) fn seal(value: &impl Serialize) -> postcard::Result<Vec<u8>> {
    let mut bytes = postcard::to_extend(value, vec![0; HASH])?;
    let hash = Sha256::digest(&bytes[HASH..]);
    bytes[..HASH].copy_from_slice(&hash);
    Ok(bytes)
}

/// The value behind a hash that fits; `None` where it does not.
pub(crate) fn open<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (hash, body) = bytes.split_at_checked(HASH)?;
    if Sha256::digest(body).as_slice() != hash {
        return None;
    }
    postcard::from_bytes(body).ok()
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
