//! What reading a measured table gives: the table, what its samples and features are, and what was decided.

use std::collections::HashSet;

use vesicle_base::Problem;
use vesicle_cargo::{CargoTable, Reading, ValueKind};

use crate::format::Detected;
use crate::notes::Notes;
use crate::number::Decimal;

/// What the caller knows and the file need not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// What the numbers are, where the file leaves it open.
    pub kind: Option<ValueKind>,
    /// The Ct that stands for "not detected", such as 40.
    pub ceiling: Option<f64>,
    /// Decimal point or comma, where the file leaves it open.
    pub decimal: Option<Decimal>,
    /// The assay, for exports of one assay that do not name it.
    pub target: Option<String>,
    /// The intensities are on a log2 scale.
    pub log2: bool,
}

/// A measured table with its history.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadTable {
    /// The format and why it was chosen.
    pub detected: Detected,
    /// The values.
    pub table: CargoTable,
    /// For each sample of the table the name it was measured under: replicate wells of one sample share it.
    pub measured_as: Vec<String>,
    /// For each feature the accession that the source gives, such as `MIMAT0000076`.
    pub accessions: Vec<Option<String>>,
    /// What was decided on the way.
    pub notes: Notes,
}

impl ReadTable {
    pub(crate) fn new(detected: Detected, table: CargoTable, notes: Notes) -> Self {
        let measured_as = table.samples.clone();
        let accessions = vec![None; table.features.len()];
        Self { detected, table, measured_as, accessions, notes }
    }

    /// Joins the tables of several files, each with the name its samples get where names clash (the file's stem).
    ///
    /// A feature absent from one file is missing there, except in counts, where it is 0: a counter lists what it saw.
    ///
    /// # Errors
    /// The files hold values of different kinds, or no file is given.
    pub fn join(parts: Vec<(String, Self)>) -> Result<Self, Vec<Problem>> {
        let clash = names_clash(&parts);
        let mut parts = parts.into_iter();
        let Some((stem, mut first)) = parts.next() else {
            return Err(vec![Problem::new("no table to join")]);
        };
        first.own_names(&stem, clash);
        for (stem, mut next) in parts {
            if next.table.kind != first.table.kind {
                let found = format!("{:?} in {stem}", next.table.kind);
                let what = "tables of different kinds in one join";
                return Err(vec![
                    Problem::new(what).expected(format!("{:?}", first.table.kind)).found(found),
                ]);
            }
            next.own_names(&stem, clash);
            first.beside(next);
        }
        Ok(first)
    }

    fn own_names(&mut self, stem: &str, clash: bool) {
        if !clash {
            return;
        }
        let single = self.measured_as.iter().all(|name| *name == self.measured_as[0]);
        let prefixed = |name: &String| if single { name.clone() } else { format!("{stem} {name}") };
        if single && self.table.samples.len() == 1 {
            self.table.samples = vec![stem.to_owned()];
            self.measured_as = vec![stem.to_owned()];
        } else {
            self.table.samples = self.table.samples.iter().map(|name| format!("{stem} {name}")).collect();
            self.measured_as = self.measured_as.iter().map(prefixed).collect();
            if single {
                self.measured_as.fill(stem.to_owned());
            }
        }
        self.notes.say("samples of several files share a name, so each carries the name of its file");
    }

    fn beside(&mut self, next: Self) {
        let absent = if self.table.kind == ValueKind::Count { Reading::Value(0.0) } else { Reading::Missing };
        let at: std::collections::HashMap<&str, usize> =
            next.table.features.iter().enumerate().map(|(row, name)| (name.as_str(), row)).collect();
        let mine: HashSet<&str> = self.table.features.iter().map(String::as_str).collect();
        let (n, m) = (self.table.samples.len(), next.table.samples.len());
        let mut readings = Vec::with_capacity((n + m) * self.table.features.len());
        for (row, feature) in self.table.features.iter().enumerate() {
            readings.extend_from_slice(&self.table.readings[row * n..(row + 1) * n]);
            match at.get(feature.as_str()) {
                Some(&other) => readings.extend_from_slice(next.table.row(other)),
                None => readings.extend(std::iter::repeat_n(absent, m)),
            }
        }
        let fresh: Vec<usize> = (0..next.table.features.len())
            .filter(|&row| !mine.contains(next.table.features[row].as_str()))
            .collect();
        for &row in &fresh {
            readings.extend(std::iter::repeat_n(absent, n));
            readings.extend_from_slice(next.table.row(row));
        }
        for row in fresh {
            self.table.features.push(next.table.features[row].clone());
            self.accessions.push(next.accessions[row].clone());
        }
        self.table.readings = readings;
        self.table.samples.extend(next.table.samples);
        self.measured_as.extend(next.measured_as);
        self.notes.absorb(next.notes);
    }
}

fn names_clash(parts: &[(String, ReadTable)]) -> bool {
    let mut seen = HashSet::new();
    parts.iter().flat_map(|(_, part)| &part.table.samples).any(|name| !seen.insert(name.as_str()))
}
