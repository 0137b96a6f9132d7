//! The way of vesicles to the surface of a cell: what it is in space, what of it the grid has already, and the sink at the
//! values of voxels that makes both one.
//!
//! Equation: from afar, 1/J = 1/c + T/D; T is 1/4πR and what the mirror images of the sphere add near walls: two equal spheres
//! whose centres are d apart have 1/4πd of each other, and (1 − d/4R)/4πR where they overlap. A sphere that a wall cuts at a
//! distance a of its centre has no surface beyond, which takes 0.2325 (a/R)(1 − a/R) off T (a fit to quadrature, within 1 % at one
//! wall and 3 % in a corner). On the grid a sink K w by voxel captures
//! f(K) = 1ᵀ(W⁻¹/K + G/D)⁻¹1, G being the lattice's Green function. K is such that f(K) = J.
//!
//! Among its like a cell has no wide surroundings to draw from: of a crowd of n per volume each empties a ball of
//! 1/n = 4πS³/3, and the value at a distance r of a source is (1/r + r²/S³)/4π and the same for all. What the grid leaves of
//! the way shrinks as does the difference of the values at the surface and where the grid's way is met; nothing is left where
//! balls are filled.
//! Discretisation: two steps of Lanczos from √w, 1/f = 1/K + α₁ − β²/(1/K + α₂), within 2 % of K; with α₁ = wᵀGw alone,
//! 1/K = 1/c + (T − wᵀGw)/D, where c is below a tenth of what diffusion brings. Where the shares lie closer than the sphere
//! does, they are spread by explicit steps of diffusion, nearly always one, w + τLw with −L G = 1/voxel, until `LEAST_LEFT` of the way is left,
//! so that K is finite whatever the cell captures.
//! Reference: Peaceman (1978), doi 10.2118/6893-PA, for one voxel; Golub and Meurant (1994), Matrices, moments and quadrature;
//! Wigner and Seitz (1933), doi 10.1103/PhysRev.43.804, for the ball of one of a crowd.
//! Proved by `tests`, `tests/alone.rs` and `tests/crowds.rs`.

use crate::footprint::Footprints;
use crate::lattice::{Image, Lattice};
use core::f64::consts::PI;
use vesicle_base::{Grid, math};

/// Least share of the way in space that is left to voxels.
const LEAST_LEFT: f64 = 0.1;
/// Most steps in which shares are spread: one is enough but where walls just touch a sphere whose images crowd it.
const SPREADS: usize = 4;
/// Share by which a voxel is emptied up to which the grid changes nothing worth the search.
const SLIGHT: f64 = 0.005;
/// Share of what diffusion brings up to which one step of Lanczos is enough, 0.2 %.
const LITTLE: f64 = 0.1;

/// ℓ over the edge h of voxels that are fine beside a surface A: what they lack of the way to it is ℓ/A. T − wᵀGw is 0.105 h/A (0.08 to
/// 0.13, by how a surface lies in them), to which comes in a steady state, where all that is met is captured, 0.06 h/A of voxels that are not
/// emptied alike; at first it is 0.12. With 0.125 a cell that captures all it meets gets as many as one by one within 2 % on average.
const SMEARED: f64 = 0.125;

/// What the grid leaves of the way to one cell, times D, 1/µm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Of the mean over its voxels.
    left: f64,
    /// α₂ and β², of how voxels differ.
    differ: [f64; 2],
    /// The least that may be left, however little the voxels do.
    least: f64,
}

impl Way {
    /// The whole way to a cell far from walls: for one that hardly empties its voxel.
    pub fn in_space(contact_um: f64) -> Self {
        Self { left: alone(contact_um), differ: [0.0; 2], least: 0.0 }
    }

    /// The way to a surface that is wide beside voxels of an edge and of which a share is in the box: ℓ/A, of what they lack of the way to a
    /// surface that lies in them.
    pub fn resolved(contact_um: f64, edge_um: f64, inside: f64) -> Self {
        let area_um2 = 4.0 * PI * contact_um * contact_um * inside;
        Self { left: SMEARED * edge_um / area_um2, differ: [0.0; 2], least: 0.0 }
    }

