//! What a bench would count: `area fraction of KIND in section`, `count of live KIND`, `volume of perfused vessel`.

/// What an outcome looks like, for messages.
pub const EXPECTED: &str = "an outcome, such as `area fraction of KIND in section`, `count of live KIND in section`, \
`mean of FIELD`, `mean repression of PROGRAM in KIND`, `vesicles taken up by KIND`, `vesicles labelled in KIND` or `volume of perfused vessel`";

/// An outcome as it was written; names are not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutcomeText {
    /// Share of the section's area that the kind covers.
    AreaFraction {
        /// Cell type.
        kind: String,
    },
    /// Number of cells, in the section or in the whole tissue.
    Count {
        /// Cell type.
        kind: String,
        /// Only living ones.
        live: bool,
        /// Only those that the section shows.
        in_section: bool,
    },
    /// Volume of vessels with flow.
    PerfusedVolume,
    /// Mean of a field over the tissue.
    FieldMean {
        /// Field.
        field: String,
    },
    /// Mean repression of a program over the living cells of a kind.
    Repression {
        /// Program.
        program: String,
        /// Cell type.
        kind: String,
    },
    /// Vesicles captured so far per cell of a kind, mean over the living.
    TakenUp {
        /// Cell type.
        kind: String,
    },
    /// Vesicles that a label shows per cell of a kind, mean over the living.
    Labelled {
        /// Cell type.
        kind: String,
    },
}

impl OutcomeText {
    /// The kind of cell that is counted, where it is one.
    pub fn kind(&self) -> Option<&String> {
        match self {
            Self::AreaFraction { kind }
            | Self::Count { kind, .. }
            | Self::Repression { kind, .. }
            | Self::TakenUp { kind }
            | Self::Labelled { kind } => Some(kind),
            Self::FieldMean { .. } | Self::PerfusedVolume => None,
        }
    }
}

/// Reads an outcome; `None` when the words do not fit.
pub fn parse(text: &str) -> Option<OutcomeText> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (thing, in_section) = match words.strip_suffix(" in section") {
        Some(thing) => (thing, true),
        None => (words.as_str(), false),
    };
    if let Some(kind) = thing.strip_prefix("area fraction of ") {
        return in_section.then(|| OutcomeText::AreaFraction { kind: kind.to_owned() });
    }
    if let Some(rest) = thing.strip_prefix("count of ") {
        let (kind, live) = match rest.strip_prefix("live ") {
            Some(kind) => (kind, true),
            None => (rest, false),
        };
        return Some(OutcomeText::Count { kind: kind.to_owned(), live, in_section });
    }
    if in_section {
        return None;
    }
    if thing == "volume of perfused vessel" {
        return Some(OutcomeText::PerfusedVolume);
    }
    if let Some(rest) = thing.strip_prefix("mean repression of ") {
        let (program, kind) = rest.rsplit_once(" in ")?;
        return Some(OutcomeText::Repression { program: program.to_owned(), kind: kind.to_owned() });
    }
    if let Some(kind) = thing.strip_prefix("vesicles taken up by ") {
        return Some(OutcomeText::TakenUp { kind: kind.to_owned() });
    }
    if let Some(kind) = thing.strip_prefix("vesicles labelled in ") {
        return Some(OutcomeText::Labelled { kind: kind.to_owned() });
    }
    thing.strip_prefix("mean of ").map(|field| OutcomeText::FieldMean { field: field.to_owned() })
}

/// Unit of an outcome for axes and tables; a field's mean has the unit of the field.
pub fn unit(outcome: &OutcomeText) -> &'static str {
    match outcome {
        OutcomeText::AreaFraction { .. } => "share of area",
        OutcomeText::Count { .. } => "cells",
        OutcomeText::PerfusedVolume => "um^3",
        OutcomeText::FieldMean { .. } => "",
        OutcomeText::Repression { .. } => "share repressed",
        OutcomeText::TakenUp { .. } | OutcomeText::Labelled { .. } => "vesicles/cell",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_read() {
        assert_eq!(
            parse("area fraction of a b in section"),
            Some(OutcomeText::AreaFraction { kind: "a b".into() })
        );
        assert_eq!(
            parse("count of live x"),
            Some(OutcomeText::Count { kind: "x".into(), live: true, in_section: false })
        );
        assert_eq!(parse("volume of perfused vessel"), Some(OutcomeText::PerfusedVolume));
        assert_eq!(
            parse("mean repression of p in q in r"),
            Some(OutcomeText::Repression { program: "p in q".into(), kind: "r".into() })
        );
        assert_eq!(parse("vesicles labelled in x"), Some(OutcomeText::Labelled { kind: "x".into() }));
        assert_eq!(parse("area fraction of x"), None);
        assert_eq!(parse("length of x"), None);
    }
}
