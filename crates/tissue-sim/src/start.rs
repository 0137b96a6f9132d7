//! Where founders lie: what a [`Start`] means in a box. Points on sites are those of the cells' own room; here are the
//! ones that are drawn, and how many there will be.

use crate::setup::{Ball, Founder, Setup, Start};
use tissue_cells::Domain;
use tissue_cells::start::{along, on_lattice, within};
use vesicle_base::{Grid, Purpose, Rng, math};

const PLACING: Purpose = Purpose(0x0601);

/// Founders of a kind in a box; in a plane they lie in its middle.
pub(crate) fn founders(start: &Start, domain: &Domain, kind: u64, rng: &Rng) -> Vec<Founder> {
    match start {
        Start::Table { founders } => founders.iter().map(|founder| flat(domain, *founder)).collect(),
        _ => {
            let free = |at_um| Founder { at_um, volume_um3: None };
            positions(start, domain, kind, rng).into_iter().map(free).collect()
        }
    }
}

fn flat(domain: &Domain, mut founder: Founder) -> Founder {
    if domain.plane {
        founder.at_um[2] = domain.middle_z_um();
    }
    founder
}

fn positions(start: &Start, domain: &Domain, kind: u64, rng: &Rng) -> Vec<[f64; 3]> {
    match start {
        Start::None | Start::Table { .. } => Vec::new(),
        Start::Random { count, within } => {
            (0..*count).map(|number| at_random(domain, within.as_ref(), (kind << 48) | number, rng)).collect()
        }
        Start::Side { side, every_um } => on_side(domain, *side, *every_um),
        Start::Lattice { lattice, every_um, within: ball } => {
            let Some(ball) = ball else { return on_lattice(domain, *lattice, *every_um) };
            let (low_um, high_um) = bounds(domain, Some(ball));
            let around = Domain { low_um, high_um, ..*domain };
            within(&on_lattice(&around, *lattice, *every_um), centre(domain, ball), ball.radius_um)
        }
        Start::Line { corners_um, every_um } => along(domain, corners_um, *every_um),
    }
}

/// A point of the box or of a ball in it, uniform.
fn at_random(domain: &Domain, ball: Option<&Ball>, entity: u64, rng: &Rng) -> [f64; 3] {
    let mut draws = rng.at(PLACING, entity, 0);
    let (low, high) = bounds(domain, ball);
    let mut point = || {
        let at = [0, 1, 2].map(|axis| low[axis] + (high[axis] - low[axis]) * draws.uniform());
        if domain.plane { [at[0], at[1], domain.middle_z_um()] } else { at }
    };
    let Some(ball) = ball else { return point() };
    // At least half of the corner of a box is in the ball around that corner, so that few draws do.
    let centre = centre(domain, ball);
    (0..1000).map(|_| point()).find(|at| distance(*at, centre) <= ball.radius_um).unwrap_or(centre)
}

/// The smallest box around what a box and a ball share.
fn bounds(domain: &Domain, ball: Option<&Ball>) -> ([f64; 3], [f64; 3]) {
    let Some(ball) = ball else {
        return (domain.low_um, [0, 1, 2].map(|axis| domain.low_um[axis] + domain.size_um()[axis]));
    };
    let centre = centre(domain, ball);
    let low = [0, 1, 2].map(|axis| domain.low_um[axis].max(centre[axis] - ball.radius_um));
    let high = [0, 1, 2].map(|axis| domain.high_um[axis].min(centre[axis] + ball.radius_um));
    (low, high)
}

/// The middle of a ball; in a plane it lies in it.
fn centre(domain: &Domain, ball: &Ball) -> [f64; 3] {
    let [x, y, z] = ball.centre_um;
    [x, y, if domain.plane { domain.middle_z_um() } else { z }]
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let d = [0, 1, 2].map(|axis| a[axis] - b[axis]);
    math::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
}

