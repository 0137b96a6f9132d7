//! The command line: parse, call, convert. Knows no rules of the model.

// `eprintln!` panics where stderr cannot be written: everything is said through `shown`.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod commands;
mod failure;
mod result;
mod shown;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match commands::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    match commands::call(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.told(),
    }
}
