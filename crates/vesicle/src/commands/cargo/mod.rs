//! `vesicle cargo`: what was measured in vesicles, compared, joined and sorted.

mod choices;
mod compare;
mod compared;
mod consensus;
mod contrast;
mod figures;
pub(super) mod folder;
pub(super) mod numbers;
mod page;
mod quality;
pub(super) mod reading;
mod refusal;
mod samples;
mod sort;

use crate::failure::Failure;
use clap::Subcommand;

/// What to do with measured cargo.
#[derive(Debug, Subcommand)]
pub enum CargoCommand {
    /// Compare groups, or test a trend, in any export of Ct values, counts or intensities
    Compare(compare::CompareArguments),
    /// Join several contrasts, of one or two species: what replicates
    Consensus(consensus::ConsensusArguments),
    /// Find what is enriched in vesicles over their cells, and in which sequence motif
    Sort(sort::SortArguments),
    /// Write the sample sheet of a table, to be filled in
    Samples(samples::SamplesArguments),
}

/// Calls a command.
///
/// # Errors
/// Why it did not succeed.
pub fn call(command: &CargoCommand) -> Result<(), Failure> {
    match command {
        CargoCommand::Compare(arguments) => compare::call(arguments),
        CargoCommand::Consensus(arguments) => consensus::call(arguments),
        CargoCommand::Sort(arguments) => sort::call(arguments),
        CargoCommand::Samples(arguments) => samples::call(arguments),
    }
}

/// How the user would do it again.
pub(super) fn again() -> String {
    super::again::command(std::env::args().skip(1))
}
