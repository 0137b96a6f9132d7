//! One table of speed: workload, ours, the fastest peer where it is present, and the distance to the memory limit.
//!
//! `cargo bench -p tissue-sim --bench speed` (`make bench`). Peers are programs outside this repository: with
//! `VESICLE_PEERS=FOLDER` the folder's `d3` and `m` (see `scripts/peers`) run in turn with ours, process by process, pinned
//! to the same cores. `VESICLE_ROUNDS` sets how many rounds (3). Times are the least over all rounds, because other work
//! on the machine only ever adds to them; beside the ratio of the least stand the lowest and highest of the rounds'
//! ratios of medians. `speed sizes [SHARE]` prints cost against size instead (`make cost`).
#![allow(missing_docs)] // a program

mod bytes;
mod one;
mod sizes;
mod table;
mod tick;
mod workloads;

fn main() {
    // Cargo passes `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.split_first() {
        Some((first, words)) if first == "one" => one::measure(words),
        Some((first, words)) if first == "sizes" => {
            sizes::print(words.first().and_then(|word| word.parse().ok()).unwrap_or(1.0));
        }
        _ => table::print(),
    }
}
