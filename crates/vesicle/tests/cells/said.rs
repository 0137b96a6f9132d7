//! An experiment file in a few lines, as the tissue that it becomes.

use std::fs;
use tissue_sim::{Setup, Simulation, Tissue};
use vesicle_base::Problem;
use vesicle_experiment::compile::{Choice, Settings, compile};
use vesicle_experiment::experiment::{Experiment, declare};
use vesicle_experiment::lower::{Lowered, lower};
use vesicle_files::library::FolderLibrary;

const HEAD: &str = "format = 1\n[arm]\nonly = {}\n[run]\nduration = \"100 d\"\n";

/// A plane of 200 x 200 um, one voxel thick.
pub const PLANE: &str = "[tissue]\nsize = \"200 x 200 x 20 um\"\n";

/// A box of 100 um, five voxels thick.
pub const BOX: &str = "[tissue]\nsize = \"100 x 100 x 100 um\"\n";

/// The experiment of a text, which must be right.
pub fn experiment(text: &str) -> Experiment {
    let said = vesicle_files::experiment::parse("x.toml", &format!("{HEAD}{text}")).unwrap();
    declare(&said).unwrap_or_else(|problems| panic!("{}", told(&problems)))
}

/// What a text becomes, with tables beside it.
pub fn lowered_with(text: &str, tables: &[(&str, &str)]) -> Result<Lowered, String> {
    let experiment = experiment(text);
    let problems = vesicle_experiment::check::check(&experiment);
    if !problems.is_empty() {
        return Err(told(&problems));
    }
    let folder = tempfile::tempdir().unwrap();
    tables.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    let library = FolderLibrary::of(&folder.path().join("x.toml"));
    let map = compile(&experiment, &Settings::default(), Choice::default()).unwrap();
    lower(&experiment, &map, 0, &library).map_err(|problems| told(&problems))
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The setup of a text.
pub fn setup(text: &str) -> Setup {
    lowered_with(text, &[]).unwrap_or_else(|told| panic!("{told}")).setup
}

/// A tissue after some ticks of six minutes.
pub fn run(setup: &Setup, ticks: u32) -> Tissue {
    let mut simulation = Simulation::new(setup, 7).unwrap();
    (0..ticks).for_each(|_| {
        simulation.tick();
    });
    assert_eq!(simulation.record().invalid, None);
    simulation.tissue().clone()
}

/// The tissue of a text after some ticks.
pub fn after(text: &str, ticks: u32) -> Tissue {
    run(&setup(text), ticks)
}

/// The number of a kind, which is not its place in the text.
pub fn kind(text: &str, name: &str) -> u16 {
    experiment(text).names.cells.iter().position(|known| known == name).unwrap() as u16
}

/// Live cells of a kind.
pub fn live(tissue: &Tissue, kind: u16) -> usize {
    (0..tissue.cells.len())
        .filter(|row| tissue.cells.kind[*row] == kind && !tissue.cells.is_dead(*row))
        .count()
}

/// Distance of two cells, µm.
pub fn apart(tissue: &Tissue, a: usize, b: usize) -> f64 {
    let (a, b) = (tissue.cells.position_um(a), tissue.cells.position_um(b));
    (0..3).map(|axis| (a[axis] - b[axis]) * (a[axis] - b[axis])).sum::<f64>().sqrt()
}

/// A tissue of cells from a table.
pub fn after_table(text: &str, table: &str, ticks: u32) -> Tissue {
    let lowered = lowered_with(text, &[("cells.csv", table)]).unwrap_or_else(|told| panic!("{told}"));
    run(&lowered.setup, ticks)
}
