//! A small always-on sample of `examples/calibration.rs`: do the tests hold their level?

#[path = "support/ev_data.rs"]
mod ev_data;

use ev_data::{Case, Shape, Tally, run};
use rayon::prelude::*;

fn tally(case: Case, shape: Shape, sets: u64) -> Tally {
    let all: Vec<Tally> = (0..sets)
        .into_par_iter()
        .map(|k| {
            let (result, data) = run(case, &shape, 4000 + shape.per_group as u64, k);
            Tally::of(&result, &data)
        })
        .collect();
    all.into_iter().fold(Tally::default(), Tally::plus)
}

/// Share, and three binomial standard errors with a variance doubled for features that share one normalisation.
fn share_and_error((hits, of): (usize, usize)) -> (f64, f64) {
    let p = hits as f64 / of as f64;
    (p, 3.0 * (2.0 * 0.05 * 0.95 / of as f64).sqrt())
}

#[test]
fn null_features_pass_five_percent_as_often_as_they_should() {
    for case in [Case::Ct, Case::QuasiLikelihood, Case::Voom] {
        for (per_group, low, high) in [(3, 0.035, 0.065), (6, 0.04, 0.06)] {
            let t = tally(case, Shape { per_group, n_features: 100, changed: 0.0, effect: 0.0 }, 40);
            let (level, error) = share_and_error(t.level);
            println!("{case:?} {per_group} v {per_group}: {level:.4} ± {error:.4} of {}", t.level.1);
            assert!(level > low - error && level < high + error, "{case:?} {per_group}: {level}");
            for (what, tally) in [("detection", t.detection), ("combined", t.combined)] {
                let (p, error) = share_and_error(tally);
                assert!(p < 0.055 + error, "{case:?} {per_group} {what}: {p}");
            }
        }
    }
}
