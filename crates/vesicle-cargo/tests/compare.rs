//! The comparison as a whole: what it finds, what it refuses, and what must not change it.

#[path = "support/ev_data.rs"]
mod ev_data;

use ev_data::{Case, LAST_CYCLE, Shape, ct, draws, run, table};
use vesicle_cargo::compare::{
    CompareError, CompareOptions, Comparison, CountMethod, Testable, VoomForm, compare,
};
use vesicle_cargo::counts::{QuasiForm, QuasiOptions};
use vesicle_cargo::denominators::{Denominator, DenominatorError};
use vesicle_cargo::design::{DesignError, DesignOptions, Override};
use vesicle_cargo::{CargoTable, Reading, SampleSheet, ValueKind};

const SHAPE: Shape = Shape { per_group: 6, n_features: 80, changed: 0.1, effect: 2.5 };

fn ct_set() -> (CargoTable, SampleSheet) {
    table(ValueKind::Ct, &ct(&SHAPE, &mut draws(9, 0)).values, 12)
}

fn with(formula: &str) -> CompareOptions {
    let design = DesignOptions { formula: formula.to_owned(), ..DesignOptions::default() };
    CompareOptions { design, ..CompareOptions::default() }
}

fn refusal(sheet: &SampleSheet, table: &CargoTable, options: &CompareOptions) -> DesignError {
    match compare(table, sheet, options) {
        Err(CompareError::Design(e)) => e,
        other => panic!("expected a refused design, got {other:?}"),
    }
}

#[test]
fn true_differences_are_found_with_their_sign() {
    for case in [Case::Ct, Case::QuasiLikelihood, Case::Voom] {
        let (result, data) = run(case, &SHAPE, 21, 0);
        let hits = result.rows.iter().zip(&data.changed).filter(|(r, _)| r.fdr < 0.05);
        let (right, wrong): (Vec<_>, Vec<_>) = hits.partition(|(_, c)| **c);
        assert!(
            right.len() >= 3 && wrong.len() <= 1,
            "{case:?}: {} right, {} wrong",
            right.len(),
            wrong.len()
        );
        assert!(result.median_minimal_detectable > 0.3 && result.median_minimal_detectable < 4.0);
        assert!(result.donors_for_one.is_some());
    }
}

#[test]
fn a_lower_ct_is_a_positive_fold_change() {
    let (mut table, sheet) = ct_set();
    for (i, r) in table.readings.iter_mut().enumerate().take(12) {
        *r = Reading::Value(if i < 6 { 28.0 } else { 25.0 } + 0.1 * i as f64);
    }
    let row = &compare(&table, &sheet, &with("~ group")).unwrap().rows[0];
    assert!(row.log2_fc > 1.5, "{}", row.log2_fc);
}

#[test]
fn features_hardly_detected_are_not_tested_but_their_detection_is() {
    let (mut table, sheet) = ct_set();
    for (i, r) in table.readings.iter_mut().enumerate().take(12) {
        *r = if i < 6 { Reading::NotDetected { limit: Some(LAST_CYCLE) } } else { Reading::Value(31.0) };
    }
    let row = &compare(&table, &sheet, &with("~ group")).unwrap().rows[0];
    assert_eq!(row.testable, Testable::TooFewDetects);
    assert!(row.p.is_nan() && row.fdr.is_nan() && row.minimal_detectable.is_nan());
    assert!((row.detection_p - 2.0 / 924.0).abs() < 1e-12);
    assert_eq!(row.combined_p, row.detection_p);
    assert_eq!((row.reference, row.other), ((0, 6), (6, 6)));
}

#[test]
fn pseudo_replicated_cards_do_not_raise_n() {
    let (table, sheet) = ct_set();
    let mut doubled = table.clone();
    let mut doubled_sheet = sheet.clone();
    doubled.samples.extend(table.samples.iter().map(|s| format!("{s}bis")));
    doubled.readings = (0..table.features.len()).flat_map(|f| table.row(f).repeat(2)).collect();
    doubled_sheet.rows.extend(sheet.rows.iter().cloned().map(|mut r| {
        r.sample += "bis";
        r
    }));
    let (once, twice) =
        (compare(&table, &sheet, &with("~ group")), compare(&doubled, &doubled_sheet, &with("~ group")));
    let (once, twice) = (once.unwrap(), twice.unwrap());
    assert_eq!(twice.design.units.len(), 12);
    for (a, b) in once.rows.iter().zip(&twice.rows) {
        assert!(a.p.to_bits() == b.p.to_bits() || (a.p - b.p).abs() < 1e-12 || a.p.is_nan());
    }
}

