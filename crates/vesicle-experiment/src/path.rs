//! The address of one value: `vesicle.young.cargo.spread`, `outcome."vessel area"`.

use std::fmt;

/// Segments from the root; never empty when it names a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<String>);

impl Path {
    /// A path of the given segments.
    pub fn of<S: Into<String>>(segments: impl IntoIterator<Item = S>) -> Self {
        Self(segments.into_iter().map(Into::into).collect())
    }

    /// This path with one more segment.
    #[must_use]
    pub fn join(&self, segment: &str) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment.to_owned());
        Self(segments)
    }

    /// The path without its first `n` segments.
    #[must_use]
    pub fn without(&self, n: usize) -> Self {
        Self(self.0.get(n..).unwrap_or_default().to_vec())
    }

    /// Whether the path begins with the segments of `prefix`.
    pub fn starts_with(&self, prefix: &[&str]) -> bool {
        self.0.len() >= prefix.len() && self.0.iter().zip(prefix).all(|(a, b)| a == b)
    }

    /// The segments as string slices.
    pub fn segments(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    /// Reads a path as TOML writes a dotted key; quotes hold names with blanks or dots.
    ///
    /// # Errors
    /// The offset of the first character that does not fit.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut segments = Vec::new();
        let mut rest = text;
        loop {
            let (segment, after) = first_segment(rest).ok_or(text.len() - rest.len())?;
            segments.push(segment.to_owned());
            if after.is_empty() {
                return Ok(Self(segments));
            }
            rest = after.strip_prefix('.').ok_or(text.len() - after.len())?;
        }
    }
}

fn first_segment(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        let end = inner.find('"')?;
        return Some((&inner[..end], &inner[end + 1..]));
    }
    let end = text.find(|c: char| !is_bare(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, segment) in self.0.iter().enumerate() {
            if nth > 0 {
                write!(f, ".")?;
            }
            if !segment.is_empty() && segment.chars().all(is_bare) {
                write!(f, "{segment}")?;
            } else {
                write!(f, "\"{segment}\"")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn a_path_reads_back_as_it_is_written() {
        for text in ["a", "a.b-c.d_1", "outcome.\"vessel area\".x"] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Path::parse("a..b"), Err(2));
        assert_eq!(Path::parse("a b"), Err(1));
        assert_eq!(Path::parse(""), Err(0));
        assert_eq!(Path::parse("a.\"b"), Err(2));
    }
}
