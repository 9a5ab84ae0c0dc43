//! Whole run folders: to the store once they are merged, and back for a report or a check. The
//! manifest goes last each way, so half of a run is never taken for one. Whether the files are
//! those of the manifest is for its reader to check.

use energyopti_scenarios::results::file::MANIFEST;
use object_store::ObjectMeta;
use object_store::buffered::{BufReader, BufWriter};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

use super::objects::{blocking, path};
use super::{ResultError, ResultStore, names};

/// Bytes of a large file that are held in memory on its way.
const PIECE: usize = 8 << 20;

impl ResultStore {
    /// Puts the run folder `staging` into the store as the run `id`. Where the run was written into
    /// a local store in the first place, nothing is left to do.
    ///
    /// # Errors
    /// [`ResultError::NotARun`], [`ResultError::Io`], [`ResultError::Object`].
    pub async fn publish(&self, staging: &Path, id: &str) -> Result<(), ResultError> {
        let id = names::run(id)?;
        let there = self.folder().map(|folder| folder.join(id));
        let staging = staging.to_owned();
        let (staging, files) = blocking(move || {
            let staging = staging.canonicalize().map_err(ResultError::io("find", &staging))?;
            let files = files_below(&staging)?;
            Ok((staging, files))
        })
        .await?;
        if there.is_some_and(|there| there == staging) {
            return Ok(());
        }
        for file in files {
            self.upload(&staging.join(&file), format!("{id}/{file}")).await?;
        }
        Ok(())
    }

    /// The folder of the run `id`: in the store itself if it is local, else a copy at `into`/`id`.
    /// `None` if the store holds no such run.
    ///
    /// # Errors
    /// [`ResultError::Io`], [`ResultError::Object`].
    pub async fn fetch(&self, id: &str, into: &Path) -> Result<Option<PathBuf>, ResultError> {
        let id = names::run(id)?;
        if let Some(folder) = self.folder() {
            let run = folder.join(id);
            return Ok(run.join(MANIFEST).is_file().then_some(run));
        }
        let mut files = self.list(Some(id)).await?;
        files.sort_by_key(|file| last_if_manifest(file.location.as_ref()));
        if !files.last().is_some_and(|file| last_if_manifest(file.location.as_ref()).0) {
            return Ok(None);
        }
        let run = into.join(id);
        let earlier = run.join(MANIFEST);
        match tokio::fs::remove_file(&earlier).await {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(ResultError::io("remove", &earlier)(error));
            }
            _ => {}
        }
        for file in &files {
            self.download(file, &into.join(file.location.as_ref())).await?;
        }
        Ok(Some(run))
    }

    async fn upload(&self, from: &Path, name: String) -> Result<(), ResultError> {
        let from = from.to_owned();
        if let Some(folder) = self.folder.clone() {
            let copy = move |file: &mut File| io::copy(&mut File::open(&from)?, file).map(drop);
            return blocking(move || folder.write(&name, copy)).await;
        }
        let mut file = tokio::fs::File::open(&from).await.map_err(ResultError::io("open", &from))?;
        let mut writer = BufWriter::with_capacity(Arc::clone(&self.objects), path(&name), PIECE);
        let copy = async {
            tokio::io::copy(&mut file, &mut writer).await?;
            writer.shutdown().await
        };
        if let Err(error) = copy.await {
            let _ = writer.abort().await; // what of a large file arrived: nobody sees it, but it is stored
            return Err(ResultError::io("upload", &from)(error));
        }
        Ok(())
    }

    async fn download(&self, file: &ObjectMeta, to: &Path) -> Result<(), ResultError> {
        let refused = ResultError::io("download", to);
        let copy = async {
            tokio::fs::create_dir_all(to.parent().unwrap_or(to)).await?;
            let mut reader = BufReader::with_capacity(Arc::clone(&self.objects), file, PIECE);
            let mut writer = tokio::fs::File::create(to).await?;
            tokio::io::copy_buf(&mut reader, &mut writer).await?;
            writer.flush().await
        };
        copy.await.map_err(refused)
    }
}

/// A key that sorts manifests behind all other files.
pub(super) fn last_if_manifest(name: &str) -> (bool, String) {
    (name.rsplit('/').next() == Some(MANIFEST), name.to_owned())
}

/// The files of a run folder, relative to it, the manifest last.
fn files_below(run: &Path) -> Result<Vec<String>, ResultError> {
    if !run.join(MANIFEST).is_file() {
        return Err(ResultError::NotARun { path: run.to_owned() });
    }
    let (mut found, mut folders) = (Vec::new(), vec![run.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(ResultError::io("list", &folder))? {
            let path = entry.map_err(ResultError::io("list", &folder))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let parts = path.strip_prefix(run).unwrap_or(&path).iter().map(|part| part.to_string_lossy());
            found.push(parts.collect::<Vec<_>>().join("/"));
        }
    }
    found.sort_by_key(|name| last_if_manifest(name));
    Ok(found)
}
