use super::*;

fn effect(estimate: f64, p: f64) -> Effect {
    Effect { estimate, se: 1.0, p }
}

/// `k` tables of `n` genes that have nothing to do with each other.
fn apart(n: u64, k: u64, seed: u64) -> Vec<Vec<Effect>> {
    let one = |g: u64, t: u64| {
        let mut d = Rng::new(seed).at(Purpose(0xFE05), g * 16 + t, 0);
        effect(d.normal(), d.uniform())
    };
    (0..n).map(|g| (0..k).map(|t| one(g, t)).collect()).collect()
}

fn counted(effects: &[Vec<Effect>], levels: &[f64], sets: &[Vec<u32>], at_least: usize) -> Counted {
    count(&Request { effects, levels, sets, at_least, call_p: 0.2, draws: 999, seed: 1 })
}

#[test]
fn tables_apart_overlap_as_expected() {
    let effects = apart(2000, 2, 3);
    let found = counted(&effects, &[0.0; 2000], &[(0..500).collect()], 2);
    // called in each with 0.2, alike with a half: 2000 * 0.04 / 2
    assert!((found.alike.expected - 40.0).abs() < 8.0, "{found:?}");
    assert!((found.opposed.expected - 40.0).abs() < 8.0);
    assert!((found.sets[0].expected - 10.0).abs() < 3.0);
    assert!(found.alike.p > 0.01 && found.opposed.p > 0.01 && found.alike.spread > 3.0);
    let n = found.common.iter().filter(|c| **c != 0).count() as u64;
    assert_eq!(n, found.alike.observed);
}

#[test]
fn what_is_shared_is_beyond_the_null_and_in_its_set() {
    let mut effects = apart(1000, 3, 4);
    for gene in effects.iter_mut().take(60) {
        gene[0] = effect(-1.0, 0.001);
        gene[2] = effect(-1.0, 0.001);
    }
    let found = counted(&effects, &[1.0; 1000], &[(0..60).collect(), (500..560).collect()], 2);
    assert!(found.alike.p <= 0.001 && found.sets[0].observed >= 55, "{found:?}");
    assert!(found.sets[0].p <= 0.001 && found.sets[1].p > 0.01);
    assert!(found.common[..60].iter().filter(|c| **c == -1).count() >= 50);
    let opposed: Vec<Vec<Effect>> =
        effects.iter().map(|g| vec![g[0], effect(-g[2].estimate, g[2].p)]).collect();
    let found = counted(&opposed, &[1.0; 1000], &[], 2);
    assert!(found.opposed.p <= 0.001 && found.alike.p > 0.5, "{found:?}");
}

/// Only the upper half of the genes is ever called: shuffled over all genes, tables apart would look alike.
#[test]
fn genes_that_every_table_can_see_are_no_agreement() {
    let mut effects = apart(2000, 2, 5);
    effects.iter_mut().take(1000).for_each(|gene| gene.iter_mut().for_each(|e| e.p = 1.0));
    let levels: Vec<f64> = (0..2000).map(f64::from).collect();
    let matched = counted(&effects, &levels, &[], 2);
    let blind = counted(&effects, &[0.0; 2000], &[], 2);
    assert!((matched.alike.expected / blind.alike.expected - 2.0).abs() < 0.2, "{matched:?} {blind:?}");
    assert!(matched.alike.p > 0.01);
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let effects = apart(300, 3, 6);
    let levels: Vec<f64> = (0..300).map(|g| f64::from(g % 7)).collect();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| counted(&effects, &levels, &[(0..30).collect()], 2))
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn a_signature_holds_what_enough_tables_share() {
    let effects = [
        vec![effect(1.0, 0.01), effect(1.0, 0.04), effect(-1.0, 0.5)],
        vec![effect(-1.0, 0.02), effect(1.0, 0.01), effect(-1.0, 0.02)],
        vec![effect(1.0, 0.6), effect(-1.0, 0.7), effect(0.0, 1.0)],
    ];
    let two = signature(&effects, 2);
    // gene 0: ranks 1, 1/3·2 and −2/3; the second largest is 2/3
    assert!((two[0] - 2.0 / 3.0).abs() < 1e-12, "{two:?}");
    assert!((two[1] + 2.0 / 3.0).abs() < 1e-12 && two[2] == 0.0);
    assert_eq!(signature(&effects, 3), [0.0, 0.0, 0.0]);
    assert!(signature(&[], 2).is_empty() && counted(&[], &[], &[], 2).alike.observed == 0);
}

#[test]
fn ranks_correlate_with_ties_shared() {
    assert!((rank_correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 100.0]) - 1.0).abs() < 1e-12);
    assert!((rank_correlation(&[1.0, 2.0, 3.0], &[9.0, 4.0, 1.0]) + 1.0).abs() < 1e-12);
    // ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5)
    let tied = rank_correlation(&[0.0, 1.0, 1.0, 5.0], &[1.0, 2.0, 3.0, 4.0]);
    assert!((tied - 4.5 / f64::sqrt(22.5)).abs() < 1e-12, "{tied}");
    assert_eq!(rank_correlation(&[1.0, 1.0], &[1.0, 2.0]), 0.0);
}
