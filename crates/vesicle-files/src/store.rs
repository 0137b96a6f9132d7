//! The store of runs on a folder: one file a run under its hash, written under a temporary name, synced, renamed.

use crate::run_file;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use tissue_sim::Record;
use vesicle_experiment::runs::Store;

/// Runs in the `runs` folder of a result.
#[derive(Clone, Debug)]
pub struct FolderStore {
    runs: PathBuf,
}

impl FolderStore {
    /// The store of a result folder; makes its folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(result: &Path) -> std::io::Result<Self> {
        let runs = result.join("runs");
        fs::create_dir_all(&runs)?;
        Ok(Self { runs })
    }

    fn path(&self, hash: &str) -> PathBuf {
        self.runs.join(format!("{hash}.run"))
    }
}

impl Store for FolderStore {
    /// A file that is not whole counts as not there: it is run again.
    fn load(&self, hash: &str) -> Result<Option<Record>, String> {
        match fs::read(self.path(hash)) {
            Ok(bytes) => Ok(run_file::decode(&bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("cannot read `{}`: {error}", self.path(hash).display())),
        }
    }

    fn save(&self, hash: &str, record: &Record) -> Result<(), String> {
        write_whole(&self.path(hash), &run_file::encode(record))
            .map_err(|error| format!("cannot write `{}`: {error}", self.path(hash).display()))
    }
}

/// Writes a file whole or not at all.
///
/// # Errors
/// When it cannot be written; then nothing of it is left.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    whole(path, |file| file.write_all(bytes))
}

/// Fills a file under a temporary name and moves it to its place, or leaves nothing.
fn whole(path: &Path, fill: impl FnOnce(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(name);
    let written = File::create(&partial).and_then(|mut file| {
        fill(&mut file)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&partial, path));
    if renamed.is_err() {
        let _ = fs::remove_file(&partial);
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn a_write_that_fails_at_any_byte_leaves_what_was_there() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("x");
        let bytes = b"the new text";
        for old in [None, Some("the old text")] {
            if let Some(old) = old {
                fs::write(&path, old).unwrap();
            }
            for at in 0..=bytes.len() {
                let fails = |file: &mut File| {
                    file.write_all(&bytes[..at])?;
                    Err(Error::from(ErrorKind::StorageFull))
                };
                assert!(whole(&path, fails).is_err());
                assert_eq!(fs::read_to_string(&path).ok().as_deref(), old, "byte {at}");
                assert_eq!(fs::read_dir(&place).unwrap().count(), usize::from(old.is_some()), "byte {at}");
            }
        }
        write_whole(&path, bytes).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}
