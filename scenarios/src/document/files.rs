//! Reading files, and keeping every path inside the scenario's folder.
//!
//! Not here: what the files hold.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::schema::nearest;

/// Longest file read, in bytes.
const LONGEST: u64 = 1 << 29;
/// Most names of a folder that are looked at for a suggestion.
const MOST_NAMES: usize = 1000;

/// What is wrong with a path, and what to write instead.
#[derive(Debug)]
pub(crate) struct PathFault {
    /// The end of a sentence that begins with the key.
    pub rule: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// Why a file could not be read as text.
#[derive(Debug)]
pub(crate) enum ReadFault {
    /// The operating system said no.
    Unreadable(String),
    /// It is longer than anything we read.
    TooLong,
    /// The text is not UTF-8 from this byte on; what precedes it is kept.
    NotText(Vec<u8>, usize),
}

impl ReadFault {
    /// The end of a sentence that begins with the file.
    pub fn rule(&self) -> String {
        match self {
            Self::Unreadable(why) => why.clone(),
            Self::TooLong => format!("is longer than {} MiB", LONGEST >> 20),
            Self::NotText(_, at) => format!("is not UTF-8 text (byte {at})"),
        }
    }
}

/// Where the files of a scenario lie; nothing else is read.
#[derive(Clone, Debug)]
pub(crate) enum Folder {
    /// In a folder; where it does not exist every path in it is a fault.
    Disk(Option<PathBuf>),
    /// In memory, by name.
    Memory(BTreeMap<String, Arc<[u8]>>),
}

impl Folder {
    /// A folder of the disk.
    pub fn new(path: &Path) -> Self {
        Self::Disk(path.canonicalize().ok())
    }

    /// The file `name` as written in a file of folder `from`.
    pub fn locate(&self, from: &Path, name: &str) -> Result<PathBuf, PathFault> {
        let fault = |rule: &str, help: Option<&str>| PathFault { rule: rule.to_owned(), help: help.map(str::to_owned) };
        let root = match self {
            Self::Memory(files) if files.contains_key(name) => return Ok(PathBuf::from(name)),
            Self::Memory(_) => return Err(fault("names a file that did not come with the scenario", None)),
            Self::Disk(root) => root,
        };
        if name.trim().is_empty() {
            return Err(fault("must name a file", None));
        }
        let inside = |c: Component<'_>| matches!(c, Component::Normal(_) | Component::CurDir);
        let windows = name.contains(":\\") || name.starts_with('\\');
        if windows || !Path::new(name).components().all(inside) {
            let help = "put the file beside the scenario and write its relative path";
            return Err(fault("must stay inside the scenario's folder", Some(help)));
        }
        let path = from.join(name);
        let Ok(real) = path.canonicalize() else {
            return Err(PathFault { rule: "names a file that does not exist".to_owned(), help: near(&path) });
        };
        if !root.as_ref().is_some_and(|root| real.starts_with(root)) {
            let help = "it is a link that leads out; copy the file instead";
            return Err(fault("must stay inside the scenario's folder", Some(help)));
        }
        if !real.is_file() {
            return Err(fault("does not name a file", None));
        }
        Ok(real)
    }

    /// The bytes of a file that was located here.
    pub fn read_bytes(&self, located: &Path) -> Result<Arc<[u8]>, ReadFault> {
        match self {
            Self::Disk(_) => read_bytes(located).map(Into::into),
            Self::Memory(files) => {
                let file = located.to_str().and_then(|name| files.get(name));
                file.cloned().ok_or_else(|| ReadFault::Unreadable("does not exist".to_owned()))
            }
        }
    }

    /// The text of a file that was located here.
    pub fn read_text(&self, located: &Path) -> Result<String, ReadFault> {
        text(self.read_bytes(located)?.to_vec())
    }
}

/// The name in the same folder that is nearest to a missing one.
pub(crate) fn near(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name()?.to_str()?;
    let entries = std::fs::read_dir(folder).ok()?.take(MOST_NAMES).filter_map(Result::ok);
    let mut names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).collect();
    names.sort();
    let best = nearest::nearest(name, names.iter().map(String::as_str))?;
    Some(format!("did you mean `{best}`?"))
}

/// The bytes of a file.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, ReadFault> {
    let unreadable = |e: std::io::Error| {
        ReadFault::Unreadable(match e.kind() {
            std::io::ErrorKind::NotFound => "does not exist".to_owned(),
            std::io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
            _ => format!("cannot be read: {e}"),
        })
    };
    if path.is_dir() {
        return Err(ReadFault::Unreadable("is a folder, not a file".to_owned()));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LONGEST { Err(ReadFault::TooLong) } else { Ok(bytes) }
}

/// The text of a file.
pub(crate) fn read_text(path: &Path) -> Result<String, ReadFault> {
    text(read_bytes(path)?)
}

fn text(bytes: Vec<u8>) -> Result<String, ReadFault> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        ReadFault::NotText(e.into_bytes(), at)
    })
}

/// The label of a file `name` that is named in the file labelled `label`.
pub(crate) fn sibling(label: &str, name: &str) -> String {
    let name = name.trim_start_matches("./");
    match label.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}
