//! Where founders lie: pure functions of the box and the run seed. In a plane all lie in its middle along z.

use vesicle_base::Rng;

use crate::domain::Domain;
use crate::purpose;

/// How sites of a lattice lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lattice {
    /// Squares, or cubes.
    Square,
    /// Triangles in a plane; in three dimensions layers of them, each over the gaps of the last (close packing).
    Hexagonal,
}

/// How dense founders lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Density {
    /// Cells per µm² of the box seen from above.
    Area(f64),
    /// Cells per µm³ of the box.
    Volume(f64),
}

/// A face of the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Lowest along an axis (0 x, 1 y, 2 z).
    Low(usize),
    /// Highest along an axis.
    High(usize),
}

/// `n` points at random, independent and uniform. Different `stream`s give different points.
pub fn at_random(domain: &Domain, n: usize, stream: u32, rng: &Rng) -> Vec<[f64; 3]> {
    let size = domain.size_um();
    let point = |number| {
        let mut draws = rng.at(purpose::PLACE, number, stream);
        flat(domain, [0, 1, 2].map(|axis| domain.low_um[axis] + size[axis] * draws.uniform()))
    };
    (0..n as u64).map(point).collect()
}

/// Points at random, as many as the density makes of the box, rounded.
pub fn by_density(domain: &Domain, density: Density, stream: u32, rng: &Rng) -> Vec<[f64; 3]> {
    at_random(domain, count_at(domain, density), stream, rng)
}

/// Points of a density in the box, rounded.
pub fn count_at(domain: &Domain, density: Density) -> usize {
    let size = domain.size_um();
    let expected = match density {
        Density::Area(per_um2) => per_um2 * size[0] * size[1],
        Density::Volume(per_um3) => per_um3 * size[0] * size[1] * size[2],
    };
    expected.max(0.0).round() as usize
}

/// Sites of a lattice that fills the box, neighbours `spacing_um` apart; as many as fit, in the middle of the box.
///
/// # Panics
/// When the spacing is not positive: the caller checks user input.
pub fn on_lattice(domain: &Domain, lattice: Lattice, spacing_um: f64) -> Vec<[f64; 3]> {
    assert!(spacing_um > 0.0, "a lattice needs a positive spacing");
    let size = domain.size_um();
    let hexagonal = lattice == Lattice::Hexagonal;
    let row_um = spacing_um * if hexagonal { 0.75_f64.sqrt() } else { 1.0 };
    let layer_um = spacing_um * if hexagonal { (2.0_f64 / 3.0).sqrt() } else { 1.0 };
    let steps = [spacing_um, row_um, layer_um];
    let n = [0, 1, 2].map(|axis| {
        if axis == 2 && domain.plane { 1 } else { (size[axis] / steps[axis]).floor().max(1.0) as usize }
    });
    let mut points = Vec::with_capacity(n[0] * n[1] * n[2]);
    for layer in 0..n[2] {
        for row in 0..n[1] {
            for column in 0..n[0] {
                let shift = if hexagonal { hexagonal_shift(row, layer) } else { [0.0; 2] };
                let at = [column as f64 + shift[0], row as f64 + shift[1], layer as f64];
                let point = [0, 1, 2].map(|axis| {
                    let first = 0.5 * (size[axis] - (n[axis] as f64 - 1.0) * steps[axis]);
                    domain.low_um[axis] + first + at[axis] * steps[axis]
                });
                points.push(flat(domain, point));
            }
        }
    }
    points.retain(|point| domain.contains(*point));
    points
}

/// Shift of a row along x (in spacings) and y (in rows), centred on 0.
fn hexagonal_shift(row: usize, layer: usize) -> [f64; 2] {
    let odd_row = if row % 2 == 1 { 0.25 } else { -0.25 };
    let odd_layer = layer % 2 == 1;
    [odd_row + if odd_layer { 0.5 } else { 0.0 }, if odd_layer { 1.0 / 3.0 } else { 0.0 }]
}

