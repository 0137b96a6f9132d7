//! Where the cells of a kind begin: `250 /mm^2 at random`, `40 at random`, `on the left, every 50 um`, `none`.

use vesicle_base::Dimension;
use vesicle_base::quantity::{self, Malformed, Quantity};

/// What a start looks like, for messages.
pub const EXPECTED: &str = "a start, such as `250 /mm^2 at random`, `40 at random`, `on the left, every 50 um`, `on a lattice, every 20 um` or `none`";

/// A start as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum StartText {
    /// No such cells at first.
    None,
    /// So many per area, uniformly.
    Density(Quantity),
    /// So many, uniformly.
    Count(f64),
    /// In a row on a side.
    Side {
        /// The side: left, right, front or back.
        side: String,
        /// Spacing.
        every: Quantity,
    },
    /// On a hexagonal lattice that fills the tissue.
    Lattice {
        /// Spacing.
        every: Quantity,
    },
}

/// Reads a start.
///
/// # Errors
/// Where the text stops being a start and what would be right there.
pub fn parse(text: &str) -> Result<StartText, Malformed> {
    let (body, source) = quantity::split_source(text)?;
    let trimmed = body.trim();
    let sourced = |mut q: Quantity| {
        q.source = source.map(str::to_owned);
        q
    };
    if trimmed == "none" {
        return Ok(StartText::None);
    }
    if let Some(amount) = trimmed.strip_suffix("at random") {
        let q = quantity::parse(amount)?;
        return match q.dimension {
            Dimension::PER_AREA => Ok(StartText::Density(sourced(q))),
            Dimension::NONE if q.value.fract() == 0.0 => Ok(StartText::Count(q.value)),
            _ => Err(wrong(text)),
        };
    }
    let (place, every) = trimmed.split_once(", every ").ok_or_else(|| wrong(text))?;
    let every = sourced(quantity::parse(every)?);
    match place.strip_prefix("on ") {
        _ if every.dimension != Dimension::LENGTH => Err(wrong(text)),
        Some("a lattice") => Ok(StartText::Lattice { every }),
        Some(side) => match side.strip_prefix("the ") {
            Some(side @ ("left" | "right" | "front" | "back")) => {
                Ok(StartText::Side { side: side.to_owned(), every })
            }
            _ => Err(wrong(text)),
        },
        None => Err(wrong(text)),
    }
}

fn wrong(text: &str) -> Malformed {
    Malformed { offset: 0, expected: EXPECTED.to_owned(), found: format!("`{text}`"), unit: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_of_the_sketch_are_read() {
        assert!(
            matches!(parse("250 /mm^2 at random").unwrap(), StartText::Density(q) if (q.value - 2.5e-4).abs() < 1e-18)
        );
        assert!(
            matches!(parse("on the left, every 50 um").unwrap(), StartText::Side { side, every } if side == "left" && every.value == 50.0)
        );
        assert_eq!(parse("none").unwrap(), StartText::None);
        assert_eq!(parse("40 at random").unwrap(), StartText::Count(40.0));
        for text in [
            "",
            "some",
            "4.5 at random",
            "5 h at random",
            "on the moon, every 5 um",
            "on the left, every 5 h",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
