//! A protocol file: the dose, isolations, rotors, the medium, a Ct, what was reported, sources.

use crate::failure::Failure;
use std::collections::BTreeMap;
use std::path::Path;
use vesicle_base::{Place, Problem};
use vesicle_dose::ledger::parameters::{self, SOURCES, read};
use vesicle_dose::ledger::{Name, Said};
use vesicle_dose::sheet::Reported;
use vesicle_experiment::said::{Literal, SaidEntry};

/// Most bytes of a protocol file.
const FILE_BYTES: u64 = 1 << 20;

/// A text with its place.
pub type Told = (String, Place);

/// What a protocol file said.
#[derive(Clone, Debug, Default)]
pub struct Protocol {
    /// Its name and the sum of its bytes, where there is a file.
    pub input: Option<(String, String)>,
    /// What it is about.
    pub title: String,
    /// The miRNA.
    pub mirna: Option<String>,
    /// The table of cargo.
    pub cargo: Option<String>,
    /// The dose.
    pub said: Said,
    /// Isolations by name, in order: their steps.
    pub isolations: Vec<(String, Vec<Told>)>,
    /// Rotors by name, in order.
    pub rotors: Vec<(String, Told)>,
    /// The medium and the vesicles in it.
    pub medium: BTreeMap<String, Told>,
    /// A Ct and what makes copies of it.
    pub ct: BTreeMap<String, Told>,
    /// Lines of the quality sheet.
    pub reported: Reported,
    /// Sources in full, by their keys.
    pub sources: BTreeMap<String, String>,
}

/// Keys of `[medium]`.
pub const MEDIUM: [&str; 4] = ["density", "viscosity", "vesicle_density", "vesicle_size"];
/// Keys of `[ct]`.
pub const CT: [&str; 7] =
    ["value", "curve", "spike_value", "spike_copies", "efficiency", "particles", "replicates"];
const SECTIONS: [&str; 7] = ["dose", "isolation", "rotor", "medium", "ct", "report", "source"];
const WORDS: [&str; 3] = ["title", "mirna", "cargo"];

/// Reads a protocol file, standard input for `-`, or nothing.
///
/// # Errors
/// Every key and value that is wrong, with its place.
pub fn read_file(path: Option<&Path>) -> Result<Protocol, Failure> {
    let Some(path) = path else { return Ok(Protocol::default()) };
    let (name, text) = text(path)?;
    let file = vesicle_files::experiment::parse(&name, &text)?;
    let mut out = Protocol::default();
    let mut problems = Vec::new();
    let mut used = Vec::new();
    for entry in &file.entries {
        if let Err(found) = out.take(entry, &mut used) {
            problems.extend(found);
        }
    }
    problems.extend(used.iter().filter_map(|(key, place)| out.undefined(key, place)));
    let file = name.rsplit(['/', '\\']).next().unwrap_or(&name).to_owned();
    out.input = Some((file, vesicle_files::sha256(text.as_bytes())));
    if problems.is_empty() { Ok(out) } else { Err(Failure::Input(problems)) }
}

/// The text of a file, or of standard input for `-`, with the name to tell people.
///
/// # Errors
/// What cannot be read, or is too long, or is no text.
pub fn text(path: &Path) -> Result<(String, String), Failure> {
    if path.as_os_str() != "-" {
        return Ok((path.display().to_string(), vesicle_files::bounded::text(path, FILE_BYTES)?));
    }
    let mut bytes = Vec::new();
    let mut stream = std::io::Read::take(std::io::stdin().lock(), FILE_BYTES + 1);
    std::io::Read::read_to_end(&mut stream, &mut bytes)
        .map_err(|error| Problem::new(format!("standard input not readable ({error})")))?;
    if bytes.len() as u64 > FILE_BYTES {
        let problem = Problem::new("standard input too long");
        return Err(problem.expected(format!("at most {FILE_BYTES} bytes")).into());
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Problem::new("standard input is not UTF-8").expected("a TOML file as text"))?;
    Ok(("standard input".to_owned(), text))
}

