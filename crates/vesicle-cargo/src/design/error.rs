//! Why a design is refused.

use std::fmt;

/// A refusal that the user may overrule by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Override {
    /// Test although a group has fewer than two donors.
    FewDonors,
    /// Test although every level of a nuisance column holds one group only.
    NestedInBatch,
    /// Take several samples of one donor as independent.
    RepeatedDonors,
}

impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FewDonors => "few-donors",
            Self::NestedInBatch => "nested-in-batch",
            Self::RepeatedDonors => "repeated-donors",
        })
    }
}

/// What is wrong with formula, sheet or design.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// The formula cannot be read.
    #[error("formula `{formula}`: `{part}` is not a column name or factor(column)")]
    Formula {
        /// As given.
        formula: String,
        /// The part that is not understood.
        part: String,
    },
    /// The formula names a column that the sheet lacks.
    #[error("no column `{column}` in the sample sheet")]
    UnknownColumn {
        /// Name in the formula.
        column: String,
        /// Names the sheet has, in its order.
        known: Vec<String>,
    },
    /// A sample of the table is not in the sheet.
    #[error("{} sample(s) not in the sample sheet: {}", samples.len(), samples.join(", "))]
    UnlistedSamples {
        /// Names in the table.
        samples: Vec<String>,
    },
    /// A sample stands twice in the sheet.
    #[error("sample `{sample}` stands twice in the sample sheet")]
    RepeatedSample {
        /// Its name.
        sample: String,
    },
    /// A covariate of the formula is empty.
    #[error("column `{column}` is empty for {}", samples.join(", "))]
    EmptyCovariate {
        /// Column in the formula.
        column: String,
        /// Samples without a value.
        samples: Vec<String>,
    },
    /// A factor has one level, or a number one value.
    #[error("column `{column}` does not vary")]
    Constant {
        /// Column in the formula.
        column: String,
    },
    /// A level named as reference or for comparison does not occur.
    #[error("column `{column}` has no level `{level}`")]
    UnknownLevel {
        /// Column of the level.
        column: String,
        /// The level asked for.
        level: String,
        /// The levels that occur.
        known: Vec<String>,
    },
    /// Columns of the model matrix are combinations of others.
    #[error("cannot be told apart from the other terms: {}", columns.join(", "))]
    RankDeficient {
        /// Dependent columns by name.
        columns: Vec<String>,
    },
    /// No residual degrees of freedom.
    #[error("{units} donors do not determine {coefficients} coefficients and a variance")]
    NoResidual {
        /// Donors (or samples where they count).
        units: usize,
        /// Coefficients of the model.
        coefficients: usize,
    },
    /// A group has too few donors. Override: `few-donors`.
    #[error("group `{level}` has {donors} donor(s); cards, wells or preparations of one donor are not n")]
    FewDonors {
        /// Level of the tested factor.
        level: String,
        /// Its donors.
        donors: usize,
    },
    /// Group and a nuisance column cannot be told apart. Override: `nested-in-batch`.
    #[error("every level of `{nuisance}` holds one level of `{tested}` only: a difference may be either")]
    NestedInBatch {
        /// The tested column.
        tested: String,
        /// The column it is nested in.
        nuisance: String,
    },
    /// A donor has samples under several conditions. Override: `repeated-donors`; better: a block or a donor term.
    #[error(
        "donor `{donor}` has samples under several conditions: block by donor or add donor to the formula"
    )]
    RepeatedDonor {
        /// The first such donor.
        donor: String,
        /// Its samples.
        samples: Vec<String>,
    },
}

impl DesignError {
    /// The override that would let the design pass, where there is one.
    pub fn overruled_by(&self) -> Option<Override> {
        match self {
            Self::FewDonors { .. } => Some(Override::FewDonors),
            Self::NestedInBatch { .. } => Some(Override::NestedInBatch),
            Self::RepeatedDonor { .. } => Some(Override::RepeatedDonors),
            _ => None,
        }
    }
}
