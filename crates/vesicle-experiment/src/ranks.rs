//! The order of declared names: by what is said of them, so that neither a name nor its place in the file matters.
//!
//! Names are parted step by step, each step only where the one before left some alike: by where they are declared (a base
//! before mechanisms before arms), by what their own block says, by what else the base says of them, by what mechanisms
//! say, then arms, and last by numbers. In a step, more said comes first, then the order of the text, in which other
//! names count by the rank that they have so far; this is repeated until nothing is parted (colour refinement). Names that
//! nothing parts can change places without changing what the file says; they stay as they stand there.
//!
//! Test: `what_is_said_of_a_name_ranks_it` and those of `vesicle/tests/order.rs`.

use crate::experiment::{Experiment, Patch};
use crate::keys::counted_off;
use crate::map::{Item, Value};
use crate::nameless::{self, LISTS, Piece};
use crate::registry::Names;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Where something is said.
const BASE: u8 = 0;
const MECHANISM: u8 = 1;
const ARM: u8 = 2;

/// What is said together: a line of the base, a rule of the base, a patch.
struct Statement {
    layer: u8,
    lines: Vec<Line>,
}

/// One value.
struct Line {
    path: Vec<Piece>,
    /// Names and words of the value.
    said: Vec<Vec<Piece>>,
    /// A value that names nothing.
    number: String,
}

/// A name: its list and its place there.
type Name = (usize, usize);

/// The ranks of all names within their lists.
type Ranks = BTreeMap<Name, usize>;

/// How much of a statement counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Paths of a name's own block.
    Own,
    /// Paths and names in values.
    Words,
    /// Numbers too.
    Numbers,
}

/// Declared names in order of what is said of them; with the number of what each rule says in the first place where it
/// is declared.
pub(crate) fn ranked(experiment: &Experiment) -> (Names, Vec<u64>) {
    let names = &experiment.names;
    let statements = statements(experiment);
    let mut ranks = declared(names, &statements);
    let steps = [
        (BASE, Depth::Own),
        (BASE, Depth::Words),
        (MECHANISM, Depth::Words),
        (ARM, Depth::Words),
        (ARM, Depth::Numbers),
    ];
    for (layer, depth) in steps {
        let upto: Vec<&Statement> = statements.iter().filter(|said| said.layer <= layer).collect();
        while part(&mut ranks, &upto, depth) {}
    }
    let mut sorted = names.clone();
    let lists = [
        &mut sorted.cells,
        &mut sorted.fields,
        &mut sorted.vesicles,
        &mut sorted.molecules,
        &mut sorted.rules,
    ];
    for ((list, known), sorted) in nameless::lists(names).into_iter().enumerate().zip(lists) {
        let mut places: Vec<usize> = (0..known.len()).collect();
        places.sort_by_key(|at| ranks[&(list, *at)]);
        *sorted = places.iter().map(|at| known[*at].clone()).collect();
    }
    let rules = rule_numbers(names, &sorted, &statements, &ranks);
    (sorted, rules)
}

/// Ranks by list and by the first layer that speaks of a name.
fn declared(names: &Names, statements: &[Statement]) -> Ranks {
    let mut first: BTreeMap<Name, u8> = BTreeMap::new();
    for statement in statements {
        for name in statement.lines.iter().flat_map(|line| names_in(&line.path)) {
            let layer = first.entry(name).or_insert(ARM);
            *layer = statement.layer.min(*layer);
        }
    }
    let lists = nameless::lists(names).into_iter().enumerate();
    let all: Vec<Name> = lists.flat_map(|(list, names)| (0..names.len()).map(move |at| (list, at))).collect();
    let layer = |name: &Name| first.get(name).copied().unwrap_or(BASE);
    let rank =
        |name: &Name| all.iter().filter(|other| other.0 == name.0 && layer(other) < layer(name)).count();
    all.iter().map(|name| (*name, rank(name))).collect()
}

fn names_in(pieces: &[Piece]) -> impl Iterator<Item = Name> {
    pieces
        .iter()
        .filter_map(|piece| if let Piece::Name(places) = piece { Some(places) } else { None })
        .flatten()
        .copied()
}