impl Protocol {
    fn take(&mut self, entry: &SaidEntry, used: &mut Vec<Told>) -> Result<(), Vec<Problem>> {
        let segments = entry.path.segments();
        match segments.as_slice() {
            ["title"] => self.title = words(entry)?,
            ["mirna"] => self.mirna = Some(words(entry)?),
            ["cargo"] => self.cargo = Some(words(entry)?),
            ["dose", key] => {
                let name = Name::find(key).map_err(|problem| vec![problem.at(&entry.key_place)])?;
                let quantity =
                    read(name, &words(entry)?).map_err(|problem| vec![problem.at(&entry.place)])?;
                used.extend(quantity.source.clone().map(|source| (source, entry.place.clone())));
                self.said.insert(name, quantity);
            }
            ["isolation", name] => self.isolations.push(((*name).to_owned(), steps(entry)?)),
            ["rotor", name] => {
                self.rotors.push(((*name).to_owned(), (words(entry)?, entry.place.clone())));
            }
            ["medium", key] => keep(&mut self.medium, key, &MEDIUM, entry)?,
            ["ct", key] => keep(&mut self.ct, key, &CT, entry)?,
            ["report", key] => {
                vesicle_dose::sheet::known(key).map_err(|problem| vec![problem.at(&entry.key_place)])?;
                self.reported.insert((*key).to_owned(), words(entry)?);
            }
            ["source", key] => drop(self.sources.insert((*key).to_owned(), words(entry)?)),
            _ => return Err(vec![unknown(entry)]),
        }
        Ok(())
    }

    /// A source that is named and nowhere told.
    fn undefined(&self, key: &str, place: &Place) -> Option<Problem> {
        let ours = SOURCES.iter().map(|(name, _)| *name);
        let known = |key: &str| {
            key == "assumed" || self.sources.contains_key(key) || ours.clone().any(|name| name == key)
        };
        let names = self.sources.keys().map(String::as_str).chain(ours.clone()).chain(["assumed"]);
        (!known(key)).then(|| {
            Problem::new(format!("undefined source `{key}`"))
                .at(place)
                .expected("`[assumed]`, or a key of [source]")
                .nearest(key, names)
        })
    }
}

fn unknown(entry: &SaidEntry) -> Problem {
    let key = entry.path.to_string();
    let segments = entry.path.segments();
    let numbers = parameters::all().map(|name| format!("dose.{}", name.parameter().name));
    let mut names: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).chain(numbers).collect();
    names.extend(MEDIUM.iter().map(|key| format!("medium.{key}")));
    names.extend(CT.iter().map(|key| format!("ct.{key}")));
    let problem = Problem::new(format!("unknown key `{key}`")).at(&entry.key_place);
    let problem = problem.expected(format!("{}, or a key of [{}]", WORDS.join(", "), SECTIONS.join("], [")));
    // A number outside its section, or a slip in the name of a section.
    match names.iter().find(|name| name.strip_prefix("dose.") == Some(key.as_str())) {
        Some(whole) => Problem { nearest: Some(whole.clone()), ..problem },
        None if segments.len() > 1 && !SECTIONS.contains(&segments[0]) => {
            problem.nearest(segments[0], SECTIONS)
        }
        None => problem.nearest(&key, names.iter().map(String::as_str)),
    }
}

fn wrong(entry: &SaidEntry, expected: &str) -> Vec<Problem> {
    let problem = Problem::new(format!("wrong `{}`", entry.path)).at(&entry.place);
    vec![problem.expected(expected).found(entry.literal.kind())]
}

/// A text, or a number as its text.
fn words(entry: &SaidEntry) -> Result<String, Vec<Problem>> {
    match &entry.literal {
        Literal::Text(text) | Literal::Number(_, text) => Ok(text.clone()),
        _ => Err(wrong(entry, "text, such as `\"5 h\"`")),
    }
}

/// Steps as a list of texts, or as one text parted by semicolons.
fn steps(entry: &SaidEntry) -> Result<Vec<Told>, Vec<Problem>> {
    let expected = "steps as text parted by `;`, or as a list of texts";
    match &entry.literal {
        Literal::Text(text) => {
            let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
            Ok(parts.map(|part| (part.to_owned(), entry.place.clone())).collect())
        }
        Literal::List(items) => items
            .iter()
            .map(|(item, place)| match item {
                Literal::Text(text) => Ok((text.clone(), place.clone())),
                _ => Err(wrong(entry, expected)),
            })
            .collect(),
        _ => Err(wrong(entry, expected)),
    }
}

fn keep(
    to: &mut BTreeMap<String, Told>,
    key: &str,
    known: &[&'static str],
    entry: &SaidEntry,
) -> Result<(), Vec<Problem>> {
    if !known.contains(&key) {
        let problem = Problem::new(format!("unknown key `{}`", entry.path)).at(&entry.key_place);
        return Err(vec![problem.expected(known.join(", ")).nearest(key, known.iter().copied())]);
    }
    to.insert(key.to_owned(), (words(entry)?, entry.place.clone()));
    Ok(())
}
