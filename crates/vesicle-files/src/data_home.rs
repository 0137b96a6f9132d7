//! The data home: databases imported once from their official files, each with release, licence and sum, read offline.
//!
//! One folder a database: `entry.json` says what it is, `table` holds the bytes as they came, gzip undone. A database
//! is written beside its place and renamed, so that none is ever half there; reading checks its sum.

use crate::sha256;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use vesicle_base::Problem;

/// Largest database, bytes; as large as a table that is read.
pub const DATABASE_BYTES: u64 = 512 << 20;
const ENTRY: &str = "entry.json";
const TABLE: &str = "table";
const FORMAT: u64 = 1;

/// What is said of a database; what its source does not say reads "not stated".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Name to ask for it by.
    pub name: String,
    /// What it holds: `targets` or `programs`.
    pub kind: String,
    /// Format of the file, in words.
    pub format: String,
    /// Release.
    pub release: String,
    /// Licence.
    pub licence: String,
    /// Citation.
    pub citation: String,
    /// Species, or `as in the table`.
    pub species: String,
    /// Name of the file that it came from.
    pub file: String,
    /// Number of rows or sets.
    pub rows: u64,
    /// SHA-256 of the bytes.
    pub sha256: String,
}

/// A folder of databases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataHome {
    /// Where it is; need not exist.
    pub path: PathBuf,
}

impl DataHome {
    /// `VESICLE_DATA`, else `vesicle` in `XDG_DATA_HOME`, else in `.local/share` of `HOME`.
    ///
    /// # Errors
    /// When none of the three is set.
    pub fn of(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Problem> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let path = set("VESICLE_DATA")
            .or_else(|| set("XDG_DATA_HOME").map(|home| home.join("vesicle")))
            .or_else(|| set("HOME").map(|home| home.join(".local/share/vesicle")));
        path.map(|path| Self { path }).ok_or_else(|| {
            Problem::new("no place for databases").expected("VESICLE_DATA, XDG_DATA_HOME or HOME set")
        })
    }

