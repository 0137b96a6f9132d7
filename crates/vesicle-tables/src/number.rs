//! Numbers as people and instruments write them: decimal point or comma, grouped thousands, words for "nothing".

use vesicle_base::Problem;

/// What separates whole from fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimal {
    /// `27.5`, thousands perhaps grouped by commas.
    Point,
    /// `27,5`, thousands perhaps grouped by points.
    Comma,
}

impl Decimal {
    /// Decides from many cells of one table; cells that are not numbers do not count.
    ///
    /// `1,234` alone can be either: it is a fraction where `whole_expected` is false (no Ct is 1234), and where
    /// whole numbers are expected it is a group of thousands only when no ungrouped number reaches 1000.
    pub(crate) fn of<'a>(
        cells: impl Iterator<Item = &'a str>,
        whole_expected: bool,
    ) -> Result<Self, Problem> {
        let mut seen = Seen::default();
        for text in cells {
            seen.look(text);
        }
        if seen.comma > seen.point {
            return Ok(Self::Comma);
        }
        if seen.point > 0 || seen.grouped_by_comma.is_none() {
            return Ok(Self::Point);
        }
        match (whole_expected, seen.large_ungrouped, seen.small) {
            (false, ..) => Ok(Self::Comma),
            (true, false, true) => Ok(Self::Point),
            _ => Err(Problem::new("numbers that can be read in two ways")
                .expected("a decimal point, or the decimal comma declared")
                .found(seen.grouped_by_comma.unwrap_or_default())),
        }
    }

    /// The number in `text`; `None` when it is not a finite number.
    pub fn parse(self, text: &str) -> Option<f64> {
        let plain = text.trim().trim_end_matches('%').replace(['\u{2212}', '−'], "-");
        let (fraction, group) = if self == Self::Point { ('.', ',') } else { (',', '.') };
        let plain = if plain.contains(group) { ungrouped(&plain, group, fraction)? } else { plain };
        let plain = plain.replace(fraction, ".");
        let first = plain.trim_start_matches(['+', '-']).chars().next()?;
        if !(first.is_ascii_digit() || first == '.') {
            return None;
        }
        plain.parse::<f64>().ok().filter(|value| value.is_finite())
    }
}

#[derive(Default)]
struct Seen<'a> {
    point: usize,
    comma: usize,
    grouped_by_comma: Option<&'a str>,
    large_ungrouped: bool,
    small: bool,
}

impl<'a> Seen<'a> {
    fn look(&mut self, text: &'a str) {
        let plain = text.trim_start_matches(['+', '-']).trim_end_matches('%').trim_end();
        if plain.is_empty() || !plain.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
            return;
        }
        if plain.bytes().any(|b| !(b.is_ascii_digit() || b".,eE+-".contains(&b))) {
            return;
        }
        match (plain.rfind('.'), plain.rfind(',')) {
            (None, None) => {
                self.large_ungrouped |= plain.len() > 3;
                self.small |= plain.len() <= 3;
            }
            (Some(point), comma) if comma.is_none_or(|comma| point > comma) => self.point += 1,
            (None, Some(_)) if ungrouped(plain, ',', '.').is_some() => self.grouped_by_comma = Some(text),
            _ => self.comma += 1,
        }
    }
}

/// The number without its group marks, when they stand between groups of three as they should.
fn ungrouped(text: &str, group: char, fraction: char) -> Option<String> {
    let (whole, rest) = text.split_at(text.find(fraction).unwrap_or(text.len()));
    let digits = whole.trim_start_matches(['+', '-']);
    let mut groups = digits.split(group);
    let first = groups.next()?;
    let leads = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let regular = groups.all(|three| three.len() == 3 && three.bytes().all(|b| b.is_ascii_digit()));
    (leads && regular && !rest.contains(group)).then(|| whole.replace(group, "") + rest)
}

/// Whether a cell says "assayed, nothing found" in words.
pub(crate) fn says_not_detected(text: &str) -> bool {
    const WORDS: [&str; 19] = [
        "undetermined",
        "undet",
        "undet.",
        "und",
        "no ct",
        "noct",
        "no cq",
        "nocq",
        "no cp",
        "not detected",
        "n.d.",
        "nd",
        "notdetected",
        "no call",
        "unbestimmt",
        "indéterminé",
        "indeterminado",
        "indeterminato",
        "no amplification",
    ];
    let lower = text.to_lowercase();
    WORDS.contains(&lower.as_str())
}

/// Whether a cell says nothing at all.
pub(crate) fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "", "na", "n/a", "#n/a", "nan", "#num!", "#div/0!", "#value!", "null", "none", "-", "--", "missing",
        ".",
    ];
    text.len() <= 8 && WORDS.contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_commas_and_groups() {
        assert_eq!(Decimal::Point.parse("1,234,567.5"), Some(1_234_567.5));
        assert_eq!(Decimal::Comma.parse("1.234,5"), Some(1234.5));
        assert_eq!(Decimal::Comma.parse("2,500E+0"), Some(2.5));
        assert_eq!(Decimal::Point.parse("12,5"), None);
        assert_eq!(Decimal::Point.parse("\u{2212}3"), Some(-3.0));
        for word in ["inf", "NaN", "", "-", "1e999", "0x10", "+-1", "1 2"] {
            assert_eq!(Decimal::Point.parse(word), None, "{word}");
        }
    }

    #[test]
    fn the_decimal_mark_is_decided_by_the_whole_table() {
        let decide = |cells: &[&str], whole| Decimal::of(cells.iter().copied(), whole);
        assert_eq!(decide(&["27,5", "30"], false), Ok(Decimal::Comma));
        assert_eq!(decide(&["27,512", "30,125"], false), Ok(Decimal::Comma));
        assert_eq!(decide(&["1,234", "12", "0"], true), Ok(Decimal::Point));
        assert_eq!(decide(&["1,234.5", "12"], true), Ok(Decimal::Point));
        assert!(decide(&["1,234", "4567"], true).is_err());
        assert!(decide(&["1,234", "5,678"], true).is_err());
    }
}
