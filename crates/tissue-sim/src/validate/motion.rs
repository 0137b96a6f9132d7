//! Cells that push, pull and walk against their equations of motion.

use super::{Row, row};
use tissue_cells::motion::{Joint, MotionPlan, Springs, Steps};
use tissue_cells::{Behaviours, Cells, CycleModel, Domain, Heading, KindLaw, TowardKinds};
use vesicle_base::math::exp;
use vesicle_base::{Rng, Span};

fn quiet() -> KindLaw {
    let mut law = KindLaw { cycle: CycleModel::live().with_exits(&[0.0]), ..KindLaw::default() };
    law.apoptosis.rate_per_min = 0.0;
    law
}

fn at(law: KindLaw, positions_um: &[[f64; 3]], tolerance_um: f64) -> Cells {
    let behaviours = Behaviours::new(&[law.own_base()], Vec::new());
    let domain = Domain::centred([1e7; 3], false);
    let mut cells = Cells::new(vec![law], behaviours, &TowardKinds::default(), domain);
    cells.set_motion(MotionPlan {
        steps: Steps::Adaptive { tolerance_um, move_um: 2.0 },
        ..MotionPlan::default()
    });
    cells.seed(0, positions_um, &Rng::new(1));
    cells
}

/// Moves over some ticks; returns the sub-steps.
fn moved(cells: &mut Cells, ticks: u32, tick_min: f64, heading: Heading<'_>) -> u32 {
    let rng = Rng::new(5);
    (0..ticks).map(|tick| cells.move_by(&Span::of_tick(tick, tick_min), &rng, heading).sub_steps).sum()
}

fn apart(cells: &Cells, i: usize, j: usize) -> f64 {
    let (a, b) = (cells.position_um(i), cells.position_um(j));
    (0..3).map(|axis| (a[axis] - b[axis]) * (a[axis] - b[axis])).sum::<f64>().sqrt()
}

pub(super) fn two_cells() -> Vec<Row> {
    let mut law = quiet();
    law.mechanics.adhesion_um_per_min = 0.0;
    let touch = 2.0 * law.volume.radius_um();
    let repulsion = law.mechanics.repulsion_um_per_min;
    let start = 4.0;
    [6.0, 30.0]
        .into_iter()
        .map(|t_min| {
            let mut cells = at(law.clone(), &[[0.0; 3], [start, 0.0, 0.0]], 1e-4);
            let steps = moved(&mut cells, (t_min / 6.0) as u32, 6.0, Heading::None);
            // 1/(1 - d/R) grows by 2 r t / R.
            let inverse = 1.0 / (1.0 - start / touch) + 2.0 * repulsion * t_min / touch;
            let expected = touch * (1.0 - 1.0 / inverse);
            let tolerance = f64::from(steps) * 1e-4;
            let why = "the tolerance of motion, once for every sub-step";
            row(format!("distance after {t_min} min"), expected, apart(&cells, 0, 1), tolerance, "um", why)
        })
        .collect()
}

pub(super) fn spring_pair() -> Vec<Row> {
    let (start_um, tolerance_um) = (100.0, 1e-4);
    let mut law = quiet();
    (law.mechanics.adhesion_um_per_min, law.mechanics.repulsion_um_per_min) = (0.0, 0.0);
    law.mechanics.elastic_per_min = 0.02;
    [6.0, 30.0]
        .into_iter()
        .map(|t_min| {
            let mut cells = at(law.clone(), &[[0.0; 3], [start_um, 0.0, 0.0]], tolerance_um);
            cells.springs = Springs::of_pairs([[0, 1]]);
            let steps = moved(&mut cells, (t_min / 6.0) as u32, 6.0, Heading::None);
            let expected = start_um * exp(-2.0 * law.mechanics.elastic_per_min * t_min);
            let tolerance = f64::from(steps) * tolerance_um;
            let why = "the tolerance of motion, once for every sub-step";
            row(format!("distance after {t_min} min"), expected, apart(&cells, 0, 1), tolerance, "um", why)
        })
        .collect()
}

/// Two cells on a joint that is shorter than contact allows, at rest.
pub(super) fn joint() -> Vec<Row> {
    let (rest_um, stiffness_per_min, tolerance_um) = (10.0, 0.05, 1e-4);
    let mut law = quiet();
    law.mechanics.adhesion_um_per_min = 0.0;
    let (r, touch) = (law.mechanics.repulsion_um_per_min, 2.0 * law.volume.radius_um());
    let (a, b) = (r / (touch * touch), 2.0 * r / touch + stiffness_per_min);
    let expected = (b - (b * b - 4.0 * a * (r + stiffness_per_min * rest_um)).sqrt()) / (2.0 * a);
    [1.5, 6.0, 24.0]
        .into_iter()
        .map(|tick_min| {
            let mut cells = at(law.clone(), &[[0.0; 3], [16.0, 0.0, 0.0]], tolerance_um);
            let joints = &[Joint { rows: [0, 1], rest_um, stiffness_per_min }];
            let heading = Heading::Joined { heading: &[], joints };
            moved(&mut cells, (480.0 / tick_min) as u32, tick_min, heading);
            let what = format!("distance after 8 h in ticks of {tick_min} min");
            let why = "the tolerance of motion; earlier errors have died away";
            row(what, expected, apart(&cells, 0, 1), tolerance_um, "um", why)
        })
        .collect()
}

