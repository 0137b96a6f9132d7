//! The few particles of a block that are near something: who captured them, which side let them go.

use super::chunk::{Block, Course, End, Ends};
use super::lanes::{LANES, Lanes};
use super::near::Sphere;
use super::surface::{captured, captured_at_most, captured_between_at_most};
use super::walls::{Walls, folded};
use vesicle_base::{math, random::philox};

/// A sphere as particles of one diffusion coefficient meet it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "units are part of names")]
pub(crate) struct Met {
    centre_um: [f64; 3],
    radius_um: f64,
    /// Conductance of the surface over the diffusion coefficient.
    kappa_per_um: f64,
}

impl Met {
    /// By particles of a diffusion coefficient, µm²/min.
    pub fn of(sphere: &Sphere, diffusion_um2_per_min: f64) -> Self {
        let Sphere { centre_um, radius_um, .. } = *sphere;
        let kappa_per_um = sphere.conductance_um_per_min() / diffusion_um2_per_min;
        Self { centre_um, radius_um, kappa_per_um }
    }
}

/// A step of sixteen particles.
pub(super) struct Moved<'a> {
    pub number: u64,
    pub to: &'a [Lanes; 3],
    /// Where the step would have led without walls.
    pub straight: &'a [Lanes; 3],
    pub variance: &'a Lanes,
    pub voxel: &'a [u64; LANES],
    /// The first uniform number of each: below the chance to pass whatever is near, nothing captured it.
    pub luck: &'a Lanes,
}

/// Lets the marked lanes meet what is near them.
#[inline(never)]
pub(super) fn settle_marked(course: &Course, block: &Block, moved: &Moved, mut marked: u32, ends: &mut Ends) {
    while marked != 0 {
        let l = marked.trailing_zeros() as usize;
        marked &= marked - 1;
        let tau = 0.5 * moved.variance[l];
        if tau <= 0.0 {
            continue;
        }
        let from = [block.x[l], block.y[l], block.z[l]];
        let [to, straight] = [moved.to, moved.straight].map(|ends| [ends[0][l], ends[1][l], ends[2][l]]);
        let spheres = course.near.spheres_at(moved.voxel[l] as usize);
        let mut chance = Chance { key: course.key, id: block.id[l], step: moved.number, drawn: 1 };
        let captor = if spheres.is_empty() {
            None
        } else {
            let path = Path::new(course.walls, tau, from, to, straight);
            captor(course, spheres, &path, moved.luck[l], &mut chance)
        };
        if let Some(sphere) = captor {
            ends.mask |= 1 << l;
            ends.end[l] = End::Captured(sphere);
        } else if course.is_open && has_left(course.walls, tau, from, to, &mut chance) {
            ends.mask |= 1 << l;
            ends.end[l] = End::Left;
        }
    }
}

/// Of the marked lanes, those that what is near may have captured: all but those whose luck is above all bounds.
///
/// A step that a side turned back passes on, and all do where sides are open or a surface captures all it meets.
#[inline(always)]
pub(super) fn may_be_captured(course: &Course, block: &Block, moved: &Moved, marked: u32) -> u32 {
    if course.is_open || course.kappa_of_conductance == f64::INFINITY {
        return marked;
    }
    let mut images = [1.0; LANES];
    let mut passes = [0.0; LANES];
    for (axis, from) in [&block.x, &block.y, &block.z].into_iter().enumerate() {
        let [low, high] = course.walls.mirrors(axis);
        let (to, straight) = (&moved.to[axis], &moved.straight[axis]);
        for l in 0..LANES {
            let untouched = 0.5 * UNTOUCHED * moved.variance[l];
            let below = (from[l] - low) * (to[l] - low) < untouched;
            let above = (high - from[l]) * (high - to[l]) < untouched;
            images[l] *= 1.0 + if below { 1.0 } else { 0.0 } + if above { 1.0 } else { 0.0 };
            images[l] *= if to[l] == straight[l] { 1.0 } else { f64::INFINITY };
        }
    }
    for l in 0..LANES {
        let kappa_per_um = course.kappa_of_conductance * course.near.conductance_at(moved.voxel[l]);
        let root_um = (0.5 * moved.variance[l]).sqrt();
        passes[l] = 1.0 - captured_at_most(kappa_per_um * root_um) * images[l];
    }
    let mut may = 0;
    for l in 0..LANES {
        may |= if moved.luck[l] < passes[l] { 0 } else { 1 << l };
    }
    marked & may
}

/// How far from a wall a sphere may be for its mirror image to matter, in √τ.
const REACH: f64 = 7.0;

/// Exponent −x x₀/τ from which on a step did not touch the surface, or the wall.
const UNTOUCHED: f64 = 20.0;

