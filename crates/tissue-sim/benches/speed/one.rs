//! One measurement in a process of its own, ours or a peer's.

use crate::tick::{self, Life};
use crate::workloads::{self, Timing};
use std::path::Path;
use std::process::Command;

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Workload {
    /// Diffusion of so many fields, one sub-step a call.
    D3(usize),
    /// The same, fifteen sub-steps a call.
    D3Together(usize),
    /// Mechanics of a ball of so many µm, one step of 0.1 min a call, with pressure and contacts.
    M(f64),
    /// The same in ticks of 6 min, time per step of 0.1 min.
    MTick(f64),
    /// A tick of a tissue at rest, or growing, of so many cells.
    Tick(Life, f64),
    /// A pass in place over so many megabytes.
    Memory(usize),
}

impl Workload {
    fn run(self) -> Timing {
        match self {
            Self::D3(fields) => workloads::d3(fields, 1),
            Self::D3Together(fields) => workloads::d3(fields, 15),
            Self::M(radius_um) => workloads::mechanics(radius_um),
            Self::MTick(radius_um) => workloads::mechanics_in_ticks(radius_um),
            Self::Tick(life, n_cells) => tick::tick(n_cells, life),
            Self::Memory(megabytes) => workloads::memory(megabytes),
        }
    }

    /// Words on the command line; the other way round: [`Workload::of`].
    fn words(self) -> [String; 2] {
        let (name, size) = match self {
            Self::D3(fields) => ("d3", fields as f64),
            Self::D3Together(fields) => ("d3-together", fields as f64),
            Self::M(radius_um) => ("m", radius_um),
            Self::MTick(radius_um) => ("m-tick", radius_um),
            Self::Tick(Life::Resting, n_cells) => ("resting", n_cells),
            Self::Tick(Life::Growing, n_cells) => ("growing", n_cells),
            Self::Memory(megabytes) => ("memory", megabytes as f64),
        };
        [name.to_owned(), size.to_string()]
    }

    fn of(name: &str, size: f64) -> Option<Self> {
        Some(match name {
            "d3" => Self::D3(size as usize),
            "d3-together" => Self::D3Together(size as usize),
            "m" => Self::M(size),
            "m-tick" => Self::MTick(size),
            "resting" => Self::Tick(Life::Resting, size),
            "growing" => Self::Tick(Life::Growing, size),
            "memory" => Self::Memory(size as usize),
            _ => return None,
        })
    }

    /// The peer's program and its words, where a peer does this; `steps` are timed.
    fn peer(self) -> Option<[String; 2]> {
        match self {
            Self::D3(fields) | Self::D3Together(fields) => Some(["d3".to_owned(), fields.to_string()]),
            Self::M(radius_um) | Self::MTick(radius_um) => Some(["m".to_owned(), radius_um.to_string()]),
            _ => None,
        }
    }
}

/// `one NAME SIZE THREADS`: measures and prints `MEDIAN least LEAST`, ms, and what the answer was.
pub fn measure(words: &[String]) {
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<f64>().ok());
    let workload = words.first().zip(number(1)).and_then(|(name, size)| Workload::of(name, size));
    let (Some(workload), Some(threads)) = (workload, number(2)) else {
        eprintln!("usage: one d3|d3-together|m|m-tick|resting|growing|memory SIZE THREADS");
        std::process::exit(2);
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build().expect("a pool");
    let Timing { least_ms, median_ms, check } = pool.install(|| workload.run());
    println!("{median_ms} least {least_ms} {check}");
}

/// Least and median ms of one process.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub least_ms: f64,
    pub median_ms: f64,
}

/// Measures ours in a new process.
pub fn ours(workload: Workload, threads: usize) -> Times {
    let program = std::env::current_exe().expect("a program has a path");
    let [name, size] = workload.words();
    run(&program, &["one".to_owned(), name, size, threads.to_string()], threads)
        .expect("our own program answers")
}

/// Measures the peer's, where there is a peer and its program is in `folder`.
pub fn peer(workload: Workload, threads: usize, folder: &Path) -> Option<Times> {
    let [program, size] = workload.peer()?;
    run(&folder.join(program), &[size, threads.to_string(), "15".to_owned()], threads)
}

/// Runs a program on the first cores, as many as it has threads, where the system can pin it.
fn run(program: &Path, words: &[String], threads: usize) -> Option<Times> {
    let mut command = match pinned(threads) {
        Some(mut taskset) => {
            taskset.arg(program);
            taskset
        }
        None => Command::new(program),
    };
    let binding = [("OMP_NUM_THREADS", threads.to_string()), ("OMP_PROC_BIND", "true".to_owned())];
    let output = command.args(words).envs(binding).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut words = text.split_whitespace();
    let median_ms = words.next()?.parse().ok()?;
    let least_ms = words.nth(1)?.parse().ok()?;
    Some(Times { least_ms, median_ms })
}

fn pinned(threads: usize) -> Option<Command> {
    let cores = format!("0-{}", threads - 1);
    let works =
        Command::new("taskset").args(["-c", &cores, "true"]).status().is_ok_and(|status| status.success());
    works.then(|| {
        let mut command = Command::new("taskset");
        command.args(["-c", &cores]);
        command
    })
}
