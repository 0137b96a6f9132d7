use std::path::Path;
use std::time::Instant;
use vesicle_experiment::compile::{Choice, Settings};
use vesicle_experiment::declare;
use vesicle_experiment::lower::Draws;
use vesicle_files::library::FolderLibrary;
use tissue_sim::twin::{follow, Pace};
fn main() {
    let file = Path::new("experiments/rejuvenation.toml");
    let library = FolderLibrary::of(file);
    let text = std::fs::read_to_string(file).unwrap();
    let experiment = declare(&vesicle_files::experiment::parse("rejuvenation.toml", &text).unwrap()).unwrap();
    for arm in [0usize, 1, 7] {
        let choice = Choice { arm, mechanism: 0, draw: 0 };
        let t = Instant::now();
        let mut draws = Draws::new(&experiment, &Settings::default(), choice, &library).unwrap();
        println!("arm {arm} new {:?}", t.elapsed());
        let t = Instant::now();
        let setups: Vec<_> = (1..=200).map(|d| draws.draw(d).unwrap()).collect();
        println!("lower {:?} species {}", t.elapsed() / 200, setups[0].species.len());
        for (longest, only) in [(10, false), (10, true), (100, true), (10000, true)] {
            let t = Instant::now();
            let mut n = 0;
            for s in &setups { follow(s, Pace { longest_ticks: longest, stops: &[720, 1680], show_stops_only: only, unread_repression: only }, |_, _| n += 1).unwrap(); }
            println!("twin {longest} {only} {:?} shown {n}", t.elapsed() / 200);
        }
    }
}
