//! Every format; path to file:line:column; the store of runs on a folder. Knows nothing of the model.

pub mod bounded;
pub mod columns;
pub mod experiment;
pub mod folder;
pub mod library;
pub mod run_file;
pub mod store;
pub mod tsv;

/// The SHA-256 of some bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