/// Parts names of one rank by what is said of them; whether any were.
fn part(ranks: &mut Ranks, statements: &[&Statement], depth: Depth) -> bool {
    let mut alike: BTreeMap<(usize, usize), Vec<Name>> = BTreeMap::new();
    ranks.iter().for_each(|(name, rank)| alike.entry((name.0, *rank)).or_default().push(*name));
    let before = ranks.clone();
    let mut has_parted = false;
    for ((_, rank), group) in alike.into_iter().filter(|(_, group)| group.len() > 1) {
        let mut said: Vec<(Reverse<usize>, Vec<String>, Name)> = group
            .into_iter()
            .map(|name| {
                let mut of: Vec<String> =
                    statements.iter().filter_map(|statement| statement.about(name, &before, depth)).collect();
                of.sort_unstable();
                (Reverse(of.len()), of, name)
            })
            .collect();
        said.sort();
        let mut now = rank;
        for (at, one) in said.iter().enumerate() {
            if at > 0 && (one.0, &one.1) != (said[at - 1].0, &said[at - 1].1) {
                now = rank + at;
                has_parted = true;
            }
            ranks.insert(one.2, now);
        }
    }
    has_parted
}

impl Statement {
    /// What it says of a name; `None` where it does not speak of it.
    fn about(&self, name: Name, ranks: &Ranks, depth: Depth) -> Option<String> {
        let is_own = |line: &Line| names_in(&line.path).next() == Some(name);
        let speaks = |line: &Line| {
            let words = || line.said.iter().flat_map(|said| names_in(said));
            names_in(&line.path).chain(words()).any(|other| other == name)
        };
        let is_about =
            if depth == Depth::Own { self.lines.iter().any(is_own) } else { self.lines.iter().any(speaks) };
        let said = |line: &Line| line.told(name, ranks, depth);
        let mut lines: Vec<String> = self.lines.iter().filter(|_| is_about).map(said).collect();
        lines.sort_unstable();
        is_about.then(|| lines.join("\n"))
    }
}

impl Line {
    /// The line as one name sees it: itself without a number, others by their rank, or in its own block as some name.
    fn told(&self, me: Name, ranks: &Ranks, depth: Depth) -> String {
        let other = |name: &Name| match name {
            _ if *name == me => "@".to_owned(),
            _ if depth == Depth::Own => format!("#{}", LISTS[name.0]),
            _ => format!("#{}.{:04}", name.0, ranks[name]),
        };
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Name(names) => names.iter().map(other).collect::<Vec<_>>().join("+"),
        };
        let shown = |pieces: &Vec<Piece>| pieces.iter().map(piece).collect::<Vec<_>>().join("\u{1f}");
        let mut told = shown(&self.path);
        if depth != Depth::Own {
            let mut said: Vec<String> = self.said.iter().map(shown).collect();
            said.sort_unstable();
            told = format!("{told} = {}", said.join("\u{1e}"));
        }
        if depth == Depth::Numbers {
            told.push_str(&self.number);
        }
        told
    }
}

fn statements(experiment: &Experiment) -> Vec<Statement> {
    let names = &experiment.names;
    let (mut all, mut rules) = (Vec::new(), BTreeMap::<&str, Vec<Line>>::new());
    for item in experiment.base.items().iter().filter(|item| is_of_model(item)) {
        match item.path.segments().as_slice() {
            ["rule", rule, ..] => rules.entry(rule).or_default().push(line(item, names)),
            _ => all.push(Statement { layer: BASE, lines: vec![line(item, names)] }),
        }
    }
    all.extend(rules.into_values().map(|lines| Statement { layer: BASE, lines }));
    let patch = |layer: u8| {
        move |patch: &Patch| Statement { layer, lines: patch.items().map(|item| line(item, names)).collect() }
    };
    all.push(patch(MECHANISM)(&experiment.quick));
    all.extend(experiment.mechanisms.iter().map(|mechanism| patch(MECHANISM)(&mechanism.patch)));
    all.extend(experiment.arms.iter().map(|arm| patch(ARM)(&arm.patch)));
    all
}

/// Whether a run depends on an item: claims, outcomes and sources rank no name.
fn is_of_model(item: &Item) -> bool {
    item.entry.role != crate::registry::Role::After
}

fn line(item: &Item, names: &Names) -> Line {
    let path = nameless::path(&item.path, item.entry.pattern, names);
    let (said, number) = match &item.value {
        Value::Text(text) => (vec![nameless::text(text, names)], String::new()),
        Value::Names(list) => (list.iter().map(|text| nameless::text(text, names)).collect(), String::new()),
        Value::Number(quantity) => (Vec::new(), format!("{} ({})", quantity.text(), quantity.prior_text())),
        value => (Vec::new(), value.text()),
    };
    Line { path, said, number }
}

