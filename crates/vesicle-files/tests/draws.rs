//! A draw that keeps what no draw changes gives the setup that lowering from scratch gives, beside other arms too; and what
//! nobody sees changes no number of the twin.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use tissue_sim::twin::{self, Pace};
use vesicle_experiment::compile::{Choice, Settings, compile};
use vesicle_experiment::lower::{Draws, Shares, lower};
use vesicle_experiment::screen::{Model, Screen};
use vesicle_experiment::{Experiment, declare};
use vesicle_files::library::FolderLibrary;

fn flagship() -> (FolderLibrary, Experiment) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments/rejuvenation.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let said = vesicle_files::experiment::parse("rejuvenation.toml", &text).unwrap();
    (FolderLibrary::of(&file), declare(&said).unwrap())
}

#[test]
fn kept_shapes_change_no_number() {
    let (library, experiment) = flagship();
    let settings = Settings::default();
    for mechanism in [0, experiment.mechanisms.len() - 1] {
        let of = |arm| {
            let choice = Choice { arm, mechanism, draw: 0 };
            Draws::new(&experiment, &settings, choice, &library).unwrap()
        };
        let mut first = of(0);
        for arm in [0, 4, 7, 10, 11, 12] {
            let mut draws = of(arm);
            let shares = draws.shares(&mut first);
            let differs = experiment.arms[arm].name == "no tumour";
            assert_eq!(shares, Shares { fields: true, kinds: !differs }, "arm {arm}");
            for draw in [2, 1] {
                let choice = Choice { arm, mechanism, draw };
                let map = compile(&experiment, &settings, choice).unwrap();
                let whole = lower(&experiment, &map, draw, &library).unwrap();
                let beside = first.draw(draw).unwrap();
                for known in [None, Some(&beside)] {
                    assert_eq!(
                        format!("{:?}", draws.draw_beside(draw, shares, known).unwrap()),
                        format!("{:?}", whole.setup),
                        "mechanism {mechanism}, arm {arm}, draw {draw}"
                    );
                }
            }
        }
    }
}

/// Pace of a screen: up to 768 min a step, frames alone shown.
fn live(setup: &tissue_sim::Setup) -> Vec<Vec<f64>> {
    let pace = Pace { stops: &setup.frame_ticks, show_stops_only: true, ..Pace::steps_of(128) };
    let mut live = Vec::new();
    twin::follow(setup, pace, |done, instant| {
        if setup.frame_ticks.contains(&done) {
            live.push(instant.live.clone());
        }
    })
    .unwrap();
    live
}

#[test]
fn what_nobody_sees_changes_no_number() {
    let (library, experiment) = flagship();
    let settings = Settings::default();
    let arms: Vec<usize> = (0..experiment.arms.len()).collect();
    let tumour = experiment.names.cells.iter().position(|cell| cell == "tumour").unwrap();
    let cells = experiment.outcomes.iter().position(|outcome| outcome.name == "tumour cells").unwrap();
    for mechanism in [0, 4, 5] {
        let mut screen =
            Screen::new(&experiment, &settings, &arms, mechanism, Model::AsDeclared, &library).unwrap();
        for draw in [1, 2, 3] {
            let courses = screen.draw(draw).unwrap();
            let counted = |arm: usize| -> Vec<f64> {
                courses[arm].frames.iter().map(|seen| seen.values[cells].unwrap()).collect()
            };
            let whole = |arm: usize| -> Vec<f64> {
                let choice = Choice { arm, mechanism, draw: 0 };
                let mut draws = Draws::new(&experiment, &settings, choice, &library).unwrap();
                live(&draws.draw(draw).unwrap()).iter().map(|kinds| kinds[tumour]).collect()
            };
            let (of_first, first) = (counted(0), whole(0));
            for arm in [1, 2, 3, 4, 9, 10, 11, 12] {
                // A section holds the same share of the tumour in every arm.
                let (of_arm, arm_alone) = (counted(arm), whole(arm));
                for frame in 0..first.len() {
                    let (seen, known) = (of_arm[frame] * first[frame], arm_alone[frame] * of_first[frame]);
                    assert!(
                        (seen - known).abs() <= 1e-12 * known.abs(),
                        "mechanism {mechanism}, draw {draw}, arm {arm}, frame {frame}: {seen} and {known}"
                    );
                }
            }
        }
    }
}
