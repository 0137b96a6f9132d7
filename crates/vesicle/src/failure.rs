//! How a command ends when it does not succeed, as a message and an exit code.

use std::process::ExitCode;
use vesicle_base::Problem;

/// Why a command did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// The program failed: exit code 1.
    Program(String),
    /// The input is wrong: exit code 2.
    Input(Vec<Problem>),
    /// Refused: the folder exists, the cost wants `--yes`: exit code 3.
    Refused(String),
}

impl Failure {
    /// Tells the person on stderr and gives the exit code.
    pub fn told(&self) -> ExitCode {
        match self {
            Self::Program(message) => {
                crate::shown::message(&format!("error: {message}"));
                ExitCode::from(1)
            }
            Self::Input(problems) => {
                problems.iter().for_each(|problem| crate::shown::message(&format!("error: {problem}")));
                if problems.len() > 1 {
                    crate::shown::message(&format!("{} mistakes", problems.len()));
                }
                ExitCode::from(2)
            }
            Self::Refused(message) => {
                crate::shown::message(&format!("refused: {message}"));
                ExitCode::from(3)
            }
        }
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Input(problems)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Input(vec![problem])
    }
}

/// Help and version go to stdout and are a success; a wrong command line is wrong input.
pub fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
