//! The quality sheet of a preparation: the items of EV-METRIC and the terms of MISEV2023. What nobody said, and what no
//! run can know, reads "not reported".
//!
//! EV-METRIC: nine items, of which three apply only where the method was used; the share of the applicable ones that are
//! reported (Van Deun 2017, doi 10.1038/nmeth.4185). Terms: Welsh 2024, doi 10.1002/jev2.12404 (MISEV2023).

use std::collections::BTreeMap;
use vesicle_base::Problem;

/// What an item that nobody reported reads.
pub const NOT_REPORTED: &str = "not reported";

/// When an item counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Applies {
    /// An item of EV-METRIC that always counts.
    Always,
    /// An item of EV-METRIC that counts where a spin isolates.
    Spun,
    /// An item of EV-METRIC that counts unless it is said to be not applicable.
    Used,
    /// No item of EV-METRIC.
    Term,
}

struct Line {
    key: &'static str,
    section: &'static str,
    what: &'static str,
    applies: Applies,
}

const fn line(key: &'static str, section: &'static str, what: &'static str, applies: Applies) -> Line {
    Line { key, section, what, applies }
}

use Applies::{Always, Spun, Term, Used};
const METRIC: &str = "EV-METRIC";
const NAMING: &str = "MISEV2023: what it is";
const SEPARATION: &str = "MISEV2023: how it was made";
const CHARACTER: &str = "MISEV2023: what it holds";
const FUNCTION: &str = "MISEV2023: what it does";

/// Every line of the sheet, in order.
const LINES: &[Line] = &[
    line("analysis", METRIC, "qualitative and quantitative analysis", Always),
    line("microscopy", METRIC, "electron microscopy images", Always),
    line("density", METRIC, "density of the vesicles", Always),
    line("vesicle_proteins", METRIC, "proteins enriched in vesicles", Always),
    line("other_proteins", METRIC, "proteins not expected in vesicles", Always),
    line("antibodies", METRIC, "antibody specifics", Used),
    line("lysate", METRIC, "lysate preparation", Used),
    line("spins", METRIC, "ultracentrifugation specifics: g, time, rotor", Spun),
    line("particle_analysis", METRIC, "particle analysis", Always),
    line("term", NAMING, "operational term", Term),
    line("source", NAMING, "source", Term),
    line("species", NAMING, "species", Term),
    line("culture", NAMING, "culture or collection", Term),
    line("storage", NAMING, "storage", Term),
    line("separation", SEPARATION, "separation", Term),
    line("recovery", SEPARATION, "recovery", Term),
    line("number", CHARACTER, "particle number", Term),
    line("size", CHARACTER, "size", Term),
    line("protein", CHARACTER, "protein", Term),
    line("ratio", CHARACTER, "particles per protein", Term),
    line("transmembrane", CHARACTER, "transmembrane or GPI-anchored proteins", Term),
    line("cytosolic", CHARACTER, "cytosolic proteins", Term),
    line("co_isolated", CHARACTER, "co-isolated non-vesicular particles", Term),
    line("topology", CHARACTER, "topology of the active component", Term),
    line("dose", FUNCTION, "dose and its unit", Term),
    line("controls", FUNCTION, "controls: blank, vesicle-depleted, mock-loaded", Term),
];

/// What was reported, by key of a line.
pub type Reported = BTreeMap<String, String>;

/// One line of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Key in a file.
    pub key: &'static str,
    /// Section.
    pub section: &'static str,
    /// What is asked.
    pub what: &'static str,
    /// What was reported, "not reported" or "not applicable".
    pub value: String,
    /// Whether it was reported.
    pub reported: bool,
    /// Whether it counts towards EV-METRIC here.
    pub counts: bool,
}

/// A filled sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Lines in order.
    pub items: Vec<Item>,
    /// EV-METRIC items reported, and those that apply.
    pub metric: (usize, usize),
}

/// Every key with what it asks, in order.
pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    LINES.iter().map(|line| (line.key, line.what))
}

/// Whether a key has a line.
///
/// # Errors
/// A key that no line has, with the nearest one.
pub fn known(key: &str) -> Result<(), Problem> {
    if LINES.iter().any(|line| line.key == key) {
        return Ok(());
    }
    Err(Problem::new(format!("unknown line `{key}` of the quality sheet"))
        .expected("a line of EV-METRIC or MISEV2023")
        .nearest(key, LINES.iter().map(|line| line.key)))
}

/// Fills the sheet; `spun` is whether a spin isolates, `None` where that is not known.
///
/// # Errors
/// Keys that no line has.
pub fn fill(reported: &Reported, spun: Option<bool>) -> Result<Sheet, Vec<Problem>> {
    let problems: Vec<Problem> = reported.keys().filter_map(|key| known(key).err()).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let items: Vec<Item> = LINES.iter().map(|line| item(line, reported, spun)).collect();
    let counted = || items.iter().filter(|item| item.counts);
    let metric = (counted().filter(|item| item.reported).count(), counted().count());
    Ok(Sheet { items, metric })
}

fn item(line: &Line, reported: &Reported, spun: Option<bool>) -> Item {
    let said = reported.get(line.key).map(|text| text.trim()).filter(|text| !text.is_empty());
    let unsaid = said.is_none_or(|text| text.eq_ignore_ascii_case(NOT_REPORTED));
    let waived =
        said.is_some_and(|text| ["not applicable", "not used"].contains(&text.to_lowercase().as_str()));
    let applies = match line.applies {
        Always => true,
        Used => !waived,
        Spun => spun != Some(false),
        Term => false,
    };
    let out = line.applies != Term && !applies;
    let value = match said {
        _ if out => "not applicable".to_owned(),
        Some(text) if !unsaid => text.to_owned(),
        _ => NOT_REPORTED.to_owned(),
    };
    let reported = !out && !unsaid && !waived;
    Item { key: line.key, section: line.section, what: line.what, value, reported, counts: applies }
}

/// The operational term of a size by MISEV2023: small below 200 nm, large above.
pub fn term_of_size(median_nm: f64) -> &'static str {
    if median_nm < 200.0 {
        "small EV (< 200 nm by the median of this measurement)"
    } else {
        "large EV (> 200 nm by the median of this measurement)"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)], spun: Option<bool>) -> Sheet {
        let reported = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        fill(&reported, spun).unwrap()
    }

    #[test]
    fn nothing_said_is_nothing_reported() {
        let empty = with(&[], None);
        assert_eq!(empty.metric, (0, 9));
        assert!(empty.items.iter().all(|item| item.value == NOT_REPORTED && !item.reported));
    }

    #[test]
    fn items_that_do_not_apply_are_not_counted() {
        let sheet = with(
            &[("antibodies", "not used"), ("lysate", "Not applicable"), ("microscopy", "TEM, wide field")],
            Some(false),
        );
        assert_eq!(sheet.metric, (1, 6));
        let spins = sheet.items.iter().find(|item| item.key == "spins").unwrap();
        assert_eq!(spins.value, "not applicable");
    }

    #[test]
    fn blanks_and_the_words_not_reported_report_nothing() {
        assert_eq!(with(&[("microscopy", "  "), ("density", "not reported")], None).metric, (0, 9));
        assert_eq!(with(&[("microscopy", "not used")], None).metric, (0, 9), "always applies");
    }

    #[test]
    fn an_unknown_line_names_the_nearest() {
        let reported = Reported::from([("microscopi".to_owned(), "x".to_owned())]);
        assert!(fill(&reported, None).unwrap_err()[0].to_string().contains("did you mean `microscopy`?"));
    }
}