/// Points of a table as they are; a plane takes any z.
///
/// # Errors
/// The rows outside, from 0.
pub fn from_table(domain: &Domain, rows_um: &[[f64; 3]]) -> Result<Vec<[f64; 3]>, Vec<usize>> {
    let points: Vec<[f64; 3]> = rows_um.iter().map(|row| flat(domain, *row)).collect();
    let outside: Vec<usize> = (0..points.len()).filter(|row| !domain.contains(points[*row])).collect();
    if outside.is_empty() { Ok(points) } else { Err(outside) }
}

/// Points on a side of the box, `every_um` apart along it (in three dimensions along both edges), `inset_um` inside.
///
/// # Panics
/// When the distance is not positive or the axis not 0 to 2: the caller checks user input.
pub fn on_side(domain: &Domain, side: Side, every_um: f64, inset_um: f64) -> Vec<[f64; 3]> {
    assert!(every_um > 0.0, "points on a side need a positive distance");
    let (axis, across) = match side {
        Side::Low(axis) => (axis, domain.low_um[axis] + inset_um),
        Side::High(axis) => (axis, domain.high_um[axis] - inset_um),
    };
    let (a, b) = ((axis + 1) % 3, (axis + 2) % 3);
    let mut points = Vec::new();
    for at_a in along_edge(domain, a, every_um) {
        for at_b in along_edge(domain, b, every_um) {
            let mut point = [0.0; 3];
            (point[axis], point[a], point[b]) = (across, at_a, at_b);
            points.push(flat(domain, point));
        }
    }
    points
}

/// Places along an edge of the box, in its middle; one place along z in a plane.
fn along_edge(domain: &Domain, axis: usize, every_um: f64) -> Vec<f64> {
    let size_um = domain.size_um()[axis];
    let n = if axis == 2 && domain.plane { 1 } else { (size_um / every_um).floor().max(1.0) as usize };
    let first_um = domain.low_um[axis] + 0.5 * (size_um - (n as f64 - 1.0) * every_um);
    (0..n).map(|k| first_um + k as f64 * every_um).collect()
}

/// Points along a line through `corners_um` (a vessel), `every_um` apart from its start, measured along the line.
///
/// # Panics
/// When the distance is not positive: the caller checks user input.
pub fn along(domain: &Domain, corners_um: &[[f64; 3]], every_um: f64) -> Vec<[f64; 3]> {
    assert!(every_um > 0.0, "points along a line need a positive distance");
    let mut points = Vec::new();
    let mut to_next_um = 0.0;
    for ends in corners_um.windows(2) {
        let step = [0, 1, 2].map(|axis| ends[1][axis] - ends[0][axis]);
        let length_um = step.iter().map(|s| s * s).sum::<f64>().sqrt();
        while to_next_um < length_um {
            let share = to_next_um / length_um;
            points.push(flat(domain, [0, 1, 2].map(|axis| ends[0][axis] + share * step[axis])));
            to_next_um += every_um;
        }
        to_next_um -= length_um;
    }
    points
}

/// Those of the points that lie in a ball (in a plane: a disc), in the same order.
pub fn within(points_um: &[[f64; 3]], centre_um: [f64; 3], radius_um: f64) -> Vec<[f64; 3]> {
    let near = |point: &&[f64; 3]| {
        (0..3).map(|axis| (point[axis] - centre_um[axis]) * (point[axis] - centre_um[axis])).sum::<f64>()
            <= radius_um * radius_um
    };
    points_um.iter().filter(near).copied().collect()
}

