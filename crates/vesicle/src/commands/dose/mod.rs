//! `vesicle dose`: can a dose reach the cell, what isolation gives, how large particles are, what a report must say.

mod abundance;
mod catalogue;
mod ct;
mod isolate;
mod isolated;
mod isolated_page;
mod ledger;
mod numbers;
mod protocol;
mod published;
mod sheet;
mod size;
mod sized;
mod told;
mod told_page;

use crate::failure::Failure;
use clap::Subcommand;

/// What to do with a dose.
#[derive(Debug, Subcommand)]
pub enum DoseCommand {
    /// From what is given to copies in the cytosol, with error, verdict and inverse
    Ledger(Box<ledger::LedgerArguments>),
    /// Compare isolation protocols: recovery, purity, hours
    Isolate(isolate::IsolateArguments),
    /// Sizes and numbers of particle tracking exports
    Size(size::SizeArguments),
    /// The quality sheet of a preparation, in the terms of MISEV2023 and EV-METRIC
    Sheet(sheet::SheetArguments),
}

/// Calls a command.
///
/// # Errors
/// Why it did not succeed.
pub fn call(command: &DoseCommand) -> Result<(), Failure> {
    match command {
        DoseCommand::Ledger(arguments) => ledger::call(arguments),
        DoseCommand::Isolate(arguments) => isolate::call(arguments),
        DoseCommand::Size(arguments) => size::call(arguments),
        DoseCommand::Sheet(arguments) => sheet::call(arguments),
    }
}
