//! Vessels in the tissue: they grow towards what leads them, carry blood, feed and are fed upon.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use tissue_fields::Side;
use tissue_sim::setup::Start;
use tissue_sim::{Frame, Record, Setup, simulate};

/// A strip with endothelium on the left and a guide that rises to the right.
fn strip(n_ticks: u32) -> Setup {
    let mut setup = small::with_vessels(n_ticks);
    setup.size_um = [200.0, 100.0, 20.0];
    setup.kinds[0].start = Start::None;
    setup.kinds[1].lack = None;
    setup.kinds[1].law.apoptosis.rate_per_min = 0.0;
    if let Some(vessels) = &mut setup.vessels {
        vessels.law.join_distance_um = 15.0;
    }
    setup.kinds[1].start = Start::Side { side: 0, every_um: 25.0 };
    setup.kinds[1].law.cycle = setup.kinds[1].law.cycle.clone().with_exits(&[6e-4]);
    setup.kinds[1].exchange[1].secretion_per_min = 0.0;
    setup.fields[0].sides[0] = Side::Closed;
    setup.fields[0].start = 0.0;
    setup.fields[1].sides[1] = Side::Fixed(10.0);
    setup.fields[1].start = 10.0;
    setup.fields[1].decay_per_min = 0.5;
    setup
}

fn run(setup: &Setup) -> Record {
    run_seed(setup, 3)
}

fn run_seed(setup: &Setup, seed: u64) -> Record {
    let record = simulate(setup, seed, &|_, _| true).unwrap().unwrap();
    assert_eq!(record.invalid, None);
    record
}

fn farthest_um(frame: &Frame) -> f32 {
    frame.cells.iter().filter(|cell| !cell.dead).map(|cell| cell.at_um[0]).fold(0.0, f32::max)
}

fn perfused(frame: &Frame) -> usize {
    frame.vessels.iter().filter(|vessel| vessel.perfused).count()
}

#[test]
fn sprouts_grow_up_the_guide_stay_joined_and_carry_blood() {
    let mean = |frame: &Frame| frame.fields[0].iter().sum::<f32>() / frame.fields[0].len() as f32;
    let mut fed = 0;
    for seed in 0..6 {
        let record = run_seed(&strip(900), seed);
        let (first, last) = (&record.frames[0], record.frames.last().unwrap());
        assert!(farthest_um(first) < 10.0 && farthest_um(last) > 40.0, "{} um", farthest_um(last));
        let longest = last.vessels.iter().map(|vessel| vessel.length_um).fold(0.0, f32::max);
        assert!(longest < 60.0, "joined cells stay together: {longest} um");
        assert!(perfused(first) == 0 && mean(first) == 0.0);
        assert_eq!(perfused(last) > 0, mean(last) > 0.01, "only blood feeds the tissue: {}", mean(last));
        fed += usize::from(perfused(last) > 0);
    }
    assert!(fed >= 3, "sprouts meet and carry blood in {fed} of 6 tissues");
}

#[test]
fn without_a_guide_nothing_grows() {
    let mut setup = strip(400);
    setup.fields[1].sides[1] = Side::Closed;
    setup.fields[1].start = 0.0;
    setup.field_doses[1] = 0.0;
    let record = run(&setup);
    let last = record.frames.last().unwrap();
    assert!(farthest_um(last) < 60.0 && perfused(last) == 0, "{} um", farthest_um(last));
}

#[test]
fn cells_held_in_the_wall_stay_there() {
    let record = run(&strip(200));
    let (first, last) = (&record.frames[0], record.frames.last().unwrap());
    let mut held = 0;
    for cell in &first.cells {
        if let Some(later) = last.cells.iter().find(|later| later.id == cell.id && !later.dead) {
            assert_eq!(later.at_um, cell.at_um, "{}", cell.id);
            held += 1;
        }
    }
    assert!(held > 0);
}
