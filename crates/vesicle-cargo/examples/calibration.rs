//! Do the tests hold their level on data of vesicle shape? `cargo run --release --example calibration -- 2000`, or
//! `… -- 2000 Voom 8x400 12x40` for some kinds of table and some sizes, donors a group by features; `seed=7` among them
//! draws other tables.
//!
//! For 3 v 3 to 12 v 12 donors and 40 to 400 features with 30 % not detected: share of null features with p below
//! 5 % (level, detection, combined), and the false discovery rate at 5 % when 10 % of the features change fourfold.

#[path = "../tests/support/ev_data.rs"]
mod ev_data;

use ev_data::{Case, Shape, Tally, run};
use rayon::prelude::*;

const EFFECT_LOG2: f64 = 2.0;

fn tally(case: Case, shape: &Shape, seed: u64, sets: u64) -> Tally {
    let all: Vec<Tally> = (0..sets)
        .into_par_iter()
        .map(|k| {
            let (result, data) = run(case, shape, seed, k);
            Tally::of(&result, &data)
        })
        .collect();
    all.into_iter().fold(Tally::default(), Tally::plus)
}

fn percent((hits, of): (usize, usize)) -> f64 {
    100.0 * hits as f64 / of as f64
}

fn main() {
    let sets = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(200);
    println!(
        " sets  case             n  features  level  detection  combined  FDR level  FDR combined  power   (%)"
    );
    let (seeds, others): (Vec<String>, Vec<String>) =
        std::env::args().skip(2).partition(|a| a.starts_with("seed="));
    let other_seed: u64 = seeds.first().and_then(|a| a["seed=".len()..].parse().ok()).unwrap_or(0);
    let (sizes, cases): (Vec<String>, Vec<String>) =
        others.into_iter().partition(|a| a.starts_with(|c: char| c.is_ascii_digit()));
    let among = |list: &[String], name: &str| list.is_empty() || list.iter().any(|l| l == name);
    let asked = |case: &Case| among(&cases, &format!("{case:?}"));
    for case in [Case::Ct, Case::QuasiLikelihood, Case::Voom, Case::LimmaVoom].into_iter().filter(asked) {
        for per_group in [3, 4, 6, 8, 12] {
            for n_features in [40, 150, 400] {
                if !among(&sizes, &format!("{per_group}x{n_features}")) {
                    continue;
                }
                let null = Shape { per_group, n_features, changed: 0.0, effect: 0.0 };
                let mixed = Shape { changed: 0.1, effect: EFFECT_LOG2, ..null };
                let seed = (per_group * 1000 + n_features) as u64 + 1_000_000 * other_seed;
                let (a, b) = (tally(case, &null, seed, sets), tally(case, &mixed, seed + 1, sets));
                println!(
                    "{sets:5}  {:15} {per_group:2} {n_features:9} {:6.2} {:10.2} {:9.2} {:10.2} {:13.2} {:6.1}",
                    format!("{case:?}"),
                    percent(a.level),
                    percent(a.detection),
                    percent(a.combined),
                    100.0 * b.false_share.0 / b.sets as f64,
                    100.0 * b.false_share.1 / b.sets as f64,
                    percent(b.found),
                );
            }
        }
    }
}