#[test]
fn unsound_designs_are_refused_until_named() {
    let (table, mut sheet) = ct_set();
    for (i, row) in sheet.rows.iter_mut().enumerate() {
        row.covariates.push(("batch".into(), if i < 6 { "monday" } else { "friday" }.into()));
    }
    let nested = refusal(&sheet, &table, &with("~ group"));
    assert_eq!(nested, DesignError::NestedInBatch { tested: "group".into(), nuisance: "batch".into() });
    let mut options = with("~ group");
    options.design.overrides = vec![nested.overruled_by().unwrap()];
    let passed = compare(&table, &sheet, &options).unwrap();
    assert!(passed.manifest.contains(&("overrides".into(), "nested-in-batch".into())));
    options.design.formula = "~ group + batch".into();
    let deficient = refusal(&sheet, &table, &options);
    assert_eq!(deficient, DesignError::RankDeficient { columns: vec!["batch: friday".into()] });

    let (table, mut sheet) = ct_set();
    for row in &mut sheet.rows[..6] {
        row.donor = "only".into();
    }
    let few = refusal(&sheet, &table, &with("~ group"));
    assert_eq!(few, DesignError::FewDonors { level: "a".into(), donors: 1 });
    assert_eq!(few.overruled_by(), Some(Override::FewDonors));
}

#[test]
fn paired_donors_are_a_term_or_a_block() {
    let (table, mut sheet) = ct_set();
    for i in 0..12 {
        sheet.rows[i].donor = format!("d{}", i % 6);
    }
    let error = refusal(&sheet, &table, &with("~ group"));
    assert!(matches!(&error, DesignError::RepeatedDonor { donor, .. } if donor == "d0"), "{error}");
    let term = compare(&table, &sheet, &with("~ group + donor")).unwrap();
    assert_eq!(term.design.coefficients.len(), 7);
    let mut options = with("~ group");
    options.design.block = true;
    let block = compare(&table, &sheet, &options).unwrap();
    assert!(block.manifest.iter().any(|(name, _)| name == "correlation within donors"));
    assert!(block.rows.iter().any(|r| r.p.is_finite()));
}

#[test]
fn mistakes_are_named_with_what_there_is() {
    let (table, mut sheet) = ct_set();
    let unknown = refusal(&sheet, &table, &with("~ gruop"));
    assert_eq!(unknown, DesignError::UnknownColumn { column: "gruop".into(), known: vec!["group".into()] });
    sheet.rows[3].covariates[0].1.clear();
    let empty = refusal(&sheet, &table, &with("~ group"));
    assert_eq!(empty, DesignError::EmptyCovariate { column: "group".into(), samples: vec!["s3".into()] });
    sheet.rows.remove(3);
    let unlisted = refusal(&sheet, &table, &with("~ group"));
    assert_eq!(unlisted, DesignError::UnlistedSamples { samples: vec!["s3".into()] });
}

#[test]
fn a_numeric_term_is_a_slope() {
    let (table, mut sheet) = ct_set();
    for (i, row) in sheet.rows.iter_mut().enumerate() {
        row.covariates.push(("age".into(), format!("{}", 30 + 3 * i)));
    }
    let result = compare(&table, &sheet, &with("~ age")).unwrap();
    assert!(result.rows.iter().any(|r| r.p.is_finite() && r.detection_p.is_finite()));
    assert!(result.manifest.contains(&("tested".into(), "age, per unit".into())));
}

