//! What a file says, with numbers in place of the names that it declares: what chance and order are keyed by, so that
//! neither a name nor its place in the file changes a result.

use crate::experiment::Patch;
use crate::grammar::claim::ClaimText;
use crate::grammar::outcome::OutcomeText;
use crate::map::{Item, Value};
use crate::path::Path;
use crate::registry::Names;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Words as they stand.
    Words(String),
    /// A declared name: its list among [`LISTS`] and its place there; several where lists share a name.
    Name(Vec<(usize, usize)>),
}

/// Declared names list by list: what pattern of the registry stands for each.
pub(crate) const LISTS: [&str; 5] = ["<cell>", "<field>", "<vesicle>", "<molecule>", "<rule>"];
const RULES: usize = 4;

/// The names of each of [`LISTS`].
pub(crate) fn lists(names: &Names) -> [&Vec<String>; 5] {
    [&names.cells, &names.fields, &names.vesicles, &names.molecules, &names.rules]
}

/// A path in pieces: only where the registry has a name does one stand.
pub(crate) fn path(path: &Path, pattern: &str, names: &Names) -> Vec<Piece> {
    let known = |list: usize, segment: &String| lists(names)[list].iter().position(|name| name == segment);
    let piece = |(part, segment): (&str, &String)| {
        let list = LISTS.iter().position(|list| *list == part);
        let found = list.and_then(|list| Some((list, known(list, segment)?)));
        found.map_or_else(|| Piece::Words(segment.clone()), |found| Piece::Name(vec![found]))
    };
    pattern.split('.').zip(&path.0).map(piece).collect()
}

/// A text in pieces: declared names of any list but that of rules, the longest first, where they are whole words.
pub(crate) fn text(text: &str, names: &Names) -> Vec<Piece> {
    let (mut pieces, mut words, mut rest) = (Vec::new(), String::new(), text);
    let mut is_start = true;
    while let Some(first) = rest.chars().next() {
        if let Some(name) = is_start.then(|| name_at(rest, names)).flatten() {
            pieces.push(Piece::Words(std::mem::take(&mut words)));
            pieces.push(Piece::Name(places(name, names)));
            rest = &rest[name.len()..];
            is_start = false;
            continue;
        }
        words.push(first);
        is_start = is_boundary(first);
        rest = &rest[first.len_utf8()..];
    }
    pieces.push(Piece::Words(words));
    pieces.retain(|piece| *piece != Piece::Words(String::new()));
    pieces
}

fn is_boundary(c: char) -> bool {
    matches!(c, ' ' | ',')
}

/// The longest declared name with which a text begins.
fn name_at<'a>(text: &'a str, names: &Names) -> Option<&'a str> {
    let ends = |name: &&String| text[name.len()..].chars().next().is_none_or(is_boundary);
    let all = lists(names).into_iter().take(RULES).flatten();
    let fitting = all.filter(|name| text.starts_with(name.as_str())).filter(ends);
    fitting.map(String::len).max().map(|length| &text[..length])
}

fn places(name: &str, names: &Names) -> Vec<(usize, usize)> {
    let at = |(list, names): (usize, &Vec<String>)| {
        names.iter().position(|known| known == name).map(|at| (list, at))
    };
    lists(names).into_iter().enumerate().take(RULES).filter_map(at).collect()
}

/// Numbers in place of declared names.
#[derive(Clone, Copy)]
pub(crate) struct Nameless<'a> {
    /// The names in their order.
    pub names: &'a Names,
    /// Number of what each rule says.
    pub rules: &'a [u64],
}

