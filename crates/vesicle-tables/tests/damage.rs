//! No file, however damaged, ends the process or eats its memory: every fixture cut, altered, doubled and spliced.

#![allow(clippy::unwrap_used)] // a helper of a test fails as the test does
#![allow(unsafe_code)] // An allocator that counts is the one way to see the peak of memory.

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use vesicle_tables::names::ResolvedNames;
use vesicle_tables::nta::summarise;
use vesicle_tables::{
    Document, Options, Source, detect, read_cargo, read_results, read_samples, read_sets, read_sizes,
    read_targets,
};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on unchanged to the system's allocator; only sizes are counted beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: `pointer` came from `alloc` above with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Fixtures are at most 16 KiB; a reader that keeps its bounds stays far below this.
const MOST: usize = 192 << 20;

fn read_everything(name: &str, bytes: Vec<u8>) {
    let Ok(source) = Source::new(name, bytes) else { return };
    let Ok(document) = Document::load(&source) else { return };
    let _ = detect(&document);
    if let Ok(read) = read_cargo(&document, &Options::default()) {
        assert_eq!(read.table.readings.len(), read.table.features.len() * read.table.samples.len());
        assert_eq!(read.accessions.len(), read.table.features.len());
        assert_eq!(read.measured_as.len(), read.table.samples.len());
        let _ = ResolvedNames::of(&read.table.features, &read.accessions, None, None);
    }
    let _ = (read_results(&document), read_samples(&document), read_sets(&document), read_targets(&document));
    if let Ok(sizes) = read_sizes(&document) {
        let _ = summarise(&sizes);
    }
}

fn fixtures() -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(common::folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.extension().is_some_and(|ending| ending == "py" || ending == "md"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    found.push(("results.xlsx".to_owned(), workbook()));
    found.sort();
    found
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in [["miRNA", "s1"], ["miR-1", "x"]].iter().enumerate() {
        for (column, text) in line.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, *text).unwrap();
        }
    }
    sheet.write_number(1, 1, 5.0).unwrap();
    book.save_to_buffer().unwrap()
}

#[derive(Clone, Debug)]
enum Damage {
    Cut(usize),
    Set(usize, u8),
    Insert(usize, Vec<u8>),
    Double(usize, usize),
    Drop(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0_usize..20_000;
    let telling = prop::sample::select(b"\t\n\r,;\"'<>#[]=.-09eE\0\xff\x01:%|".to_vec());
    prop_oneof![
        1 => at.clone().prop_map(Damage::Cut),
        6 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        6 => (at.clone(), telling).prop_map(|(at, byte)| Damage::Set(at, byte)),
        2 => (at.clone(), prop::collection::vec(any::<u8>(), 1..12)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        2 => (at.clone(), 1_usize..400).prop_map(|(at, n)| Damage::Double(at, n)),
        2 => (at, 1_usize..400).prop_map(|(at, n)| Damage::Drop(at, n)),
    ]
}

fn inflict(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let n = bytes.len();
    match damage {
        Damage::Cut(at) => bytes.truncate(at % n),
        Damage::Set(at, byte) => bytes[at % n] = *byte,
        Damage::Insert(at, more) => drop(bytes.splice(at % n..at % n, more.iter().copied())),
        Damage::Double(at, length) => {
            let part = bytes[at % n..(at % n + length).min(n)].to_vec();
            drop(bytes.splice(at % n..at % n, part));
        }
        Damage::Drop(at, length) => drop(bytes.drain(at % n..(at % n + length).min(n))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_told_and_survived(list in prop::collection::vec(damage(), 1..8)) {
        PEAK.store(NOW.load(Ordering::Relaxed), Ordering::Relaxed);
        let before = NOW.load(Ordering::Relaxed);
        for (name, whole) in fixtures() {
            let mut bytes = whole;
            for damage in &list {
                inflict(&mut bytes, damage);
            }
            read_everything(&name, bytes);
        }
        let used = PEAK.load(Ordering::Relaxed).saturating_sub(before);
        prop_assert!(used < MOST, "{} MiB", used >> 20);
    }
}

#[test]
fn every_truncation_is_survived() {
    for (name, bytes) in fixtures() {
        let step = (bytes.len() / 300).max(1);
        for end in (0..bytes.len()).step_by(step) {
            read_everything(&name, bytes[..end].to_vec());
        }
    }
}
