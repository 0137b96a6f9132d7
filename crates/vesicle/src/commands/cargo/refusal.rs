//! Why a comparison is refused, as a person is told it: what would be right, and the override by name.

use vesicle_base::Problem;
use vesicle_cargo::compare::CompareError;
use vesicle_cargo::denominators::DenominatorError;
use vesicle_cargo::design::DesignError;

/// A refusal as a problem of the input.
pub fn problem(error: &CompareError, features: &[String]) -> Problem {
    let plain = Problem::new(error.to_string());
    match error {
        CompareError::Design(error) => design(error, plain),
        CompareError::Denominator(DenominatorError::UnknownFeature { name }) => {
            plain.nearest(name, features.iter().map(String::as_str))
        }
        CompareError::Denominator(DenominatorError::FewCommon { .. }) => {
            plain.expected("--denominator references:NAME,NAME or per:COLUMN or as-measured")
        }
        CompareError::Denominator(DenominatorError::OnlyItself) => {
            plain.expected("a table of all features that were counted")
        }
        CompareError::Denominator(_) => plain.expected("another --denominator"),
        CompareError::EmptySamples { all: true, .. } => {
            plain.expected("a table with measured values, and how \"not detected\" is written in it")
        }
        CompareError::EmptySamples { .. } => plain.expected("the table without these samples"),
        CompareError::BadCount { .. } => plain.expected("counts from 0 to 2^53"),
        CompareError::EmptyTable => plain.expected("features and samples"),
    }
}

fn design(error: &DesignError, plain: Problem) -> Problem {
    let problem = match error {
        DesignError::UnknownColumn { column, known } => {
            plain.expected(listed(known)).nearest(column, known.iter().map(String::as_str))
        }
        DesignError::UnknownLevel { level, known, .. } => {
            plain.expected(listed(known)).nearest(level, known.iter().map(String::as_str))
        }
        DesignError::Formula { .. } => {
            plain.expected("a sum of columns such as `~ group + age + factor(batch)`")
        }
        DesignError::EmptyCovariate { .. } => plain.expected("an entry for every sample"),
        DesignError::Constant { .. } => plain.expected("a column with two or more values"),
        DesignError::RankDeficient { .. } => plain.expected("terms that vary apart from each other"),
        DesignError::NoResidual { .. } => plain.expected("more donors, or fewer terms"),
        DesignError::FewDonors { .. } => plain.expected("two or more donors in each group"),
        DesignError::NestedInBatch { nuisance, .. } => {
            plain.expected(format!("each level of `{nuisance}` with samples of both groups"))
        }
        DesignError::RepeatedDonor { samples, .. } => {
            plain.expected("--block, or `+ donor` in the formula").found(samples.join(", "))
        }
        DesignError::UnlistedSamples { .. } | DesignError::RepeatedSample { .. } => plain,
    };
    match error.overruled_by() {
        Some(name) => {
            let right = problem.expected.clone().unwrap_or_default();
            problem.expected(format!("{right}; to test all the same: --override {name}"))
        }
        None => problem,
    }
}

fn listed(names: &[String]) -> String {
    names.join(", ")
}
