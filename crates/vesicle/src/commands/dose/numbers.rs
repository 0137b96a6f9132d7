//! The ledger's numbers as flags, made from the ledger's own table.

use clap::{Arg, ArgMatches, Command};
use std::collections::BTreeMap;
use vesicle_base::Problem;
use vesicle_dose::ledger::parameters::{all, read};
use vesicle_dose::ledger::{Name, Said};

/// Every number of the ledger that was given as a flag.
#[derive(Debug, Default)]
pub struct Flags(BTreeMap<Name, String>);

fn flag(name: Name) -> String {
    name.parameter().name.replace('_', "-")
}

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        all().fold(command, |command, name| {
            let parameter = name.parameter();
            let default = parameter.default.map_or_else(String::new, |text| format!(" [default: {text}]"));
            let argument = Arg::new(parameter.name)
                .long(flag(name))
                .value_name("QUANTITY")
                .allow_hyphen_values(true)
                .help_heading("Numbers: `VALUE UNIT (PRIOR) [SOURCE]`")
                .help(format!("{}{default}", parameter.help));
            command.arg(argument)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given =
            |name: Name| matches.get_one::<String>(name.parameter().name).map(|text| (name, text.clone()));
        Ok(Self(all().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Ways to say one thing, of which a flag replaces those of a file.
const RIVALS: [&[Name]; 3] = [
    &[Name::Particles, Name::PerCell, Name::Protein, Name::Flasks, Name::Donors],
    &[Name::CopiesPerVesicle, Name::CopiesPerParticle, Name::Abundance, Name::Load],
    &[Name::Uptake, Name::Clearance],
];

impl Flags {
    /// Numbers of a file, replaced by those of flags; a flag that says a thing in another way than the file replaces
    /// the file's way.
    ///
    /// # Errors
    /// Every flag that is wrong.
    pub fn over(&self, mut said: Said) -> Result<Said, Vec<Problem>> {
        for rivals in RIVALS.iter().filter(|rivals| rivals.iter().any(|name| self.0.contains_key(name))) {
            said.retain(|name, _| !rivals.contains(name));
        }
        let mut problems = Vec::new();
        for (name, text) in &self.0 {
            match read(*name, text) {
                Ok(quantity) => drop(said.insert(*name, quantity)),
                Err(problem) => {
                    let what = format!("wrong `--{}`", flag(*name));
                    problems.push(Problem { what, ..problem });
                }
            }
        }
        if problems.is_empty() { Ok(said) } else { Err(problems) }
    }
}
