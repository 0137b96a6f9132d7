//! Words and numbers as a figure prints them: cleaned for XML, measured with Helvetica's widths, wrapped, cut,
//! rounded. No font file is read, so widths are estimates that err to the wide side.

/// Widths of the printable ASCII characters from space on, in thousandths of the font size (Helvetica).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Estimated width of `text` at `size`, in the unit of `size`.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| f64::from(thousandths(c))).sum::<f64>() / 1000.0 * size
}

fn thousandths(c: char) -> u16 {
    match u32::from(c) {
        code @ 0x20..0x7f => WIDTHS[(code - 0x20) as usize],
        0x300..0x370 | 0x200b..0x2010 => 0,
        0x2009 | 0x202f => 200,
        0xa0 => 278,
        0x2070..0x20a0 | 0xb2 | 0xb3 | 0xb9 => 380,
        0x1100..0x1200 | 0x2e80.. => 1000,
        _ => 620,
    }
}

/// `text` without characters that XML forbids or that turn the reading direction around; line breaks become
/// spaces.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(allowed).collect()
}

fn allowed(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        '\u{0}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => c,
    }
}

/// `text` with the five characters of XML escaped, cleaned before.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(allowed) {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// `text` cut so that it is at most `room` wide at `size`: an ellipsis stands for its middle, because names that
/// begin alike often differ at the end.
pub(crate) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let left = (room - width("…", size)).max(0.0);
    let head: String = within(text.chars(), size, left * 0.6);
    let rest = left - width(&head, size);
    let tail: String =
        within(text.chars().skip(head.chars().count()).collect::<Vec<_>>().into_iter().rev(), size, rest);
    format!("{}…{}", head.trim_end(), tail.chars().rev().collect::<String>().trim_start())
}

/// The first of `letters` that are together at most `room` wide.
fn within(letters: impl Iterator<Item = char>, size: f64, room: f64) -> String {
    let mut used = 0.0;
    letters
        .take_while(|c| {
            used += f64::from(thousandths(*c)) / 1000.0 * size;
            used <= room
        })
        .collect()
}

/// `text` broken at spaces into at most `lines` lines of `room`; what does not fit is cut with an ellipsis.
pub(crate) fn wrap(text: &str, size: f64, room: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    // Thin and no-break spaces hold numbers and units together.
    let mut words = text.split(' ').filter(|w| !w.is_empty()).peekable();
    while let Some(word) = words.next() {
        let mut line = word.to_owned();
        let last = out.len() + 1 >= lines;
        while let Some(next) = words.peek() {
            let longer = format!("{line} {next}");
            if !last && width(&longer, size) > room {
                break;
            }
            line = longer;
            words.next();
        }
        out.push(fit(&line, size, room));
    }
    if out.is_empty() {
        out.push(String::new());
    }
    out
}

/// A number as a person reads it: three significant digits, thin spaces in thousands, powers of ten outside
/// 0.001..10 million, words where it is no number.
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return "not a number".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (0.000_999_5..9.995e6).contains(&size) { plain(value) } else { power_of_ten(value) }
}

fn plain(value: f64) -> String {
    let scientific = format!("{:.2e}", value.abs());
    let exponent: i32 = scientific.split('e').nth(1).and_then(|e| e.parse().ok()).unwrap_or(0);
    let rounded: f64 = scientific.parse().unwrap_or(value.abs());
    let decimals = usize::try_from(2 - exponent).unwrap_or(0);
    let digits = format!("{rounded:.decimals$}");
    let digits =
        if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { &digits };
    format!("{}{}", if value < 0.0 { "−" } else { "" }, thousands(digits))
}

/// Parts the digits before the point into groups of three, from five digits on.
pub(crate) fn thousands(digits: &str) -> String {
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(w, r)| (w, Some(r)));
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() > 4 {
            out.push('\u{2009}');
        }
        out.push(c);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

