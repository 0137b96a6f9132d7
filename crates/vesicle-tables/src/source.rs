//! A file's name and bytes, unpacked when gzip'd, never larger than a stated bound.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use vesicle_base::Problem;

use crate::mistakes::whole_file;

/// Most bytes of a file, packed or unpacked; a count table of 60,000 genes by 1,000 samples fits.
pub const MAX_BYTES: u64 = 512 << 20;

/// What is read: a name for messages, and the unpacked bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file as the user named it.
    pub name: String,
    /// Its bytes, after gzip was undone.
    pub bytes: Vec<u8>,
}

impl Source {
    /// Reads a file, at most [`MAX_BYTES`] of it before and after unpacking.
    ///
    /// # Errors
    /// The file cannot be read, is too large, or its gzip stream is damaged.
    pub fn open(path: &Path) -> Result<Self, Vec<Problem>> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|e| whole_file(&name, format!("file not readable ({e})")))?;
        Self::read(&name, file)
    }

    /// Reads a stream, such as standard input.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn read(name: &str, stream: impl Read) -> Result<Self, Vec<Problem>> {
        Self::new(name, bounded(name, stream, "file not readable")?)
    }

    /// Takes bytes already in memory, unpacking gzip.
    ///
    /// # Errors
    /// The gzip stream is damaged or unpacks to more than [`MAX_BYTES`].
    pub fn new(name: &str, bytes: Vec<u8>) -> Result<Self, Vec<Problem>> {
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            bounded(name, MultiGzDecoder::new(bytes.as_slice()), "damaged gzip stream")?
        } else {
            bytes
        };
        Ok(Self { name: name.to_owned(), bytes })
    }

    /// The file name without folders and without its known endings: a default sample name.
    pub fn stem(&self) -> &str {
        let base = self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name);
        let base = base.strip_suffix(".gz").unwrap_or(base);
        base.rsplit_once('.').map_or(base, |(stem, _)| if stem.is_empty() { base } else { stem })
    }
}

fn bounded(name: &str, stream: impl Read, trouble: &str) -> Result<Vec<u8>, Vec<Problem>> {
    let mut bytes = Vec::new();
    stream
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| whole_file(name, format!("{trouble} ({e})")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(whole_file(name, format!("file larger than {} MiB", MAX_BYTES >> 20)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_loses_folder_and_endings() {
        let stem = |name: &str| Source { name: name.into(), bytes: vec![] }.stem().to_owned();
        assert_eq!(stem("a/b/card 1.txt.gz"), "card 1");
        assert_eq!(stem(r"c:\x\y.csv"), "y");
        assert_eq!(stem(".txt"), ".txt");
        assert_eq!(stem(""), "");
    }

    #[test]
    fn a_damaged_gzip_stream_is_a_problem() {
        let problems = Source::new("x.gz", vec![0x1f, 0x8b, 8, 0, 1, 2, 3]).unwrap_err();
        assert!(problems[0].what.contains("damaged gzip"), "{}", problems[0]);
    }
}
