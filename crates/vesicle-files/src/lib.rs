//! Every format; path to file:line:column; the store of runs on a folder. Knows nothing of the model.

pub mod bounded;
pub mod cbhg;
pub mod cell_table;
pub mod columns;
pub mod data_home;
pub mod experiment;
pub mod folder;
pub mod library;
pub mod recovery;
pub mod run_file;
pub mod store;
pub mod tsv;

/// The SHA-256 of some bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        text.extend(
            [byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0')),
        );
        text
    })
}