/// As many as fit along the edge of a side (in a plane) or along both edges of a face, spread evenly.
fn on_side(domain: &Domain, side: u8, every_um: f64) -> Vec<[f64; 3]> {
    let axis = usize::from(side / 2).min(2);
    let wall = if side.is_multiple_of(2) { domain.low_um[axis] } else { domain.high_um[axis] };
    let places = |along: usize| -> Vec<f64> {
        if domain.plane && along == 2 {
            return vec![domain.middle_z_um()];
        }
        let size = domain.size_um()[along];
        let n = (size / every_um).floor().max(1.0) as usize;
        (0..n).map(|k| domain.low_um[along] + (k as f64 + 0.5) * size / n as f64).collect()
    };
    let [first, second] = match axis {
        0 => [1, 2],
        1 => [0, 2],
        _ => [0, 1],
    };
    let mut points = Vec::new();
    for b in places(second) {
        for a in places(first) {
            let mut at = [0.0; 3];
            (at[axis], at[first], at[second]) = (wall, a, b);
            points.push(at);
        }
    }
    points
}

/// Area in a plane, volume otherwise, of what a box of `size_um` from the origin and a ball share, µm² or µm³.
///
/// A sum over 512 strips in each direction but one, in which the length is exact: within 0.1 % of a ball that is
/// cut by no face.
pub fn share_of_ball(size_um: [f64; 3], is_plane: bool, ball: &Ball) -> f64 {
    const STRIPS: usize = 512;
    let [cx, cy, cz] = ball.centre_um;
    let square = |x: f64| x * x;
    let strips = |centre: f64, size: f64| {
        let (low, high) = ((centre - ball.radius_um).max(0.0), (centre + ball.radius_um).min(size));
        let width = (high - low).max(0.0) / STRIPS as f64;
        (0..STRIPS).map(move |k| (low + (k as f64 + 0.5) * width, width))
    };
    let layers: Vec<(f64, f64)> =
        if is_plane { vec![(0.0, 1.0)] } else { strips(cz, size_um[2]).map(|(z, d)| (z - cz, d)).collect() };
    let mut sum = 0.0;
    for (z, depth) in layers {
        for (x, width) in strips(cx, size_um[0]) {
            let half = math::sqrt((square(ball.radius_um) - square(x - cx) - square(z)).max(0.0));
            let length = (cy + half).min(size_um[1]) - (cy - half).max(0.0);
            sum += length.max(0.0) * width * depth;
        }
    }
    sum
}

impl Start {
    /// How many begin in a box of `size_um`, or a little more, before any of them is placed.
    pub fn at_most(&self, size_um: [f64; 3], is_plane: bool) -> f64 {
        let fit = |axis: usize, every_um: f64| {
            if is_plane && axis == 2 { 1.0 } else { (size_um[axis] / every_um).floor().max(1.0) }
        };
        match self {
            Self::None => 0.0,
            Self::Random { count, .. } => *count as f64,
            Self::Side { side, every_um } => {
                let across = usize::from(side / 2).min(2);
                (0..3).filter(|axis| *axis != across).map(|axis| fit(axis, *every_um)).product()
            }
            Self::Lattice { every_um, within, .. } => {
                let size =
                    within.as_ref().map_or(size_um, |ball| size_um.map(|s| s.min(2.0 * ball.radius_um)));
                // Rows of triangles lie closer than their sites.
                let per_axis = [1.0, 0.75_f64.sqrt(), (2.0_f64 / 3.0).sqrt()];
                let n = |axis: usize| (size[axis] / (per_axis[axis] * every_um)).floor() + 1.0;
                (0..3).map(|axis| if is_plane && axis == 2 { 1.0 } else { n(axis) }).product()
            }
            Self::Line { corners_um, every_um } => {
                let length: f64 = corners_um.windows(2).map(|ends| distance(ends[0], ends[1])).sum();
                (length / every_um).floor() + 1.0
            }
            Self::Table { founders } => founders.len() as f64,
        }
    }
}

impl Start {
    /// How many begin in a box.
    pub fn count(&self, size_um: [f64; 3], voxel_um: f64) -> usize {
        let domain = Domain::of_grid(&Grid::of_box(size_um, voxel_um));
        founders(self, &domain, 0, &Rng::new(0)).len()
    }
}

/// How many cells of each kind begin, as the twin counts them.
pub(crate) fn counts(setup: &Setup) -> Vec<usize> {
    setup.kinds.iter().map(|kind| kind.start.count(setup.size_um, setup.voxel_um)).collect()
}
