//! All problems of one file at once, to a bound.

use vesicle_base::{Place, Problem};

use crate::cells::MAX_CELLS;

/// Problems listed before the rest is only counted.
const LISTED: usize = 100;

/// The problem of a file as a whole.
pub(crate) fn whole_file(file: &str, what: impl Into<String>) -> Vec<Problem> {
    vec![Problem::new(what).at(&Place { file: file.to_owned(), line: 1, column: 1 })]
}

/// A problem of a file's numbers taken together.
pub(crate) fn in_file(file: &str, problem: Problem) -> Vec<Problem> {
    vec![problem.at(&Place { file: file.to_owned(), line: 1, column: 1 })]
}

/// A problem when a table of so many features and samples would not fit in memory.
pub(crate) fn fits(file: &str, features: usize, samples: usize) -> Result<(), Vec<Problem>> {
    if features.saturating_mul(samples) > MAX_CELLS {
        return Err(whole_file(file, "more features by samples than a table can hold"));
    }
    Ok(())
}

/// Collects the problems of one file.
#[derive(Debug)]
pub(crate) struct Mistakes {
    file: String,
    listed: Vec<Problem>,
    beyond: usize,
}

impl Mistakes {
    pub(crate) fn of(file: &str) -> Self {
        Self { file: file.to_owned(), listed: Vec::new(), beyond: 0 }
    }

    /// Adds a problem at a place of the file.
    pub(crate) fn at(&mut self, line: u32, column: u32, problem: Problem) {
        if self.listed.len() < LISTED {
            self.listed.push(problem.at(&Place { file: self.file.clone(), line, column }));
        } else {
            self.beyond += 1;
        }
    }

    /// The value, or every problem found on the way to it.
    pub(crate) fn or<T>(mut self, value: T) -> Result<T, Vec<Problem>> {
        if self.listed.is_empty() {
            return Ok(value);
        }
        if self.beyond > 0 {
            self.listed.push(Problem::new(format!("{} more problems in {}", self.beyond, self.file)));
        }
        Err(self.listed)
    }
}