/// The number of what each rule says, in their order: its cell, signal, direction and behaviour where it is declared
/// first, no numbers. Rules that say the same are counted off.
fn rule_numbers(names: &Names, sorted: &Names, statements: &[Statement], ranks: &Ranks) -> Vec<u64> {
    let text = |rule: &String| {
        let at = names.rules.iter().position(|known| known == rule).unwrap_or(0);
        said_of_rule((LISTS.len() - 1, at), statements, ranks)
    };
    counted_off(sorted.rules.iter().map(text))
}

fn said_of_rule(rule: Name, statements: &[Statement], ranks: &Ranks) -> String {
    let is_own = |line: &&Line| names_in(&line.path).next() == Some(rule);
    let of = |layer: u8| {
        let here = statements.iter().filter(move |said| said.layer == layer);
        let mut texts: Vec<String> = here
            .map(|said| {
                let own = said.lines.iter().filter(is_own);
                let mut lines: Vec<String> = own.map(|line| line.told(rule, ranks, Depth::Words)).collect();
                lines.sort_unstable();
                lines.join("\n")
            })
            .filter(|text| !text.is_empty())
            .collect();
        texts.sort_unstable();
        texts.dedup();
        texts.join("\n\n")
    };
    [BASE, MECHANISM, ARM].into_iter().map(of).find(|text| !text.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::experiment::{Experiment, declare};
    use crate::said::Said;

    fn experiment(lines: &[(&str, &str)]) -> Experiment {
        declare(&Said::of(lines)).unwrap()
    }

    const PARTED: [(&str, &str); 8] = [
        ("cell.less.cycle", "1 /h [assumed]"),
        ("cell.more.cycle", "1 /h [assumed]"),
        ("cell.more.apoptosis", "1e-4 /h [assumed]"),
        ("field.plain", ""),
        ("field.read", ""),
        ("rule.one", "less: read increases cycle entry to 2 /h, half 1, hill 1 [assumed]"),
        ("rule.two", "more: pressure decreases cycle entry to 0 /h, half 1, hill 1 [assumed]"),
        ("mechanism.m.cell.late.cycle", "1 /h [assumed]"),
    ];

    #[test]
    fn what_is_said_of_a_name_ranks_it() {
        let of = experiment(&PARTED);
        assert_eq!(of.names.cells, ["more", "less", "late"]);
        assert_eq!(of.names.fields, ["read", "plain"]);
        let mut turned = PARTED;
        turned.reverse();
        let turned = experiment(&turned);
        assert_eq!(of.names, turned.names);
        assert_eq!(of.rule_numbers, turned.rule_numbers);
        let renamed: Vec<(String, String)> = PARTED
            .iter()
            .map(|(path, text)| {
                let renamed =
                    |text: &str| text.replace("less", "a").replace("more", "z").replace("read", "q");
                (renamed(path).replace("one", "y"), renamed(text))
            })
            .collect();
        let renamed: Vec<(&str, &str)> =
            renamed.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let renamed = experiment(&renamed);
        assert_eq!(renamed.names.cells, ["z", "a", "late"]);
        assert_eq!(renamed.rule_numbers, of.rule_numbers);
    }

    /// Two kinds that differ in a number alone, and two that differ in what arms give them alone.
    #[test]
    fn numbers_and_arms_part_what_nothing_else_does() {
        let kinds = [("cell.a.cycle", "1 /h [assumed]"), ("cell.b.cycle", "2 /h [assumed]")];
        assert_eq!(experiment(&kinds).names, experiment(&[kinds[1], kinds[0]]).names);
        let same = [("cell.a.cycle", "1 /h [assumed]"), ("cell.b.cycle", "1 /h [assumed]")];
        let arm = ("arm.x.cell.b.apoptosis", "1e-4 /h [assumed]");
        assert_eq!(experiment(&[same[0], same[1], arm]).names.cells, ["b", "a"]);
        assert_eq!(experiment(&[arm, same[1], same[0]]).names.cells, ["b", "a"]);
    }

    #[test]
    fn a_rule_keeps_its_number_whatever_else_is_said() {
        let of = experiment(&PARTED);
        let number = |of: &Experiment, rule: &str| {
            of.names.rules.iter().position(|known| known == rule).map(|at| of.rule_numbers[at]).unwrap()
        };
        let more = ("rule.three", "more: pressure increases apoptosis to 1 /h, half 1, hill 1 [assumed]");
        let later = experiment(&[&[more], &PARTED[..]].concat());
        assert_eq!(number(&of, "two"), number(&later, "two"));
        let again = ("rule.again", PARTED[6].1);
        let twice = experiment(&[&PARTED[..], &[again]].concat());
        assert_ne!(number(&twice, "two"), number(&twice, "again"), "counted off");
    }
}
