//! Chains of steps against hand arithmetic, and protocols that cannot be read.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use proptest::prelude::*;
use vesicle_base::Quantity;
use vesicle_base::particle::Sizes;
use vesicle_dose::isolation::{
    Catalogue, Cited, Conditions, Geometry, Kind, Medium, Method, Outcome, Role, Rotor, Spectrum, follow,
    notes, protocol, purity_band,
};

fn catalogue() -> Catalogue {
    let cited = |low, high| Some(Cited { low, high, source: "somebody".into() });
    let method = |name: &str, recovery, protein, hours| Method {
        name: name.into(),
        aliases: vec![name[..3].to_uppercase()],
        recovery,
        protein,
        hours,
        purity: String::new(),
    };
    let kind = |name: &str, role, d, density| Kind {
        name: name.into(),
        role,
        spectrum: Spectrum::LogNormal(Sizes { median_nm: d, factor: 1.0 }),
        density: Quantity::plain(density),
    };
    Catalogue {
        rotors: vec![
            Rotor::new("Bucket 1", (75.3, 161.0), Geometry::Swinging).unwrap(),
            Rotor::new("Angle", (35.9, 103.8), Geometry::FixedAngle { tube_mm: 38.0, angle_deg: 24.0 })
                .unwrap(),
        ],
        methods: vec![
            method("column", cited(0.4, 0.8), cited(0.0, 0.015), cited(1.0, 1.0)),
            method("membrane", None, None, None),
        ],
        kinds: vec![
            kind("wanted", Role::Vesicle, 100.0, 1.15),
            kind("soluble", Role::Protein, 7.0, 1.35),
            kind("fat", Role::Lipoprotein, 50.0, 0.98),
        ],
    }
}

fn outcome(text: &str) -> Outcome {
    let catalogue = catalogue();
    let conditions = Conditions { medium: Medium::default(), seed: 1, draws: 300 };
    follow(&protocol(text, &catalogue).unwrap(), &catalogue, &conditions)
}

#[test]
fn a_spin_keeps_what_it_pellets_and_what_stays_in_the_liquid() {
    let all = outcome("spin 1e4 g 30 min in bucket-1, residual 2 %, resuspended 50 %");
    let pelleted = outcome("spin 1e4 g 30 min in bucket 1, residual 0 %").recovery().unwrap().median;
    assert!((pelleted - 0.146).abs() < 0.01, "{pelleted}");
    let want = 0.5 * pelleted + 0.02 * (1.0 - pelleted);
    assert!((all.recovery().unwrap().median - want).abs() < 1e-12);
    let over =
        outcome("spin 1e4 g 30 min in bucket 1, residual 0 %, keep supernatant").recovery().unwrap().median;
    assert!((over + pelleted - 1.0).abs() < 1e-12);
    let fat = all.stages[0].others[1].unwrap();
    assert!((fat.median - 0.02).abs() < 1e-12, "what floats comes along in the liquid alone");
    assert_eq!(all.hours.unwrap().median, 0.5);
}

#[test]
fn ranges_multiply_and_gaps_stay_gaps() {
    let twice = outcome("two = column; COL, recovery 50 %, protein 10 %");
    assert_eq!(twice.name, "two");
    let recovery = twice.recovery().unwrap();
    assert!(
        recovery.low > 0.2 && recovery.high < 0.4 && (recovery.median - 0.3).abs() < 0.02,
        "{recovery:?}"
    );
    assert!(twice.protein.unwrap().high < 0.0015 && twice.enrichment.unwrap().low > 100.0);
    assert_eq!(twice.hours.unwrap().median, 2.0);
    assert_eq!(twice.stages[1].median_nm, None, "no size distribution is invented");
    let gap = outcome("column; membrane");
    assert_eq!((gap.recovery(), gap.enrichment, gap.hours), (None, None, None));
    let said = outcome("column; membrane, recovery 90 %, protein 5..10 %, hours 2");
    assert!(said.recovery().is_some() && said.enrichment.is_some() && said.hours.unwrap().median == 3.0);
}

#[test]
fn what_cannot_be_read_is_told_step_by_step() {
    let catalogue = catalogue();
    let told = |text: &str| -> Vec<String> {
        protocol(text, &catalogue).unwrap_err().iter().map(ToString::to_string).collect()
    };
    let both = told("spin 1e4 g 30 min in Bucket 2; colum");
    assert!(
        both[0].contains("did you mean `Bucket 1`?") && both[1].contains("did you mean `column`?"),
        "{both:?}"
    );
    for wrong in [
        "",
        ";",
        "spin 5 g in Bucket 1",
        "spin -5 g 3 min in Bucket 1",
        "spin 5 h 3 min in Bucket 1",
        "spin 5 g 3 um in Bucket 1",
        "spin 5 g 3 min in Bucket 1, keep all",
        "column, recovery 120 %",
        "column, recovery nan",
        "column, hours -1",
        "column, purity 5",
        "spin 5 g 0 min in Bucket 1",
        "column, recovery 80..40 %",
    ] {
        assert_eq!(told(wrong).len(), 1, "{wrong}");
    }
}

#[test]
fn notes_name_fixed_angles_light_particles_and_gaps() {
    let catalogue = catalogue();
    let said =
        |text: &str| notes(&protocol(text, &catalogue).unwrap(), &catalogue, Medium::default()).join("\n");
    let fixed = said("spin 1e5 g 70 min in Angle; membrane");
    for part in ["fixed-angle rotor (Angle)", "never pelleted: fat", "membrane: recovery", "upper bound"] {
        assert!(fixed.contains(part), "{part}: {fixed}");
    }
    assert!(!said("spin 1e5 g 70 min in Bucket 1").contains("K factors"));
}

#[test]
fn purity_has_the_published_bands() {
    let words = [4e10, 2.5e10, 1e10, 1.8e9, 1e8].map(purity_band);
    assert_eq!(words, ["pure", "between low and pure", "low", "between impure and low", "impure"]);
}

#[test]
fn a_measured_spectrum_is_followed_by_size() {
    let mut catalogue = catalogue();
    catalogue.kinds[0].spectrum =
        Spectrum::Measured(vec![(60.0, 2.0), (100.0, 5.0), (200.0, 3.0), (300.0, 0.0)]);
    let conditions = Conditions { medium: Medium::default(), seed: 1, draws: 3 };
    let spun = follow(
        &protocol("spin 1e4 g 30 min in Bucket 1, residual 0 %", &catalogue).unwrap(),
        &catalogue,
        &conditions,
    );
    assert_eq!(spun.stages[0].median_nm.unwrap().median, 200.0, "large ones are enriched");
}

proptest! {
    #[test]
    fn no_protocol_panics(text in "(spin|column|[a-z]{0,4}) ?[0-9e.]{0,6} ?(g|rpm)? ?[0-9]{0,3} ?(min|h)? ?(in Bucket 1)?[,;= %a-z0-9.]{0,30}") {
        let catalogue = catalogue();
        if let Ok(read) = protocol(&text, &catalogue) {
            let found = follow(&read, &catalogue, &Conditions { medium: Medium::default(), seed: 1, draws: 3 });
            prop_assert!(found.recovery().is_none_or(|r| (0.0..=1.0 + 1e-9).contains(&r.high)));
        }
    }
}
