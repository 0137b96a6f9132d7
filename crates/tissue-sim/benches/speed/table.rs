//! The table: every workload in turn with its peer and with the memory that bounds it.

use crate::one::{self, Times, Workload};
use crate::tick::Life;
use std::path::PathBuf;

/// A line of the table.
struct Row {
    name: &'static str,
    workload: Workload,
    threads: usize,
    /// Voxels × fields or cells, to divide the time by.
    items: f64,
    /// Bytes that must be read and written at least once.
    bytes: Option<f64>,
}

/// Megabytes that fit into no cache.
const FAR_MB: usize = 400;

/// Bytes of a step of mechanics per cell: record read and written, list, velocities of this and the last step.
const MECHANICS_BYTES: f64 = 64.0 + 2.0 * 64.0 + 64.0 + 3.0 * 24.0;

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for threads in [1, 4] {
        let mut add = |name, workload, items, bytes| rows.push(Row { name, workload, threads, items, bytes });
        for fields in [1, 10] {
            let values = 1e6 * fields as f64;
            let [each, together] = if fields == 1 {
                ["D3, 1 field, a call each sub-step", "D3, 1 field, 15 sub-steps a call"]
            } else {
                ["D3, 10 fields, a call each sub-step", "D3, 10 fields, 15 sub-steps a call"]
            };
            add(each, Workload::D3(fields), values, Some(16.0 * values));
            add(together, Workload::D3Together(fields), values, Some(16.0 * values));
        }
        for (n, radius_um) in [(10_023.0, 190.3), (100_033.0, 410.0)] {
            let [each, tick] = if radius_um < 200.0 {
                ["M, 10⁴ cells, a call and pressure each step", "M, 10⁴ cells, 60 steps a tick"]
            } else {
                ["M, 10⁵ cells, a call and pressure each step", "M, 10⁵ cells, 60 steps a tick"]
            };
            add(each, Workload::M(radius_um), n, Some(MECHANICS_BYTES * n));
            add(tick, Workload::MTick(radius_um), n, Some(MECHANICS_BYTES * n));
        }
        add("tick of 10⁴ cells at rest, 4 fields", Workload::Tick(Life::Resting, 1e4), 8_464.0, None);
        add("tick of 10⁵ cells at rest, 4 fields", Workload::Tick(Life::Resting, 1e5), 97_336.0, None);
        add("tick of 10⁴ growing cells, 4 fields", Workload::Tick(Life::Growing, 1e4), 8_464.0, None);
    }
    rows
}

/// What the rounds of one row gave.
#[derive(Default)]
struct Seen {
    ours: Vec<Times>,
    peers: Vec<Times>,
}

/// Measures all rows in rounds and prints them.
pub fn print() {
    let folder = std::env::var_os("VESICLE_PEERS").map(PathBuf::from);
    let rounds = std::env::var("VESICLE_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(3_usize).max(1);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rows: Vec<Row> = rows().into_iter().filter(|row| row.threads <= cores).collect();
    let mut seen: Vec<Seen> = rows.iter().map(|_| Seen::default()).collect();
    let mut memory = Memory::default();
    for round in 1..=rounds {
        memory.measure(cores);
        for (row, seen) in rows.iter().zip(&mut seen) {
            eprintln!("round {round} of {rounds}: {}, {} threads", row.name, row.threads);
            seen.ours.push(one::ours(row.workload, row.threads));
            let peer = folder.as_ref().and_then(|folder| one::peer(row.workload, row.threads, folder));
            seen.peers.extend(peer);
        }
    }
    println!(
        "| workload | threads | ours, ms | ns per voxel or cell | peer, ms | ratio (of medians) | memory limit, ms | ours / limit |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (row, seen) in rows.iter().zip(&seen) {
        println!("{}", line(row, seen, &memory));
    }
    println!("\nIn place, all of {FAR_MB} MB: {}", memory.words());
    if folder.is_none() {
        println!("No peers: VESICLE_PEERS names no folder with their programs (scripts/peers).");
    }
}

fn line(row: &Row, seen: &Seen, memory: &Memory) -> String {
    let ours_ms = least(&seen.ours);
    let (peer, ratio) = if seen.peers.is_empty() {
        ("–".to_owned(), "–".to_owned())
    } else {
        let peer_ms = least(&seen.peers);
        let ratios = seen.ours.iter().zip(&seen.peers).map(|(ours, peer)| peer.median_ms / ours.median_ms);
        let (low, high) = ratios.fold((f64::INFINITY, 0.0_f64), |(low, high), r| (low.min(r), high.max(r)));
        (format!("{peer_ms:.3}"), format!("{:.1} ({low:.1}–{high:.1})", peer_ms / ours_ms))
    };
    let limit_ms = row.bytes.and_then(|bytes| memory.limit_ms(bytes, row.threads));
    let (limit, distance) = limit_ms.map_or_else(
        || ("–".to_owned(), "–".to_owned()),
        |limit_ms| (format!("{limit_ms:.3}"), format!("{:.1}", ours_ms / limit_ms)),
    );
    let each_ns = ours_ms * 1e6 / row.items;
    format!(
        "| {} | {} | {ours_ms:.3} | {each_ns:.1} | {peer} | {ratio} | {limit} | {distance} |",
        row.name, row.threads
    )
}

fn least(times: &[Times]) -> f64 {
    times.iter().map(|times| times.least_ms).fold(f64::INFINITY, f64::min)
}

/// What a pass in place reaches on one and on four threads, GB/s.
#[derive(Default)]
struct Memory {
    reached: Vec<(usize, f64)>,
}

impl Memory {
    fn measure(&mut self, cores: usize) {
        for threads in [1, 4].into_iter().filter(|threads| *threads <= cores) {
            let times = one::ours(Workload::Memory(FAR_MB), threads);
            // Each value is read and written.
            let gb_per_s = 2.0 * FAR_MB as f64 / times.least_ms;
            match self.reached.iter_mut().find(|(of, _)| *of == threads) {
                Some((_, most)) => *most = most.max(gb_per_s),
                None => self.reached.push((threads, gb_per_s)),
            }
        }
    }

    /// Time to move so many bytes from and to memory, ms.
    fn limit_ms(&self, bytes: f64, threads: usize) -> Option<f64> {
        let (_, gb_per_s) = self.reached.iter().find(|(of, _)| *of == threads)?;
        Some(bytes / gb_per_s * 1e-6)
    }

    fn words(&self) -> String {
        let each = self.reached.iter().map(|(threads, gb)| format!("{gb:.1} GB/s on {threads}"));
        each.collect::<Vec<_>>().join(", ")
    }
}