#[test]
fn order_of_samples_and_names_do_not_matter() {
    for case in [ValueKind::Ct, ValueKind::Count] {
        let data = if case == ValueKind::Ct {
            ct(&SHAPE, &mut draws(4, 0))
        } else {
            ev_data::counts(&SHAPE, &mut draws(4, 0))
        };
        let (table, sheet) = table(case, &data.values, 12);
        let order = [3, 0, 7, 11, 5, 1, 2, 9, 10, 4, 8, 6];
        let mut shuffled = table.clone();
        shuffled.samples = order.iter().map(|&s| table.samples[s].clone()).collect();
        shuffled.readings = (0..table.features.len()).flat_map(|f| order.map(|s| table.row(f)[s])).collect();
        shuffled.features = (0..table.features.len()).map(|f| format!("renamed {f}")).collect();
        let mut options = with("~ group");
        options.design.references = vec![("group".into(), "a".into())];
        let (a, b) =
            (compare(&table, &sheet, &options).unwrap(), compare(&shuffled, &sheet, &options).unwrap());
        for (x, y) in a.rows.iter().zip(&b.rows) {
            let same =
                (x.p.is_nan() && y.p.is_nan()) || (x.ln_p - y.ln_p).abs() < 1e-6 * x.ln_p.abs().max(1e-3);
            assert!(same, "{case:?} {}: {} {}", x.feature, x.p, y.p);
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bits_on_any_number_of_threads() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    for case in [Case::Ct, Case::QuasiLikelihood, Case::Voom] {
        let bits = |pool: &rayon::ThreadPool| -> Vec<[u64; 3]> {
            let (result, _) = pool.install(|| run(case, &SHAPE, 33, 0));
            result.rows.iter().map(|r| [r.log2_fc.to_bits(), r.t.to_bits(), r.ln_p.to_bits()]).collect()
        };
        assert_eq!(bits(&one), bits(&three), "{case:?}");
    }
}

#[test]
fn a_sign_that_hangs_on_the_denominator_is_flagged() {
    let (mut table, mut sheet) = ct_set();
    // everything is one cycle earlier in the second group, which also has four times the particles
    for (i, r) in table.readings.iter_mut().enumerate() {
        if let Reading::Value(v) = r
            && i % 12 >= 6
        {
            *v -= 1.0;
        }
    }
    for (i, row) in sheet.rows.iter_mut().enumerate() {
        row.covariates.push(("particles".into(), if i < 6 { "1e9" } else { "4e9" }.into()));
    }
    let mut options = with("~ group");
    options.denominator = Denominator::AsMeasured;
    options.beside = vec![
        Denominator::PerColumns(vec!["particles".into()]),
        Denominator::References(vec!["no such feature".into()]),
    ];
    let result = compare(&table, &sheet, &options).unwrap();
    assert_eq!(result.denominators, vec!["as measured", "per particles"]);
    assert!(result.warnings.iter().any(|w| w.contains("no such feature")));
    let turning = result.rows.iter().filter(|r| r.sign_changes).count();
    assert!(turning > 20, "{turning}");
}

#[test]
fn counts_per_particle_need_a_spike_in() {
    let data = ev_data::counts(&SHAPE, &mut draws(2, 0));
    let (table, sheet) = table(ValueKind::Count, &data.values, 12);
    let mut options = with("~ group");
    options.denominator = Denominator::PerColumns(vec!["particles".into()]);
    let error = compare(&table, &sheet, &options).unwrap_err();
    assert!(error.to_string().contains("spike-in"), "{error}");
}

#[test]
fn numbers_that_nothing_counts_are_refused_and_the_largest_that_are_give_finite_tests() {
    let data = ev_data::counts(&SHAPE, &mut draws(2, 0));
    let (mut table, sheet) = table(ValueKind::Count, &data.values, 12);
    for value in [-1.0, f64::NAN, f64::INFINITY, 1e300, 9.1e15] {
        table.readings[5] = Reading::Value(value);
        let error = compare(&table, &sheet, &with("~ group")).unwrap_err();
        assert!(matches!(error, CompareError::BadCount { .. }), "{value}: {error}");
    }
    table.readings[..12].fill(Reading::Value(9e15));
    let result = compare(&table, &sheet, &with("~ group")).unwrap();
    assert!(result.rows[1..].iter().any(|r| r.p.is_finite()));
    assert!(result.rows.iter().all(|r| r.testable != Testable::Yes || r.p.is_finite()));
}

#[test]
fn the_form_for_small_counts_meets_the_older_one_where_counts_are_large() {
    let shape = Shape { per_group: 6, n_features: 120, changed: 0.2, effect: 2.0 };
    let data = ev_data::counts(&shape, &mut draws(14, 0));
    let large: Vec<f64> = data.values.iter().map(|c| c * 50.0 + 20.0).collect();
    let (table, sheet) = table(ValueKind::Count, &large, 12);
    let mut options = with("~ group");
    let small = compare(&table, &sheet, &options).unwrap();
    let legacy = QuasiOptions { form: QuasiForm::Legacy { dispersions: None }, robust: false };
    options.counts = CountMethod::QuasiLikelihood(legacy);
    let old = compare(&table, &sheet, &options).unwrap();
    let t = |c: &Comparison| c.rows.iter().map(|r| r.t).collect::<Vec<_>>();
    let (a, b) = (t(&small), t(&old));
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(u, v)| u * v).sum::<f64>();
    let correlation = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
    assert!(correlation > 0.98, "{correlation}");
}

#[test]
fn reads_of_one_feature_say_nothing_of_its_level() {
    let (one, sheet) = table(ValueKind::Count, &[60.0, 71.0, 55.0, 80.0, 190.0, 200.0, 171.0, 166.0], 8);
    for counts in
        [CountMethod::QuasiLikelihood(QuasiOptions::default()), CountMethod::Voom(VoomForm::SmallSamples)]
    {
        let options = CompareOptions { counts, ..CompareOptions::default() };
        let error = compare(&one, &sheet, &options).unwrap_err();
        assert!(matches!(error, CompareError::Denominator(DenominatorError::OnlyItself)), "{error}");
    }
}

#[test]
fn limmas_voom_tests_what_it_fits_and_says_where_it_finds_too_much() {
    let (result, _) = run(Case::LimmaVoom, &SHAPE, 21, 0);
    assert!(
        result.warnings.iter().any(|w| w.contains("limma's voom with 80 features")),
        "{:?}",
        result.warnings
    );
    let (held, _) = run(Case::Voom, &SHAPE, 21, 0);
    assert!(!held.warnings.iter().any(|w| w.contains("voom")), "{:?}", held.warnings);
    for (a, b) in result.rows.iter().zip(&held.rows) {
        assert_eq!(a.testable, b.testable, "{}", a.feature);
        assert!(
            a.p.is_nan() == b.p.is_nan() && (a.p.is_nan() || (a.log2_fc - b.log2_fc).abs() < 0.5),
            "{}",
            a.feature
        );
    }
}
