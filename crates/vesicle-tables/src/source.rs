//! A file's name and bytes, unpacked when gzip'd, never larger than a stated bound.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use vesicle_base::{Place, Problem};

use crate::mistakes::whole_file;
use crate::text::MAX_LINE;

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

/// Bytes read at a time.
const PIECE: usize = 1 << 16;

/// Reads to a bound. A line of text that grows past its own bound ends the reading, so that a damaged file does not
/// fill the memory; what begins like a workbook, an archive or gzip has no lines.
fn bounded(name: &str, mut stream: impl Read, trouble: &str) -> Result<Vec<u8>, Vec<Problem>> {
    let mut bytes = Vec::new();
    let mut piece = vec![0_u8; PIECE];
    let (mut line, mut in_line) = (1_u32, 0_usize);
    loop {
        let n = match stream.read(&mut piece) {
            Ok(0) => return Ok(bytes),
            Ok(n) => n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(whole_file(name, format!("{trouble} ({error})"))),
        };
        let read = piece.get(..n).unwrap_or_default();
        bytes.extend_from_slice(read);
        if bytes.len() as u64 > MAX_BYTES {
            return Err(whole_file(name, format!("file larger than {} MiB", MAX_BYTES >> 20)));
        }
        match read.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) => {
                line = line.saturating_add((read.split(|byte| *byte == b'\n').count() - 1) as u32);
                in_line = n - end - 1;
            }
            None => in_line += n,
        }
        if in_line > MAX_LINE && !is_packed(&bytes) {
            let place = Place { file: name.to_owned(), line, column: 1 };
            let problem = Problem::new("line too long").expected(format!("at most {} MiB", MAX_LINE >> 20));
            return Err(vec![problem.at(&place)]);
        }
    }
}

/// Whether the bytes begin like gzip, a zip archive or an old workbook.
fn is_packed(bytes: &[u8]) -> bool {
    [&[0x1f, 0x8b][..], b"PK", &[0xd0, 0xcf, 0x11, 0xe0]].iter().any(|magic| bytes.starts_with(magic))
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
