//! Bytes to text: UTF-8, UTF-16 with byte-order mark, else Windows-1252 (a superset of Latin-1); line ends to LF.

use vesicle_base::Problem;

use crate::mistakes::{Mistakes, whole_file};

/// Longest line in bytes.
pub const MAX_LINE: usize = 16 << 20;

/// Text with LF line ends, and what had to be turned to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) lines: String,
    pub(crate) encoding: &'static str,
    pub(crate) line_ends: &'static str,
}

/// Decodes and normalises a whole file.
pub(crate) fn decode(file: &str, bytes: &[u8]) -> Result<Text, Vec<Problem>> {
    let (raw, encoding) = characters(bytes);
    if raw.as_bytes().iter().take(4096).any(|&byte| byte == 0) {
        return Err(vec![
            Problem::new(format!("{file} is neither text nor a workbook"))
                .expected("text, xls, xlsx, RDML, or one of these packed with gzip"),
        ]);
    }
    let line_ends = line_ends_of(&raw);
    let lines = if line_ends == "LF" { raw } else { raw.replace("\r\n", "\n").replace('\r', "\n") };
    let mut mistakes = Mistakes::of(file);
    for (at, line) in lines.split('\n').enumerate() {
        if line.len() > MAX_LINE {
            let problem = Problem::new("line too long").expected(format!("at most {} MiB", MAX_LINE >> 20));
            mistakes.at(at as u32 + 1, 1, problem);
        }
    }
    if lines.trim().is_empty() {
        return Err(whole_file(file, "empty file"));
    }
    mistakes.or(Text { lines, encoding, line_ends })
}

fn line_ends_of(text: &str) -> &'static str {
    if !text.contains('\r') {
        "LF"
    } else if text.contains("\r\n") {
        "CRLF"
    } else if text.contains('\n') {
        "mixed CR and LF"
    } else {
        "CR (classic Mac)"
    }
}

fn characters(bytes: &[u8]) -> (String, &'static str) {
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return (String::from_utf8_lossy(rest).into_owned(), "UTF-8 with byte-order mark");
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        return (utf16(rest, u16::from_le_bytes), "UTF-16 little-endian");
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        return (utf16(rest, u16::from_be_bytes), "UTF-16 big-endian");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), "UTF-8"),
        Err(_) => (bytes.iter().map(|&byte| windows_1252(byte)).collect(), "Latin-1 (Windows-1252)"),
    }
}

fn utf16(bytes: &[u8], pair: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|two| pair([two[0], two[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The printable characters that Windows-1252 puts where Latin-1 has control codes.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn encodings_and_line_ends_come_out_alike() {
        let wanted = "µ\tb\n1\t2";
        let latin = b"\xb5\tb\r1\t2".to_vec();
        let mut little = vec![0xFF, 0xFE];
        "µ\tb\r\n1\t2".encode_utf16().for_each(|unit| little.extend(unit.to_le_bytes()));
        let mut big = vec![0xFE, 0xFF];
        wanted.encode_utf16().for_each(|unit| big.extend(unit.to_be_bytes()));
        let marked = [b"\xEF\xBB\xBF".as_slice(), wanted.as_bytes()].concat();
        for bytes in [latin, little, big, marked, wanted.as_bytes().to_vec()] {
            assert_eq!(decode("x", &bytes).unwrap().lines, wanted);
        }
        assert_eq!(decode("x", b"a\rb").unwrap().line_ends, "CR (classic Mac)");
    }

    #[test]
    fn binary_and_empty_files_are_problems() {
        assert!(decode("x", b"a\0b").unwrap_err()[0].what.contains("neither text"));
        assert!(decode("x", b" \n").unwrap_err()[0].what.contains("empty"));
    }
}
