//! Censored regression against survival::survreg, and its moderated test against limma where nothing is censored.

mod support;

use support::{Answers, agree, design, r_agrees};
use vesicle_cargo::censored::{CensoredOptions, CensoredRow, Seen, censored_test, fit_censored};
use vesicle_cargo::linear::fit_features;
use vesicle_cargo::moderated::{PriorOptions, moderated_test};

#[test]
fn the_fit_is_that_of_survreg_to_six_digits() {
    let ct = Answers::named("censored_ct.csv").features();
    let want = Answers::named("censored_expected.csv");
    let group = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let age = [31.0, 44.0, 52.0, 60.0, 40.0, 29.0, 47.0, 55.0, 63.0, 38.0, 41.0, 50.0].map(|a| a / 10.0);
    let x = design(&[&[1.0; 12], &group, &age]);
    let fits: Vec<_> = ct
        .rows()
        .map(|r| {
            let seen: Vec<Seen> =
                r.iter().map(|c| if c.is_nan() { Seen::Below(-35.0) } else { Seen::At(-c) }).collect();
            fit_censored(&CensoredRow::new(&seen, &x)).expect("enough detects")
        })
        .collect();
    let column =
        |f: &dyn Fn(&vesicle_cargo::censored::CensoredFit) -> f64| fits.iter().map(f).collect::<Vec<_>>();
    agree("intercept", &column(&|f| f.coefficients[0]), &want.column("intercept"), 1e-6);
    agree("group", &column(&|f| f.coefficients[1]), &want.column("group"), 1e-6);
    agree("age", &column(&|f| f.coefficients[2]), &want.column("age"), 1e-6);
    agree("se", &column(&|f| f.standard_errors[1]), &want.column("se_group"), 1e-6);
    agree("sigma", &column(&|f| f.sigma), &want.column("sigma"), 1e-6);
    agree("ln likelihood", &column(&|f| f.ln_likelihood), &want.column("ln_likelihood"), 1e-6);
}

#[test]
fn with_nothing_censored_the_moderated_test_is_limma() {
    let values = Answers::named("limma_values.csv").features();
    let x = design(&[&[1.0; 9], &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]]);
    let fits = fit_features(&values, &x, None, &[0.0, 1.0]);
    let means: Vec<f64> = fits.iter().map(|f| f.mean).collect();
    let (want, _) = moderated_test(&fits, PriorOptions { trend: Some(&means), robust: true });
    let seen: Vec<Seen> = values.values.iter().map(|v| Seen::At(*v)).collect();
    let all = vec![true; values.n_features()];
    let got = censored_test(&seen, &x, &[0.0, 1.0], &all, CensoredOptions { trend: true, robust: true });
    let (t, p): (Vec<f64>, Vec<f64>) = got.tests.iter().map(|t| (t.test.t, t.test.ln_p)).unzip();
    agree("t", &t, &want.iter().map(|t| t.t).collect::<Vec<_>>(), 1e-9);
    agree("ln p", &p, &want.iter().map(|t| t.ln_p).collect::<Vec<_>>(), 1e-9);
}

#[test]
fn a_limit_far_below_changes_nothing_and_one_near_does() {
    let x = design(&[&[1.0; 8], &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]]);
    let y = [5.0, 5.5, 4.6, 5.2, 7.0, 6.4, 6.8, 7.3];
    let run = |limit: f64| {
        let mut seen = y.map(Seen::At);
        seen[2] = Seen::Below(limit);
        censored_test(&seen, &x, &[0.0, 1.0], &[true], CensoredOptions { trend: false, robust: false }).tests
            [0]
    };
    let (near, far) = (run(4.6), run(3.0));
    assert!(near.test.estimate < far.test.estimate, "a lower limit lowers the mean of its group");
    assert!(near.sigma < far.sigma);
}

#[test]
fn r_gives_the_committed_answers() {
    r_agrees("censored.R", &["censored_ct.csv", "censored_expected.csv"]);
}
