//! The page of an analysis as plain values: an answer, sections of text, figures and tables, and how to do it again.

use crate::figure::Figure;
use crate::html;
use crate::render::Rendered;

/// A table of words; numbers come as they are to be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Column heads.
    pub head: Vec<String>,
    /// Columns that hold numbers and stand to the right.
    pub numeric: Vec<bool>,
    /// Rows, each as long as the head.
    pub rows: Vec<Vec<String>>,
}

/// One section of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Paragraphs before the figures.
    pub paragraphs: Vec<String>,
    /// Figures, already drawn at both widths.
    pub figures: Vec<Figure>,
    /// A table under the figures; none when it has no head.
    pub table: Words,
}

/// The page of an analysis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Title.
    pub title: String,
    /// What was asked.
    pub question: String,
    /// The answer, the most important line first.
    pub answer: Vec<String>,
    /// What a reader should know before believing it.
    pub warnings: Vec<String>,
    /// Sections in order.
    pub sections: Vec<Section>,
    /// The command that does it again.
    pub command: String,
    /// Names and values that determine the result.
    pub versions: Vec<(String, String)>,
}

impl Article {
    /// Writes the document.
    ///
    /// # Panics
    /// Only when the crate's own template is broken; no value can cause it.
    pub fn render(&self) -> Rendered {
        let figures = self.sections.iter().flat_map(|s| s.figures.iter().cloned()).collect();
        Rendered { html: html::article::article(self), figures }
    }
}
