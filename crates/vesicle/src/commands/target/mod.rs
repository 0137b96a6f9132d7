//! `vesicle target`: what miRNAs repress, tested and designed.

mod asked;
mod databases;
mod enrich;
mod enrich_page;
mod expressed;
mod families;
mod programs;
mod telling;

use crate::failure::Failure;
use clap::Subcommand;

/// What to ask of targets.
#[derive(Debug, Subcommand)]
pub enum TargetCommand {
    /// Programs in which the targets of miRNAs are enriched, against matched sets of the miRNAs assayed
    Enrich(enrich::EnrichArguments),
}

/// Calls a command.
///
/// # Errors
/// Wrong input, a refused folder.
pub fn call(command: &TargetCommand) -> Result<(), Failure> {
    match command {
        TargetCommand::Enrich(arguments) => enrich::call(arguments),
    }
}
