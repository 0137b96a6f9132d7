//! What a reader decided on the way, worth printing: sentinels read as "not detected", rows left out, units turned.

use std::fmt;

/// One decision and how often it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The decision, as a short sentence.
    pub what: String,
    /// How many cells or rows it touched; 0 where counting means nothing.
    pub count: usize,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count == 0 { f.write_str(&self.what) } else { write!(f, "{} ({}×)", self.what, self.count) }
    }
}

/// The notes of one reading, in the order in which they first arose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    list: Vec<Note>,
}

/// Notes kept; a damaged file could raise a different one in every line.
const KEPT: usize = 200;

impl Notes {
    /// Every note.
    pub fn list(&self) -> &[Note] {
        &self.list
    }

    /// Counts one more of `what`.
    pub fn count(&mut self, what: &str) {
        self.add(what, 1);
    }

    /// Counts `n` more of `what`; nothing when `n` is 0.
    pub fn add(&mut self, what: &str, n: usize) {
        if n == 0 {
            return;
        }
        if let Some(note) = self.list.iter_mut().find(|note| note.what == what) {
            note.count += n;
        } else if self.list.len() < KEPT {
            self.list.push(Note { what: what.to_owned(), count: n });
        }
    }

    /// Says something once, without a count.
    pub fn say(&mut self, what: impl Into<String>) {
        let what = what.into();
        if self.list.len() < KEPT && !self.list.iter().any(|note| note.what == what) {
            self.list.push(Note { what, count: 0 });
        }
    }

    /// Takes over the notes of another reading.
    pub fn absorb(&mut self, other: Self) {
        for note in other.list {
            if note.count == 0 { self.say(note.what) } else { self.add(&note.what, note.count) }
        }
    }

    /// Whether any note contains the text.
    pub fn mention(&self, text: &str) -> bool {
        self.list.iter().any(|note| note.what.contains(text))
    }
}
