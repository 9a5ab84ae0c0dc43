//! Names in a result store. What a name is made of is checked here once, so that no job, run or
//! backup can reach outside the store or into what is only being written.

use super::ResultError;

/// Inputs, each under its hash.
pub(super) const INPUTS: &str = ".inputs";
/// Results of shards, a folder per job.
pub(super) const SHARDS: &str = ".shards";
/// What is being written. One folder for the whole store, on the same file system: a crash leaves
/// its litter in one place, which is swept without walking through all runs.
pub(super) const WRITING: &str = ".writing";

/// The name of the input with this hash.
pub(super) fn input(hash: &str) -> Result<String, ResultError> {
    Ok(format!("{INPUTS}/{}", sha256(hash)?))
}

/// The name of a shard's result.
pub(super) fn shard(job: &str, shard: u64, hash: &str) -> Result<String, ResultError> {
    Ok(format!("{}/{shard}-{}", shards(job)?, sha256(hash)?))
}

/// The folder of a job's shards.
pub(super) fn shards(job: &str) -> Result<String, ResultError> {
    Ok(format!("{SHARDS}/{}", plain("job", job)?))
}

/// The folder of a run.
pub(super) fn run(id: &str) -> Result<&str, ResultError> {
    plain("run", id)
}

/// Any durable file: an input, a shard's result, a file of a run.
pub(super) fn item(name: &str) -> Result<&str, ResultError> {
    let whole = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(unsafe_in_names);
    if is_durable(name) && name.contains('/') && name.split('/').all(whole) {
        return Ok(name);
    }
    Err(ResultError::Name { what: "file", name: name.to_owned() })
}

/// Whether the file is kept. Hidden folders other than the store's own are somebody's work in
/// progress: this store's, or a run folder that is still being written.
pub(super) fn is_durable(name: &str) -> bool {
    let top = name.split('/').next().unwrap_or_default();
    !top.starts_with('.') || top == INPUTS || top == SHARDS
}

/// The hash that the bytes under `name` must have, where the name says so.
pub(super) fn promised_hash(name: &str) -> Option<&str> {
    let (top, rest) = name.split_once('/')?;
    match top {
        INPUTS => Some(rest),
        SHARDS => rest.rsplit_once('-').map(|(_, hash)| hash),
        _ => None,
    }
}

fn sha256(hash: &str) -> Result<&str, ResultError> {
    let digits = hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if hash.len() == 64 && digits {
        return Ok(hash);
    }
    Err(ResultError::Name { what: "SHA-256 in lower case", name: hash.to_owned() })
}

/// One part of a path that means the same on every system and in every bucket.
fn plain<'a>(what: &'static str, name: &'a str) -> Result<&'a str, ResultError> {
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if letters && (1..=128).contains(&name.len()) {
        return Ok(name);
    }
    Err(ResultError::Name { what, name: name.to_owned() })
}

fn unsafe_in_names(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\\' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_the_store() {
        let hash = "0".repeat(64);
        for wrong in ["", ".", "..", "a/b", "../a", "a.b", "a b", "ü", "a\\b", &"a".repeat(129)] {
            assert!(shards(wrong).is_err() && run(wrong).is_err(), "{wrong}");
            assert!(input(wrong).is_err() && shard("job", 0, wrong).is_err(), "{wrong}");
        }
        assert_eq!(shard("j-1", 7, &hash).unwrap(), format!(".shards/j-1/7-{hash}"));
        assert!(input(&hash.replace('0', "A")).is_err(), "one spelling per hash");
    }

    #[test]
    fn items_are_files_that_are_kept() {
        for kept in [".inputs/0", ".shards/j/0-1", "00ff/manifest.json", "00ff/inputs/1.csv"] {
            assert_eq!(item(kept).unwrap(), kept);
        }
        for not in ["", "/", "a", "a/../b", "../b", "/etc/passwd", "a//b", ".writing/1", ".tmp-1/x", "a\\b/c", "c:/d"] {
            assert!(item(not).is_err(), "{not}");
        }
    }

    #[test]
    fn a_name_tells_the_hash_of_its_content() {
        assert_eq!(promised_hash(".inputs/ab"), Some("ab"));
        assert_eq!(promised_hash(".shards/some-job/12-ab"), Some("ab"));
        assert_eq!(promised_hash("00ff/manifest.json"), None);
    }
}
