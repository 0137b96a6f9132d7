//! A quantity as people write it: `34 h (11..120 log) [Kingston19]`: value, unit, prior, source.
//!
//! Priors: `(a..b)` uniform, `(a..b log)` log-uniform, `(± s)` normal, `(x/ k)` log-normal by a factor. A prior is in
//! the unit of its value. `x/ 30` as a value is the factor itself.

use crate::math;
use crate::unit::{self, Dimension, Unit};

/// What is believed of a value before any evidence; canonical units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prior {
    /// Anywhere between the bounds.
    Uniform {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// Anywhere between the bounds on a log scale.
    LogUniform {
        /// Lower bound, positive.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// Normal around the value.
    Normal {
        /// Standard deviation.
        sd: f64,
    },
    /// Log-normal around the value as the median.
    LogNormal {
        /// exp(sd of the logarithm), above 1.
        factor: f64,
    },
}

impl Prior {
    /// Whether a value may come from it, where it has ends; rounding of a unit is forgiven.
    fn holds(self, value: f64) -> bool {
        match self {
            Self::Uniform { low, high } | Self::LogUniform { low, high } => {
                let rounding = 1e-12 * (low.abs() + high.abs());
                (low - rounding..=high + rounding).contains(&value)
            }
            Self::Normal { .. } | Self::LogNormal { .. } => true,
        }
    }

    /// The value at probability `p` in (0, 1) of the prior around `value`.
    pub fn quantile(&self, value: f64, p: f64) -> f64 {
        match *self {
            Self::Uniform { low, high } => low + (high - low) * p,
            Self::LogUniform { low, high } => low * math::exp(p * math::ln(high / low)),
            Self::Normal { sd } => value + sd * math::normal_quantile(p),
            Self::LogNormal { factor } => value * math::exp(math::ln(factor) * math::normal_quantile(p)),
        }
    }
}

/// A value with its unit, its prior and where it is from.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The value in canonical units.
    pub value: f64,
    /// The unit as written, empty for a plain number.
    pub unit: String,
    /// Canonical value of one such unit.
    pub unit_factor: f64,
    /// Dimension of the unit.
    pub dimension: Dimension,
    /// Prior in canonical units.
    pub prior: Option<Prior>,
    /// Name of the source as written between brackets.
    pub source: Option<String>,
}

impl Quantity {
    /// A plain number without prior or source.
    pub fn plain(value: f64) -> Self {
        Self {
            value,
            unit: String::new(),
            unit_factor: 1.0,
            dimension: Dimension::NONE,
            prior: None,
            source: None,
        }
    }

    /// The value in its own unit.
    pub fn in_own_unit(&self) -> f64 {
        in_unit(self.value, self.unit_factor)
    }

    /// Whether the source is the word `assumed`.
    pub fn is_assumed(&self) -> bool {
        self.source.as_deref() == Some("assumed")
    }

    /// The value as written: `34 h`.
    pub fn text(&self) -> String {
        join(self.in_own_unit(), &self.unit)
    }

    /// The prior as written: `11..120 log`; empty without one.
    pub fn prior_text(&self) -> String {
        let own = |value: f64| short(in_unit(value, self.unit_factor));
        match self.prior {
            None => String::new(),
            Some(Prior::Uniform { low, high }) => format!("{}..{}", own(low), own(high)),
            Some(Prior::LogUniform { low, high }) => format!("{}..{} log", own(low), own(high)),
            Some(Prior::Normal { sd }) => format!("± {}", own(sd)),
            Some(Prior::LogNormal { factor }) => format!("x/ {}", short(factor)),
        }
    }
}

/// A canonical value in a unit of the given factor, less the noise of the conversion (12 digits).
pub fn in_unit(value: f64, factor: f64) -> f64 {
    let plain = value / factor;
    format!("{plain:.12e}").parse().unwrap_or(plain)
}

fn join(value: f64, unit: &str) -> String {
    match unit {
        "" => short(value),
        "x/" => format!("x/ {}", short(value)),
        _ => format!("{} {unit}", short(value)),
    }
}

/// A number as people read it: up to six digits, powers of ten outside 10⁻³ … 10⁶.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        // Also of −0, which an empty sum is.
        return "0".to_owned();
    }
    let size = value.abs();
    if (1e-3..1e6).contains(&size) {
        let digits = if size >= 1.0 { 5 - (math::log10(size).floor() as i32).clamp(0, 5) } else { 6 };
        let text = format!("{value:.*}", digits as usize);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    } else {
        let text = format!("{value:.4e}");
        match text.split_once('e') {
            Some((digits, power)) if digits.contains('.') => {
                format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
            }
            _ => text,
        }
    }
}

