//! One written value into items of the map, by its line of the registry.

use crate::grammar::{claim, outcome, points, rule, start};
use crate::map::{Item, Value};
use crate::path::Path;
use crate::registry::{Entry, Kind, Named, Names, Range, SPECIES, find, suggestions};
use crate::said::Literal;
use vesicle_base::quantity::{self, Malformed, Quantity};
use vesicle_base::{Dimension, Place, Problem};

/// A change of the map: `clears` empties everything below a path first, because a whole rule or start was said anew.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Path whose parts are replaced.
    pub clears: Option<Path>,
    /// Items to set.
    pub items: Vec<Item>,
}

/// What a written value stands for, with where it stands.
pub struct Written<'a> {
    /// Path in the map (not in the file: an arm's patch begins at the root).
    pub path: &'a Path,
    /// What stands before that path in the file: `arm.NAME`, `mechanism.NAME`, `quick`, or nothing.
    pub within: &'a [String],
    /// The literal.
    pub literal: &'a Literal,
    /// Place of the key.
    pub key_place: Option<&'a Place>,
    /// Place of the value.
    pub place: Option<&'a Place>,
}

impl Written<'_> {
    /// The path as the file has it.
    fn shown(&self) -> Path {
        Path(self.within.iter().chain(&self.path.0).cloned().collect())
    }

    fn problem(&self, what: impl Into<String>) -> Problem {
        let problem = Problem::new(what);
        match self.place {
            Some(place) => problem.at(place),
            None => problem,
        }
    }

    fn wrong(&self, entry: &Entry) -> Problem {
        self.problem(format!("wrong value of `{}`", self.shown())).expected(entry.expected()).found(format!(
            "{}: {}",
            self.literal.kind(),
            self.literal.shown()
        ))
    }

    fn malformed(&self, text: &str, wrong: &Malformed) -> Problem {
        let mut problem = Problem::new(format!("wrong value of `{}`", self.shown()))
            .expected(&wrong.expected)
            .found(if wrong.found.is_empty() { "nothing" } else { &wrong.found });
        if let Some(place) = self.place {
            let before = text.get(..wrong.offset).unwrap_or(text).chars().count() as u32;
            problem = problem.at(&Place { column: place.column + before, ..place.clone() });
        }
        match &wrong.unit {
            Some(unit) => problem.nearest(unit, vesicle_base::unit::names()),
            None => problem,
        }
    }

    fn item(&self, path: Path, entry: &'static Entry, value: Value) -> Item {
        Item { origin: path.clone(), path, value, entry, place: self.place.cloned() }
    }
}

/// Reads one value.
///
/// # Errors
/// All that is wrong with it.
pub fn interpret(written: &Written<'_>, names: &Names) -> Result<Change, Vec<Problem>> {
    let Some(matched) = find(written.path, names) else {
        return Err(vec![unknown_key(written, names)]);
    };
    let entry = matched.entry;
    match entry.kind {
        Kind::Rule => rule_parts(written, names),
        Kind::Start => start_parts(written, names),
        _ => {
            let value = value(written, entry).map_err(|problem| vec![problem])?;
            Ok(Change { clears: None, items: vec![written.item(written.path.clone(), entry, value)] })
        }
    }
}

fn unknown_key(written: &Written<'_>, names: &Names) -> Problem {
    let (wrong, options) = suggestions(written.path, names);
    let shown: Vec<&str> = options.iter().map(String::as_str).take(8).collect();
    let mut problem = Problem::new(format!("unknown key `{wrong}` in `{}`", written.shown()));
    if !shown.is_empty() {
        problem = problem.expected(crate::registry::listed(shown));
    }
    problem = problem.nearest(&wrong, options.iter().map(String::as_str));
    match written.key_place.or(written.place) {
        Some(place) => problem.at(place),
        None => problem,
    }
}