    /// Every database, by name.
    ///
    /// # Errors
    /// Every entry that cannot be read.
    pub fn list(&self) -> Result<Vec<Entry>, Vec<Problem>> {
        let Ok(folders) = fs::read_dir(&self.path) else { return Ok(Vec::new()) };
        let mut names: Vec<String> = folders
            .flatten()
            .filter(|folder| folder.path().join(ENTRY).is_file())
            .filter_map(|folder| folder.file_name().into_string().ok())
            .filter(|name| is_name(name))
            .collect();
        names.sort_unstable();
        let (mut entries, mut problems) = (Vec::new(), Vec::new());
        for name in names {
            match self.entry(&name) {
                Ok(entry) => entries.push(entry),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(entries) } else { Err(problems) }
    }

    /// Whether there is a database of this name.
    pub fn has(&self, name: &str) -> bool {
        is_name(name) && self.path.join(name).join(ENTRY).is_file()
    }

    /// A database and its bytes.
    ///
    /// # Errors
    /// It is not there, cannot be read, or its bytes are not those that were imported.
    pub fn open(&self, name: &str) -> Result<(Entry, Vec<u8>), Problem> {
        let entry = self.entry(name)?;
        let path = self.path.join(name).join(TABLE);
        let unreadable = |e: String| Problem::new(format!("cannot read `{}` ({e})", path.display()));
        let size = fs::metadata(&path).map_err(|e| unreadable(e.to_string()))?.len();
        if size > DATABASE_BYTES {
            return Err(unreadable(format!("larger than {} MiB", DATABASE_BYTES >> 20)));
        }
        let bytes = fs::read(&path).map_err(|e| unreadable(e.to_string()))?;
        let sum = sha256(&bytes);
        if sum != entry.sha256 {
            return Err(Problem::new(format!("database `{name}` has changed since it was imported"))
                .expected(format!("sha256 {}; import it again with --replace", entry.sha256))
                .found(sum));
        }
        Ok((entry, bytes))
    }

    /// Imports a database; its sum is computed here. The same bytes with the same entry again are no error.
    ///
    /// # Errors
    /// The name is none, is taken by other bytes (unless `replace`), or the folder cannot be written.
    pub fn add(&self, mut entry: Entry, bytes: &[u8], replace: bool) -> Result<Entry, Problem> {
        if !is_name(&entry.name) {
            return Err(Problem::new("no name of a database")
                .expected("letters, digits, `-`, `_` and `.`, beginning with a letter or digit, up to 80")
                .found(&entry.name));
        }
        entry.sha256 = sha256(bytes);
        let place = self.path.join(&entry.name);
        if place.exists() && !replace {
            let there = self.entry(&entry.name)?;
            if there == entry {
                return Ok(entry);
            }
            return Err(Problem::new(format!("a database `{}` is there already", entry.name))
                .expected("another --name, or --replace")
                .found(format!("release {}, sha256 {}", there.release, there.sha256)));
        }
        let failed = |e: std::io::Error| Problem::new(format!("cannot write `{}` ({e})", place.display()));
        let beside = self.path.join(format!(".{}.new", entry.name));
        let old = self.path.join(format!(".{}.old", entry.name));
        let swap = || -> std::io::Result<()> {
            remove(&beside)?;
            remove(&old)?;
            fs::create_dir_all(&beside)?;
            fs::write(beside.join(TABLE), bytes)?;
            fs::write(beside.join(ENTRY), written(&entry))?;
            if place.exists() {
                fs::rename(&place, &old)?;
            }
            fs::rename(&beside, &place)?;
            remove(&old)
        };
        swap().map_err(failed)?;
        Ok(entry)
    }

    fn entry(&self, name: &str) -> Result<Entry, Problem> {
        if !is_name(name) || !self.path.join(name).join(ENTRY).is_file() {
            let known: Vec<String> = self.list().unwrap_or_default().into_iter().map(|e| e.name).collect();
            return Err(Problem::new(format!("no database `{name}`"))
                .expected("one of `vesicle data list`; `vesicle data add FILE` imports one")
                .nearest(name, known.iter().map(String::as_str)));
        }
        let path = self.path.join(name).join(ENTRY);
        let text = crate::bounded::text(&path, crate::bounded::EXPERIMENT_BYTES)?;
        read(name, &text).ok_or_else(|| {
            Problem::new(format!("`{}` is no entry of a database", path.display()))
                .expected("what `vesicle data add` writes; import the file again with --replace")
        })
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    if path.exists() { fs::remove_dir_all(path) } else { Ok(()) }
}

/// Whether a text may name a database: never a way out of its folder.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.len() <= 80 && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain)
}

fn written(entry: &Entry) -> String {
    let mut value = entry.json();
    value["entry"] = json!(FORMAT);
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

impl Entry {
    /// For machines, by the names that its file has.
    pub fn json(&self) -> Value {
        json!({
            "name": self.name,
            "kind": self.kind,
            "format": self.format,
            "release": self.release,
            "licence": self.licence,
            "citation": self.citation,
            "species": self.species,
            "file": self.file,
            "rows": self.rows,
            "sha256": self.sha256,
        })
    }
}

fn read(name: &str, text: &str) -> Option<Entry> {
    let value: Value = serde_json::from_str(text).ok()?;
    if value.get("entry")?.as_u64()? != FORMAT {
        return None;
    }
    let word = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
    Some(Entry {
        name: word("name").filter(|said| said == name)?,
        kind: word("kind")?,
        format: word("format")?,
        release: word("release")?,
        licence: word("licence")?,
        citation: word("citation")?,
        species: word("species")?,
        file: word("file")?,
        rows: value.get("rows")?.as_u64()?,
        sha256: word("sha256")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> Entry {
        Entry { name: name.into(), kind: "targets".into(), release: "1".into(), ..Entry::default() }
    }

    #[test]
    fn a_database_is_added_listed_read_and_kept_from_change() {
        let place = tempfile::tempdir().unwrap();
        let home = DataHome { path: place.path().join("deep/er") };
        assert_eq!(home.list().unwrap(), Vec::new());
        let added = home.add(entry("b"), b"x", false).unwrap();
        home.add(entry("a"), b"y", false).unwrap();
        assert_eq!(home.add(entry("b"), b"x", false).unwrap(), added, "the same again is no error");
        assert_eq!(home.list().unwrap().iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(home.open("b").unwrap(), (added, b"x".to_vec()));
        assert!(home.add(entry("b"), b"z", false).unwrap_err().what.contains("already"));
        home.add(entry("b"), b"z", true).unwrap();
        assert_eq!(home.open("b").unwrap().1, b"z");
        fs::write(home.path.join("b/table"), "other").unwrap();
        assert!(home.open("b").unwrap_err().what.contains("has changed"));
        fs::write(home.path.join("b/entry.json"), "{}").unwrap();
        assert!(home.open("b").unwrap_err().what.contains("no entry") && home.list().is_err());
    }

    #[test]
    fn names_lead_nowhere_else_and_a_slip_names_the_nearest() {
        let place = tempfile::tempdir().unwrap();
        let home = DataHome { path: place.path().to_path_buf() };
        home.add(entry("mirbase"), b"x", false).unwrap();
        for name in ["../x", "", ".hidden", "a/b", "a\\b"] {
            assert!(home.add(entry(name), b"x", false).is_err() && home.open(name).is_err(), "{name}");
        }
        assert_eq!(home.open("mirbse").unwrap_err().nearest.as_deref(), Some("mirbase"));
    }

    #[test]
    fn the_place_follows_the_environment() {
        let with = |set: &'static [(&str, &str)]| {
            DataHome::of(move |name| set.iter().find(|s| s.0 == name).map(|s| s.1.into()))
        };
        let path = |set| with(set).unwrap().path.display().to_string();
        assert_eq!(path(&[("VESICLE_DATA", "/a"), ("HOME", "/h")]), "/a");
        assert_eq!(path(&[("XDG_DATA_HOME", "/x"), ("HOME", "/h"), ("VESICLE_DATA", "")]), "/x/vesicle");
        assert_eq!(path(&[("HOME", "/h")]), "/h/.local/share/vesicle");
        assert!(with(&[]).is_err());
    }
}