pub(super) fn friction() -> Vec<Row> {
    let mut pulls = quiet();
    (pulls.motility.speed_um_per_min, pulls.motility.persistence_min, pulls.motility.bias) = (0.01, 1.0, 1.0);
    let laws = [pulls, quiet()];
    let behaviours = Behaviours::new(&laws.clone().map(|law| law.own_base()), Vec::new());
    let domain = Domain::centred([1e4; 3], false);
    let mut cells = Cells::new(laws.to_vec(), behaviours, &TowardKinds::default(), domain);
    let rng = Rng::new(1);
    cells.seed(0, &[[0.0; 3]], &rng);
    cells.seed(1, &[[16.0, 0.0, 0.0], [32.0, 0.0, 0.0], [48.0, 0.0, 0.0]], &rng);
    moved(&mut cells, 100, 6.0, Heading::Rows(&[[1.0, 0.0, 0.0]; 4]));
    let sum: f64 = (0..4).map(|k| cells.position_um(k)[0]).sum::<f64>() - 96.0;
    let why = "rounding: pair forces cancel exactly";
    vec![row("sum of the ways of four cells after 10 h", 6.0, sum, 1e-6, "um", why)]
}

/// Cells 10 um wide, half overlapped; the time at which they are 9 widths long.
pub(super) fn chain() -> Vec<Row> {
    let mut law = quiet();
    law.mechanics.adhesion_um_per_min = 0.0;
    let positions: Vec<[f64; 3]> = (0..11).map(|k| [5.0 * f64::from(k), 0.0, 0.0]).collect();
    let mut cells = at(law, &positions, 1e-3);
    for k in 0..11 {
        cells.set_volume_um3(k, 4.0 / 3.0 * core::f64::consts::PI * 125.0);
    }
    let mut steps = 0;
    while apart(&cells, 0, 10) < 90.0 && steps < 2000 {
        moved(&mut cells, 1, 0.1, Heading::None);
        steps += 1;
    }
    let why = "one look every 0.1 min, and half a digit of the published time";
    vec![row("time until the chain is 90 um long", 88.7, 0.1 * f64::from(steps), 0.15, "min", why)]
}

/// Cells so far apart that they do not meet.
fn scattered(n: usize) -> Vec<[f64; 3]> {
    (0..n).map(|k| [0.0, 400.0 * (k % 100) as f64 - 2e4, 400.0 * (k / 100) as f64 - 2e4]).collect()
}

pub(super) fn persistent_walk() -> Vec<Row> {
    let (n, speed, persistence) = (4000, 2.0, 15.0);
    let mut law = quiet();
    (law.motility.speed_um_per_min, law.motility.persistence_min, law.motility.bias) =
        (speed, persistence, 0.0);
    let from = scattered(n);
    let mut cells = at(law, &from, 0.02);
    let mut rows = Vec::new();
    let rng = Rng::new(5);
    for tick in 0..20 {
        cells.move_by(&Span::of_tick(tick, 6.0), &rng, Heading::None);
        if ![0, 4, 19].contains(&tick) {
            continue;
        }
        let t = 6.0 * f64::from(tick + 1);
        let way2 = |k: usize| {
            let to = cells.position_um(k);
            (0..3).map(|axis| (to[axis] - from[k][axis]) * (to[axis] - from[k][axis])).sum::<f64>()
        };
        let got = (0..n).map(way2).sum::<f64>() / n as f64;
        let expected = 2.0 * speed * speed * persistence * (t - persistence * (1.0 - exp(-t / persistence)));
        let why = "five standard errors; squared ways vary by no more than their mean";
        rows.push(row(
            format!("mean squared way after {t} min"),
            expected,
            got,
            5.0 * expected / (n as f64).sqrt(),
            "um^2",
            why,
        ));
    }
    rows
}

pub(super) fn chemotaxis() -> Vec<Row> {
    let n = 2000;
    let way = |bias: f64| {
        let mut law = quiet();
        (law.motility.speed_um_per_min, law.motility.persistence_min, law.motility.bias) = (1.0, 1.0, bias);
        let mut cells = at(law, &scattered(n), 0.02);
        moved(&mut cells, 20, 6.0, Heading::Rows(&vec![[1.0, 0.0, 0.0]; n]));
        (0..n).map(|k| cells.position_um(k)[0]).sum::<f64>() / (n as f64 * 120.0)
    };
    // The mean of cos over directions of e + u, both unit vectors and u uniform: sqrt((1 + c)/2) over c in -1..1 is 2/3.
    // A way is a sum of some 120 directions, each with a spread below 0.5.
    let error = 5.0 * 0.5 / (n as f64 * 120.0 / 2.0).sqrt();
    vec![
        row("drift over speed at bias 1", 1.0, way(1.0), 1e-9, "", "every turn is straight up"),
        row(
            "drift over speed at bias 0.5",
            2.0 / 3.0,
            way(0.5),
            error,
            "",
            "five standard errors of a mean direction",
        ),
        row(
            "drift over speed at bias 0",
            0.0,
            way(0.0),
            2.0 * error,
            "",
            "five standard errors of a mean direction",
        ),
    ]
}
