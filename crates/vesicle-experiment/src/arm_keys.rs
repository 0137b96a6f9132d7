//! What the chance of an arm is keyed by: what it says, so that neither its place in the file nor a name changes a number.
//!
//! Every declared name counts by its number, and lines in no order. An arm keeps its chance under every mechanism, draw
//! and changed value, and whatever else stands in the file. Arms that say different things are independent, also where
//! their runs come out alike; those that say the same are counted off in order of the file.
//!
//! Test: `the_order_of_arms_mechanisms_and_tables_is_nobodys_business` of the command line.

use crate::experiment::{Arm, Experiment};
use crate::map::Value;
use crate::path::Path;
use std::collections::BTreeMap;
use vesicle_base::random::mix_seed;

/// One key for each arm of the file.
pub fn arm_keys(experiment: &Experiment) -> Vec<u64> {
    let nameless = Nameless::of(experiment);
    let mut said: BTreeMap<String, u64> = BTreeMap::new();
    let key = |arm: &Arm| {
        let text = nameless.patch(arm);
        let number = crate::map::number_of(&[&text]);
        let alike = said.entry(text).or_default();
        *alike += 1;
        mix_seed(&[number, *alike])
    };
    experiment.arms.iter().map(key).collect()
}

/// Numbers in place of declared names.
struct Nameless<'a> {
    experiment: &'a Experiment,
    /// Rules that are declared outside arms.
    rules: Vec<&'a str>,
}

impl<'a> Nameless<'a> {
    fn of(experiment: &'a Experiment) -> Self {
        let mechanisms = experiment.mechanisms.iter().flat_map(|mechanism| mechanism.patch.items());
        let mut rules: Vec<&str> = Vec::new();
        for item in experiment.base.items().iter().chain(experiment.quick.items()).chain(mechanisms) {
            if let ["rule", name, ..] = item.path.segments().as_slice()
                && !rules.contains(name)
            {
                rules.push(name);
            }
        }
        Self { experiment, rules }
    }

    fn name(&self, name: &str) -> Option<String> {
        let names = &self.experiment.names;
        let lists = [&names.cells, &names.fields, &names.vesicles, &names.molecules];
        let at = |(list, names): (usize, &&Vec<String>)| {
            names.iter().position(|known| known == name).map(|at| format!("#{list}.{at}"))
        };
        lists.iter().enumerate().find_map(at)
    }

    /// Every declared name in a text by its number, whether it is the whole or a word of it.
    fn text(&self, text: &str) -> String {
        if let Some(number) = self.name(text) {
            return number;
        }
        let mut nameless = String::new();
        for part in text.split_inclusive([' ', ',']) {
            let word = part.trim_end_matches([' ', ',']);
            nameless.push_str(self.name(word).as_deref().unwrap_or(word));
            nameless.push_str(&part[word.len()..]);
        }
        nameless
    }

    fn value(&self, value: &Value) -> String {
        let Value::Names(names) = value else { return self.text(&value.text()) };
        let mut names: Vec<String> = names.iter().map(|name| self.text(name)).collect();
        names.sort_unstable();
        names.join(", ")
    }

    fn path(&self, path: &Path) -> String {
        let rule = |name: &str| match self.rules.iter().position(|known| *known == name) {
            Some(at) => format!("#rule.{at}"),
            None => "#rule".to_owned(),
        };
        let is_rule = path.starts_with(&["rule"]);
        let segment = |(at, segment): (usize, &str)| match at {
            1 if is_rule => rule(segment),
            _ => self.name(segment).unwrap_or_else(|| segment.to_owned()),
        };
        path.segments().into_iter().enumerate().map(segment).collect::<Vec<_>>().join(".")
    }

    fn patch(&self, arm: &Arm) -> String {
        let mut lines: Vec<String> = Vec::new();
        for change in &arm.patch.changes {
            lines.extend(change.clears.iter().map(|cleared| format!("{} anew", self.path(cleared))));
            let set = change.items.iter();
            lines.extend(set.map(|item| format!("{} = {}", self.path(&item.path), self.value(&item.value))));
        }
        lines.sort_unstable();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use crate::experiment::{Experiment, declare};
    use crate::path::Path;
    use crate::said::{Literal, Said, SaidEntry};
    use vesicle_base::Place;

    fn experiment(lines: &[(&str, &str)]) -> Experiment {
        let place = Place { file: "x.toml".to_owned(), line: 1, column: 1 };
        let entry = |(path, text): &(&str, &str)| SaidEntry {
            path: Path::of(path.split('.')),
            literal: if text.is_empty() { Literal::EmptyTable } else { Literal::Text((*text).to_owned()) },
            key_place: place.clone(),
            place: place.clone(),
        };
        let said = Said { file: "x.toml".to_owned(), entries: lines.iter().map(entry).collect() };
        declare(&said).unwrap()
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