fn value(written: &Written<'_>, entry: &'static Entry) -> Result<Value, Problem> {
    match (entry.kind, written.literal) {
        (Kind::Quantity(dimension), literal) => {
            number(written, entry, literal, &[dimension]).map(Value::Number)
        }
        (Kind::Concentration, literal) => {
            let allowed = [Dimension::TENSION, Dimension::MASS_PER_VOLUME, Dimension::PER_VOLUME];
            number(written, entry, literal, &allowed).map(Value::Number)
        }
        (Kind::Dose, literal) => {
            let allowed = [Dimension::PER_VOLUME, Dimension::MASS_PER_VOLUME, Dimension::NONE];
            number(written, entry, literal, &allowed).map(Value::Number)
        }
        (Kind::Whole, literal) => {
            let quantity = number(written, entry, literal, &[Dimension::NONE])?;
            if quantity.value.fract() != 0.0 || quantity.value.abs() > 9e15 {
                return Err(written.wrong(entry));
            }
            Ok(Value::Number(quantity))
        }
        (Kind::RuleValue, literal) => number(written, entry, literal, &[]).map(Value::Number),
        (Kind::Words | Kind::Name(_) | Kind::Like | Kind::Table, Literal::Text(text))
            if !text.trim().is_empty() =>
        {
            Ok(Value::Text(text.trim().to_owned()))
        }
        (Kind::Choice(words), Literal::Text(text)) => choice(written, entry, words, text),
        (Kind::Species(_), Literal::Text(text)) => choice(written, entry, SPECIES, text),
        (Kind::Names(Named::Injection), Literal::List(items)) => {
            injected(written, entry, items).map(Value::Names)
        }
        (Kind::Names(_), Literal::List(items)) => names_of(written, entry, items).map(Value::Names),
        (Kind::Names(_), Literal::Text(text)) => Ok(Value::Names(vec![text.trim().to_owned()])),
        (Kind::Claims, Literal::List(items)) => claims(written, entry, items),
        (Kind::Size, Literal::Text(text)) => size(text).map(Value::Size).ok_or_else(|| written.wrong(entry)),
        (Kind::Points, Literal::Text(text)) => {
            points::parse(text).map(Value::Points).ok_or_else(|| written.wrong(entry))
        }
        (Kind::Times, Literal::List(items)) => times(written, entry, items),
        (Kind::Outcome, Literal::Text(text)) if outcome::parse(text).is_some() => {
            Ok(Value::Text(text.clone()))
        }
        _ => Err(written.wrong(entry)),
    }
}

/// A quantity of one of the allowed dimensions (any, when none is named) inside the range of its entry.
fn number(
    written: &Written<'_>,
    entry: &'static Entry,
    literal: &Literal,
    allowed: &[Dimension],
) -> Result<Quantity, Problem> {
    let quantity = match literal {
        Literal::Text(text) => quantity::parse(text).map_err(|wrong| written.malformed(text, &wrong))?,
        Literal::Number(value, _) if value.is_finite() => Quantity::plain(*value),
        _ => return Err(written.wrong(entry)),
    };
    if !allowed.is_empty() && !allowed.contains(&quantity.dimension) {
        return Err(written.wrong(entry));
    }
    in_range(written, entry, &quantity)?;
    if entry.needs_source() && quantity.source.is_none() {
        return Err(written
            .problem(format!("no source for `{}`", written.shown()))
            .expected("a source in brackets at the end, such as `[assumed]`")
            .found(written.literal.shown()));
    }
    Ok(quantity)
}

fn in_range(written: &Written<'_>, entry: &Entry, quantity: &Quantity) -> Result<(), Problem> {
    use vesicle_base::Prior::{LogUniform, Uniform};
    let bounds = match quantity.prior {
        Some(Uniform { low, high } | LogUniform { low, high }) => vec![low, high],
        _ => vec![],
    };
    if entry.range == Range::Any || bounds.into_iter().chain([quantity.value]).all(|v| entry.range.holds(v)) {
        return Ok(());
    }
    Err(written
        .problem(format!("value of `{}` out of range", written.shown()))
        .expected(entry.range.words())
        .found(written.literal.shown()))
}

fn choice(
    written: &Written<'_>,
    entry: &Entry,
    words: &'static [&'static str],
    text: &str,
) -> Result<Value, Problem> {
    if words.contains(&text) {
        return Ok(Value::Text(text.to_owned()));
    }
    Err(written.wrong(entry).nearest(text, words.iter().copied()))
}

fn names_of(
    written: &Written<'_>,
    entry: &Entry,
    items: &[(Literal, Place)],
) -> Result<Vec<String>, Problem> {
    let mut names: Vec<String> = Vec::new();
    for (item, place) in items {
        match item {
            Literal::Text(text) if names.contains(text) => {
                return Err(Problem::new(format!("`{text}` named twice in `{}`", written.shown())).at(place));
            }
            Literal::Text(text) if !text.trim().is_empty() => names.push(text.clone()),
            _ => return Err(written.wrong(entry).at(place)),
        }
    }
    Ok(names)
}

/// What is injected together: something, and `none` only by itself. The order says nothing.
fn injected(
    written: &Written<'_>,
    entry: &Entry,
    items: &[(Literal, Place)],
) -> Result<Vec<String>, Problem> {
    let mut names = names_of(written, entry, items)?;
    let is_none = |(item, _): &&(Literal, Place)| matches!(item, Literal::Text(text) if text == NOTHING);
    if let Some((_, place)) = items.iter().find(is_none).filter(|_| names.len() > 1) {
        let problem = Problem::new(format!("`{NOTHING}` beside others in `{}`", written.shown())).at(place);
        return Err(problem.expected(format!("`{NOTHING}` by itself, or what is injected")));
    }
    if names.is_empty() {
        let problem = written.wrong(entry).found("an empty list");
        return Err(problem.expected(format!("{}, or `{NOTHING}`", entry.expected())));
    }
    names.sort_unstable();
    Ok(names)
}

/// What is injected where nothing is.
const NOTHING: &str = "none";

