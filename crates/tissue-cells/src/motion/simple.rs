//! A stand-in until the true search and solver land: uniform bins, fixed sub-steps of 0.1 min.

use rayon::prelude::*;
use vesicle_base::sums::FixedSum;
use vesicle_base::{Purpose, Rng, Span};

use super::Heading;
use crate::cells::Cells;
use crate::own::Own;

const STEP_MIN: f64 = 0.1;
const WALK: Purpose = Purpose(0x02FF);
/// Simple pressure of a close packing of equal cells.
const PRESSURE_SCALE: f64 = 0.027_288_820_670_331;

/// Neighbours of every cell and what they press.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    bin_start: Vec<u32>,
    in_bins: Vec<u32>,
    bin_of: Vec<u32>,
    from: Vec<u32>,
    neighbours: Vec<u32>,
    pub(crate) pressure: Vec<f64>,
    velocity: Vec<[f64; 3]>,
}

impl Scratch {
    pub(crate) fn of(&self, row: usize) -> &[u32] {
        &self.neighbours[self.from[row] as usize..self.from[row + 1] as usize]
    }
}

struct Bins {
    n: [usize; 3],
    low: [f64; 3],
    edge: f64,
}

impl Bins {
    fn at(&self, p: [f64; 3]) -> [usize; 3] {
        [0, 1, 2].map(|a| (((p[a] - self.low[a]) / self.edge).max(0.0) as usize).min(self.n[a] - 1))
    }

    fn index(&self, at: [usize; 3]) -> usize {
        at[0] + self.n[0] * (at[1] + self.n[1] * at[2])
    }
}

fn bin(cells: &Cells, scratch: &mut Scratch) -> Bins {
    let reach = cells.behaviour.view(Own::RelativeAdhesionDistance.id());
    let largest = (0..cells.len())
        .map(|row| cells.radius_um(row) * reach.at(row, cells.kind[row]).max(1.0))
        .fold(1.0, f64::max);
    let edge = 2.0 * largest;
    let n = cells.domain().size_um().map(|size| ((size / edge) as usize).clamp(1, 256));
    let edge_fit = [0, 1, 2].map(|a| cells.domain().size_um()[a] / n[a] as f64);
    let bins = Bins { n, low: cells.domain().low_um, edge: edge_fit.into_iter().fold(edge, f64::max) };
    scratch.bin_of.clear();
    scratch.bin_of.extend((0..cells.len()).map(|row| bins.index(bins.at(cells.position_um(row))) as u32));
    scratch.bin_start.clear();
    scratch.bin_start.resize(n[0] * n[1] * n[2] + 1, 0);
    for bin in &scratch.bin_of {
        scratch.bin_start[*bin as usize + 1] += 1;
    }
    for bin in 1..scratch.bin_start.len() {
        scratch.bin_start[bin] += scratch.bin_start[bin - 1];
    }
    scratch.in_bins.resize(cells.len(), 0);
    let mut next = scratch.bin_start.clone();
    for (row, bin) in scratch.bin_of.iter().enumerate() {
        scratch.in_bins[next[*bin as usize] as usize] = row as u32;
        next[*bin as usize] += 1;
    }
    bins
}

fn for_near(
    cells: &Cells,
    scratch: &Scratch,
    bins: &Bins,
    row: usize,
    mut visit: impl FnMut(usize, f64, [f64; 3]),
) {
    let p = cells.position_um(row);
    let at = bins.at(p);
    let range = |a: usize| at[a].saturating_sub(1)..=(at[a] + 1).min(bins.n[a] - 1);
    for z in range(2) {
        for y in range(1) {
            for x in range(0) {
                let bin = bins.index([x, y, z]);
                for other in
                    &scratch.in_bins[scratch.bin_start[bin] as usize..scratch.bin_start[bin + 1] as usize]
                {
                    let other = *other as usize;
                    if other != row {
                        let q = cells.position_um(other);
                        let apart = [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
                        let d2 = apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2];
                        visit(other, d2.sqrt().max(1e-5), apart);
                    }
                }
            }
        }
    }
}

/// Finds neighbours (within reach of adhesion) and simple pressure.
pub(crate) fn find(cells: &mut Cells) {
    let mut scratch = core::mem::take(&mut cells.scratch.motion);
    let bins = bin(cells, &mut scratch);
    let reach = cells.behaviour.view(Own::RelativeAdhesionDistance.id());
    let mut neighbours = core::mem::take(&mut scratch.neighbours);
    neighbours.clear();
    scratch.from.clear();
    scratch.from.push(0);
    scratch.pressure.clear();
    for row in 0..cells.len() {
        let mut pressure = FixedSum::default();
        let (r, f) = (cells.radius_um(row), reach.at(row, cells.kind[row]));
        for_near(cells, &scratch, &bins, row, |other, d, _| {
            let both = r + cells.radius_um(other);
            if d < both {
                pressure.add((1.0 - d / both) * (1.0 - d / both) / PRESSURE_SCALE);
            }
            if d < f * r + reach.at(other, cells.kind[other]) * cells.radius_um(other) {
                neighbours.push(other as u32);
            }
        });
        scratch.pressure.push(pressure.value());
        scratch.from.push(neighbours.len() as u32);
    }
    scratch.neighbours = neighbours;
    cells.scratch.motion = scratch;
}

