//! Several populations that one arm injects: each at its own dose and times, in the tissue and in the twin.

use super::said;
use std::collections::BTreeMap;
use tissue_sim::{Setup, Simulation, twin};
use vesicle_experiment::check::check;
use vesicle_experiment::compile::{Choice, Settings, compile};
use vesicle_experiment::experiment::declared;
use vesicle_experiment::lower::{Lowered, lower};
use vesicle_files::library::FolderLibrary;

const DECLARED: &str = r#"
[field.mist]
diffusion = "1e4 um^2/min [assumed]"
decay     = "0.01 /min [assumed]"
dose      = "10 ng/mL [assumed]"

[cell.host]
start = "400 /mm^2 at random"

[vesicle.small]
half_life  = "24 h [assumed]"
capture    = { by = ["host"], clearance = "800 um^3/min [assumed]" }
escape     = { fraction = "0.05 [assumed]", after = "2 h [assumed]" }
dose       = "1e11 /mL [assumed]"
comes_with = "mist"
carried    = "as fields"
cargo      = { drive = "5 /vesicle [assumed]" }

[vesicle.large]
like  = "small"
dose  = "3e11 /mL [assumed]"
given = ["0 h", "6 h"]

[vesicle.idle]
like = "small"

[mimic]
copies_per_vesicle = "10 [assumed]"
free = { clearance = "80 um^3/min [assumed]", escape = "0.001 [assumed]" }

[response]
half_life = "34 h [assumed]"

[rule]
drive = "host: captured drive increases migration speed to 1 um/h, half 1e9, hill 1 [assumed]"
"#;

fn text(arm: &str) -> String {
    format!("{}{DECLARED}\n[arm.mixed]\n{arm}\n", said::PLANE)
}

fn lowered(arm: &str) -> Lowered {
    let experiment = said::experiment(&text(arm));
    let problems = check(&experiment);
    assert!(problems.is_empty(), "{problems:?}");
    let choice = Choice { arm: 1, ..Choice::default() };
    let map = compile(&experiment, &Settings::default(), choice).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let library = FolderLibrary::of(&folder.path().join("x.toml"));
    lower(&experiment, &map, 0, &library).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Accounts by sort, index and name, with the sum of their signed amounts.
type Accounts = BTreeMap<(bool, usize), (f64, f64, BTreeMap<&'static str, f64>)>;

fn accounts(rows: impl Iterator<Item = (bool, usize, &'static str, i8, f64)>) -> Accounts {
    let mut all = Accounts::new();
    for (is_species, index, account, sign, amount) in rows {
        let (difference, size, by_name) = all.entry((is_species, index)).or_default();
        *difference += f64::from(sign) * amount;
        *size += f64::from(sign.abs()) * amount.abs();
        by_name.insert(account, amount);
    }
    all
}

fn of_tissue(setup: &Setup) -> Accounts {
    let mut simulation = Simulation::new(setup, 7).unwrap();
    while simulation.tick() {}
    let record = simulation.record();
    assert_eq!(record.invalid, None);
    let last = record.frames.last().unwrap();
    accounts(last.ledger.iter().map(|row| (row.is_species, row.index, row.account, row.sign, row.amount)))
}

#[test]
fn both_populations_are_given_and_both_ledgers_close() {
    let lowered = lowered("inject = [\"large\", \"small\"]\nmimics = [\"scrambled\"]");
    assert_eq!(lowered.labels.populations, ["small", "large"], "in order of declaration");
    let setup = Setup { n_ticks: 240, frame_ticks: vec![0, 240], ..lowered.setup };
    let volume: f64 = setup.size_um.iter().product();
    let given = |population: usize| [0.1, 2.0 * 0.3][population] * volume;
    let tissue = of_tissue(&setup);
    let rows = twin::ledger(&setup).unwrap();
    let of_twin =
        accounts(rows.iter().map(|row| (row.is_species, row.index, row.account, row.sign, row.amount)));
    for (which, all) in [("tissue", &tissue), ("twin", &of_twin)] {
        // Two populations, the molecule and the mimic.
        assert_eq!(all.len(), 4, "{which}");
        for (of, (difference, size, by_name)) in all {
            assert!(difference.abs() <= 1e-9 * size.max(1.0), "{which} {of:?}: {difference} of {size}");
            if let (false, population) = of {
                let injected = by_name["injected"];
                let share = injected / given(*population);
                assert!((share - 1.0).abs() < 1e-3, "{which} {population}: {injected}");
                assert!(by_name["fused"] > 0.0, "{which}: {population} is captured");
            }
        }
    }
}

#[test]
fn mimics_are_loaded_into_every_injected_population() {
    let both = lowered("inject = [\"small\", \"large\"]\nmimics = [\"scrambled\"]");
    let mimic = both.labels.species.iter().position(|name| name == "scrambled mimic").unwrap();
    let copies = |lowered: &Lowered| -> Vec<f64> {
        let of = |p: &tissue_sim::setup::PopulationSetup| {
            let cargo = p.law.cargo.iter().filter(|cargo| usize::from(cargo.species) == mimic);
            cargo.map(|cargo| cargo.mean_copies_per_vesicle).sum()
        };
        lowered.setup.populations.iter().map(of).collect()
    };
    assert_eq!(copies(&both), [10.0, 10.0]);
    assert_eq!(both.labels.species.len(), 2, "one molecule, one mimic, whoever carries them");
}

#[test]
fn a_field_comes_once_with_each_that_brings_it() {
    let dose = |arm: &str| lowered(arm).setup.field_doses[0];
    let one = dose("inject = \"small\"");
    assert!(one > 0.0);
    assert_eq!(dose("inject = [\"small\"]").to_bits(), one.to_bits());
    assert_eq!(dose("inject = [\"small\", \"large\"]"), 2.0 * one);
    assert_eq!(dose("inject = [\"mist\", \"large\", \"small\"]"), 3.0 * one);
    assert_eq!(dose("inject = [\"mimic scrambled\", \"mist\"]"), one);
}

/// What is said of an arm that is wrong.
fn told(arm: &str) -> String {
    let head = "format = 1\n[arm]\nonly = {}\n[run]\nduration = \"1 d\"\n";
    let said = vesicle_files::experiment::parse("x.toml", &format!("{head}{}", text(arm))).unwrap();
    let (experiment, mut problems) = declared(&said);
    problems.extend(check(&experiment));
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_cannot_be_injected_together_is_told() {
    let unknown = told("inject = [\"small\", \"lage\"]");
    assert!(unknown.contains("unknown name `lage`") && unknown.contains("`large`"), "{unknown}");
    let twice = told("inject = [\"small\", \"small\"]");
    assert!(twice.contains("`small` named twice"), "{twice}");
    let nothing = told("inject = [\"none\", \"small\"]");
    assert!(nothing.contains("`none` beside others"), "{nothing}");
    let empty = told("inject = []");
    assert!(empty.contains("an empty list") && empty.contains("`none`"), "{empty}");
    let turned = "inject = [\"small\", \"large\"]\n[arm.turned]\ninject = [\"large\", \"small\"]";
    let alike = told(turned);
    assert!(alike.contains("`turned`") && alike.contains("`mixed`"), "{alike}");
    assert!(told("inject = [\"small\", \"mist\", \"mimic scrambled\"]").is_empty());
}
