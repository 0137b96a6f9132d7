//! The few particles of a block that are near something: who captured them, which side let them go.

use super::chunk::{Block, Course, End, Ends};
use super::lanes::{LANES, Lanes, kicks};
use super::near::Sphere;
use super::surface::{captured, captured_at_most};
use super::walls::{Walls, folded};
use vesicle_base::{math, random::philox};

/// Lets the marked lanes meet what is near them.
#[inline(never)]
#[expect(clippy::too_many_arguments, reason = "the scalar tail of one vector step: its state is what it is")]
pub(super) fn settle_marked(
    course: &Course,
    number: u64,
    block: &Block,
    to: &[Lanes; 3],
    variance: &Lanes,
    voxel: &[u64; LANES],
    mut marked: u32,
    ends: &mut Ends,
) {
    let mut pushed = None;
    while marked != 0 {
        let l = marked.trailing_zeros() as usize;
        marked &= marked - 1;
        let tau = 0.5 * variance[l];
        if tau <= 0.0 {
            continue;
        }
        let mut chance = Chance { key: course.key, id: block.id[l], step: number, drawn: 0 };
        let from = [block.x[l], block.y[l], block.z[l]];
        let at = [to[0][l], to[1][l], to[2][l]];
        let spheres = course.near.spheres_at(voxel[l] as usize);
        let mut path = Path { tau, from, to: at };
        if !spheres.is_empty() && is_near_a_wall(course.walls, from, REACH * tau.sqrt()) {
            let pushed = pushed.get_or_insert_with(|| {
                let mut kick = [[0.0; LANES]; 3];
                kicks(&block.id, number, course.key, variance, &mut kick);
                kick
            });
            path.to = straight(course.walls, from, at, [0, 1, 2].map(|axis| from[axis] + pushed[axis][l]));
        }
        if let Some(sphere) = captor(course, spheres, &path, &mut chance) {
            ends.mask |= 1 << l;
            ends.end[l] = End::Captured(sphere);
        } else if has_left(course.walls, tau, from, at, &mut chance) {
            ends.mask |= 1 << l;
            ends.end[l] = End::Left;
        }
    }
}

/// How far off a wall can matter to a step, in √τ.
const REACH: f64 = 7.0;

/// One step of one particle, with no wall in its way: beyond a closed side is the mirror image of the box.
struct Path {
    tau: f64,
    from: [f64; 3],
    to: [f64; 3],
}

fn is_near_a_wall(walls: &Walls, at: [f64; 3], reach: f64) -> bool {
    (0..3).any(|axis| {
        let [low, high] = walls.mirrors(axis);
        at[axis] - low < reach || high - at[axis] < reach
    })
}

/// Where a step would have led without walls; one that was turned back several times is taken to end where it ended.
fn straight(walls: &Walls, from: [f64; 3], to: [f64; 3], without: [f64; 3]) -> [f64; 3] {
    core::array::from_fn(|axis| {
        let limits = walls.mirrors(axis);
        let turned = folded(without[axis], limits) == to[axis];
        let longer = (without[axis] - from[axis]).abs() > limits[1] - limits[0];
        if turned && !longer { without[axis] } else { to[axis] }
    })
}

/// The sphere that captured the particle on its way, if one did. Each thins out what survives; which of several took it
/// goes by their rates, −ln of what each lets pass, so that the order of the spheres is no matter of rank.
fn captor(course: &Course, spheres: &[u32], path: &Path, chance: &mut Chance) -> Option<u32> {
    let most: f64 = spheres.iter().map(|sphere| at_most(course, *sphere, path)).sum();
    let drawn = if most < 1.0 { Some(chance.uniform()) } else { None };
    if drawn.is_some_and(|drawn| drawn < 1.0 - most) {
        return None;
    }
    let passed = |sphere: &u32| passed(course, *sphere, path);
    let survived: f64 = spheres.iter().map(passed).product();
    if survived >= 1.0 || drawn.unwrap_or_else(|| chance.uniform()) < survived {
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
fn at_most(course: &Course, sphere: u32, path: &Path) -> f64 {
    let sphere = &course.spheres[sphere as usize];
    let kappa = kappa_per_um(course, sphere);
    let mut most = 0.0;
    each_image(course.walls, sphere, path, |centre, _| {
        let [from, to] = [path.from, path.to].map(|p| squared(offset(p, centre)));
        most += captured_at_most(kappa, path.tau, from, to);
    });
    most
}

/// Conductance of a surface over the diffusion coefficient.
fn kappa_per_um(course: &Course, sphere: &Sphere) -> f64 {
    let area = 4.0 * core::f64::consts::PI * sphere.radius_um * sphere.radius_um;
    sphere.clearance_um3_per_min / (area * course.diffusion_um2_per_min)
}

/// Chance that one sphere and its mirror images let the particle pass.
fn passed(course: &Course, sphere: u32, path: &Path) -> f64 {
    let sphere = &course.spheres[sphere as usize];
    let kappa = kappa_per_um(course, sphere);
    let mut passed = 1.0;
    each_image(course.walls, sphere, path, |centre, sides| {
        passed *= 1.0 - chance_of(course.walls, (sphere, centre, sides), kappa, path);
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

/// In the order of images.
const SIDES: [Side; 3] = [Side::Within, Side::Below, Side::Above];

/// Calls `with` for the sphere and those of its mirror images that a path can meet, by their centres and sides.
fn each_image(walls: &Walls, sphere: &Sphere, path: &Path, mut with: impl FnMut([f64; 3], [Side; 3])) {
    let reach = REACH * path.tau.sqrt();
    let images: [[Option<f64>; 3]; 3] = core::array::from_fn(|axis| {
        let [low, high] = walls.mirrors(axis);
        let (at, centre) = (path.from[axis], sphere.centre_um[axis]);
        let near = |wall: f64| (at - wall).abs() < reach && (centre - wall).abs() < sphere.radius_um + reach;
        [
            Some(centre),
            near(low).then_some((low - centre) + low),
            near(high).then_some((high - centre) + high),
        ]
    });
    for (z, side_z) in images[2].iter().zip(SIDES) {
        for (y, side_y) in images[1].iter().zip(SIDES) {
            for (x, side_x) in images[0].iter().zip(SIDES) {
                if let (Some(x), Some(y), Some(z)) = (x, y, z) {
                    with([*x, *y, *z], [side_x, side_y, side_z]);
                }
            }
        }
    }
}

/// Chance that one image captured the particle: none where they would meet outside its own image of the box, since no surface is
/// there.
fn chance_of(
    walls: &Walls,
    (sphere, centre, sides): (&Sphere, [f64; 3], [Side; 3]),
    kappa: f64,
    path: &Path,
) -> f64 {
    let [r0, r] = [path.from, path.to].map(|p| squared(offset(p, centre)).sqrt());
    let (x0, x) = (r0 - sphere.radius_um, r - sphere.radius_um);
    let takes_all = sphere.clearance_um3_per_min == f64::INFINITY;
    if x * x0 > 20.0 * path.tau && (x > 0.0 || !takes_all) {
        return 0.0;
    }
    let chance = captured(sphere.radius_um, kappa, path.tau, r0, r);
    let is_inside = takes_all && (x <= 0.0 || x0 <= 0.0);
    if is_inside
        || chance > 0.0 && meets_within(walls, sphere.radius_um, centre, sides, path, [x0.abs(), x.abs()])
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
