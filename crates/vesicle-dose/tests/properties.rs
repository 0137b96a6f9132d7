//! What must hold for any protocol and any dose: nothing is created, what floats is never pelleted, a unit is only a unit.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use proptest::prelude::*;
use vesicle_base::Quantity;
use vesicle_base::particle::Sizes;
use vesicle_dose::isolation::{
    Catalogue, Conditions, Kind, Medium, Outcome, Role, Rotor, Spectrum, follow, protocol,
};
use vesicle_dose::ledger::parameters::read;
use vesicle_dose::ledger::{Name, Request, draws, judge};

fn catalogue(density: f64, nm: f64) -> Catalogue {
    let kind = |name: &str, role, nm, density| Kind {
        name: name.into(),
        role,
        spectrum: Spectrum::LogNormal(Sizes { median_nm: nm, factor: 1.4 }),
        density: Quantity::plain(density),
    };
    Catalogue {
        rotors: vec![
            Rotor::read("bucket", "swinging bucket 60..130 mm").unwrap(),
            Rotor::read("angle", "fixed angle 40..90 mm, tube 25 mm, angle 23").unwrap(),
        ],
        methods: Vec::new(),
        kinds: vec![
            kind("wanted", Role::Vesicle, nm, density),
            kind("soluble", Role::Protein, 7.0, 1.35),
            kind("fat", Role::Lipoprotein, 60.0, 0.97),
        ],
    }
}

fn run(text: &str, catalogue: &Catalogue, medium: Medium) -> Outcome {
    let conditions = Conditions { medium, seed: 3, draws: 5 };
    follow(&protocol(text, catalogue).unwrap(), catalogue, &conditions)
}

fn rotors() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["bucket", "angle"])
}