/// One step of one particle, with no wall in its way: beyond a closed side is the mirror image of the box.
struct Path {
    tau: f64,
    /// √τ.
    root_um: f64,
    per_root: f64,
    from: [f64; 3],
    to: [f64; 3],
    /// Which closed sides it may have touched: per axis the lower and the upper one.
    sides: [[bool; 2]; 3],
    /// The most images that one sphere has, with itself.
    images: f64,
}

impl Path {
    #[inline(always)]
    fn new(walls: &Walls, tau: f64, from: [f64; 3], to: [f64; 3], straight: [f64; 3]) -> Self {
        let root_um = tau.sqrt();
        let to = if to == straight { to } else { unfolded(walls, from, to, straight) };
        let mut images = 1.0;
        let sides = [0, 1, 2].map(|axis| {
            let [low, high] = walls.mirrors(axis);
            let touched = |before: f64, after: f64| before * after < UNTOUCHED * tau;
            let sides =
                [touched(from[axis] - low, to[axis] - low), touched(high - from[axis], high - to[axis])];
            images *= f64::from(1 + u8::from(sides[0]) + u8::from(sides[1]));
            sides
        });
        Self { tau, root_um, per_root: 1.0 / root_um, from, to, sides, images }
    }

    /// Distances from a point before and after.
    #[inline(always)]
    fn distances_um(&self, centre: [f64; 3]) -> [f64; 2] {
        [self.from, self.to].map(|p| squared(offset(p, centre)).sqrt())
    }
}

/// Where a step would have led without walls; one that was turned back several times is taken to end where it ended.
#[inline(never)]
fn unfolded(walls: &Walls, from: [f64; 3], to: [f64; 3], straight: [f64; 3]) -> [f64; 3] {
    core::array::from_fn(|axis| {
        let limits = walls.mirrors(axis);
        let turned = folded(straight[axis], limits) == to[axis];
        let longer = (straight[axis] - from[axis]).abs() > limits[1] - limits[0];
        if turned && !longer { straight[axis] } else { to[axis] }
    })
}

/// The sphere that captured the particle on its way, if one did. Each thins out what survives; which of several took it
/// goes by their rates, −ln of what each lets pass, so that the order of the spheres is no matter of rank.
///
/// Together they capture no more than the sum of what each does: bounds of it, from coarse to fine, let nearly all pass before
/// the chance of any is known.
#[inline(always)]
fn captor(course: &Course, spheres: &[u32], path: &Path, luck: f64, chance: &mut Chance) -> Option<u32> {
    let kappa_per_um: f64 = spheres.iter().map(|sphere| course.met[*sphere as usize].kappa_per_um).sum();
    if luck < 1.0 - captured_at_most(kappa_per_um * path.root_um) * path.images {
        return None;
    }
    let most: f64 = spheres.iter().map(|sphere| at_most(course, *sphere, path)).sum();
    if luck < 1.0 - most {
        return None;
    }
    one_of(course, spheres, path, luck, chance)
}

/// The same by the chances themselves.
#[inline(never)]
fn one_of(course: &Course, spheres: &[u32], path: &Path, luck: f64, chance: &mut Chance) -> Option<u32> {
    let passed = |sphere: &u32| passed(course, *sphere, path);
    let survived: f64 = spheres.iter().map(passed).product();
    if luck < survived {
        return None;
    }
    let rate = |sphere: &u32| -math::ln(passed(sphere).max(f64::EPSILON));
    let mut left = chance.uniform() * spheres.iter().map(rate).sum::<f64>();
    let mut last = None;
    for sphere in spheres {
        let rate = rate(sphere);
        if rate > 0.0 {
            last = Some(*sphere);
            left -= rate;
            if left < 0.0 {
                break;
            }
        }
    }
    last
}

/// At least the chance that one sphere captured the particle, and quick to know.
#[inline(always)]
fn at_most(course: &Course, sphere: u32, path: &Path) -> f64 {
    let met = &course.met[sphere as usize];
    if path.images > 1.0 {
        let mut most = 0.0;
        each_image(course.walls, met, path, |centre, _| most += at_most_of(met, centre, path));
        return most;
    }
    at_most_of(met, met.centre_um, path)
}

/// The same of one image.
#[inline(always)]
fn at_most_of(met: &Met, centre: [f64; 3], path: &Path) -> f64 {
    let [x0, x] = path.distances_um(centre).map(|r| (r - met.radius_um) * path.per_root);
    captured_between_at_most(met.kappa_per_um * path.root_um, x0, x)
}

/// Chance that one sphere and its mirror images let the particle pass.
fn passed(course: &Course, sphere: u32, path: &Path) -> f64 {
    let met = &course.met[sphere as usize];
    let mut passed = 1.0;
    each_image(course.walls, met, path, |centre, sides| {
        passed *= 1.0 - chance_of(course.walls, met, centre, sides, path);
    });
    passed
}