    /// The clearance at the values of voxels, µm³/min, of a cell of which the surface clears so much.
    pub fn clearance(&self, surface_um3_per_min: f64, diffusion_um2_per_min: f64) -> f64 {
        let d = diffusion_um2_per_min;
        if surface_um3_per_min <= 0.0 || d <= 0.0 {
            return 0.0;
        }
        let [alpha, beta_squared] = self.differ.map(|per_um| per_um / d);
        let first = 1.0 / surface_um3_per_min + self.left / d;
        let root = ((first + alpha) * (first + alpha) + 4.0 * beta_squared / d).sqrt();
        1.0 / (0.5 * (first - alpha + root)).max(self.least / d)
    }
}

/// T of a sphere far from walls, 1/µm.
fn alone(contact_um: f64) -> f64 {
    1.0 / (4.0 * PI * contact_um)
}

/// Finds ways; all it holds beside the lattice is scratch.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    lattice: Lattice,
    images: [Vec<Image>; 3],
    /// The voxel whose images those are: cells come voxel by voxel.
    of: Option<[usize; 3]>,
    square_um2: [Vec<f64>; 3],
    /// Voxels of the shares, and those beside them, which have none before shares are spread.
    voxel: Vec<[usize; 3]>,
    share: Vec<f64>,
    /// G w in those voxels.
    reached: Vec<f64>,
    /// L w there.
    bent: Vec<f64>,
}

impl Finder {
    /// For the surfaces in a box.
    pub fn new(grid: &Grid) -> Self {
        Self { lattice: Lattice::of(grid), ..Self::default() }
    }

