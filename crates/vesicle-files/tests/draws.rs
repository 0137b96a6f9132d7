//! A draw that keeps what no draw changes gives the setup that lowering from scratch gives.

use std::path::Path;
use vesicle_experiment::compile::{Choice, Settings, compile};
use vesicle_experiment::declare;
use vesicle_experiment::lower::{Draws, lower};
use vesicle_files::library::FolderLibrary;

#[test]
fn kept_shapes_change_no_number() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/rejuvenation.toml");
    let library = FolderLibrary::of(&file);
    let text = std::fs::read_to_string(&file).unwrap();
    let experiment = declare(&vesicle_files::experiment::parse("rejuvenation.toml", &text).unwrap()).unwrap();
    let settings = Settings::default();
    for mechanism in [0, experiment.mechanisms.len() - 1] {
        for arm in [0, 7, 10] {
            let choice = Choice { arm, mechanism, draw: 0 };
            let mut draws = Draws::new(&experiment, &settings, choice, &library).unwrap();
            for draw in [2, 1] {
                let choice = Choice { draw, ..choice };
                let map = compile(&experiment, &settings, choice).unwrap();
                let whole = lower(&experiment, &map, draw, &library).unwrap();
                assert_eq!(
                    format!("{:?}", draws.draw(draw).unwrap()),
                    format!("{:?}", whole.setup),
                    "mechanism {mechanism}, arm {arm}, draw {draw}"
                );
            }
        }
    }
}