fn power_of_ten(value: f64) -> String {
    let text = format!("{:.1e}", value.abs());
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = digits.trim_end_matches(".0");
    let sign = if value < 0.0 { "−" } else { "" };
    let power = superscript(exponent.parse().unwrap_or(0));
    if digits == "1" {
        format!("{sign}10{power}")
    } else {
        format!("{sign}{digits}\u{2009}×\u{2009}10{power}")
    }
}

/// An exponent in raised digits.
pub(crate) fn superscript(exponent: i32) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = exponent.unsigned_abs().to_string();
    let raised = digits.chars().filter_map(|c| c.to_digit(10)).map(|d| RAISED[d as usize]);
    (if exponent < 0 { Some('⁻') } else { None }).into_iter().chain(raised).collect()
}

/// `middle (low–high)`, with the range left out when it is no range.
pub fn ranged(low: f64, middle: f64, high: f64) -> String {
    if low == middle && high == middle || low.is_nan() || high.is_nan() {
        return number(middle);
    }
    let dash = if low < 0.0 || high < 0.0 { " to " } else { "–" };
    format!("{} ({}{dash}{})", number(middle), number(low), number(high))
}

/// `middle (low–high)` with the two significant digits that a wide range deserves.
pub fn spread(low: f64, middle: f64, high: f64) -> String {
    if low == middle && high == middle || low.is_nan() || high.is_nan() {
        return two_digits(middle);
    }
    format!("{} ({}–{})", two_digits(middle), two_digits(low), two_digits(high))
}

/// A ratio to its hundredth where it is near 1, else with two significant digits: what an interval that is wider than
/// that deserves, and enough to see on which side of 1 it ends.
pub(crate) fn ratio(value: f64) -> String {
    if !(0.1..10.0).contains(&value.abs()) {
        return two_digits(value);
    }
    let text = format!("{value:.2}");
    // Rounded, 0.998 would stand on 1.
    let text = if text == "1.00" && value != 1.0 { format!("{value:.3}") } else { text };
    text.replace('-', "−")
}

/// `ratio (low–high)`, with the range left out when it is no range.
pub fn ratio_range(low: f64, middle: f64, high: f64) -> String {
    if low == middle && high == middle || low.is_nan() || high.is_nan() {
        return ratio(middle);
    }
    let dash = if low < 0.0 || high < 0.0 { " to " } else { "–" };
    format!("{} ({}{dash}{})", ratio(middle), ratio(low), ratio(high))
}

/// A positive factor with two significant digits.
pub(crate) fn two_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.1e}").parse().unwrap_or(value);
    number(rounded)
}

/// Days to the tenth of one, which is what a frame can show; less than that is said to be less.
pub fn days(value: f64) -> String {
    if value > 0.0 && value < 0.05 { "below 0.1".to_owned() } else { number((10.0 * value).round() / 10.0) }
}

/// `1.9 (0–11)` days.
pub fn days_range(low: f64, middle: f64, high: f64) -> String {
    if days(low) == days(middle) && days(high) == days(middle) || low.is_nan() || high.is_nan() {
        return days(middle);
    }
    let dash = if days(high).starts_with('b') { " to " } else { "–" };
    format!("{} ({}{dash}{})", days(middle), days(low), days(high))
}

/// `31 % (27–36 %)`.
pub fn percent_range(low: f64, middle: f64, high: f64) -> String {
    if low == middle && high == middle || low.is_nan() || high.is_nan() {
        return percent(middle);
    }
    format!("{} ({})", percent(middle), percent_bounds(low, high))
}

/// `low–high` as percentages.
pub(crate) fn percent_bounds(low: f64, high: f64) -> String {
    let bare = percent(low).replace("\u{a0}%", "");
    let dash = if bare.starts_with('-') { " to " } else { "–" };
    format!("{bare}{dash}{}", percent(high))
}

/// A share as a percentage without needless digits.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return number(share);
    }
    let hundred = share * 100.0;
    let decimals = usize::from(hundred.abs() < 9.95 && hundred != 0.0);
    let text = format!("{hundred:.decimals$}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    // What rounds to nothing has no sign.
    format!("{}\u{a0}%", if text == "-0" { "0" } else { text })
}

/// `name [unit]`, or the name alone.
pub(crate) fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_owned() } else { format!("{name} [{}]", raised(unit)) }
}