pub(crate) fn advance(cells: &mut Cells, span: &Span, rng: Rng, heading: Heading<'_>) {
    let steps = (span.length_min / STEP_MIN).round().max(1.0) as u32;
    let dt = span.length_min / f64::from(steps);
    for step in 0..steps {
        let mut scratch = core::mem::take(&mut cells.scratch.motion);
        let bins = bin(cells, &mut scratch);
        turn(cells, dt, rng, span.tick.wrapping_mul(steps).wrapping_add(step), heading);
        let mut velocity = core::mem::take(&mut scratch.velocity);
        velocity.resize(cells.len(), [0.0; 3]);
        velocity.par_iter_mut().enumerate().with_min_len(256).for_each(|(row, v)| {
            *v = pushed(cells, &scratch, &bins, row);
        });
        place(cells, &velocity, dt);
        scratch.velocity = velocity;
        cells.scratch.motion = scratch;
    }
}

fn pushed(cells: &Cells, scratch: &Scratch, bins: &Bins, row: usize) -> [f64; 3] {
    let view = |own: Own| cells.behaviour.view(own.id());
    let (reach, adhesion, repulsion) =
        (view(Own::RelativeAdhesionDistance), view(Own::Adhesion), view(Own::Repulsion));
    let (kind, r) = (cells.kind[row], cells.radius_um(row));
    let law = &cells.laws[usize::from(kind)].mechanics;
    let mut sum = [FixedSum::default(); 3];
    for_near(cells, scratch, bins, row, |other, d, apart| {
        let (kind_b, r_b) = (cells.kind[other], cells.radius_um(other));
        let law_b = &cells.laws[usize::from(kind_b)].mechanics;
        let both = r + r_b;
        let reach_um = reach.at(row, kind) * r + reach.at(other, kind_b) * r_b;
        let mut push = 0.0;
        if d < both {
            push += (repulsion.at(row, kind) * repulsion.at(other, kind_b)).sqrt()
                * (1.0 - d / both)
                * (1.0 - d / both);
        }
        if d < reach_um {
            let a = adhesion.at(row, kind) * law.affinity_to(kind_b);
            let b = adhesion.at(other, kind_b) * law_b.affinity_to(kind);
            push -= (a * b).sqrt() * (1.0 - d / reach_um) * (1.0 - d / reach_um);
        }
        for a in 0..3 {
            sum[a].add(push * apart[a] / d);
        }
    });
    let speed = if cells.is_dead(row) { 0.0 } else { view(Own::MigrationSpeed).at(row, kind) };
    let w = &cells.walk;
    let direction = [w.direction_x[row], w.direction_y[row], w.direction_z[row]];
    [0, 1, 2].map(|a| sum[a].value() + speed * direction[a])
}

fn turn(cells: &mut Cells, dt: f64, rng: Rng, step: u32, heading: Heading<'_>) {
    for row in 0..cells.len() {
        let kind = cells.kind[row];
        let persistence = cells.behaviour.value(Own::Persistence.id(), row, kind);
        let w = &mut cells.walk;
        let unset = w.direction_x[row] == 0.0 && w.direction_y[row] == 0.0 && w.direction_z[row] == 0.0;
        let mut draws = rng.at(WALK, cells.id[row], step);
        if cells.behaviour.value(Own::MigrationSpeed.id(), row, kind) <= 0.0
            || !(unset || draws.uniform() * persistence < dt)
        {
            continue;
        }
        let chance = if cells.domain.plane { draws.direction_in_plane() } else { draws.direction() };
        let bias = cells.behaviour.value(Own::MigrationBias.id(), row, kind);
        let pull = match heading {
            Heading::None => [0.0; 3],
            Heading::Rows(rows) => rows[row],
        };
        let d = [0, 1, 2].map(|a| bias * pull[a] + (1.0 - bias) * chance[a]);
        let length = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt().max(1e-300);
        [w.direction_x[row], w.direction_y[row], w.direction_z[row]] = d.map(|v| v / length);
    }
}

fn place(cells: &mut Cells, velocity: &[[f64; 3]], dt: f64) {
    for (row, v) in velocity.iter().enumerate() {
        if cells.behaviour.value(Own::Movable.id(), row, cells.kind[row]) < 0.5 {
            continue;
        }
        let w = &mut cells.walk;
        let last = [w.velocity_x_um_per_min[row], w.velocity_y_um_per_min[row], w.velocity_z_um_per_min[row]];
        let mut to = [0, 1, 2]
            .map(|a| [cells.x[row], cells.y[row], cells.z[row]][a] + dt * (1.5 * v[a] - 0.5 * last[a]));
        if cells.domain.plane {
            to[2] = cells.z[row];
        }
        [w.velocity_x_um_per_min[row], w.velocity_y_um_per_min[row], w.velocity_z_um_per_min[row]] = *v;
        [cells.x[row], cells.y[row], cells.z[row]] = cells.domain.reflect(to);
    }
}
