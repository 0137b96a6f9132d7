//! Hashes of whole recorded runs: a change of any bit of any frame shows here. A hash that changed on purpose is minted
//! anew with its reason (`make mint WHY="…"`), which is kept in `tests/golden.md`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use tissue_sim::simulate;

/// FNV-1a over the text of a record, in which every number has all its digits.
fn hash(record: &tissue_sim::Record) -> String {
    let text = format!("{record:?}");
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[test]
fn recorded_runs_have_their_known_bits() {
    let mut lines = Vec::new();
    for (name, fixed_steps, seed) in
        [("adaptive, seed 1", false, 1), ("adaptive, seed 2", false, 2), ("fixed, seed 1", true, 1)]
    {
        let mut setup = small::setup(24);
        setup.fixed_steps = fixed_steps;
        let record = simulate(&setup, seed, &|_, _| true).unwrap().unwrap();
        lines.push(format!("{name}: {}", hash(&record)));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
