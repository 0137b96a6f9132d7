//! Least squares and moderation against limma 3.54.1.

mod support;

use support::{Answers, agree, design, r_agrees};
use vesicle_cargo::linear::{FeatureMatrix, Matrix, block_correlation, fit_features, whiten_blocks};
use vesicle_cargo::moderated::{PriorOptions, moderated_test};

fn three_columns() -> Matrix {
    design(&[
        &[1.0; 9],
        &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        &[31.0, 44.0, 52.0, 60.0, 29.0, 47.0, 55.0, 63.0, 38.0],
    ])
}

fn check(values: &FeatureMatrix, x: &Matrix, want: &Answers, (trend, robust): (bool, bool), tolerance: f64) {
    let mut contrast = vec![0.0; x.n_cols()];
    contrast[1] = 1.0;
    let fits = fit_features(values, x, None, &contrast);
    let means: Vec<f64> = fits.iter().map(|f| f.mean).collect();
    let (tests, prior) = moderated_test(&fits, PriorOptions { trend: trend.then_some(&means), robust });
    let get =
        |f: fn(&vesicle_cargo::moderated::ModeratedTest) -> f64| tests.iter().map(f).collect::<Vec<_>>();
    let each =
        |p: &vesicle_cargo::moderated::PerFeature| (0..tests.len()).map(|i| p.at(i)).collect::<Vec<_>>();
    agree("s2 prior", &each(&prior.scale), &want.column("s2_prior"), tolerance);
    agree("df prior", &each(&prior.df), &want.column("df_prior"), tolerance.max(1e-7));
    agree("logFC", &get(|t| t.estimate), &want.column("logFC"), 1e-8);
    agree("t", &get(|t| t.t), &want.column("t"), tolerance);
    agree("ln p", &get(|t| t.ln_p), &want.column("ln_p"), tolerance);
    assert_eq!(order(&get(|t| t.ln_p)), order(&want.column("ln_p")), "same ranks");
}

fn order(v: &[f64]) -> Vec<usize> {
    let mut o: Vec<usize> = (0..v.len()).collect();
    o.sort_by(|&a, &b| v[a].total_cmp(&v[b]));
    o
}

#[test]
fn plain_and_trend_agree_to_eight_digits_and_robust_to_six() {
    let want = Answers::named("limma_expected.csv");
    for (set, file) in [("full", "limma_values.csv"), ("holes", "limma_holes.csv")] {
        let values = Answers::named(file).features();
        for (how, options, tolerance) in [
            ("plain", (false, false), 1e-8),
            ("trend", (true, false), 1e-8),
            ("robust", (false, true), 1e-6),
            ("trend_robust", (true, true), 1e-6),
        ] {
            println!("{set} {how}");
            check(&values, &three_columns(), &want.only(&format!("{set}_{how}")), options, tolerance);
        }
    }
}

#[test]
fn an_infinite_prior_agrees_with_and_without_an_outlier() {
    let values = Answers::named("limma_flat.csv").features();
    let want = Answers::named("limma_flat_expected.csv");
    check(&values, &three_columns(), &want.only("plain"), (false, false), 1e-8);
    check(&values, &three_columns(), &want.only("robust"), (false, true), 1e-6);
}

#[test]
fn blocks_agree_at_a_given_correlation_and_estimate_the_same_one() {
    let values = Answers::named("limma_blocks.csv").features();
    let all = Answers::named("limma_blocks_expected.csv");
    let x = design(&[&[1.0; 12], &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]);
    let donors = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
    let rho = block_correlation(&values, &x, &donors);
    agree("correlation", &[rho], &all.only("estimated").column("rho")[..1], 1e-4);
    let (white, white_x) = whiten_blocks(&values, &x, &donors, 0.5);
    check(&white, &white_x, &all.only("half"), (false, false), 1e-8);
}

#[test]
fn r_gives_the_committed_answers() {
    r_agrees(
        "limma.R",
        &["limma_values.csv", "limma_expected.csv", "limma_flat_expected.csv", "limma_blocks_expected.csv"],
    );
}
