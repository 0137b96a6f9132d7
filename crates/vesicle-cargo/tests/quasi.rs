//! The quasi-likelihood test against edgeR 3.40.2.

mod support;

use support::{Answers, agree, design, r_agrees};
use vesicle_cargo::counts::{
    Dispersions, Normalisation, QuasiForm, QuasiOptions, QuasiResult, average_log_cpm, normalise,
    quasi_likelihood_test, trended_dispersions,
};
use vesicle_cargo::false_discovery_rates;
use vesicle_cargo::linear::{FeatureMatrix, Matrix};

fn models() -> [(&'static str, Matrix); 2] {
    let group = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let age = [31.0, 44.0, 52.0, 60.0, 40.0, 29.0, 47.0, 55.0, 63.0, 38.0].map(|a| a / 10.0);
    [("groups", design(&[&[1.0; 10], &group])), ("age", design(&[&[1.0; 10], &group, &age]))]
}

fn setting() -> (FeatureMatrix, Vec<f64>, Answers) {
    let counts = Answers::named("quasi_counts.csv").features();
    let libraries = normalise(&counts, Normalisation::Tmm).effective();
    (counts, libraries, Answers::named("quasi_expected.csv"))
}

fn legacy(
    counts: &FeatureMatrix,
    x: &Matrix,
    libraries: &[f64],
    dispersions: Option<Dispersions>,
) -> QuasiResult {
    let mut contrast = vec![0.0; x.n_cols()];
    contrast[1] = 1.0;
    let options = QuasiOptions { form: QuasiForm::Legacy { dispersions }, robust: false };
    quasi_likelihood_test(counts, x, libraries, &contrast, &options)
}

fn column(result: &QuasiResult, f: fn(&vesicle_cargo::counts::QuasiTest) -> f64) -> Vec<f64> {
    result.tests.iter().map(f).collect()
}

#[test]
fn with_the_same_dispersions_the_test_agrees_to_six_digits() {
    let (counts, libraries, all) = setting();
    for (how, x) in models() {
        println!("{how}");
        let want = all.only(how);
        let common = want.column("common")[0];
        let given = Dispersions { common, trended: want.column("dispersion") };
        let got = legacy(&counts, &x, &libraries, Some(given));
        agree("abundance", &average_log_cpm(&counts, &libraries, common), &want.column("abundance"), 1e-6);
        agree("s2", &column(&got, |t| t.quasi_dispersion), &want.column("s2_post"), 1e-6);
        agree("logFC", &column(&got, |t| t.log2_fc), &want.column("logFC"), 1e-6);
        agree("p", &column(&got, |t| t.p), &want.column("p"), 1e-6);
        agree("F", &column(&got, |t| t.f), &want.column("f"), 1e-6);
    }
}

#[test]
fn own_dispersions_agree_to_three_digits_and_call_the_same_features() {
    let (counts, libraries, all) = setting();
    for (how, x) in models() {
        println!("{how}");
        let want = all.only(how);
        let own = trended_dispersions(&counts, &x, &libraries);
        agree("common", &[own.common], &want.column("common")[..1], 1e-3);
        agree("dispersion", &own.trended, &want.column("dispersion"), 1e-3);
        let got = legacy(&counts, &x, &libraries, None);
        let calls = |p: &[f64]| false_discovery_rates(p).iter().map(|q| *q < 0.05).collect::<Vec<_>>();
        assert_eq!(calls(&column(&got, |t| t.p)), calls(&want.column("p")));
    }
}

#[test]
fn r_gives_the_committed_answers() {
    r_agrees("quasi.R", &["quasi_counts.csv", "quasi_expected.csv"]);
}