fn claims(written: &Written<'_>, entry: &Entry, items: &[(Literal, Place)]) -> Result<Value, Problem> {
    for (item, place) in items {
        match item {
            Literal::Text(text) if claim::parse(text).is_some() => {}
            _ => {
                return Err(written.wrong(entry).at(place).expected(claim::EXPECTED).found(item.shown()));
            }
        }
    }
    let text = |item: &(Literal, Place)| match &item.0 {
        Literal::Text(text) => text.clone(),
        other => other.shown(),
    };
    Ok(Value::Names(items.iter().map(text).collect()))
}

fn times(written: &Written<'_>, entry: &'static Entry, items: &[(Literal, Place)]) -> Result<Value, Problem> {
    let mut times = Vec::new();
    for (item, place) in items {
        let one = Written { literal: item, place: Some(place), ..*written };
        let time = number(&one, entry, item, &[Dimension::TIME])?.value;
        if times.last().is_some_and(|last| *last >= time) {
            return Err(one.problem("times out of order").expected("rising times").found(item.shown()));
        }
        times.push(time);
    }
    if times.is_empty() { Err(written.wrong(entry)) } else { Ok(Value::Times(times)) }
}

/// `800 x 200 x 20 um`, in µm; every edge positive.
fn size(text: &str) -> Option<[f64; 3]> {
    points::point(text).filter(|size| size.iter().all(|edge| *edge > 0.0))
}

/// The parts of an exploded string, each under its own path.
fn exploded(written: &Written<'_>, names: &Names, parts: Vec<(&str, Value)>) -> Result<Change, Vec<Problem>> {
    let mut items = Vec::new();
    let mut problems = Vec::new();
    for (part, value) in parts {
        let path = written.path.join(part);
        let Some(matched) = find(&path, names) else { continue };
        if let Value::Number(quantity) = &value {
            if let Err(problem) = in_range(&Written { path: &path, ..*written }, matched.entry, quantity) {
                problems.push(problem);
            }
            if matched.entry.needs_source() && quantity.source.is_none() {
                problems.push(
                    written
                        .problem(format!("no source for `{}`", written.shown()))
                        .expected("a source in brackets at the end of the line, such as `[assumed]`")
                        .found(written.literal.shown()),
                );
                break;
            }
        }
        items.push(written.item(path, matched.entry, value));
    }
    if problems.is_empty() { Ok(Change { clears: Some(written.path.clone()), items }) } else { Err(problems) }
}

fn rule_parts(written: &Written<'_>, names: &Names) -> Result<Change, Vec<Problem>> {
    let Literal::Text(text) = written.literal else {
        return Err(vec![
            written
                .problem(format!("wrong value of `{}`", written.shown()))
                .expected(rule::EXPECTED)
                .found(written.literal.shown()),
        ]);
    };
    let said = rule::parse(text).map_err(|wrong| vec![written.malformed(text, &wrong)])?;
    let direction = if said.rises { "increases" } else { "decreases" };
    exploded(
        written,
        names,
        vec![
            ("cell", Value::Text(said.cell)),
            ("signal", Value::Text(said.signal)),
            ("direction", Value::Text(direction.to_owned())),
            ("behaviour", Value::Text(said.behaviour)),
            ("maximum", Value::Number(said.maximum)),
            ("half", Value::Number(said.half)),
            ("hill", Value::Number(said.hill)),
        ],
    )
}

fn start_parts(written: &Written<'_>, names: &Names) -> Result<Change, Vec<Problem>> {
    let Literal::Text(text) = written.literal else {
        return Err(vec![
            written
                .problem(format!("wrong value of `{}`", written.shown()))
                .expected(start::EXPECTED)
                .found(written.literal.shown()),
        ]);
    };
    let said = start::parse(text).map_err(|wrong| vec![written.malformed(text, &wrong)])?;
    exploded(written, names, parts_of_start(said))
}

/// The parts under their keys.
fn parts_of_start(said: start::StartText) -> Vec<(&'static str, Value)> {
    use start::StartText as S;
    let text = |word: &str| Value::Text(word.to_owned());
    let (how, mut parts, ball) = match said {
        S::None => ("none", vec![], None),
        S::Density(q, ball) => ("random", vec![("density", Value::Number(q))], ball),
        S::PerVolume(q, ball) => ("random", vec![("per_volume", Value::Number(q))], ball),
        S::Count(n, ball) => ("random", vec![("count", Value::Number(Quantity::plain(n)))], ball),
        S::Side { side, every } => {
            ("side", vec![("side", text(&side)), ("every", Value::Number(every))], None)
        }
        S::Lattice { is_square, every, within } => {
            let how = if is_square { "square lattice" } else { "lattice" };
            (how, vec![("every", Value::Number(every))], within)
        }
        S::Line { through_um, every } => {
            ("line", vec![("through", Value::Points(through_um)), ("every", Value::Number(every))], None)
        }
        S::Table(name) => ("table", vec![("from", text(&name))], None),
    };
    parts.insert(0, ("how", text(how)));
    if let Some(ball) = ball {
        parts.push(("within", Value::Number(ball.radius)));
        parts.extend(ball.of_um.map(|of| ("of", Value::Points(vec![of]))));
    }
    parts
}
