//! `vesicle data`: databases imported from their official files, and what is there.

mod add;
mod list;

use crate::failure::Failure;
use clap::Subcommand;
use vesicle_base::Problem;
use vesicle_files::data_home::DataHome;

/// What to do with databases.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Import databases of targets or of gene sets from their official files
    Add(add::AddArguments),
    /// List what was imported, and what ships with the program
    List(list::ListArguments),
}

/// Calls a command.
///
/// # Errors
/// Wrong input, or a folder that cannot be written.
pub fn call(command: &DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::Add(arguments) => add::call(arguments),
        DataCommand::List(arguments) => list::call(arguments),
    }
}

/// The data home of this environment.
///
/// # Errors
/// When no variable says where it is.
pub fn home() -> Result<DataHome, Problem> {
    DataHome::of(|name| std::env::var_os(name))
}
