//! `vesicle target`: what miRNAs repress, tested and designed.

mod agreement;
mod agreement_page;
mod agreement_tables;
mod agreement_told;
mod asked;
mod databases;
mod effect;
mod effect_page;
mod enrich;
mod enrich_page;
mod expressed;
mod families;
mod infer;
mod infer_page;
mod mix;
mod mix_page;
mod profiles;
mod programs;
mod receiver;
pub(super) mod seeds;
mod telling;
mod utr;

use crate::failure::Failure;
use clap::Subcommand;

/// What to ask of targets.
#[derive(Debug, Subcommand)]
pub enum TargetCommand {
    /// Programs in which the targets of miRNAs are enriched, against matched sets of the miRNAs assayed
    Enrich(enrich::EnrichArguments),
    /// What copies of miRNAs in the cytosol repress: genes and programs
    Effect(effect::EffectArguments),
    /// Which mimics to load into aged vesicles, how much, and whether any mix is worth it
    Mix(Box<mix::MixArguments>),
    /// What several tables of genes, of one or two species, have in common, and what could be behind it
    Common(Box<agreement::CommonArguments>),
    /// Which seed family explains a receiver's response
    Infer(infer::InferArguments),
}

/// Calls a command.
///
/// # Errors
/// Wrong input, a refused folder.
pub fn call(command: &TargetCommand) -> Result<(), Failure> {
    match command {
        TargetCommand::Enrich(arguments) => enrich::call(arguments),
        TargetCommand::Effect(arguments) => effect::call(arguments),
        TargetCommand::Mix(arguments) => mix::call(arguments),
        TargetCommand::Common(arguments) => agreement::call(arguments),
        TargetCommand::Infer(arguments) => infer::call(arguments),
    }
}