    /// Squares of the distances of the sphere from itself and its images, µm².
    fn squares_um2(&self) -> impl Iterator<Item = f64> + '_ {
        let [x, y, z] = &self.square_um2;
        z.iter().flat_map(|z| y.iter().map(move |y| z + y)).flat_map(|zy| x.iter().map(move |x| zy + x))
    }

    /// The way to the last cell of `footprints`, whose shares are spread where they lie closer than the sphere does; as many
    /// like it as `others_per_um3` says capture around it.
    pub fn find(
        &mut self,
        footprints: &mut Footprints,
        grid: &Grid,
        ball: Ball,
        others_per_um3: impl Fn() -> f64,
    ) -> Way {
        let Ball { centre_um, contact_um, most_um } = ball;
        if most_um * self.lattice.own() < SLIGHT {
            self.voxel.clear();
            return Way::in_space(contact_um);
        }
        let place = grid.at(grid.voxel_of(centre_um));
        if self.of != Some(place) {
            for (axis, images) in self.images.iter_mut().enumerate() {
                self.lattice.images(axis, place[axis], images);
            }
            self.of = Some(place);
        }
        let whole = self.whole(centre_um, contact_um);
        self.take(footprints, grid);
        self.reach();
        let mut resolved = dot(&self.share, &self.reached);
        let least = LEAST_LEFT * alone(contact_um);
        if resolved > whole - least {
            for _ in 0..SPREADS {
                resolved = self.spread(resolved, whole - least, grid);
                if resolved <= whole - 0.5 * least {
                    break;
                }
            }
            let voxels = self.voxel.iter().map(|at| grid.index(*at) as u32);
            footprints.replace_last(voxels.zip(self.share.iter().copied()));
        }
        let differ = if most_um * alone(contact_um) > LITTLE { self.differ(resolved) } else { [0.0; 2] };
        let left = whole - resolved;
        let merged = self.merged(contact_um);
        let among = among_others(contact_um, left / merged, others_per_um3() / merged);
        Way { left: left * among, differ, least: 0.5 * least }
    }

    /// T: the sphere on itself and its images.
    fn whole(&mut self, centre_um: [f64; 3], contact_um: f64) -> f64 {
        for axis in 0..3 {
            let Self { lattice, images, square_um2, .. } = self;
            let square = |image: &Image| lattice.offset_um(axis, *image, centre_um[axis]).powi(2);
            square_um2[axis].clear();
            square_um2[axis].extend(images[axis].iter().map(square));
        }
        let mut sum = 0.0;
        for z in &self.square_um2[2] {
            for y in &self.square_um2[1] {
                for x in &self.square_um2[0] {
                    sum += of_two_spheres((x + y + z).sqrt(), contact_um);
                }
            }
        }
        sum / (4.0 * PI)
            * (0..3).map(|axis| self.lattice.cut(axis, centre_um[axis], contact_um)).product::<f64>()
    }

    /// How many spheres the walls fold onto the cell: 1 away from them, 2 where one goes through its centre, 8 in a corner. Seen in
    /// the mirrored space it is one sphere, as many times as strong, and the others like it are as many times fewer.
    fn merged(&self, contact_um: f64) -> f64 {
        // A little more than as far as spheres overlap: what lies beyond adds nothing, and needs no root.
        let near_um2 = 4.001 * contact_um * contact_um;
        let near = self.squares_um2().filter(|square_um2| *square_um2 < near_um2);
        near.map(|square_um2| (1.0 - 0.5 * square_um2.sqrt() / contact_um).max(0.0)).sum()
    }

    /// Takes over the shares of the last cell.
    fn take(&mut self, footprints: &Footprints, grid: &Grid) {
        self.voxel.clear();
        self.share.clear();
        for (voxel, share) in footprints.last() {
            self.voxel.push(grid.at(voxel));
            self.share.push(share);
        }
    }

    /// G w in the voxels of the shares.
    fn reach(&mut self) {
        let Self { lattice, images, voxel, share, reached, .. } = self;
        let alike = lattice.is_alike_both_ways(images);
        reached.clear();
        reached.resize(voxel.len(), 0.0);
        for from in 0..voxel.len() {
            for to in if alike { from } else { 0 }..voxel.len() {
                let between = lattice.between(images, voxel[from], voxel[to]);
                reached[to] += share[from] * between;
                if alike && to > from {
                    reached[from] += share[to] * between;
                }
            }
        }
    }

    /// Spreads the shares so far that wᵀGw is `wanted`, or as near to it as one step comes; returns it.
    fn spread(&mut self, resolved: f64, wanted: f64, grid: &Grid) -> f64 {
        self.add_beside(grid);
        self.bend(grid);
        let voxel_um3 = grid.voxel_um3();
        // wᵀGw − 2τ wᵀw/voxel − τ² wᵀLw/voxel, of which wᵀLw is negative.
        let (first, second) =
            (dot(&self.share, &self.share) / voxel_um3, -dot(&self.share, &self.bent) / voxel_um3);
        if second <= 0.0 {
            return resolved;
        }
        let root = (first * first - second * (resolved - wanted)).max(0.0).sqrt();
        let step_um2 = ((first - root) / second).min(longest_step(grid));
        for at in 0..self.voxel.len() {
            self.reached[at] -= step_um2 * self.share[at] / voxel_um3;
            self.share[at] += step_um2 * self.bent[at];
        }
        dot(&self.share, &self.reached)
    }

    /// Adds the voxels beside those of the shares, and what reaches them.
    fn add_beside(&mut self, grid: &Grid) {
        let n_shares = self.voxel.len();
        for from in 0..n_shares {
            for axis in 0..3 {
                for up in [false, true] {
                    let Some(beside) = beside(self.voxel[from], axis, up, grid) else { continue };
                    if !self.voxel.contains(&beside) {
                        self.voxel.push(beside);
                    }
                }
            }
        }
        self.share.resize(self.voxel.len(), 0.0);
        for to in n_shares..self.voxel.len() {
            let from = self.voxel[..n_shares].iter().zip(&self.share);
            let between = |from: [usize; 3]| self.lattice.between(&self.images, from, self.voxel[to]);
            self.reached.push(from.map(|(from, share)| share * between(*from)).sum());
        }
    }

    /// L w, no way through walls.
    fn bend(&mut self, grid: &Grid) {
        self.bent.clear();
        self.bent.resize(self.voxel.len(), 0.0);
        for from in (0..self.voxel.len()).filter(|from| self.share[*from] > 0.0) {
            for axis in 0..3 {
                let edge_um = grid.voxel_um[axis];
                let flow = self.share[from] / (edge_um * edge_um);
                for up in [false, true] {
                    let Some(beside) = beside(self.voxel[from], axis, up, grid) else { continue };
                    let Some(to) = self.voxel.iter().position(|voxel| *voxel == beside) else { continue };
                    self.bent[from] -= flow;
                    self.bent[to] += flow;
                }
            }
        }
    }

    /// α₂ and β² from wᵀGw, wᵀGWGw and wᵀGWGWGw.
    fn differ(&self, first: f64) -> [f64; 2] {
        let Self { lattice, images, voxel, share, reached, .. } = self;
        let off = |at: usize| share[at] * (reached[at] - first);
        let beta_squared: f64 = (0..voxel.len()).map(|at| off(at) * (reached[at] - first)).sum();
        if beta_squared <= 1e-12 * first * first {
            return [0.0; 2];
        }
        let mut third = 0.0;
        for to in 0..voxel.len() {
            let others: f64 =
                (0..to).map(|from| off(from) * lattice.between(images, voxel[from], voxel[to])).sum();
            third += off(to) * (2.0 * others + off(to) * lattice.between(images, voxel[to], voxel[to]));
        }
        [third / beta_squared, beta_squared]
    }
}

