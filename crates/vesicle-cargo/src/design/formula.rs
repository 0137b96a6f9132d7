//! `~ group + age + factor(batch)`: a sum of columns, nothing more.

use super::DesignError;

/// One term of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Column of the sample sheet; `donor` means the donor.
    pub column: String,
    /// Whether numbers are to be taken as names.
    pub is_factor: bool,
}

/// A sum of terms; the intercept is always in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// Terms in the order given; the first is the tested one unless another is named.
    pub terms: Vec<Term>,
}

impl Formula {
    /// Reads a formula; the tilde may be left out.
    ///
    /// # Errors
    /// [`DesignError::Formula`] for anything but columns joined by `+`.
    pub fn parse(text: &str) -> Result<Self, DesignError> {
        let body = text.trim();
        let body = body.strip_prefix('~').unwrap_or(body);
        let terms = body.split('+').map(|part| term(part.trim(), text)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { terms })
    }
}

fn term(part: &str, formula: &str) -> Result<Term, DesignError> {
    let (column, is_factor) = match part.strip_prefix("factor(").and_then(|p| p.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (part, false),
    };
    let plain = column.chars().all(|c| c.is_alphanumeric() || "_. -".contains(c));
    if column.is_empty() || !plain || column == "0" || column == "1" {
        return Err(DesignError::Formula { formula: formula.trim().to_owned(), part: part.to_owned() });
    }
    Ok(Term { column: column.to_owned(), is_factor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_terms_and_names_what_it_cannot() {
        let f = Formula::parse("~ group + age + factor(batch)").unwrap();
        assert_eq!(f.terms.len(), 3);
        assert!(f.terms[2].is_factor && f.terms[2].column == "batch");
        let error = Formula::parse("~ group * age").unwrap_err();
        assert_eq!(
            error,
            DesignError::Formula { formula: "~ group * age".into(), part: "group * age".into() }
        );
    }
}