/// Why a text is no quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Byte offset in the text where it goes wrong.
    pub offset: usize,
    /// What would be right there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// The word that was meant to be a unit, when that is what is wrong.
    pub unit: Option<String>,
}

impl Malformed {
    fn new(offset: usize, expected: &str, found: &str) -> Self {
        Self { offset, expected: expected.to_owned(), found: found.to_owned(), unit: None }
    }
}

/// Reads a whole text as one quantity.
///
/// # Errors
/// Where the text stops being a quantity and what would be right there.
pub fn parse(text: &str) -> Result<Quantity, Malformed> {
    let (body, source) = split_source(text)?;
    let (body, prior) = split_prior(body)?;
    let (value, unit_text, unit) = value_and_unit(body)?;
    let prior = prior
        .map(|(offset, inner)| {
            let prior = parse_prior(inner, offset, unit.factor)?;
            let wrong = || Malformed::new(offset, "a range that the value itself lies in", inner);
            if prior.holds(value * unit.factor) { Ok(prior) } else { Err(wrong()) }
        })
        .transpose()?;
    Ok(Quantity {
        value: value * unit.factor,
        unit: unit_text.to_owned(),
        unit_factor: unit.factor,
        dimension: unit.dimension,
        prior,
        source: source.map(str::to_owned),
    })
}

/// Cuts a closing `[source]` off a text.
///
/// # Errors
/// When a bracket is open, empty or not at the end.
pub fn split_source(text: &str) -> Result<(&str, Option<&str>), Malformed> {
    let Some(open) = text.find('[') else {
        return match text.find(']') {
            Some(at) => Err(Malformed::new(at, "`[` before `]`", "]")),
            None => Ok((text, None)),
        };
    };
    let rest = text[open + 1..].trim_end();
    match rest.strip_suffix(']') {
        Some(name) if !name.trim().is_empty() && !name.contains(['[', ']']) => {
            Ok((&text[..open], Some(name.trim())))
        }
        _ => {
            Err(Malformed::new(open, "one source in brackets at the end, such as `[assumed]`", &text[open..]))
        }
    }
}

/// A text inside parentheses and the byte offset at which it begins.
type Inner<'a> = (usize, &'a str);

fn split_prior(body: &str) -> Result<(&str, Option<Inner<'_>>), Malformed> {
    let Some(open) = body.find('(') else {
        return Ok((body, None));
    };
    match body[open + 1..].trim_end().strip_suffix(')') {
        Some(inner) if !inner.contains(['(', ')']) => Ok((&body[..open], Some((open + 1, inner)))),
        _ => Err(Malformed::new(open, "one prior in parentheses after the unit", &body[open..])),
    }
}

fn value_and_unit(body: &str) -> Result<(f64, &str, Unit), Malformed> {
    let start = body.len() - body.trim_start().len();
    let trimmed = body.trim();
    if let Some(factor) = trimmed.strip_prefix("x/") {
        let value = number(factor.trim())
            .ok_or_else(|| Malformed::new(start, "a factor, such as `x/ 1.3`", trimmed))?;
        return Ok((value, "x/", Unit { factor: 1.0, dimension: Dimension::NONE }));
    }
    let end = trimmed.find([' ', '/']).unwrap_or(trimmed.len());
    let value = number(&trimmed[..end]).ok_or_else(|| {
        Malformed::new(start, "a number, then its unit", if trimmed.is_empty() { "nothing" } else { trimmed })
    })?;
    let unit_text = trimmed[end..].trim();
    let unit = unit::parse(unit_text).map_err(|word| Malformed {
        offset: start + end,
        expected: "a unit".to_owned(),
        found: format!("`{word}`"),
        unit: Some(word),
    })?;
    Ok((value, unit_text, unit))
}

/// A finite number as Rust and TOML write it; `inf` and `nan` are not numbers here.
fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    plain.parse::<f64>().ok().filter(|v| v.is_finite() && !plain.contains(['i', 'I', 'n', 'N']))
}

