#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
use super::*;
use vesicle_base::random::{Purpose, Rng};

const GENES: usize = 400;

/// `n` families with random targets, three sizes of them, and sets of 20 genes.
fn world(n: u64, seed: u64) -> (Vec<AssayedFamily>, Vec<Vec<u32>>) {
    let some = |i: u64, step: u32, size: usize| {
        let mut draws = Rng::new(seed).at(Purpose(0xFE01), i, step);
        let mut genes: Vec<u32> = (0..size).map(|_| (draws.uniform() * GENES as f64) as u32).collect();
        genes.sort_unstable();
        genes.dedup();
        genes
    };
    let families = (0..n)
        .map(|i| AssayedFamily {
            targets: some(i, 0, [8, 20, 60][(i % 3) as usize]),
            members: 1 + (i % 2) as usize,
        })
        .collect();
    (families, (0..30).map(|i| some(i, 1, 20)).collect())
}

fn run(families: &[AssayedFamily], selected: &[usize], sets: &[Vec<u32>], draws: u32) -> Enrichment {
    enrich(&Request { n_genes: GENES, families, selected, sets, draws, seed: 5 })
}

#[test]
fn a_planted_program_is_found_and_random_families_are_not() {
    let (mut families, sets) = world(90, 1);
    let selected = [0, 4, 8, 30, 31, 32];
    for (k, f) in selected.into_iter().enumerate() {
        families[f].targets.extend(sets[7].iter().skip(3 * k).take(6));
        families[f].targets.sort_unstable();
        families[f].targets.dedup();
    }
    let found = run(&families, &selected, &sets, 20_000);
    let best = found.rows.iter().min_by(|a, b| a.p.total_cmp(&b.p)).unwrap();
    assert!(best.set == 7 && best.fdr < 0.05, "{best:?}");
    assert!(best.hit >= 8 && best.expected < best.hit as f64);
    let others = found.rows.iter().filter(|r| r.set != 7 && r.fdr < 0.05).count();
    assert_eq!(others, 0, "{:?}", found.rows.iter().filter(|r| r.fdr < 0.05).collect::<Vec<_>>());
}

/// A program that every family likes: the naive test calls it for any selection, the matched one does not.
#[test]
fn what_all_families_share_is_no_finding() {
    let (mut families, sets) = world(90, 2);
    for (i, family) in families.iter_mut().enumerate() {
        family.targets.extend(sets[3].iter().skip(i % 4).step_by(3));
        family.targets.sort_unstable();
        family.targets.dedup();
    }
    let (mut empirical, mut naive) = (0, 0);
    for start in 0..20 {
        let selected: Vec<usize> = (0..4).map(|k| (start * 4 + k * 7) % 90).collect();
        let row = run(&families, &selected, &sets, 2000).rows.into_iter().find(|r| r.set == 3).unwrap();
        empirical += usize::from(row.p <= 0.05);
        naive += usize::from(row.naive_p <= 0.05);
    }
    assert!(empirical <= 4 && naive >= 16, "{empirical} and {naive} of 20");
}

#[test]
fn p_is_uniform_for_random_selections() {
    let (families, sets) = world(120, 3);
    let mut below = 0;
    for i in 0..40_u64 {
        let mut draws = Rng::new(9).at(Purpose(0xFE02), i, 0);
        let mut selected: Vec<usize> = (0..8).map(|_| (draws.uniform() * 120.0) as usize).collect();
        selected.sort_unstable();
        selected.dedup();
        let found = run(&families, &selected, &sets, 999);
        below += found.rows.iter().filter(|r| r.p <= 0.1).count();
    }
    // 1,200 p values, somewhat dependent: 120 expected, standard deviation about 12
    assert!((70..=160).contains(&below), "{below}");
}

#[test]
fn matched_sets_have_as_many_targets_and_are_counted() {
    let (families, _) = world(90, 4);
    let matching = Matching::of(&families, &[2, 5, 8, 11, 14, 17]);
    let (seen, expected) = matching.mean_targets;
    assert!((seen / expected - 1.0).abs() < 0.15, "{seen} {expected}");
    assert!(matching.n_drawn() == 6 && !matching.is_coarse());
    let one = Matching::of(&families, &[2]);
    assert!(one.is_coarse() && one.distinct > 1.0 && one.distinct < 90.0);
    let size = one.strata.iter().find(|s| s.selected == 1).unwrap().families.len();
    assert_eq!(one.distinct, size as f64);
}

#[test]
fn nothing_selected_and_nothing_reachable_say_nothing() {
    let (mut families, mut sets) = world(30, 5);
    assert!(run(&families, &[], &sets, 100).rows.iter().all(|r| r.p == 1.0));
    families[3].targets.clear();
    let alone = run(&families, &[3], &sets, 100);
    assert!(alone.matching.selected_without_targets == 1 && alone.rows.iter().all(|r| r.p == 1.0));
    sets.push(Vec::new());
    assert_eq!(run(&families, &[0], &sets, 100).unreachable, 1);
    assert!(
        enrich(&Request { n_genes: 0, families: &[], selected: &[], sets: &[], draws: 0, seed: 0 })
            .rows
            .is_empty()
    );
}

#[test]
fn p_is_never_below_the_number_of_distinct_sets() {
    let (families, sets) = world(24, 6);
    let found = run(&families, &[2], &sets, 50_000);
    let least = found.rows.iter().map(|r| r.p).fold(1.0, f64::min);
    assert!(least >= 0.9 / found.matching.distinct, "{least} with {} sets", found.matching.distinct);
}

#[test]
fn threads_change_nothing() {
    let (families, sets) = world(60, 7);
    let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
    let go = || run(&families, &[1, 2, 3, 40], &sets, 5000);
    assert_eq!(pool(1).install(go), pool(3).install(go));
}
