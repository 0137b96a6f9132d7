//! The ledger against hand arithmetic, one dose said in several ways, and the inverse as a property.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use proptest::prelude::*;
use vesicle_dose::ledger::parameters::read;
use vesicle_dose::ledger::{Abundance, Level, Name, Request, Said, Verdict, draws, judge};

fn request(given: &[(&str, &str)]) -> Request {
    let said: Said = given
        .iter()
        .map(|(name, text)| {
            let name = Name::find(name).unwrap();
            (name, read(name, text).unwrap())
        })
        .collect();
    Request { said, abundance: None, seed: 1, draws: 400 }
}

fn with(
    base: &[(&'static str, &'static str)],
    more: &[(&'static str, &'static str)],
) -> Vec<(&'static str, &'static str)> {
    base.iter().chain(more).copied().collect()
}

const FIXED: &[(&str, &str)] = &[
    ("cells", "2e5"),
    ("counting", "1"),
    ("purity", "0.5"),
    ("uptake", "0.01 /h"),
    ("exposure", "24 h"),
    ("half_life", "24 h"),
    ("copies_per_vesicle", "0.01"),
    ("escape", "0.1"),
    ("mirna_half_life", "1e9 h"),
    ("needed", "300"),
];

fn step(verdict: &Verdict, key: &str) -> f64 {
    verdict.steps.iter().find(|s| s.key == key).unwrap().value.median
}

#[test]
fn a_fixed_ledger_is_hand_arithmetic() {
    let verdict = judge(&request(&with(FIXED, &[("particles", "1.2e11 /mL"), ("volume", "50 uL")]))).unwrap();
    let near = |key: &str, want: f64| {
        let got = step(&verdict, key);
        assert!((got / want - 1.0).abs() < 1e-6, "{key}: {got}, not {want}");
    };
    near("particles", 6e9);
    near("vesicles", 3e9);
    near("offered", 1.5e4);
    let (k, decay) = (0.01, std::f64::consts::LN_2 / 24.0);
    let captured = 1.5e4 * k / (k + decay) * (1.0 - (-(k + decay) * 24.0_f64).exp_m1() - 1.0);
    near("captured", captured);
    near("carried", captured * 0.01);
    near("cytosol", captured * 0.001);
    assert_eq!((verdict.level, verdict.reached), (Level::No, (0, 400)));
}

#[test]
fn every_way_to_say_one_dose_gives_one_answer() {
    let base = FIXED;
    let prior = [("purity", "0.4 (0.2..0.9)"), ("counting", "1 (x/ 1.5)")];
    let ways: [&[(&str, &str)]; 6] = [
        &[("particles", "1.2e11 /mL"), ("volume", "50 uL")],
        &[("particles", "6e9")],
        &[("per_cell", "3e4")],
        &[("particles", "199.264719 pM"), ("volume", "50 uL")],
        &[("particles", "3e11 /kg"), ("body_mass", "20 g")],
        &[("particles", "1.2e5 /nL"), ("volume", "5e-5 L")],
    ];
    let answers: Vec<f64> = ways
        .iter()
        .map(|way| {
            let mut given = with(base, way);
            given.retain(|(name, _)| !["purity", "counting"].contains(name));
            given.extend(prior);
            step(&judge(&request(&given)).unwrap(), "cytosol")
        })
        .collect();
    for (answer, way) in answers.iter().zip(ways) {
        assert!((answer / answers[0] - 1.0).abs() < 1e-6, "{way:?}: {answer} {}", answers[0]);
    }
}

#[test]
fn protein_in_three_units_is_one_dose() {
    let given = |more: &[(&'static str, &'static str)]| {
        let mut all = with(FIXED, more);
        all.push(("particles_per_protein", "2e9 /ug (1e9..2e10 log)"));
        judge(&request(&all)).unwrap()
    };
    let mass = given(&[("protein", "5 ug")]);
    let per_volume = given(&[("protein", "100 ug/mL"), ("volume", "50 uL")]);
    let per_body = given(&[("protein", "0.25 mg/kg"), ("body_mass", "20 g")]);
    for other in [per_volume, per_body] {
        let (a, b) = (step(&mass, "particles"), step(&other, "particles"));
        assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
    }
    let ug = mass.units.iter().find(|u| u.unit == "ug protein").unwrap().value;
    assert!((ug.low - 5.0).abs() < 1e-9 && (ug.high - 5.0).abs() < 1e-9, "protein comes back as it was said");
}