/// A quantity as it is printed, from as it is typed: `um^2/min` is µm²/min.
pub(crate) fn raised(typed: &str) -> String {
    let powers = typed.replace("^2", "²").replace("^3", "³").replace("^-1", "⁻¹");
    let mut out = String::with_capacity(powers.len());
    let mut word = String::new();
    for c in powers.chars().chain(['\n']) {
        if c.is_alphabetic() || c == '_' || c == '-' {
            word.push(c);
            continue;
        }
        let micro = ["um", "uL", "ug", "uM"].contains(&word.as_str());
        out.push_str(if micro { "µ" } else { "" });
        out.push_str(if micro { &word[1..] } else { &word });
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_honest() {
        let seen: Vec<String> = [0.0, 1.0, 1234.0, 12345.0, 0.0123, 1e-9, 3.2e11, -4.5, 1e7, 999.96, 0.1]
            .iter()
            .map(|v| number(*v))
            .collect();
        assert_eq!(
            seen,
            [
                "0",
                "1",
                "1230",
                "12\u{2009}300",
                "0.0123",
                "10⁻⁹",
                "3.2\u{2009}×\u{2009}10¹¹",
                "−4.5",
                "10⁷",
                "1000",
                "0.1"
            ]
        );
        assert_eq!(number(f64::NAN), "not a number");
        assert_eq!(number(f64::NEG_INFINITY), "−∞");
    }

    #[test]
    fn ratios_show_on_which_side_of_one_they_end() {
        assert_eq!(ratio_range(0.998, 1.08, 2.449), "1.08 (0.998–2.45)");
        assert_eq!(ratio_range(0.002_31, 0.654, 54.1), "0.65 (0.0023–54)");
        assert_eq!((ratio(1.0).as_str(), ratio(0.0).as_str()), ("1.00", "0"));
        assert_eq!(ratio(f64::INFINITY), "∞");
        assert_eq!(ratio_range(3.0, 3.0, 3.0), "3.00");
    }

    #[test]
    fn days_are_no_finer_than_tenths() {
        assert_eq!(days_range(0.0, 0.0, 0.0062), "0 (0 to below 0.1)");
        assert_eq!(days_range(0.0, 1.93, 10.6), "1.9 (0–10.6)");
        assert_eq!(days_range(4.0, 4.0, 4.0), "4");
    }

    #[test]
    fn units_are_printed_as_in_a_paper() {
        assert_eq!(raised("100000 um^2/min"), "100000 µm²/min");
        assert_eq!(with_unit("plug colour", "um^3"), "plug colour [µm³]");
        assert_eq!(raised("serum um_x 250 /mm^2"), "serum um_x 250 /mm²");
        assert_eq!((raised(""), raised("um")), (String::new(), "µm".to_owned()));
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!(percent(0.0), "0\u{a0}%");
        assert_eq!(percent(0.031), "3.1\u{a0}%");
        assert_eq!(percent(0.5), "50\u{a0}%");
        assert_eq!(percent(1.0), "100\u{a0}%");
        assert_eq!((percent(-0.0), percent(-0.0004)), ("0\u{a0}%".to_owned(), "0\u{a0}%".to_owned()));
        assert_eq!(percent(-0.031), "-3.1\u{a0}%");
        assert_eq!(percent_range(-0.0001, 0.02, 0.05), "2\u{a0}% (0–5\u{a0}%)");
    }

    #[test]
    fn long_text_is_cut_to_its_room() {
        let cut = fit("a very long name of an arm", 7.0, 40.0);
        assert!(cut.contains('…') && width(&cut, 7.0) <= 40.0, "{cut}");
        assert_eq!(wrap("one two three", 7.0, 25.0, 2), ["one two", "three"]);
        assert_eq!(wrap("", 7.0, 25.0, 2), [""]);
    }

    #[test]
    fn forbidden_characters_are_replaced() {
        assert_eq!(escape("a\u{0}<\u{202e}\n"), "a\u{fffd}&lt;\u{fffd} ");
    }
}