/// On which side of the box along one axis an image lies.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Within,
    Below,
    Above,
}

/// Calls `with` for the sphere and those of its mirror images that a path can meet, by their centres and sides.
fn each_image(walls: &Walls, met: &Met, path: &Path, mut with: impl FnMut([f64; 3], [Side; 3])) {
    let reach = met.radius_um + REACH * path.root_um;
    let mut images = [[(0.0, Side::Within); 3]; 3];
    let mut n = [1; 3];
    for axis in 0..3 {
        let centre = met.centre_um[axis];
        images[axis][0].0 = centre;
        let sides = path.sides[axis].iter().zip(walls.mirrors(axis)).zip([Side::Below, Side::Above]);
        for ((near, wall), side) in sides {
            if *near && (centre - wall).abs() < reach {
                images[axis][n[axis]] = ((wall - centre) + wall, side);
                n[axis] += 1;
            }
        }
    }
    for (z, side_z) in &images[2][..n[2]] {
        for (y, side_y) in &images[1][..n[1]] {
            for (x, side_x) in &images[0][..n[0]] {
                with([*x, *y, *z], [*side_x, *side_y, *side_z]);
            }
        }
    }
}

/// Chance that one image captured the particle: none where they would meet outside its own image of the box, since no surface is
/// there.
fn chance_of(walls: &Walls, met: &Met, centre: [f64; 3], sides: [Side; 3], path: &Path) -> f64 {
    let [r0, r] = path.distances_um(centre);
    let (x0, x) = (r0 - met.radius_um, r - met.radius_um);
    let takes_all = met.kappa_per_um == f64::INFINITY;
    if x * x0 > UNTOUCHED * path.tau && (x > 0.0 || !takes_all) {
        return 0.0;
    }
    let chance = captured(met.radius_um, met.kappa_per_um, path.tau, r0, r);
    let is_inside = takes_all && (x <= 0.0 || x0 <= 0.0);
    if is_inside
        || chance > 0.0 && meets_within(walls, met.radius_um, centre, sides, path, [x0.abs(), x.abs()])
    {
        chance
    } else {
        0.0
    }
}

/// Whether the surface where a path comes nearest to it lies in the image of the box on those sides.
fn meets_within(
    walls: &Walls,
    radius_um: f64,
    centre: [f64; 3],
    sides: [Side; 3],
    path: &Path,
    [x0, x]: [f64; 2],
) -> bool {
    let part = if x0 + x > 0.0 { x0 / (x0 + x) } else { 0.5 };
    let between: [f64; 3] = core::array::from_fn(|a| path.from[a] + part * (path.to[a] - path.from[a]));
    let out = offset(between, centre);
    let length = squared(out).sqrt();
    (0..3).all(|axis| {
        let [low, high] = walls.mirrors(axis);
        let at = if length > 0.0 { centre[axis] + out[axis] * radius_um / length } else { centre[axis] };
        match sides[axis] {
            Side::Within => low <= at && at <= high,
            Side::Below => at < low,
            Side::Above => at > high,
        }
    })
}

fn offset(p: [f64; 3], centre: [f64; 3]) -> [f64; 3] {
    [p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]]
}

fn squared(d: [f64; 3]) -> f64 {
    d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
}

/// Whether a particle went out through an open side, and maybe back, within the step.
fn has_left(walls: &Walls, tau: f64, from: [f64; 3], at: [f64; 3], chance: &mut Chance) -> bool {
    walls.open_sides().any(|(axis, upper)| {
        let (d0, d) = (walls.inside_um(from, axis, upper), walls.inside_um(at, axis, upper));
        d <= 0.0 || (d0 * d < 40.0 * tau && chance.uniform() < math::exp(-d0 * d / tau))
    })
}

/// Uniform numbers of one particle in one step, apart from those that move it.
struct Chance {
    key: [u32; 2],
    id: u64,
    step: u64,
    drawn: u32,
}

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.drawn += 1;
        let step = (self.step >> 32) as u32 | self.drawn << 20;
        let [a, b, _, _] = philox([self.id as u32, (self.id >> 32) as u32, self.step as u32, step], self.key);
        let (high, low) = (u64::from(a >> 5), u64::from(b >> 6));
        ((high << 26) | low) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::particles::lanes::uniforms;

    #[test]
    fn sixteen_lanes_draw_what_one_does() {
        let id = core::array::from_fn(|l| 0x1_0000_0007 * l as u64);
        let (key, step) = ([11, 22], 0x3_0000_0005);
        let mut chances = id.map(|id| Chance { key, id, step, drawn: 0 });
        for drawn in 1..4 {
            let mut lanes = [0.0; LANES];
            uniforms(&id, step, drawn, key, &mut lanes);
            assert_eq!(lanes, chances.each_mut().map(Chance::uniform));
        }
    }
}