fn flat(domain: &Domain, mut point: [f64; 3]) -> [f64; 3] {
    if domain.plane {
        point[2] = domain.middle_z_um();
    }
    point
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(a: [f64; 3], b: [f64; 3]) -> f64 {
        (0..3).map(|i| (a[i] - b[i]) * (a[i] - b[i])).sum::<f64>().sqrt()
    }

    fn nearest(points: &[[f64; 3]]) -> Vec<(f64, usize)> {
        let of = |p: usize| {
            let distances: Vec<f64> =
                (0..points.len()).filter(|q| *q != p).map(|q| apart(points[p], points[q])).collect();
            let least = distances.iter().fold(f64::INFINITY, |a, b| a.min(*b));
            (least, distances.iter().filter(|d| **d < least + 1e-9).count())
        };
        (0..points.len()).map(of).collect()
    }

    #[test]
    fn lattices_have_their_spacing_and_neighbours() {
        let box_um = Domain::centred([100.0, 100.0, 100.0], false);
        let plane = Domain::centred([200.0, 200.0, 20.0], true);
        for (domain, lattice, neighbours) in [
            (&box_um, Lattice::Square, 6),
            (&box_um, Lattice::Hexagonal, 12),
            (&plane, Lattice::Square, 4),
            (&plane, Lattice::Hexagonal, 6),
        ] {
            let points = on_lattice(domain, lattice, 17.0);
            let near = nearest(&points);
            assert!(near.iter().all(|(least, _)| (least - 17.0).abs() < 1e-9), "{lattice:?}");
            assert_eq!(near.iter().map(|(_, n)| *n).max(), Some(neighbours), "{lattice:?}");
            assert!(points.iter().all(|point| domain.contains(*point)));
        }
    }

    #[test]
    fn densities_count() {
        let plane = Domain::centred([200.0, 100.0, 20.0], true);
        let points = by_density(&plane, Density::Area(0.01), 0, &Rng::new(1));
        assert_eq!(points.len(), 200);
        assert!(points.iter().all(|point| plane.contains(*point) && point[2] == 0.0));
        assert_ne!(points, by_density(&plane, Density::Area(0.01), 1, &Rng::new(1)));
        assert_eq!(points, by_density(&plane, Density::Volume(0.0005), 0, &Rng::new(1)));
        let mean_x = points.iter().map(|point| point[0]).sum::<f64>() / 200.0;
        assert!(mean_x.abs() < 5.0 * 200.0 / (12.0_f64 * 200.0).sqrt());
    }

    #[test]
    fn sides_and_lines_have_their_distance() {
        let plane = Domain::centred([200.0, 100.0, 20.0], true);
        let side = on_side(&plane, Side::High(0), 25.0, 8.0);
        assert_eq!(side, [-37.5, -12.5, 12.5, 37.5].map(|y| [92.0, y, 0.0]));
        let solid = Domain::centred([100.0; 3], false);
        assert_eq!(on_side(&solid, Side::Low(1), 25.0, 0.0).len(), 16);
        let vessel = along(&solid, &[[0.0; 3], [10.0, 0.0, 0.0], [10.0, 20.0, 0.0]], 4.0);
        let expected = [
            [0.0, 0.0],
            [4.0, 0.0],
            [8.0, 0.0],
            [10.0, 2.0],
            [10.0, 6.0],
            [10.0, 10.0],
            [10.0, 14.0],
            [10.0, 18.0],
        ];
        assert_eq!(vessel.len(), expected.len());
        assert!(vessel.iter().zip(expected).all(|(p, [x, y])| apart(*p, [x, y, 0.0]) < 1e-12));
        assert!(along(&solid, &[[1.0; 3], [1.0; 3]], 4.0).is_empty());
    }

    #[test]
    fn tables_name_the_rows_outside() {
        let plane = Domain::centred([20.0, 10.0, 2.0], true);
        assert_eq!(from_table(&plane, &[[1.0, 2.0, 77.0]]), Ok(vec![[1.0, 2.0, 0.0]]));
        assert_eq!(from_table(&plane, &[[0.0; 3], [11.0, 0.0, 0.0], [f64::NAN; 3]]), Err(vec![1, 2]));
        let ball = within(&[[0.0; 3], [3.0, 4.0, 0.0], [3.1, 4.0, 0.0]], [0.0; 3], 5.0);
        assert_eq!(ball.len(), 2);
    }
}
