//! The result folder: new, unfinished, finished or of other inputs; `--force` begins anew beside it and swaps.

use crate::store::write_whole;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What determines a result.
pub const MANIFEST: &str = "manifest.json";
/// Written last: a folder that has it is finished.
pub const LAST: &str = "report.html";

/// A folder that is being filled.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Where it is filled.
    pub path: PathBuf,
    /// Where it goes at the end, when that is elsewhere.
    target: Option<PathBuf>,
    /// Whether an unfinished one is resumed.
    pub resumes: bool,
}

/// Why a folder is not opened.
#[derive(Debug)]
pub enum Refusal {
    /// It is not ours to touch, and why.
    Refused(String),
    /// It cannot be written.
    Failed(String),
}

/// Opens a result folder for a manifest.
///
/// # Errors
/// A finished folder, one of other inputs (with the first difference), one that is no result, one that cannot be
/// written.
pub fn open(path: &Path, manifest: &Value, force: bool) -> Result<Folder, Refusal> {
    let failed = |what: &Path, error: std::io::Error| {
        Refusal::Failed(format!("cannot write `{}`: {error}", what.display()))
    };
    let occupied = path.exists() && fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && force {
        let beside = with_suffix(path, ".new");
        fs::create_dir_all(beside.join("runs")).map_err(|error| failed(&beside, error))?;
        adopt_runs(path, &beside);
        write_manifest(&beside, manifest).map_err(|error| failed(&beside, error))?;
        return Ok(Folder { path: beside, target: Some(path.to_path_buf()), resumes: false });
    }
    if occupied {
        same_unfinished(path, manifest)?;
    } else {
        fs::create_dir_all(path).map_err(|error| failed(path, error))?;
        write_manifest(path, manifest).map_err(|error| failed(path, error))?;
    }
    Ok(Folder { path: path.to_path_buf(), target: None, resumes: occupied })
}

fn same_unfinished(path: &Path, manifest: &Value) -> Result<(), Refusal> {
    let shown = path.display();
    let text = fs::read_to_string(path.join(MANIFEST)).map_err(|_| {
        Refusal::Refused(format!("`{shown}` is not a result folder; choose another with --out"))
    })?;
    let there: Value = serde_json::from_str(&text).map_err(|_| {
        Refusal::Refused(format!("`{shown}/{MANIFEST}` is not a manifest; --force starts anew"))
    })?;
    if let Some(difference) = difference("", &there, manifest) {
        return Err(Refusal::Refused(format!(
            "`{shown}` has the result of other inputs: {difference}; --force starts anew, --out goes elsewhere"
        )));
    }
    if path.join(LAST).exists() {
        return Err(Refusal::Refused(format!(
            "`{shown}` is finished; --force starts anew, --out goes elsewhere"
        )));
    }
    Ok(())
}

/// The first difference of two manifests, in words.
fn difference(at: &str, there: &Value, here: &Value) -> Option<String> {
    match (there, here) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            let mut found = keys.filter_map(|key| {
                let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                difference(&at, a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null))
            });
            found.next()
        }
        _ if there == here => None,
        _ => Some(format!("`{at}` is {} there and {} here", brief(there), brief(here))),
    }
}

fn brief(value: &Value) -> String {
    let text = value.to_string();
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Runs of the old folder that are still wanted have the same name; they are linked, or copied where links fail.
fn adopt_runs(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from.join("runs")) else { return };
    for entry in entries.flatten() {
        let target = to.join("runs").join(entry.file_name());
        if fs::hard_link(entry.path(), &target).is_err() {
            let _ = fs::copy(entry.path(), &target);
        }
    }
}

fn write_manifest(path: &Path, manifest: &Value) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(manifest).unwrap_or_default();
    write_whole(&path.join(MANIFEST), text.as_bytes())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(suffix);
    path.with_file_name(name)
}

impl Folder {
    /// A folder that is written to as it is.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf(), target: None, resumes: true }
    }

    /// Writes one file of the result, whole or not at all; folders on the way are made.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let path = self.path.join(name);
        let parent = path.parent().unwrap_or(&self.path);
        fs::create_dir_all(parent)
            .and_then(|()| write_whole(&path, bytes))
            .map_err(|error| format!("cannot write `{}`: {error}", path.display()))
    }

    /// What determines the result that is being filled.
    ///
    /// # Errors
    /// When the folder has no manifest, or one that cannot be read.
    pub fn manifest(&self) -> Result<Value, String> {
        let path = self.path.join(MANIFEST);
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        serde_json::from_str(&text)
            .map_err(|error| format!("`{}` is not a manifest: {error}", path.display()))
    }

    /// Adds a line to the log: the one file outside the promise of equal bytes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn log(&self, line: &Value) -> Result<(), String> {
        let path = self.path.join("log.jsonl");
        let file = fs::OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| writeln!(file, "{line}"))
            .map_err(|error| format!("cannot write `{}`: {error}", path.display()))
    }

    /// Removes runs that this result does not name.
    pub fn keep_runs(&self, wanted: &[String]) {
        let Ok(entries) = fs::read_dir(self.path.join("runs")) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !wanted.iter().any(|hash| name == format!("{hash}.run")) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Ends the filling: a folder that was filled beside another takes its place.
    ///
    /// # Errors
    /// When the swap fails; then the old folder is still there.
    pub fn finish(self) -> Result<PathBuf, String> {
        let Some(target) = self.target else { return Ok(self.path) };
        let old = with_suffix(&target, ".old");
        let swap = || -> std::io::Result<()> {
            if old.exists() {
                fs::remove_dir_all(&old)?;
            }
            fs::rename(&target, &old)?;
            fs::rename(&self.path, &target)?;
            fs::remove_dir_all(&old)
        };
        swap().map_err(|error| format!("cannot swap `{}`: {error}", target.display()))?;
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(result: Result<Folder, Refusal>) -> String {
        match result {
            Err(Refusal::Refused(reason)) => reason,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn a_folder_is_resumed_refused_and_replaced() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("r");
        let manifest = json!({"seed": 1, "runs": [1, 2]});
        assert!(!open(&path, &manifest, false).unwrap().resumes);
        let folder = open(&path, &manifest, false).unwrap();
        assert!(folder.resumes);
        folder.write("runs/x.run", b"1").unwrap();
        assert!(
            refused(open(&path, &json!({"seed": 2, "runs": [1, 2]}), false))
                .contains("`seed` is 1 there and 2")
        );
        folder.write(LAST, b"done").unwrap();
        assert!(refused(open(&path, &manifest, false)).contains("finished"));
        let anew = open(&path, &manifest, true).unwrap();
        assert!(anew.path.join("runs/x.run").exists() && !anew.path.join(LAST).exists());
        anew.keep_runs(&[]);
        assert_eq!(anew.finish().unwrap(), path);
        assert!(!path.join("runs/x.run").exists() && !path.join(LAST).exists());
    }

    #[test]
    fn a_folder_of_somebody_else_is_not_touched() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("thesis.doc"), "x").unwrap();
        assert!(refused(open(place.path(), &json!({}), false)).contains("not a result folder"));
    }
}
