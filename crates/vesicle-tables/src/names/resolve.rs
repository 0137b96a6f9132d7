//! Names of a table to accessions: by accession, by sequence, by name in the releases that fit the whole table best.

use super::spelling;
use super::table::{Mature, Release, Species, Table, table};

/// How a name was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The source gave the accession.
    Accession,
    /// The source gave the sequence.
    Sequence,
    /// The name is that of release 22.
    CurrentName,
    /// The name is an older one and belongs to one miRNA.
    OlderName,
    /// The name belonged to several miRNAs in turn; the releases that fit the table decided.
    ByRelease,
}

/// A name that was not resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The name as given.
    pub name: String,
    /// Why, in a short phrase.
    pub because: String,
    /// The miRNAs it may mean, by accession and current name.
    pub candidates: Vec<String>,
}

/// The names of one table resolved.
#[derive(Clone, Debug, Default)]
pub struct ResolvedNames {
    /// For each name the miRNA and how it was found; `None` where it was not.
    pub matures: Vec<Option<(&'static Mature, How)>>,
    /// Names that could mean several miRNAs.
    pub ambiguous: Vec<Unresolved>,
    /// Names that mean no miRNA of the table, controls among them.
    pub unresolved: Vec<Unresolved>,
    /// The earliest and latest release under which most names are valid.
    pub releases: Option<(Release, Release)>,
}

impl ResolvedNames {
    /// Resolves the names of a table. A prefix in a name outranks the species given; a species and a release that are
    /// not given are taken from the names themselves.
    pub fn of(
        names: &[String],
        accessions: &[Option<String>],
        species: Option<Species>,
        release: Option<Release>,
    ) -> Self {
        let table = table();
        let releases = release.map_or_else(|| fitting_releases(table, names, species), |only| vec![only]);
        let mut out =
            Self { releases: releases.first().copied().zip(releases.last().copied()), ..Self::default() };
        for (at, name) in names.iter().enumerate() {
            let accession = accessions.get(at).and_then(Option::as_deref);
            match one(table, name, accession, species, &releases) {
                Ok(found) => out.matures.push(Some(found)),
                Err(failure) => {
                    out.matures.push(None);
                    let list =
                        if failure.candidates.len() > 1 { &mut out.ambiguous } else { &mut out.unresolved };
                    list.push(failure);
                }
            }
        }
        out
    }
}

type Found = (&'static Mature, How);

fn one(
    table: &'static Table,
    name: &str,
    accession: Option<&str>,
    species: Option<Species>,
    releases: &[Release],
) -> Result<Found, Unresolved> {
    if let Some(&at) = accession.and_then(|code| table.by_accession.get(code)) {
        return Ok((&table.matures[at], How::Accession));
    }
    if let Some(sequence) = as_sequence(name) {
        let same = table.by_sequence.get(&sequence).map(Vec::as_slice).unwrap_or_default();
        return chosen(table, name, same, species, How::Sequence);
    }
    for key in spellings(name, species) {
        if let Some(same) = table.by_key.get(&key) {
            return by_name(table, name, &key, same, species, releases);
        }
    }
    Err(Unresolved {
        name: name.to_owned(),
        because: why_unknown(name),
        candidates: without_arm(table, name, species),
    })
}

/// The keys with the prefixes that the name itself or the species gives.
fn spellings(name: &str, species: Option<Species>) -> Vec<String> {
    let own = spelling::keys(name);
    let prefixes = match species {
        Some(species) => vec![species.prefix()],
        None => vec![Species::Human.prefix(), Species::Mouse.prefix()],
    };
    let bare = own.iter().filter(|key| key.starts_with("mir-") || key.starts_with("let-"));
    let with: Vec<String> =
        bare.flat_map(|key| prefixes.iter().map(move |prefix| format!("{prefix}{key}"))).collect();
    own.into_iter().chain(with).collect()
}

fn by_name(
    table: &'static Table,
    name: &str,
    key: &str,
    same: &[usize],
    species: Option<Species>,
    releases: &[Release],
) -> Result<Found, Unresolved> {
    let how = |at: usize| {
        let current =
            spelling::key(table.matures[at].name()) == key && !table.matures[at].sequence.is_empty();
        if current { How::CurrentName } else { How::OlderName }
    };
    let unprefixed = !name.to_lowercase().starts_with(&key[..4.min(key.len())]);
    if species.is_none() && unprefixed && has_twin(table, key) {
        let twin = twin(key);
        let all: Vec<usize> =
            [key, twin.as_str()].iter().filter_map(|key| table.by_key.get(*key)).flatten().copied().collect();
        return Err(ambiguous(table, name, &all, "no species given"));
    }
    if let [only] = same {
        return Ok((&table.matures[*only], how(*only)));
    }
    let valid: Vec<usize> = same
        .iter()
        .copied()
        .filter(|&at| releases.iter().any(|&release| table.matures[at].was_called(key, release)))
        .collect();
    match valid.as_slice() {
        [only] => Ok((&table.matures[*only], How::ByRelease)),
        [] => chosen(table, name, same, species, How::OlderName),
        several => chosen(table, name, several, species, How::OlderName),
    }
}

fn twin(key: &str) -> String {
    match key.strip_prefix("hsa-") {
        Some(rest) => format!("mmu-{rest}"),
        None => format!("hsa-{}", key.trim_start_matches("mmu-")),
    }
}

fn has_twin(table: &Table, key: &str) -> bool {
    table.by_key.contains_key(&twin(key))
}

/// The one among several: the species decides, or they are the same sequence.
fn chosen(
    table: &'static Table,
    name: &str,
    same: &[usize],
    species: Option<Species>,
    how: How,
) -> Result<Found, Unresolved> {
    let wanted = |&&at: &&usize| species.is_none_or(|species| table.matures[at].species() == species);
    let fitting: Vec<usize> = same.iter().filter(wanted).copied().collect();
    match fitting.as_slice() {
        [] if same.is_empty() => {
            let because = "no miRNA of man or mouse has this sequence".to_owned();
            Err(Unresolved { name: name.to_owned(), because, candidates: Vec::new() })
        }
        [] => Err(ambiguous(table, name, same, "only in another species")),
        [only] => Ok((&table.matures[*only], how)),
        [first, rest @ ..] => {
            let sequence = &table.matures[*first].sequence;
            let alike = !sequence.is_empty()
                && rest.iter().all(|&at| {
                    table.matures[at].sequence == *sequence
                        && table.matures[at].species() == table.matures[*first].species()
                });
            if alike {
                Ok((&table.matures[*first], how))
            } else {
                Err(ambiguous(table, name, &fitting, "several miRNAs have had this name"))
            }
        }
    }
}

fn ambiguous(table: &Table, name: &str, same: &[usize], because: &str) -> Unresolved {
    let shown = |&at: &usize| format!("{} {}", table.matures[at].accession, table.matures[at].name());
    Unresolved {
        name: name.to_owned(),
        because: because.to_owned(),
        candidates: same.iter().map(shown).collect(),
    }
}

/// The name as a sequence in RNA letters, when it is one.
fn as_sequence(name: &str) -> Option<String> {
    let bases = name.len() >= 16 && name.len() <= 28 && name.bytes().all(|b| b"ACGUTacgut".contains(&b));
    bases.then(|| name.to_ascii_uppercase().replace('T', "U"))
}

/// The miRNA of the name without its arm: a hint only, for the name asserts an arm that miRBase does not.
fn without_arm(table: &Table, name: &str, species: Option<Species>) -> Vec<String> {
    let bare = spellings(name, species).into_iter().find_map(|key| {
        let bare = key.strip_suffix("-5p").or_else(|| key.strip_suffix("-3p"))?.to_owned();
        table.by_key.contains_key(&bare).then_some(bare)
    });
    let at = bare.and_then(|key| table.by_key[&key].first().copied());
    at.map(|at| format!("{} {}", table.matures[at].accession, table.matures[at].name())).into_iter().collect()
}

fn why_unknown(name: &str) -> String {
    let lower = name.to_lowercase();
    let prefix = lower.split(['-', '.', '_']).next().unwrap_or_default();
    if lower.contains("mir") && prefix.len() == 3 && !["hsa", "mmu", "mir", "let"].contains(&prefix) {
        format!("a miRNA of another species ({prefix})")
    } else if lower.ends_with("_precursor") || lower.ends_with("_stemloop") || lower.ends_with("_unannotated")
    {
        "no mature miRNA".to_owned()
    } else if ["u6", "rnu", "sno", "u87", "5s", "18s", "y1"].iter().any(|control| lower.contains(control)) {
        "a control RNA".to_owned()
    } else {
        "in no release of miRBase from 6 to 22".to_owned()
    }
}

/// The releases in which most of the names stood.
fn fitting_releases(table: &Table, names: &[String], species: Option<Species>) -> Vec<Release> {
    let mut all: Vec<Release> =
        table.matures.iter().flat_map(|m| &m.names).flat_map(|n| [n.first, n.last]).collect();
    all.sort_unstable();
    all.dedup();
    let mut valid = vec![0_usize; all.len()];
    for name in names {
        let Some(key) = spellings(name, species).into_iter().find(|key| table.by_key.contains_key(key))
        else {
            continue;
        };
        for (release, n) in all.iter().zip(&mut valid) {
            *n += usize::from(
                table.by_key[&key].iter().any(|&at| table.matures[at].was_called(&key, *release)),
            );
        }
    }
    let best = valid.iter().copied().max().unwrap_or(0);
    all.into_iter().zip(valid).filter(|&(_, n)| n == best && best > 0).map(|(release, _)| release).collect()
}
