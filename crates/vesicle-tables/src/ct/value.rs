//! One Ct cell to a reading: words, sentinels, numbers.

use vesicle_cargo::Reading;

use crate::notes::Notes;
use crate::number::{Decimal, says_not_detected, says_nothing};

/// No instrument runs more cycles than this.
pub(crate) const MOST_CYCLES: f64 = 60.0;

/// What an empty Ct cell or `N/A` means in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blank {
    NotDetected,
    Missing,
}

/// The reading of a Ct cell; `None` when it is neither a Ct nor a known sentinel.
pub(crate) fn ct(text: &str, decimal: Decimal, blank: Blank, notes: &mut Notes) -> Option<Reading> {
    const NONE: Reading = Reading::NotDetected { limit: None };
    if says_not_detected(text) {
        notes.count(&format!("\"{text}\" read as not detected"));
        return Some(NONE);
    }
    if says_nothing(text) {
        let shown = if text.is_empty() { "empty Ct".to_owned() } else { format!("\"{text}\"") };
        let (meaning, reading) = match blank {
            Blank::NotDetected => ("not detected", NONE),
            Blank::Missing => ("not assayed", Reading::Missing),
        };
        notes.count(&format!("{shown} read as {meaning}"));
        return Some(reading);
    }
    if let Some(limit) =
        text.strip_prefix('>').and_then(|rest| decimal.parse(rest)).filter(|&limit| is_ct(limit))
    {
        notes.count("\">\" before a Ct read as not detected up to that Ct");
        return Some(Reading::NotDetected { limit: Some(limit) });
    }
    let value = decimal.parse(text)?;
    if value == 999.0 || value <= 0.0 {
        notes.count(&format!(
            "Ct of {} read as not detected",
            if value == 999.0 { "999" } else { "0 or below" }
        ));
        return Some(NONE);
    }
    is_ct(value).then_some(Reading::Value(value))
}

fn is_ct(value: f64) -> bool {
    value > 0.0 && value <= MOST_CYCLES
}
