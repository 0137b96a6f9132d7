//! Screens of a small experiment whose answers are known by construction.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use vesicle_experiment::compile::Settings;
use vesicle_experiment::evidence::Status;
use vesicle_experiment::screen::severity::{Screened, Screening, Worlds};
use vesicle_experiment::screen::world::Lens;
use vesicle_experiment::screen::{Model, Screen, apart, measure, sensitivity};
use vesicle_experiment::{Experiment, declare};
use vesicle_files::library::FolderLibrary;

/// A protein in vesicles stops the division of what captures them; three arms, two of them equal but in name.
const EXPERIMENT: &str = r#"
format   = 1
question = "Does the protein stop them?"
[run]
duration   = "3 d"
replicates = 4
seed       = 7
frames     = ["1 d", "3 d"]
[tissue]
size  = "200 x 200 x 20 um"
voxel = "20 um"
[outcome]
"cells"    = "count of live target"
"captured" = "vesicles taken up by target"
[cell.target]
start     = "500 /mm^2 at random"
cycle     = "0.03 /h (0.025..0.035) [assumed]"
apoptosis = "1e-4 /h [assumed]"
[vesicle.carrier]
cargo.protein = "1 /vesicle [assumed]"
diameter  = "110 nm [assumed]"
half_life = "48 h (24..72) [assumed]"
capture   = { by = ["target"], clearance = "800 um^3/min (400..1600 log) [assumed]" }
escape    = { fraction = "0.1 [assumed]", after = "2 h [assumed]" }
dose      = "1.25e11 /mL [assumed]"
[response]
half_life = "34 h [assumed]"
[rule]
protein = "target: captured protein decreases cycle entry to 0 /h, half 30 (20..40), hill 2 [assumed]"
[mechanism]
"protein"       = { says = "the protein stops division" }
"other words"   = { says = "the same under another name" }
"slows capture" = { says = "half as much of the protein is there", vesicle.carrier.cargo.protein = "0.02 /vesicle [assumed]" }
[arm]
none    = {}
treated = { inject = "carrier" }
again   = { inject = "carrier", loading = "mock" }
[[evidence]]
source = "own"
at     = "3 d"
test   = ["cells: treated < none", "cells: treated ~ again", "cells: none < treated"]
[source]
own = "nobody"
"#;

const ARMS: [usize; 3] = [0, 1, 2];

fn experiment() -> Experiment {
    declare(&vesicle_files::experiment::parse("small.toml", EXPERIMENT).unwrap()).unwrap()
}

fn screened(mechanisms: &[usize]) -> (Vec<Screened>, Vec<Worlds>) {
    let (experiment, library) = (experiment(), FolderLibrary::of(Path::new("small.toml")));
    let lens = Lens::plain(experiment.outcomes.len(), 0.05);
    let settings = Settings::default();
    let screening = Screening {
        experiment: &experiment,
        settings: &settings,
        arms: &ARMS,
        mechanisms,
        library: &library,
        lens: &lens,
        animals: 4,
    };
    let worlds: Vec<Worlds> =
        mechanisms.iter().map(|m| screening.worlds(*m, Model::AsDeclared, 40).unwrap()).collect();
    (screening.screen(&worlds, 0).unwrap(), worlds)
}

#[test]
fn a_claim_that_needs_its_mechanism_is_severe_and_one_that_does_not_is_not() {
    let (screened, _) = screened(&[0]);
    let severity = |claim: usize| screened.iter().find(|s| s.claim == claim).unwrap();
    let needs = severity(0);
    assert!(needs.ablated.unwrap().value > 0.9, "{needs:?}");
    assert!(needs.power.unwrap().value > 0.9, "{needs:?}");
    assert!(needs.ablated.unwrap().low < needs.ablated.unwrap().value && needs.ablated.unwrap().n == 40);
    assert_eq!(severity(1).ablated.unwrap().value, 0.0, "two arms that are the same stay so");
    assert!(severity(2).power.is_none(), "it never holds");
    assert!(screened.iter().all(|s| s.permuted.is_none()));
    let turned: Vec<_> = (0..3).map(|claim| (severity(claim).always, severity(claim).is_fixed)).collect();
    // The last fails with the mechanism and cannot hold without it: nothing turns it around, and it is still a test.
    let [holds, fails] = [Some(Status::Holds), Some(Status::Fails)];
    assert_eq!(turned, [(holds, false), (holds, true), (fails, true)]);
}

#[test]
fn what_cannot_differ_is_said_to_be_the_same() {
    let (_, worlds) = screened(&[0, 1, 2]);
    assert_eq!(apart::same_mechanisms(&worlds), [(0, 1)]);
    assert_eq!(apart::same_arms(&worlds), [(1, 2)]);
    let lens = Lens::plain(2, 0.05);
    let best = measure::measurements(&worlds, &lens, 4)[0];
    // Most of the one bit: in some worlds the protein is too weak to show beside the spread.
    assert!(best.outcome == 0 && best.arm != 0 && best.of_bits == 1.0 && best.bits > 0.75, "{best:?}");
}

#[test]
fn shares_of_variance_go_to_what_varies() {
    let (experiment, library) = (experiment(), FolderLibrary::of(Path::new("small.toml")));
    let lens = Lens::plain(2, 0.0);
    let screen =
        Screen::new(&experiment, &Settings::default(), &[0, 1], 0, Model::AsDeclared, &library).unwrap();
    let found = sensitivity::sensitivities(&screen, &lens, 256).unwrap();
    assert_eq!(found[0].arm, Some(1));
    let of = |part: &str| found[0].inputs.iter().find(|input| input.path == part).unwrap().total.value;
    assert!(of("cell.target.cycle") > 0.5 && of("rule.protein.half") < 0.5, "{found:?}");
    assert!(of("") == 0.0 && found[0].noise == 0.0, "{found:?}");
    let sum: f64 = found[0].inputs.iter().map(|input| input.first.value).sum();
    assert!((0.7..1.3).contains(&sum), "{sum}");
    let spread = Lens::plain(2, 0.5);
    let noisy = sensitivity::sensitivities(&screen, &spread, 256).unwrap();
    let expected = 0.5 / (0.5 + found[0].variance);
    assert!((noisy[0].noise - expected).abs() < 1e-9, "{} {expected}", noisy[0].noise);
}