/// The share of `left_per_um` of the way that stays left among so many alike: the difference of the values at the surface
/// and where the grid's way is met, over what it is alone.
fn among_others(contact_um: f64, left_per_um: f64, others_per_um3: f64) -> f64 {
    let per_ball = 4.0 / 3.0 * PI * others_per_um3;
    // Beyond, values rise again: that is nearer to the next one.
    let widest_um = math::cbrt(0.5 / per_ball);
    let value = |r_um: f64| {
        let r_um = r_um.min(widest_um);
        1.0 / r_um + r_um * r_um * per_ball
    };
    let part = 4.0 * PI * left_per_um * contact_um;
    if part.abs() < 1e-6 {
        return 1.0;
    }
    let met_um = contact_um / (1.0 - part).max(1e-3);
    let among = value(contact_um) - value(met_um);
    (among / (1.0 / contact_um - 1.0 / met_um)).clamp(0.0, 1.0)
}

/// How much captures where, added up from the low corner on so that any block of voxels is read at once.
#[derive(Clone, Debug, Default)]
pub struct Crowd {
    /// One more than voxels along each axis.
    up_to: Vec<f64>,
}

/// Half the width of what surrounds a cell, in radii of its surface.
const AROUND: f64 = 3.0;

impl Crowd {
    /// Adds up what cells capture by voxel.
    pub fn count(&mut self, grid: &Grid, captures: impl Iterator<Item = (usize, f64)>) {
        let [nx, ny, nz] = grid.n.map(|n| n + 1);
        self.up_to.clear();
        self.up_to.resize(nx * ny * nz, 0.0);
        for (voxel, captured) in captures {
            let [x, y, z] = grid.at(voxel);
            self.up_to[x + 1 + nx * (y + 1 + ny * (z + 1))] += captured;
        }
        for (stride, n) in [(1, nx), (nx, ny), (nx * ny, nz)] {
            for at in (0..self.up_to.len()).filter(|at| at / stride % n > 0) {
                self.up_to[at] += self.up_to[at - stride];
            }
        }
    }

    /// As many as capture like one cell, itself left out, in the block of voxels within `AROUND` of it, per µm³.
    pub fn others_per_um3(&self, grid: &Grid, voxel: usize, contact_um: f64, own: f64) -> f64 {
        let at = grid.at(voxel);
        let [nx, ny, _] = grid.n.map(|n| n + 1);
        let [x, y, z] = [0, 1, 2].map(|axis| {
            let wide = (AROUND * contact_um / grid.voxel_um[axis]).ceil() as usize;
            [at[axis].saturating_sub(wide), (at[axis] + 1).saturating_add(wide).min(grid.n[axis])]
        });
        let mut all = 0.0;
        for corner in 0..8_usize {
            let [i, j, k] = [corner & 1, corner >> 1 & 1, corner >> 2];
            let sign = if (i + j + k) % 2 == 1 { 1.0 } else { -1.0 };
            all += sign * self.up_to[x[i] + nx * (y[j] + ny * z[k])];
        }
        let n = (x[1] - x[0]) * (y[1] - y[0]) * (z[1] - z[0]);
        (all - own).max(0.0) / (own * n as f64 * grid.voxel_um3())
    }
}

