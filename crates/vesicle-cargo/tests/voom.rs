//! Library normalisation against edgeR 3.40.2 and voom against limma 3.54.1.

mod support;

use support::{Answers, agree, design, r_agrees};
use vesicle_cargo::counts::{Normalisation, Voom, normalise, voom, voom_with_sample_quality};
use vesicle_cargo::linear::{Matrix, fit_features};
use vesicle_cargo::moderated::{PriorOptions, moderated_test};

fn two_groups() -> Matrix {
    design(&[&[1.0; 8], &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]])
}

#[test]
fn factors_agree() {
    let counts = Answers::named("voom_counts.csv").features();
    let want = Answers::named("voom_samples.csv");
    for (method, name) in [
        (Normalisation::Tmm, "tmm"),
        (Normalisation::TmmSingletons, "tmmwsp"),
        (Normalisation::UpperQuartile, "upper_quartile"),
    ] {
        agree(name, &normalise(&counts, method).factors, &want.column(name), 1e-10);
    }
}

fn check(v: &Voom, want: &Answers) {
    let fits = fit_features(&v.log_cpm, &two_groups(), Some(&v.weights), &[0.0, 1.0]);
    let (tests, _) = moderated_test(&fits, PriorOptions::default());
    let first: Vec<f64> = v.weights.rows().map(|r| r[0]).collect();
    agree("weights", &first, &want.column("first_weight"), 1e-8);
    agree("logFC", &tests.iter().map(|t| t.estimate).collect::<Vec<_>>(), &want.column("logFC"), 1e-8);
    agree("t", &tests.iter().map(|t| t.t).collect::<Vec<_>>(), &want.column("t"), 1e-8);
    agree("ln p", &tests.iter().map(|t| t.ln_p).collect::<Vec<_>>(), &want.column("ln_p"), 1e-8);
}

#[test]
fn voom_agrees_to_eight_digits() {
    let counts = Answers::named("voom_counts.csv").features();
    let libraries = normalise(&counts, Normalisation::Tmm).effective();
    check(&voom(&counts, &two_groups(), &libraries), &Answers::named("voom_expected.csv").only("voom"));
}

#[test]
fn sample_quality_agrees_to_eight_digits() {
    let counts = Answers::named("voom_counts.csv").features();
    let libraries = normalise(&counts, Normalisation::Tmm).effective();
    let v = voom_with_sample_quality(&counts, &two_groups(), &libraries);
    agree("quality", &v.sample_weights, &Answers::named("voom_samples.csv").column("quality"), 1e-8);
    check(&v, &Answers::named("voom_expected.csv").only("quality"));
}

#[test]
fn r_gives_the_committed_answers() {
    r_agrees("voom.R", &["voom_counts.csv", "voom_samples.csv", "voom_expected.csv"]);
}
