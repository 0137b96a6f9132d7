use super::*;
use crate::sites::{seed_index, seed_text};
use vesicle_base::random::{Purpose, Rng};

const GENES: usize = 500;

/// Sequences of 300 to 1,300 bases, each with its own share of A and U, from 0.3 to 0.7.
fn utrs(seed: u64) -> Vec<Vec<u8>> {
    (0..GENES as u64)
        .map(|g| {
            let mut d = Rng::new(seed).at(Purpose(0xFE06), g, 0);
            let n = 300 + (1000.0 * d.uniform()) as usize;
            let share = 0.3 + 0.4 * d.uniform();
            let mut base = || {
                let pair = if d.uniform() < share { b"AU" } else { b"CG" };
                pair[usize::from(d.uniform() < 0.5)]
            };
            (0..n).map(|_| base()).collect()
        })
        .collect()
}

fn read(sequences: &[Vec<u8>]) -> Utrs {
    Utrs::of(sequences.iter().map(Vec::as_slice))
}

fn noise(seed: u64) -> Vec<f64> {
    (0..GENES as u64).map(|g| Rng::new(seed).at(Purpose(0xFE07), g, 0).normal()).collect()
}

fn seeds() -> Vec<u16> {
    [
        "UUGGUCC", "GGAAUGU", "GAGGUAG", "AAGUGCU", "UAAGGCA", "GUAAACA", "AGCAGCA", "CCCUGAG", "GGCAGUG",
        "ACAGUAC",
    ]
    .iter()
    .map(|s| seed_index(s).unwrap())
    .collect()
}

fn run(response: &[f64], utrs: &Utrs, seeds: &[u16]) -> Vec<Row> {
    infer(&Request { response, utrs, seeds, least: 10, most: 3 })
}

#[test]
fn the_seed_that_acted_is_found_and_shuffled_genes_tell_nothing() {
    let (utrs, seeds) = (read(&utrs(1)), seeds());
    let mut response = noise(2);
    for (gene, fall) in targets(&utrs, seeds[0]) {
        response[gene as usize] -= 12.0 * fall;
    }
    let rows = run(&response, &utrs, &seeds);
    assert_eq!((seed_text(seeds[rows[0].family]).as_str(), rows[0].step), ("UUGGUCC", Some(1)), "{rows:?}");
    assert!(rows[0].scaled_z < -3.0 && rows[0].difference < 0.0 && rows[1].step.is_none(), "{rows:?}");
    response.rotate_left(GENES / 3);
    assert!(run(&response, &utrs, &seeds).iter().all(|r| r.step.is_none()));
}

/// Genes with much A and U in their 3′UTR fall: every seed with A and U goes along, and so do its shuffles.
#[test]
fn composition_is_no_seed() {
    let sequences = utrs(3);
    let response: Vec<f64> = sequences
        .iter()
        .zip(noise(4))
        .map(|(s, e)| {
            0.3 * e - 10.0 * s.iter().filter(|b| **b == b'A' || **b == b'U').count() as f64 / s.len() as f64
        })
        .collect();
    let rich: Vec<u16> =
        ["UAUACAA", "UUAAUAC", "AAUCAUU", "GGCAGCC", "CCUGGGC"].map(|s| seed_index(s).unwrap()).to_vec();
    let rows = run(&response, &read(&sequences), &rich);
    assert!(rows.iter().any(|r| r.z.abs() > 4.0), "composition moves seeds: {rows:?}");
    assert!(rows.iter().all(|r| r.step.is_none()), "{rows:?}");
}

#[test]
fn noise_is_found_about_as_often_as_said() {
    let (utrs, seeds) = (read(&utrs(5)), seeds());
    let found = (10..40).filter(|s| run(&noise(*s), &utrs, &seeds)[0].step.is_some()).count();
    assert!(found <= 5, "{found} of 30 at 5 %");
}

#[test]
fn shuffles_keep_bases_and_cpg_and_are_nobodys_seed() {
    let (utrs, seeds) = (read(&utrs(6)), seeds());
    let response = noise(7);
    let request = Request { response: &response, utrs: &utrs, seeds: &seeds, least: 2, most: 0 };
    let strata = Strata::by(&utrs.lengths());
    let shuffles = Shuffles::of(&seeds, &Sums::of(&request, &strata));
    for (seed, own) in seeds.iter().zip(&shuffles.of_seed) {
        assert!(
            own.len() >= FEWEST
                && own.iter().all(|s| composition(*s) == composition(*seed) && !seeds.contains(s))
        );
    }
    // one base alone has no other order
    let poor = [seed_index("AAAAAAA").unwrap()];
    assert!(run(&response, &utrs, &poor).is_empty());
}
