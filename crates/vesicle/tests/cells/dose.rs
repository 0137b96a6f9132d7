//! A verdict is of what is given: vesicles that cells release are no part of a dose.

use super::said;
use vesicle_experiment::compile::Settings;
use vesicle_experiment::verdict::{Verdict, verdicts};
use vesicle_files::library::FolderLibrary;

const DECLARED: &str = r#"
[cell.host]
start = "400 /mm^2 at random"

[vesicle.given]
half_life = "24 h [assumed]"
capture   = { by = ["host"], clearance = "800 um^3/min (400..1600 log) [assumed]" }
escape    = { fraction = "0.05 [assumed]", after = "2 h [assumed]" }
dose      = "1e11 /mL [assumed]"
carried   = "as fields"
cargo     = { drive = "5 /vesicle [assumed]" }

[vesicle.own]
like      = "given"

[response]
half_life = "34 h [assumed]"

[rule]
drive = "host: captured drive increases migration speed to 1 um/h, half 1e9, hill 1 [assumed]"

[mechanism]
"quiet"      = { says = "cells release nothing" }
"own"        = { says = "cells release vesicles of their own", cell.host.own.release = "1000 /h [assumed]" }
"own of all" = { says = "and some like those that are given", like = "own", cell.host.given.release = "1000 /h [assumed]" }

[arm.treated]
inject = "given"
"#;

/// The verdicts on both arms under a mechanism.
fn under(mechanism: usize) -> Vec<Verdict> {
    let experiment = said::experiment(&format!("{}{DECLARED}", said::PLANE));
    let folder = tempfile::tempdir().unwrap();
    let library = FolderLibrary::of(&folder.path().join("x.toml"));
    verdicts(&experiment, &Settings::default(), &[0, 1], mechanism, &library).unwrap()
}

#[test]
fn what_cells_release_is_no_part_of_a_dose() {
    let [quiet, own, of_all] = [0, 1, 2].map(under);
    let [alone] = &quiet[..] else { panic!("one arm gives something: {quiet:?}") };
    assert!(alone.copies.median > 0.0 && alone.captured.median > 0.0, "{alone:?}");
    assert_eq!((&alone.counted[..], alone.is_given), (&["given".to_owned()][..], true));
    for verdicts in [&own, &of_all] {
        let [released, given] = &verdicts[..] else { panic!("{verdicts:?}") };
        assert!(!released.is_given && released.captured.median > 0.0, "{released:?}");
        assert!(given.is_given && given.left_out == ["own"], "{given:?}");
        // Cells move as they did: the rule's half is far away.
        let close = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
        close(given.captured.median, alone.captured.median);
        close(given.copies.high, alone.copies.high);
    }
    let names: Vec<&str> = of_all[0].counted.iter().map(String::as_str).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}
