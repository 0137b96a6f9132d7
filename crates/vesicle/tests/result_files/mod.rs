//! What a result holds, to compare one with another.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every file of a folder by its name from there, but for those of these names.
pub fn files_but(folder: &Path, but: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if !but.iter().any(|name| path.ends_with(name)) {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                all.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    all
}
