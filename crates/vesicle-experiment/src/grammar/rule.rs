//! One rule in the field's grammar (CBHG v3): `cell: signal increases behaviour to maximum, half, hill [source]`.

use vesicle_base::quantity::{self, Malformed, Quantity};

/// What a rule looks like, for messages.
pub const EXPECTED: &str =
    "a rule, such as `tumour: oxygen increases cycle entry to 0.03 /h, half 8 mmHg, hill 4 [assumed]`";

/// A rule as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleText {
    /// The cell it is about.
    pub cell: String,
    /// What the cell senses.
    pub signal: String,
    /// Whether the signal raises the behaviour.
    pub rises: bool,
    /// What is moved.
    pub behaviour: String,
    /// The behaviour at full signal.
    pub maximum: Quantity,
    /// The signal at half effect.
    pub half: Quantity,
    /// Steepness.
    pub hill: Quantity,
}

/// Reads one rule; the closing source holds for all three quantities.
///
/// # Errors
/// Where the text stops being a rule and what would be right there.
pub fn parse(text: &str) -> Result<RuleText, Malformed> {
    let (body, source) = quantity::split_source(text)?;
    let (cell, rest, at) = cut(body, 0, ":", "a cell and a colon first")?;
    let (signal, rises, rest, at) = direction(rest, at)?;
    let (behaviour, rest, at) = behaviour(rest, at)?;
    let (maximum, rest, at) = cut(rest, at, ", half ", "`, half ` and the signal at half effect")?;
    let maximum = part(maximum, at - maximum.len() - ", half ".len(), source)?;
    let (half, hill, hill_at) = cut(rest, at, ", hill ", "`, hill ` and the steepness")?;
    let half = part(half, at, source)?;
    let hill = part(hill, hill_at, source)?;
    let word = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(RuleText {
        cell: word(cell),
        signal: word(signal),
        rises,
        behaviour: word(behaviour),
        maximum,
        half,
        hill,
    })
}

/// Cuts `text` at a mark: what is before it, what is after it, and the offset of the latter in the whole.
fn cut<'a>(
    text: &'a str,
    at: usize,
    mark: &str,
    expected: &str,
) -> Result<(&'a str, &'a str, usize), Malformed> {
    let found = text.find(mark).ok_or_else(|| Malformed {
        offset: at,
        expected: expected.to_owned(),
        found: format!("`{}`", text.trim()),
        unit: None,
    })?;
    let end = found + mark.len();
    Ok((&text[..found], &text[end..], at + end))
}

/// Cuts behind a behaviour at the last ` to ` before the half: behaviours such as `transformation to KIND` hold another.
fn behaviour(text: &str, at: usize) -> Result<(&str, &str, usize), Malformed> {
    let head = text.find(", half ").map_or(text, |half| &text[..half]);
    match head.rfind(" to ") {
        Some(found) => {
            let end = found + " to ".len();
            Ok((&text[..found], &text[end..], at + end))
        }
        None => cut(text, at, " to ", "` to ` and the behaviour at full signal"),
    }
}

fn direction(text: &str, at: usize) -> Result<(&str, bool, &str, usize), Malformed> {
    for (mark, rises) in [(" increases ", true), (" decreases ", false)] {
        if text.contains(mark) {
            let (signal, rest, at) = cut(text, at, mark, "")?;
            return Ok((signal, rises, rest, at));
        }
    }
    cut(text, at, " increases ", "a signal and `increases` or `decreases`").map(|(a, b, c)| (a, true, b, c))
}

fn part(text: &str, at: usize, source: Option<&str>) -> Result<Quantity, Malformed> {
    let mut quantity =
        quantity::parse(text).map_err(|wrong| Malformed { offset: wrong.offset + at, ..wrong })?;
    quantity.source = source.map(str::to_owned);
    Ok(quantity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rule_is_read_whole() {
        let text =
            "tumour: oxygen increases cycle entry to 0.012 /h (0.01..0.02), half 8 mmHg, hill 4 [DSMZ]";
        let rule = parse(text).unwrap();
        assert_eq!((rule.cell.as_str(), rule.signal.as_str(), rule.rises), ("tumour", "oxygen", true));
        assert_eq!(rule.behaviour, "cycle entry");
        assert_eq!(rule.maximum.text(), "0.012 /h");
        assert_eq!(rule.hill.source.as_deref(), Some("DSMZ"));
    }

    #[test]
    fn a_behaviour_towards_a_kind_holds_a_to_of_its_own() {
        let rule = parse("a: x to y increases transformation to b to 0.1 /h, half 1, hill 2 [z]").unwrap();
        assert_eq!((rule.signal.as_str(), rule.behaviour.as_str()), ("x to y", "transformation to b"));
        assert_eq!(rule.maximum.text(), "0.1 /h");
    }

    #[test]
    fn a_slip_is_placed() {
        let text = "a: b increases c to 5 parsec, half 1, hill 2";
        assert_eq!(parse(text).unwrap_err().offset, text.find(" parsec").unwrap());
        let text = "a: b increases c to 5 /h, half ?, hill 2";
        assert_eq!(parse(text).unwrap_err().offset, text.find('?').unwrap());
        let text = "a: b raises c to 5";
        assert_eq!(parse(text).unwrap_err().expected, "a signal and `increases` or `decreases`");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z:,\\[\\]() 0-9µ]{0,80}") {
            let _ = parse(&text);
        }
    }
}
