//! What a person is told when the input is wrong: where, what was expected, what was found, the nearest right name.

use std::fmt;

/// A place in a file; line and column count from 1, columns count characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Place {
    /// The place of byte `offset` in `text`.
    pub fn of_offset(file: &str, text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() as u32 + 1,
            column: before[line_start..].chars().count() as u32 + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One mistake in what a user gave, worded as a short noun phrase with its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands; `None` for the command line and for whole files.
    pub place: Option<Place>,
    /// What is wrong, as a short noun phrase: "unknown key `difusion`".
    pub what: String,
    /// What would be right.
    pub expected: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// The nearest right name.
    pub nearest: Option<String>,
}

impl Problem {
    /// A problem without a place.
    pub fn new(what: impl Into<String>) -> Self {
        Self { place: None, what: what.into(), expected: None, found: None, nearest: None }
    }

    /// The same problem at a place.
    #[must_use]
    pub fn at(mut self, place: &Place) -> Self {
        self.place = Some(place.clone());
        self
    }

    /// The same problem with what would be right.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// The same problem with what stands there, cut to one short line.
    #[must_use]
    pub fn found(mut self, found: impl AsRef<str>) -> Self {
        self.found = Some(shortened(found.as_ref()));
        self
    }

    /// The same problem with the nearest right name to `word`, where one is near.
    #[must_use]
    pub fn nearest<'a>(mut self, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        self.nearest = crate::nearest::nearest(word, candidates).map(str::to_owned);
        self
    }
}

fn shortened(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(121).collect();
    if one_line.chars().count() > 120 {
        one_line.chars().take(119).chain(['…']).collect()
    } else {
        one_line
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}", self.what)?;
        if let Some(expected) = &self.expected {
            write!(f, "; expected {expected}")?;
        }
        if let Some(found) = &self.found {
            write!(f, "; found {found}")?;
        }
        if let Some(nearest) = &self.nearest {
            write!(f, "; did you mean `{nearest}`?")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let place = Place::of_offset("a.toml", "µm\nx = 1", 6);
        assert_eq!(place.to_string(), "a.toml:2:3");
        assert_eq!(Place::of_offset("a.toml", "µ", 1).to_string(), "a.toml:1:1");
    }

    #[test]
    fn a_problem_reads_as_one_line() {
        let problem = Problem::new("unknown key `dceay`")
            .expected("a key of a field")
            .found("dceay\nmore")
            .nearest("dceay", ["decay"]);
        assert_eq!(
            problem.to_string(),
            "unknown key `dceay`; expected a key of a field; found dceay more; did you mean `decay`?"
        );
    }
}