proptest! {
    #[test]
    fn pellet_and_supernatant_are_the_whole(
        rotor in rotors(), g in 300_u32..300_000, minutes in 1_u32..600, residual in 0.0..1.0_f64,
        nm in 30.0..400.0_f64, density in 0.9..1.3_f64, medium in 0.95..1.2_f64,
    ) {
        let catalogue = catalogue(density, nm);
        let medium = Medium { density_g_cm3: medium, viscosity_mpa_s: 1.5 };
        let half = |keep: &str| {
            let text = format!("spin {g} g {minutes} min in {rotor}, keep {keep}, residual {residual}");
            let outcome = run(&text, &catalogue, medium);
            let others = outcome.stages[0].others.iter().map(|s| s.unwrap().median).collect::<Vec<_>>();
            (outcome.recovery().unwrap().median, others)
        };
        let ((pellet, own), (liquid, rest)) = (half("pellet"), half("supernatant"));
        prop_assert!((pellet + liquid - 1.0).abs() < 1e-12);
        for (a, b) in own.iter().zip(rest) {
            prop_assert!((a + b - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_chain_creates_nothing(steps in prop::collection::vec((rotors(), 300_u32..200_000, 1_u32..300, any::<bool>()), 1..6)) {
        let catalogue = catalogue(1.15, 110.0);
        let text: Vec<String> = steps
            .iter()
            .map(|(rotor, g, minutes, pellet)| {
                let keep = if *pellet { "pellet, resuspended 60 %" } else { "supernatant" };
                format!("spin {g} g {minutes} min in {rotor}, keep {keep}")
            })
            .collect();
        let outcome = run(&text.join("; "), &catalogue, Medium::default());
        let (mut vesicles, mut others) = (1.0, vec![1.0; 2]);
        for stage in &outcome.stages {
            let held = stage.vesicles.unwrap().high;
            prop_assert!((0.0..=vesicles + 1e-12).contains(&held));
            vesicles = held;
            for (before, now) in others.iter_mut().zip(&stage.others) {
                let now = now.unwrap().high;
                prop_assert!((0.0..=*before + 1e-12).contains(&now));
                *before = now;
            }
        }
    }

    #[test]
    fn what_is_lighter_than_the_medium_stays_in_the_liquid(
        rotor in rotors(), minutes in 1_u32..100_000, nm in 30.0..2000.0_f64, density in 0.8..1.0_f64,
    ) {
        let catalogue = catalogue(density, nm);
        let text = format!("spin 300000 g {minutes} min in {rotor}, residual 0 %");
        prop_assert_eq!(run(&text, &catalogue, Medium::default()).recovery().unwrap().high, 0.0);
    }

    #[test]
    fn a_unit_is_only_a_unit(per_ml in 1e6..1e14_f64, ul in 1.0..5000.0_f64, cells in 1e2..1e8_f64) {
        let total = per_ml * ul * 1e-3;
        let ways: [Vec<(&str, String)>; 6] = [
            vec![("particles", format!("{per_ml:e} /mL")), ("volume", format!("{ul} uL"))],
            vec![("particles", format!("{:e} /uL", per_ml * 1e-3)), ("volume", format!("{} mL", ul * 1e-3))],
            vec![("particles", format!("{:e} nM", per_ml / 6.022_140_76e11)), ("volume", format!("{ul} uL"))],
            vec![("particles", format!("{total:e}"))],
            vec![("per_cell", format!("{:e}", total / cells))],
            vec![("particles", format!("{:e} /kg", total / 0.02)), ("body_mass", "20 g".to_owned())],
        ];
        let mut answers = Vec::new();
        for way in &ways {
            let rest = [("cells", format!("{cells:e}")), ("copies_per_vesicle", "0.01".to_owned())];
            let said = way.iter().chain(&rest).map(|(key, text)| {
                let name = Name::find(key).unwrap();
                (name, read(name, text).unwrap())
            });
            let request = Request { said: said.collect(), abundance: None, seed: 5, draws: 3 };
            answers.push(draws(&request).unwrap().iter().map(|d| d.copies).collect::<Vec<_>>());
        }
        for (answer, way) in answers.iter().zip(&ways) {
            for (a, b) in answer.iter().zip(&answers[0]) {
                prop_assert!((a / b - 1.0).abs() < 1e-9, "{way:?}");
            }
        }
    }

    #[test]
    fn any_text_of_a_number_is_read_or_refused(text in "[-+0-9.eE ]{0,8} ?(/mL|uL|ug|%|h|nan|inf|x/ 2)? ?(\\([0-9.e ]{0,5}(\\.\\.|± |x/ )[0-9.e ]{0,5}( log)?\\))? ?(\\[[a-z]{0,3}\\])?") {
        for name in vesicle_dose::ledger::parameters::all() {
            if let Ok(quantity) = read(name, &text) {
                prop_assert!(quantity.value.is_finite() && quantity.value >= 0.0);
            }
        }
    }
}

/// A PCR of the dose itself counts its copies: neither the count's error nor purity stays in what the cells are offered.
#[test]
fn errors_of_count_and_purity_cancel_in_copies_per_particle() {
    let said = [
        ("particles", "1e10"),
        ("cells", "1e5"),
        ("copies_per_particle", "0.02"),
        ("uptake", "0.01 /h"),
        ("half_life", "24 h"),
        ("exposure", "24 h"),
        ("escape", "0.1"),
        ("mirna_half_life", "34 h"),
        ("needed", "300"),
    ];
    let said = said.iter().map(|(key, text)| {
        let name = Name::find(key).unwrap();
        (name, read(name, text).unwrap())
    });
    let verdict = judge(&Request { said: said.collect(), abundance: None, seed: 1, draws: 300 }).unwrap();
    let carried = verdict.steps.iter().find(|s| s.key == "carried").unwrap().value;
    assert!((carried.high / carried.low - 1.0).abs() < 1e-9, "{carried:?}");
    let (k, decay) = (0.01, std::f64::consts::LN_2 / 24.0);
    let share = k / (k + decay) * -(-(k + decay) * 24.0_f64).exp_m1();
    assert!((carried.median / (1e10 * 0.02 / 1e5 * share) - 1.0).abs() < 1e-6);
    let vesicles = verdict.steps.iter().find(|s| s.key == "vesicles").unwrap().value;
    assert!(vesicles.high > 2.0 * vesicles.low, "purity and count still have their errors");
}

#[test]
fn a_bell_that_reaches_zero_breaks_nothing() {
    let said = [("particles", "1e10"), ("cells", "1e5 (± 5e5)"), ("copies_per_vesicle", "0.02 (± 1)")];
    let said = said.iter().map(|(key, text)| {
        let name = Name::find(key).unwrap();
        (name, read(name, text).unwrap())
    });
    let request = Request { said: said.collect(), abundance: None, seed: 1, draws: 2000 };
    for draw in draws(&request).unwrap() {
        assert!(draw.copies.is_finite() && draw.offered.is_finite() && draw.copies >= 0.0);
    }
}