/// A surface that captures.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "lengths of different things, in one unit")]
pub struct Ball {
    /// Its centre, µm.
    pub centre_um: [f64; 3],
    /// Where the centres of vesicles are when they touch the cell, µm.
    pub contact_um: f64,
    /// The most that it captures from afar, over the diffusion coefficient, µm.
    pub most_um: f64,
}

/// What one of two equal spheres has of the other, over 1/4π: the mean over one of the other's potential.
fn of_two_spheres(apart_um: f64, contact_um: f64) -> f64 {
    if apart_um < 2.0 * contact_um {
        (1.0 - 0.25 * apart_um / contact_um) / contact_um
    } else {
        1.0 / apart_um
    }
}

/// The step after which what is alone in a voxel is as much in those beside it, µm².
fn longest_step(grid: &Grid) -> f64 {
    let out: f64 = (0..3)
        .filter(|axis| grid.n[*axis] > 1)
        .map(|axis| 2.0 / (grid.voxel_um[axis] * grid.voxel_um[axis]))
        .sum();
    6.0 / 7.0 / out
}

/// The voxel beside another along an axis, if it is in the box.
fn beside(voxel: [usize; 3], axis: usize, up: bool, grid: &Grid) -> Option<[usize; 3]> {
    let mut beside = voxel;
    beside[axis] = if up { voxel[axis] + 1 } else { voxel[axis].checked_sub(1)? };
    (beside[axis] < grid.n[axis]).then_some(beside)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const D: f64 = 3.0;

    /// What the lattice captures from afar with a sink of strength K: the sum of (W⁻¹/K + G/D)⁻¹ by elimination.
    fn steady(finder: &Finder, footprints: &Footprints, grid: &Grid, k: f64) -> f64 {
        let shares: Vec<([usize; 3], f64)> = footprints.last().map(|(v, w)| (grid.at(v), w)).collect();
        let mut rows: Vec<Vec<f64>> = shares
            .iter()
            .enumerate()
            .map(|(i, (to, share))| {
                let between =
                    |(from, _): &([usize; 3], f64)| finder.lattice.between(&finder.images, *from, *to);
                let mut row: Vec<f64> = shares.iter().map(|from| between(from) / D).collect();
                row[i] += 1.0 / (k * share);
                row.push(1.0);
                row
            })
            .collect();
        let n = rows.len();
        for pivot in 0..n {
            let of_pivot = rows[pivot].clone();
            for row in (0..n).filter(|row| *row != pivot) {
                let times = rows[row][pivot] / of_pivot[pivot];
                rows[row].iter_mut().zip(&of_pivot).for_each(|(value, pivot)| *value -= times * pivot);
            }
        }
        (0..n).map(|row| rows[row][n] / rows[row][row]).sum()
    }

    /// Alone, the lattice captures in a steady state what the sphere does, in voxels finer and coarser than it, wherever it lies.
    #[test]
    fn the_lattice_captures_what_the_sphere_does() {
        let grid = Grid::of_box([400.0; 3], 20.0);
        let mut finder = Finder::new(&grid);
        let mut footprints = Footprints::default();
        for contact_um in [2.0, 6.0, 8.4, 14.0, 25.0] {
            for centre_um in
                [[210.0; 3], [200.0; 3], [203.0, 214.0, 207.0], [203.0, 214.0, 1.0], [3.0, 2.0, 5.0]]
            {
                for surface in [10.0, 300.0, f64::INFINITY] {
                    footprints.clear(1);
                    footprints.push(&grid, centre_um, contact_um);
                    let ball = Ball { centre_um, contact_um, most_um: 4.0 * PI * contact_um };
                    let way = finder.find(&mut footprints, &grid, ball, || 0.0);
                    let whole = finder.whole(centre_um, contact_um);
                    let wanted = 1.0 / (1.0 / surface + whole / D);
                    let got = steady(&finder, &footprints, &grid, way.clearance(surface, D));
                    assert!(
                        (got / wanted - 1.0).abs() < 0.03,
                        "radius {contact_um} at {centre_um:?}, {surface}: {got} not {wanted}"
                    );
                }
            }
        }
    }

    /// What fine voxels lack of the way, by the Green function of the lattice: of an edge over the area on average, whatever the sphere, and as
    /// much more as voxels that are not emptied alike cost where all is captured. `SMEARED` lies between the two.
    #[test]
    fn fine_voxels_lack_a_tenth_of_an_edge() {
        let grid = Grid::of_box([120.0; 3], 3.0);
        let (mut finder, mut footprints) = (Finder::new(&grid), Footprints::default());
        let mut spirals = crate::footprint::Spirals::default();
        let (mut alike, mut unlike, mut n) = (0.0, 0.0, 0.0);
        for contact_um in [7.0, 10.0, 14.0] {
            for centre_um in [[60.0; 3], [61.5, 61.5, 61.5], [60.4, 61.0, 58.9], [59.1, 60.7, 62.3]] {
                footprints.clear(1);
                assert!(
                    (footprints.push_fine(&grid, centre_um, contact_um, &mut spirals) - 1.0).abs() < 1e-12
                );
                let place = grid.at(grid.voxel_of(centre_um));
                (0..3).for_each(|axis| finder.lattice.images(axis, place[axis], &mut finder.images[axis]));
                finder.take(&footprints, &grid);
                finder.reach();
                let resolved = dot(&finder.share, &finder.reached);
                let edges = 4.0 * PI * contact_um * contact_um / 3.0;
                let left = alone(contact_um) - resolved;
                let [alpha, beta_squared] = finder.differ(resolved);
                let all = 0.5 * (left - alpha + ((left + alpha).powi(2) + 4.0 * beta_squared).sqrt());
                assert!(
                    (0.06..0.15).contains(&(left * edges)),
                    "{contact_um} at {centre_um:?}: {}",
                    left * edges
                );
                (alike, unlike, n) = (alike + left * edges, unlike + all * edges, n + 1.0);
            }
        }
        let (alike, unlike) = (alike / n, unlike / n);
        assert!((alike - 0.105).abs() < 0.01, "{alike}");
        assert!((unlike - 0.165).abs() < 0.015, "{unlike}");
        assert!(alike < SMEARED && SMEARED < unlike);
    }

    #[test]
    fn the_ends_are_exact() {
        let way = Way::in_space(8.0);
        let ceiling = 4.0 * PI * D * 8.0;
        assert!((way.clearance(f64::INFINITY, D) / ceiling - 1.0).abs() < 1e-12);
        assert!((way.clearance(1e-6, D) / 1e-6 - 1.0).abs() < 1e-6);
        assert!((way.clearance(800.0, f64::INFINITY) / 800.0 - 1.0).abs() < 1e-12);
        assert_eq!(way.clearance(0.0, D), 0.0);
        assert_eq!(way.clearance(f64::INFINITY, 0.0), 0.0);
    }

    /// In a crowd whose balls are filled nothing is left of the way, and one cell far off changes nothing.
    #[test]
    fn the_way_ends_where_the_next_cell_begins() {
        assert_eq!(among_others(8.4, 0.004, 0.0), 1.0);
        assert!(among_others(8.4, 0.004, 1e-9) > 0.999);
        assert!(among_others(8.4, 0.004, 1.0 / 15.0_f64.powi(3)) < 1e-9);
        let between = among_others(8.4, 0.004, 1.0 / 30.0_f64.powi(3));
        assert!((0.3..0.95).contains(&between), "{between}");
    }

    #[test]
    fn a_crowd_is_counted_where_it_is() {
        let grid = Grid::of_box([100.0, 80.0, 60.0], 20.0);
        let mut crowd = Crowd::default();
        crowd.count(&grid, [(0, 2.0), (0, 1.0), (59, 4.0), (grid.index([2, 1, 1]), 5.0)].into_iter());
        let around = crowd.others_per_um3(&grid, 0, 6.0, 1.0);
        assert!((around * 8.0 * 8000.0 - 2.0).abs() < 1e-9, "a block of eight voxels: {around}");
        let all = crowd.others_per_um3(&grid, 0, 500.0, 2.0);
        assert!((all * 60.0 * 8000.0 - 5.0).abs() < 1e-9, "the whole box: {all}");
    }
}