impl Nameless<'_> {
    /// A text.
    pub fn text(&self, said: &str) -> String {
        let number = |(list, at): &(usize, usize)| format!("#{list}.{at}");
        let shown = |piece: Piece| match piece {
            Piece::Words(words) => words,
            Piece::Name(places) => places.iter().map(number).collect::<Vec<_>>().join("+"),
        };
        text(said, self.names).into_iter().map(shown).collect()
    }

    /// The segments of an address: what a number counts is said by those before it.
    pub fn segments(&self, item: &Path, pattern: &str) -> Vec<String> {
        let number = |(list, at): &(usize, usize)| match *list {
            RULES => format!("#{}", self.rules.get(*at).copied().unwrap_or(0)),
            _ => format!("#{at}"),
        };
        let shown = |piece: Piece| match piece {
            Piece::Words(words) => words,
            Piece::Name(places) => places.iter().map(number).collect(),
        };
        path(item, pattern, self.names).into_iter().map(shown).collect()
    }

    fn path(&self, item: &Path, pattern: &str) -> String {
        self.segments(item, pattern).join(".")
    }

    fn value(&self, value: &Value) -> String {
        let Value::Names(names) = value else { return self.text(&value.text()) };
        let mut names: Vec<String> = names.iter().map(|name| self.text(name)).collect();
        names.sort_unstable();
        names.join(", ")
    }

    /// All that a patch says, in no order.
    pub fn patch(&self, patch: &Patch) -> String {
        let mut lines: Vec<String> = Vec::new();
        for change in &patch.changes {
            lines.extend(change.clears.iter().map(|cleared| format!("{} anew", self.cleared(cleared))));
            let line = |item: &Item| {
                format!("{} = {}", self.path(&item.path, item.entry.pattern), self.value(&item.value))
            };
            lines.extend(change.items.iter().map(line));
        }
        lines.sort_unstable();
        lines.join("\n")
    }

    /// A rule or a start that is said anew.
    fn cleared(&self, cleared: &Path) -> String {
        let pattern = match cleared.segments().as_slice() {
            ["rule", _] => "rule.<rule>",
            ["cell", _, _] => "cell.<cell>.start",
            _ => return cleared.to_string(),
        };
        self.path(cleared, pattern)
    }

    /// What is counted.
    pub fn outcome(&self, what: &OutcomeText) -> String {
        let at = |list: &[String], name: &str| list.iter().position(|known| known == name);
        let kind = what.kind().and_then(|kind| at(&self.names.cells, kind));
        match what {
            OutcomeText::AreaFraction { .. } => format!("area {kind:?}"),
            OutcomeText::Count { live, in_section, .. } => format!("count {kind:?} {live} {in_section}"),
            OutcomeText::PerfusedVolume => "perfused".to_owned(),
            OutcomeText::FieldMean { field } => format!("mean {:?}", at(&self.names.fields, field)),
            OutcomeText::Repression { program, .. } => format!("repression of {program} {kind:?}"),
            OutcomeText::TakenUp { .. } => format!("taken up {kind:?}"),
            OutcomeText::Labelled { .. } => format!("labelled {kind:?}"),
        }
    }
}

/// What a claim says, arms and outcomes by number.
pub(crate) fn claim(
    claim: &ClaimText,
    arm: &dyn Fn(&str) -> u64,
    fitting: &dyn Fn(&str) -> Vec<u64>,
    outcome: &dyn Fn(&str) -> u64,
) -> String {
    let gap = |gap: &(String, String)| (arm(&gap.0), arm(&gap.1));
    match claim {
        ClaimText::Chain { outcome: of, pairs } => {
            let pairs: Vec<_> = pairs.iter().map(|p| (arm(&p.left), p.order, arm(&p.right))).collect();
            format!("chain {} {pairs:?}", outcome(of))
        }
        ClaimText::Gap { outcome: of, wider, narrower } => {
            format!("gap {} {:?} {:?}", outcome(of), gap(wider), gap(narrower))
        }
        ClaimText::SomeOf { outcome: of, pattern, pattern_is_lower, order, arm: than } => {
            let arms = fitting(pattern);
            format!("some {} {arms:?} {pattern_is_lower} {order:?} {}", outcome(of), arm(than))
        }
        ClaimText::Before { arm: falls, than, first, later } => {
            format!("before {} {} {} {}", arm(falls), arm(than), outcome(first), outcome(later))
        }
        ClaimText::Fills { outcome: of, arm: filled } => format!("fills {} {}", outcome(of), arm(filled)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_several_words_are_found_where_they_are_whole() {
        let names = Names {
            cells: vec!["big cell".to_owned(), "big".to_owned()],
            molecules: vec!["wnt".to_owned()],
            ..Names::default()
        };
        let words = |words: &str| Piece::Words(words.to_owned());
        let name = |list, at| Piece::Name(vec![(list, at)]);
        assert_eq!(text("contact with big cell", &names), [words("contact with "), name(0, 0)]);
        assert_eq!(text("big, wnt", &names), [name(0, 1), words(", "), name(3, 0)]);
        assert_eq!(text("bigger wntless", &names), [words("bigger wntless")]);
        assert_eq!(text("", &names), []);
    }
}
