//! What a wrong experiment file is told, kind by kind: place, what was expected, what was found, the nearest name.
//! Every snapshot is a message that a user reads; `make mint` writes them anew, and the diff is read before a commit.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::process::Command;

const PLUG: &str = include_str!("../../../experiments/plug.toml");

/// What `vesicle check` says of a text; it must refuse it as wrong input.
fn told(text: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plug.toml"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_vesicle"))
        .args(["check", "plug.toml"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is written");
    String::from_utf8(output.stderr).unwrap()
}

/// The plug with pieces exchanged; every piece must be there.
fn slips(pairs: &[(&str, &str)]) -> String {
    let mut text = PLUG.to_owned();
    for (right, wrong) in pairs {
        assert!(text.contains(right), "{right}");
        text = text.replacen(right, wrong, 1);
    }
    told(text.as_bytes())
}

macro_rules! told_of {
    ($($name:ident: $($right:expr => $wrong:expr),+;)+) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(slips(&[$(($right, $wrong)),+]));
        })+
    };
}

told_of! {
    an_unknown_key: "half_life = \"1 h" => "half_lief = \"1 h";
    a_wrong_dimension: "\"100 um^2/s (30..150)" => "\"100 um/s (30..150)";
    a_missing_unit: "\"100 um^2/s (30..150)" => "\"100 (30..150)";
    a_missing_source: "(30..150) [assumed]" => "(30..150)";
    an_undefined_source: "[Qutub09]" => "[Qutb09]";
    a_rule_on_a_missing_cell: "\"tumour: pressure" => "\"tumor: pressure";
    a_rule_on_a_missing_signal: "repression of angiogenesis decreases" => "represion of angiogenesis decreases";
    a_rule_in_the_wrong_unit: "migration speed to 0.2 um/h, half 0.3" => "migration speed to 0.2 /h, half 0.3";
    a_rule_that_is_no_rule: "\"tumour: pressure decreases" => "\"tumour: pressure lowers";
    vesicles_of_no_known_species: "species   = \"human\"\ncargo " => "species   = \"bacterium\"\ncargo ";
    a_claim_on_a_missing_arm: "young < aged << saline" => "young < agd << saline";
    a_claim_on_a_missing_outcome: "\"vessel area: young" => "\"vesel area: young";
    a_claim_that_is_no_claim: "young < aged << saline" => "young is less than aged";
    two_arms_alike: "aged   = { inject = \"aged\" }" => "aged   = { inject = \"young\" }";
    an_arm_that_changes_nothing: "aged   = { inject = \"aged\" }" => "aged   = {}";
    a_value_outside_its_prior: "\"2 h [assumed]\", up" => "\"2 h (3..4) [assumed]\", up";
    an_arm_against_itself: "young < aged << saline\"]" => "young < aged << saline\", \"vessel area: aged ~ aged\", \"vessel area: gap aged to young > gap young to aged\"]";
    a_claim_after_the_end: "at     = \"7 d\"" => "at     = \"9 d\"";
    a_run_without_end: "duration   = \"7 d\"" => "duration   = \"1e300 d\"";
    voxels_without_number: "voxel = \"20 um\"" => "voxel = \"1e-9 um\"";
    a_negative_rate: "apoptosis = \"3e-4 /h" => "apoptosis = \"-3e-4 /h";
    a_value_that_is_not_a_number: "apoptosis = \"3e-4 /h" => "apoptosis = \"nan /h";
    a_bare_infinity: "seed       = 2017" => "seed       = inf";
    a_prior_upside_down: "(0.2..2 log)" => "(2..0.2 log)";
    a_share_above_one: "\"0.05 (0.003..0.3 log)" => "\"1.5";
    a_like_that_names_nothing: "like        = \"young\"" => "like        = \"yuong\"";
    a_like_of_itself: "like        = \"young\"" => "like        = \"aged\"";
    too_many_to_carry_one_by_one: "dose      = \"1.25e11 /mL (1.25e9..1.25e12 log)" => "carried   = \"one by one\"\ndose      = \"1.25e15 /mL";
    a_vesicle_wider_than_the_tissue: "\"110 nm (x/ 1.3)" => "\"0.5 mm";
    an_unknown_statistic: "\"area fraction of endothelium" => "\"aera fraction of endothelium";
    a_missing_table: "data/targets.tsv" => "data/target.tsv";
    an_unknown_program: "repression of angiogenesis decreases" => "repression of angiogenisis decreases";
    an_unknown_mimic: "aged   = { inject = \"aged\" }" => "aged   = { inject = \"aged\", mimics = [\"miR-34O-5p\"] }",
        "[response]" => "[mimic]\ncopies_per_vesicle = \"200 [assumed]\"\n[response]";
    a_missing_value: "copies_per_vesicle = \"0.5 (0.05..5 log) [assumed]\"" => "scale.by = \"1 [assumed]\"";
    toml_that_is_not_toml: "[tissue]" => "[tissue", "seed       = 2017" => "seed       = = 2017";
    many_at_once:
        "diffusion = \"100 um^2/s" => "difusion = \"100 um^2/s",
        "up = \"VEGF\"" => "up = \"VGEF\"",
        "[Qutub09]" => "[Qutub9]",
        "aged   = { inject = \"aged\" }" => "aged   = { injekt = \"aged\" }",
        "\"vessel area\"  = \"area" => "\"vessel area\"  = \"aera",
        "young < aged << saline" => "young < agd << saline",
        "voxel = \"20 um\"" => "voxel = \"20 s\"";
}

#[test]
fn a_file_that_is_not_utf8() {
    let mut bytes = PLUG.as_bytes().to_vec();
    let at = PLUG.find("question").unwrap() + 20;
    bytes[at] = 0xff;
    insta::assert_snapshot!(told(&bytes));
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(told(b""));
}
