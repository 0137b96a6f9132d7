//! What chance and order are keyed by: what an arm, a mechanism, an outcome or a claim says, so that neither its place in
//! the file nor a name changes a number.
//!
//! Every declared name counts by its rank (`ranks`), and lines in no order. An arm keeps its chance under every mechanism,
//! draw and changed value, and whatever else stands in the file. Arms that say different things are independent, also where
//! their runs come out alike; those that say the same are counted off in order of the file.
//!
//! Tests: `the_order_of_arms_mechanisms_and_tables_is_nobodys_business` and `vesicle/tests/order.rs` of the command line.

use crate::experiment::{Experiment, Mechanism};
use crate::grammar::claim::fits;
use crate::nameless::{self, Nameless};
use std::collections::BTreeMap;
use vesicle_base::random::mix_seed;

/// Gives every arm, mechanism, outcome and claim its key.
pub(crate) fn give(experiment: &mut Experiment) {
    let names = experiment.names.clone();
    let rules = experiment.rule_numbers.clone();
    let nameless = Nameless { names: &names, rules: &rules };
    let keys = counted_off(experiment.arms.iter().map(|arm| nameless.patch(&arm.patch)));
    experiment.arms.iter_mut().zip(keys).for_each(|(arm, key)| arm.key = key);
    let texts: Vec<String> = experiment.mechanisms.iter().map(|m| chain(experiment, m, nameless)).collect();
    let keys = counted_off(texts.into_iter());
    experiment.mechanisms.iter_mut().zip(keys).for_each(|(mechanism, key)| mechanism.key = key);
    let keys = counted_off(experiment.outcomes.iter().map(|outcome| nameless.outcome(&outcome.what)));
    experiment.outcomes.iter_mut().zip(keys).for_each(|(outcome, key)| outcome.key = key);
    let keys = counted_off(claims(experiment).into_iter());
    experiment.claims.iter_mut().zip(keys).for_each(|(claim, key)| claim.key = key);
}

/// One key for each text; texts that are the same are counted off.
pub(crate) fn counted_off(texts: impl Iterator<Item = String>) -> Vec<u64> {
    let mut said: BTreeMap<String, u64> = BTreeMap::new();
    let key = |text: String| {
        let number = crate::map::number_of(&[&text]);
        let alike = said.entry(text).or_default();
        *alike += 1;
        mix_seed(&[number, *alike])
    };
    texts.map(key).collect()
}

/// A mechanism's patch and those of the mechanisms that it is like.
fn chain(experiment: &Experiment, mechanism: &Mechanism, nameless: Nameless<'_>) -> String {
    let mut texts = Vec::new();
    let mut next = Some(mechanism);
    // A circle is a mistake, which is told elsewhere.
    while let Some(mechanism) = next.filter(|_| texts.len() <= experiment.mechanisms.len()) {
        texts.push(nameless.patch(&mechanism.patch));
        let like = mechanism.like.as_deref();
        next = like.and_then(|like| experiment.mechanisms.iter().find(|known| known.name == like));
    }
    texts.join("\n\n")
}

fn claims(experiment: &Experiment) -> Vec<String> {
    let arm = |name: &str| experiment.arms.iter().find(|arm| arm.name == name).map_or(0, |arm| arm.key);
    let outcome = |name: &str| experiment.outcomes.iter().find(|o| o.name == name).map_or(0, |o| o.key);
    let fitting = |pattern: &str| {
        let mut keys: Vec<u64> =
            experiment.arms.iter().filter(|arm| fits(pattern, &arm.name)).map(|arm| arm.key).collect();
        keys.sort_unstable();
        keys
    };
    let text = |claim: &crate::experiment::Claim| {
        let said = nameless::claim(&claim.claim, &arm, &fitting, &outcome);
        format!("{} {said} {:?} {:?}", claim.role.word(), claim.at_min, claim.n)
    };
    experiment.claims.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use crate::experiment::{Experiment, declare};
    use crate::said::Said;

    fn experiment(lines: &[(&str, &str)]) -> Experiment {
        declare(&Said::of(lines)).unwrap()
    }

    fn keys(lines: &[(&str, &str)]) -> Vec<(String, u64)> {
        experiment(lines).arms.iter().map(|arm| (arm.name.clone(), arm.key)).collect()
    }

    const DECLARED: [(&str, &str); 3] =
        [("vesicle.young", ""), ("vesicle.aged", ""), ("cell.host.volume", "2000 um^3 [assumed]")];

    #[test]
    fn neither_names_nor_places_enter_a_key() {
        let arms = [
            ("arm.none", ""),
            ("arm.one.inject", "young"),
            ("arm.two.inject", "aged"),
            ("arm.three.inject", "aged"),
            ("arm.three.cell.host.volume", "2100 um^3 [assumed]"),
        ];
        let of = keys(&[&DECLARED[..], &arms[..]].concat());
        let turned = [arms[3], arms[4], arms[2], arms[0], arms[1]];
        let mut permuted = keys(&[&turned[..], &DECLARED[..]].concat());
        permuted.sort();
        let mut sorted = of.clone();
        sorted.sort();
        assert_eq!(permuted, sorted);
        let declared = [("vesicle.a", ""), ("vesicle.b", ""), ("cell.c.volume", "2000 um^3 [assumed]")];
        let renamed = [
            ("arm.w", ""),
            ("arm.x.inject", "a"),
            ("arm.y.inject", "b"),
            ("arm.z.cell.c.volume", "2100 um^3 [assumed]"),
            ("arm.z.inject", "b"),
        ];
        let renamed = keys(&[&declared[..], &renamed[..]].concat());
        let numbers = |keys: &[(String, u64)]| keys.iter().map(|(_, key)| *key).collect::<Vec<_>>();
        assert_eq!(numbers(&of), numbers(&renamed));
        let mut distinct = numbers(&of);
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 4);
    }

    #[test]
    fn arms_that_say_the_same_are_counted_off() {
        let of = keys(&[&DECLARED[..], &[("arm.one.inject", "aged"), ("arm.two.inject", "aged")]].concat());
        assert_ne!(of[0].1, of[1].1);
        let other = keys(&[&DECLARED[..], &[("arm.b.inject", "aged"), ("arm.a.inject", "aged")]].concat());
        assert_eq!((of[0].1, of[1].1), (other[0].1, other[1].1));
    }
}