fn parse_prior(inner: &str, offset: usize, factor: f64) -> Result<Prior, Malformed> {
    let wrong = || Malformed::new(offset, "a prior: `a..b`, `a..b log`, `± s` or `x/ k`", inner);
    let text = inner.trim();
    if let Some(sd) = text.strip_prefix('±').or_else(|| text.strip_prefix("+-")) {
        let sd = number(sd.trim()).filter(|sd| *sd > 0.0).ok_or_else(wrong)?;
        return Ok(Prior::Normal { sd: sd * factor });
    }
    if let Some(k) = text.strip_prefix("x/") {
        let factor = number(k.trim()).filter(|k| *k > 1.0).ok_or_else(wrong)?;
        return Ok(Prior::LogNormal { factor });
    }
    let (range, log) = match text.strip_suffix("log") {
        Some(range) => (range.trim(), true),
        None => (text, false),
    };
    let (low, high) = range.split_once("..").ok_or_else(wrong)?;
    let (low, high) = (number(low.trim()).ok_or_else(wrong)?, number(high.trim()).ok_or_else(wrong)?);
    if low >= high || (log && low <= 0.0) {
        return Err(wrong());
    }
    let (low, high) = (low * factor, high * factor);
    Ok(if log { Prior::LogUniform { low, high } } else { Prior::Uniform { low, high } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_parts_are_read() {
        let q = parse("34 h (11..120 log) [Kingston19]").unwrap();
        assert_eq!(q.value, 2040.0);
        assert_eq!(q.prior, Some(Prior::LogUniform { low: 660.0, high: 7200.0 }));
        assert_eq!(q.source.as_deref(), Some("Kingston19"));
        assert_eq!((q.text(), q.prior_text()), ("34 h".into(), "11..120 log".into()));
        assert_eq!(parse("0.5 (0.05..5 log) [assumed]").unwrap().dimension, Dimension::NONE);
        assert_eq!(parse("110 nm (x/ 1.3)").unwrap().prior, Some(Prior::LogNormal { factor: 1.3 }));
        assert_eq!(parse("x/ 30 [assumed]").unwrap().value, 30.0);
        assert_eq!(parse("5/mL").unwrap().dimension, Dimension::PER_VOLUME);
        assert!(parse("5 h (5..6)").is_ok() && parse("0.1 h (0.05..0.1 log)").is_ok(), "ends are in it");
        let outside = parse("5 h (6..8) [x]").unwrap_err();
        assert_eq!(
            (outside.expected.as_str(), outside.found.as_str()),
            ("a range that the value itself lies in", "6..8")
        );
        assert!(parse("5 h (1..4 log)").is_err());
        assert_eq!(parse("5 h (± 1)").unwrap().prior, Some(Prior::Normal { sd: 60.0 }));
    }

    #[test]
    fn slips_are_named() {
        for (text, expected) in [
            ("", "a number, then its unit"),
            ("nan h", "a number, then its unit"),
            ("1e999", "a number, then its unit"),
            ("5 parsec", "a unit"),
            ("5 h (9..1)", "a prior: `a..b`, `a..b log`, `± s` or `x/ k`"),
            ("5 h (0..1 log)", "a prior: `a..b`, `a..b log`, `± s` or `x/ k`"),
            ("5 h [", "one source in brackets at the end, such as `[assumed]`"),
            ("5 h ]", "`[` before `]`"),
        ] {
            assert_eq!(parse(text).unwrap_err().expected, expected, "{text}");
        }
    }

    #[test]
    fn quantiles_follow_their_prior() {
        assert_eq!(Prior::Uniform { low: 1.0, high: 3.0 }.quantile(2.0, 0.5), 2.0);
        assert!((Prior::LogUniform { low: 1.0, high: 100.0 }.quantile(5.0, 0.5) - 10.0).abs() < 1e-12);
        assert!((Prior::LogNormal { factor: 2.0 }.quantile(8.0, 0.5) - 8.0).abs() < 1e-12);
        assert!((Prior::Normal { sd: 2.0 }.quantile(1.0, 0.975) - 4.919_927_969).abs() < 1e-6);
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (34.0, "34"),
            (0.05, "0.05"),
            (1.25e11, "1.25e11"),
            (3e-4, "3e-4"),
            (123_456.0, "123456"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_written_is_read_back(value in 1e-6_f64..1e12, unit in prop::sample::select(vec!["h", "um^2/s", "/mL", "ng/mL", ""])) {
            let q = parse(&format!("{value} {unit}")).unwrap();
            let again = parse(&q.text()).unwrap();
            prop_assert!((again.value / q.value - 1.0).abs() < 1e-4);
        }
    }
}
