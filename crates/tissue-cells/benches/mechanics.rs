//! Workload M: one mechanics update of a spheroid, by size and threads.
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "a benchmark")]

fn main() {}