#[test]
fn donors_are_flasks_are_particles() {
    let flasks = judge(&request(&with(FIXED, &[("flasks", "20"), ("flasks_per_donor", "10")]))).unwrap();
    let donors = judge(&request(&with(FIXED, &[("donors", "2"), ("flasks_per_donor", "10")]))).unwrap();
    assert_eq!(flasks.steps, donors.steps);
    assert_eq!(flasks.steps[0].key, "producers");
    let again = flasks.inverse;
    assert!((again.flasks.median / again.factor.median / 20.0 - 1.0).abs() < 1e-9);
}

#[test]
fn a_rare_molecule_is_drawn_from_its_reads() {
    let mut request = request(&with(&FIXED[..6], &[("particles", "6e9"), ("total_copies", "0.5")]));
    request.abundance = Some(Abundance::Pooled { reads: 7.0, total: 514_090.0 });
    let copies = judge(&request).unwrap().copies_per_vesicle;
    assert!((copies.median / (0.5 * 7.2 / 514_090.0) - 1.0).abs() < 0.1, "{copies:?}");
    assert!(copies.high > 1.5 * copies.median && copies.low < 0.7 * copies.median);
    request.abundance = Some(Abundance::Level { mean: 0.04, error: 0.004 });
    let level = judge(&request).unwrap().copies_per_vesicle;
    assert!((level.median / 0.02 - 1.0).abs() < 0.03 && level.high < 1.3 * level.median);
}

#[test]
fn what_lacks_or_contradicts_is_told_at_once() {
    let told = |given: &[(&str, &str)]| -> Vec<String> {
        judge(&request(given)).unwrap_err().iter().map(ToString::to_string).collect()
    };
    let nothing = told(&[]);
    assert!(nothing.len() == 3 && nothing[0].contains("no dose"), "{nothing:?}");
    let twice = told(&with(FIXED, &[("particles", "6e9"), ("flasks", "2"), ("load", "5 pmol")]));
    assert!(twice.len() == 2 && twice[0].contains("`particles`, `flasks`"), "{twice:?}");
    assert!(told(&with(FIXED, &[("particles", "1e9 /mL")]))[0].contains("no `volume`"));
    assert!(told(&with(FIXED, &[("protein", "5")]))[0].contains("a mass"));
    let mut nobody = request(&with(FIXED, &[("particles", "1")]));
    nobody.said.insert(Name::Cells, vesicle_base::Quantity::plain(0.0));
    assert!(judge(&nobody).unwrap_err()[0].to_string().contains("more than 0"));
}

#[test]
fn no_dose_and_no_copies_need_an_infinite_one() {
    let none = judge(&request(&with(FIXED, &[("particles", "0")]))).unwrap();
    assert_eq!(none.level, Level::No);
    assert_eq!(none.inverse.particles_for_yes, f64::INFINITY);
    assert_eq!(step(&none, "cytosol"), 0.0);
}

#[test]
fn draws_do_not_depend_on_how_many_are_made() {
    let mut request = request(&with(&FIXED[..1], &[("particles", "6e9"), ("copies_per_vesicle", "0.1")]));
    let some = draws(&request).unwrap();
    request.draws = 1000;
    assert_eq!(draws(&request).unwrap()[..400], some);
}

proptest! {
    #[test]
    fn the_dose_that_the_inverse_names_is_answered_yes(
        particles in 1e6..1e13_f64, cells in 1e2..1e8_f64, copies in 1e-6..1e2_f64, hours in 0.1..500.0_f64,
    ) {
        let base = |particles: f64| {
            let text = [("particles", format!("{particles:e}")), ("cells", format!("{cells:e}")),
                ("copies_per_vesicle", format!("{copies:e} (x/ 3)")), ("exposure", format!("{hours} h"))];
            let pairs: Vec<(&str, &str)> = text.iter().map(|(a, b)| (*a, b.as_str())).collect();
            let mut request = request(&pairs);
            request.draws = 100;
            judge(&request).unwrap()
        };
        let first = base(particles);
        // What is asked for is what was counted: the count's own error is drawn with it.
        let needed = particles * first.inverse.factor_for_yes;
        prop_assert_eq!(base(needed * (1.0 + 1e-9)).level, Level::Yes);
        prop_assert!(base(needed * 0.5).reached.0 <= 90);
        let median = base(particles * first.inverse.factor.median);
        prop_assert!((median.inverse.factor.median - 1.0).abs() < 1e-6);
    }
}
