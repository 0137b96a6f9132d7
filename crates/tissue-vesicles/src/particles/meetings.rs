//! The few particles of a block that are near something: who captured them, which side let them go.

use super::chunk::{Block, Course, End, Ends};
use super::lanes::{LANES, Lanes};
use super::near::Sphere;
use super::surface::{captured, captured_at_most};
use super::walls::Walls;
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
        if let Some(sphere) = captor(course, spheres, tau, from, at, &mut chance) {
            ends.mask |= 1 << l;
            ends.end[l] = End::Captured(sphere);
        } else if has_left(course.walls, tau, from, at, &mut chance) {
            ends.mask |= 1 << l;
            ends.end[l] = End::Left;
        }
    }
}

/// The sphere that captured the particle on its way, if one did. Each thins out what survives; which of several took it
/// goes by their rates, −ln of what each lets pass, so that the order of the spheres is no matter of rank.
fn captor(
    course: &Course,
    spheres: &[u32],
    tau: f64,
    from: [f64; 3],
    to: [f64; 3],
    chance: &mut Chance,
) -> Option<u32> {
    let most: f64 = spheres.iter().map(|sphere| at_most(course, *sphere, tau, from, to)).sum();
    let drawn = if most < 1.0 { Some(chance.uniform()) } else { None };
    if drawn.is_some_and(|drawn| drawn < 1.0 - most) {
        return None;
    }
    let passed = |sphere: &u32| 1.0 - chance_of(course, *sphere, tau, from, to);
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
fn at_most(course: &Course, sphere: u32, tau: f64, from: [f64; 3], to: [f64; 3]) -> f64 {
    let sphere = &course.spheres[sphere as usize];
    let [from, to] = [from, to].map(|p| squared(offset(p, sphere.centre_um)));
    captured_at_most(kappa_per_um(course, sphere), tau, from, to)
}

/// Conductance of a surface over the diffusion coefficient.
fn kappa_per_um(course: &Course, sphere: &Sphere) -> f64 {
    let area = 4.0 * core::f64::consts::PI * sphere.radius_um * sphere.radius_um;
    sphere.clearance_um3_per_min / (area * course.diffusion_um2_per_min)
}

/// Chance that one sphere captured the particle.
fn chance_of(course: &Course, sphere: u32, tau: f64, from: [f64; 3], to: [f64; 3]) -> f64 {
    let sphere = &course.spheres[sphere as usize];
    let [r0, r] = [from, to].map(|p| squared(offset(p, sphere.centre_um)).sqrt());
    let (x0, x) = (r0 - sphere.radius_um, r - sphere.radius_um);
    let takes_all = sphere.clearance_um3_per_min == f64::INFINITY;
    if x * x0 > 20.0 * tau && (x > 0.0 || !takes_all) {
        return 0.0;
    }
    captured(sphere.radius_um, kappa_per_um(course, sphere), tau, r0, r)
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
