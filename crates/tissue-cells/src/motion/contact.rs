//! Pushing and pulling between two cells, by PhysiCell's potential, for a chunk of cells against their lists.
//!
//! v_i += (√(r_i r_j) P(1 − d/R) − √(a_i a_j α_ij α_ji) P(1 − d/S)) (x_i − x_j)/d, with R = R_i + R_j,
//! S = f_i R_i + f_j R_j, P(u) = max(u, 0)² (or max(u, 0) for the linear law), d at least 1e-5 µm.
//! No discretisation: the sum is over all pairs, each term rounded by [`super::grain`]. Both cells of a pair compute
//! the same magnitude, so momentum is conserved exactly.
//! Stiffness: K = Σ k n nᵀ + t I with k = (dv/dd)⁺ and t = (pull/d)⁺; the spectral radius of the whole system is at
//! most 2 max‖K‖∞, because (n·(u_i − u_j))² ≤ 2 (n·u_i)² + 2 (n·u_j)².
//! Ghaffarizadeh et al. 2018, doi 10.1371/journal.pcbi.1005991; Macklin et al. 2012, doi 10.1016/j.jtbi.2012.02.002.
//! Proved by `tests/motion_laws.rs`: `two_cells_part_as_the_equation_says`, `momentum_is_exactly_zero`.
#![allow(clippy::inline_always)] // must take on the instruction set of its caller

use super::lists::Block;
use super::simd::{Isa, LANES, Lanes, Record, dispatch};

/// Centres nearer than this, µm, are taken as this far apart, along a direction drawn from their identities.
pub(super) const NEAREST_UM: f64 = 1e-5;

/// Bits of a record's tag above the kind: where the cell stands in life, two bits.
pub(super) const DEATH_SHIFT: u32 = 16;
/// And whether it may not be moved.
pub(super) const FIXED: u32 = 1 << 18;

/// What a chunk reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crowd<'a> {
    /// All records and the empty one that pads the lists.
    pub record: &'a [Record],
    pub id: &'a [u64],
    /// √(α_ij α_ji), when they are not all 1.
    pub affinity: &'a [f64],
    pub n_kinds: usize,
    pub plane: bool,
}

/// Largest values over a chunk.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Peak {
    /// Squared speed, µm²/min².
    pub speed2: f64,
    /// ‖K‖∞ of a cell, per min.
    pub stiffness: f64,
}

impl Peak {
    pub(super) fn or(self, other: Self) -> Self {
        Self { speed2: self.speed2.max(other.speed2), stiffness: self.stiffness.max(other.stiffness) }
    }
}

/// Which variant of the kernel runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variant {
    pub isa: Isa,
    pub linear: bool,
    /// Whether affinities are not all 1.
    pub kinds: bool,
    pub stiff: bool,
}

/// Writes the contact velocity of the cells from `first` on to `out`, and their ‖K‖∞ to `stiffness` when asked.
pub(super) fn pull(
    variant: Variant,
    crowd: &Crowd<'_>,
    first: usize,
    block: &Block,
    out: &mut [[f64; 3]],
    stiffness: &mut [f64],
) {
    for_variant!(variant, chunk(crowd: &Crowd<'_> = crowd, first: usize = first, block: &Block = block,
        out: &mut [[f64; 3]] = out, stiffness: &mut [f64] = stiffness));
}

/// Calls a variant of a kernel with its arguments: `name: type = value`.
macro_rules! for_variant {
    ($variant:expr, $kernel:ident($($arg:ident : $ty:ty = $value:expr),* $(,)?)) => {{
        $(let $arg: $ty = $value;)*
        let $crate::motion::contact::Variant { isa, linear, kinds, stiff } = $variant;
        macro_rules! run {
            ($linear:literal, $kinds:literal, $stiff:literal) => {
                dispatch!(isa, $kernel [$linear, $kinds, $stiff] ($($arg: $ty),*) -> ())
            };
        }
        match (linear, kinds, stiff) {
            (false, false, false) => run!(false, false, false),
            (false, false, true) => run!(false, false, true),
            (false, true, false) => run!(false, true, false),
            (false, true, true) => run!(false, true, true),
            (true, _, false) => run!(true, true, false),
            (true, _, true) => run!(true, true, true),
        }
    }};
}
pub(super) use for_variant;

#[inline(always)]
fn chunk<L: Lanes, const LINEAR: bool, const KINDS: bool, const STIFF: bool>(
    crowd: &Crowd<'_>,
    first: usize,
    block: &Block,
    out: &mut [[f64; 3]],
    stiffness: &mut [f64],
) {
    for (k, list) in block.lists().enumerate() {
        let me = [(first + k) as u32; LANES];
        let own = L::spread(&crowd.record[first + k]);
        let mut pulled = Met::<L>::none();
        for near in list {
            pulled.add::<STIFF>(&meet::<L, LINEAR, KINDS, STIFF>(crowd, own, &me, near));
        }
        let [x, y, z] = pulled.v;
        out[k] = [x.sum(), y.sum(), z.sum()];
        if STIFF {
            let [xx, yy, zz, xy, xz, yz] = pulled.k;
            stiffness[k] = row_sum([xx.sum(), yy.sum(), zz.sum(), xy.sum(), xz.sum(), yz.sum()]);
        }
    }
}

/// What meetings give the first cell of each, lane by lane, on the grain.
pub(super) struct Met<L> {
    /// Velocity; the second cell has its opposite.
    pub v: [L; 3],
    /// K: xx, yy, zz, xy, xz, yz; the same for both cells.
    pub k: [L; 6],
}

impl<L: Lanes> Met<L> {
    #[inline(always)]
    fn none() -> Self {
        Self { v: [L::splat(0.0); 3], k: [L::splat(0.0); 6] }
    }

    #[inline(always)]
    fn add<const STIFF: bool>(&mut self, other: &Self) {
        for (sum, term) in self.v.iter_mut().zip(other.v) {
            *sum = *sum + term;
        }
        if STIFF {
            for (sum, term) in self.k.iter_mut().zip(other.k) {
                *sum = *sum + term;
            }
        }
    }
}

/// ‖K‖∞ of a symmetric matrix xx, yy, zz, xy, xz, yz.
#[inline(always)]
pub(super) fn row_sum([xx, yy, zz, xy, xz, yz]: [f64; 6]) -> f64 {
    let (xy, xz, yz) = (xy.abs(), xz.abs(), yz.abs());
    (xx + xy + xz).max(yy + xy + yz).max(zz + xz + yz)
}

#[inline(always)]
fn grain<L: Lanes>(term: L) -> L {
    const M: f64 = super::grain::SHIFT;
    (term + L::splat(M)) - L::splat(M)
}

/// What the cells `mine`, whose columns are `own`, take from meeting those of `near`, lane by lane.
#[inline(always)]
pub(super) fn meet<L: Lanes, const LINEAR: bool, const KINDS: bool, const STIFF: bool>(
    crowd: &Crowd<'_>,
    own: [L; 8],
    mine: &[u32; LANES],
    near: &[u32; LANES],
) -> Met<L> {
    let (zero, one) = (L::splat(0.0), L::splat(1.0));
    let other = L::columns(crowd.record, near);
    let mut d = [own[0] - other[0], own[1] - other[1], own[2] - other[2]];
    let mut d2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
    if d2.below(L::splat(NEAREST_UM * NEAREST_UM)) != 0 {
        let [x, y, z] = part(crowd, mine, near, [d[0].to_array(), d[1].to_array(), d[2].to_array()]);
        d = [L::from_array(x), L::from_array(y), L::from_array(z)];
        d2 = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).max(L::splat(NEAREST_UM * NEAREST_UM));
    }
    let inverse = d2.inverse_root();
    let (touch, reach) = (own[3] + other[3], own[4] + other[4]);
    let scale = (touch * reach).inverse();
    let distance = d2 * inverse;
    let overlap = (one - distance * (reach * scale)).max(zero);
    let hold = (one - distance * (touch * scale)).max(zero);
    let mut adhesion = own[6] * other[6];
    if KINDS && !crowd.affinity.is_empty() {
        adhesion = adhesion * affinities::<L>(crowd, mine, near);
    }
    let repulsion = own[5] * other[5];
    let push = if LINEAR { repulsion * overlap } else { repulsion * (overlap * overlap) };
    let pull = adhesion * (hold * hold);
    let per_um = (push - pull) * inverse;
    let mut met = Met::none();
    for (term, along) in met.v.iter_mut().zip(d) {
        *term = grain(per_um * along);
    }
    if STIFF {
        let slope =
            if LINEAR { repulsion.where_below(zero, overlap) } else { (repulsion + repulsion) * overlap };
        let stiff = (slope * (reach * scale) - (adhesion + adhesion) * hold * (touch * scale)).max(zero);
        met.k = stiffness_of(
            [d[0] * inverse, d[1] * inverse, d[2] * inverse],
            stiff,
            ((pull - push) * inverse).max(zero),
        );
    }
    met
}

/// k n nᵀ + t I.
#[inline(always)]
fn stiffness_of<L: Lanes>(n: [L; 3], k: L, t: L) -> [L; 6] {
    let kn = [k * n[0], k * n[1], k * n[2]];
    [
        grain(kn[0] * n[0] + t),
        grain(kn[1] * n[1] + t),
        grain(kn[2] * n[2] + t),
        grain(kn[0] * n[1]),
        grain(kn[0] * n[2]),
        grain(kn[1] * n[2]),
    ]
}

/// √(α_ij α_ji) of a batch.
#[inline(always)]
fn affinities<L: Lanes>(crowd: &Crowd<'_>, mine: &[u32; LANES], near: &[u32; LANES]) -> L {
    let kind = |place: u32| crowd.record[place as usize].0[7] as usize & 0xFFFF;
    let mut out = [0.0; LANES];
    for lane in 0..LANES {
        out[lane] = crowd.affinity[kind(mine[lane]) * crowd.n_kinds + kind(near[lane])];
    }
    L::from_array(out)
}

/// Differences of a batch, in which centres on the same spot are set apart.
#[cold]
#[inline(never)]
fn part(
    crowd: &Crowd<'_>,
    mine: &[u32; LANES],
    near: &[u32; LANES],
    mut d: [[f64; LANES]; 3],
) -> [[f64; LANES]; 3] {
    for lane in 0..LANES {
        let d2 = d[0][lane] * d[0][lane] + d[1][lane] * d[1][lane] + d[2][lane] * d[2][lane];
        if d2 < NEAREST_UM * NEAREST_UM && (near[lane] as usize) < crowd.id.len() {
            let away = apart(crowd.id[mine[lane] as usize], crowd.id[near[lane] as usize], crowd.plane);
            for axis in 0..3 {
                d[axis][lane] = NEAREST_UM * away[axis];
            }
        }
    }
    d
}

/// Unit vector from `theirs` to `mine` for two cells on one spot; the other way round it is its opposite.
pub(super) fn apart(mine: u64, theirs: u64, plane: bool) -> [f64; 3] {
    let (low, high) = (mine.min(theirs), mine.max(theirs));
    let mut draws = vesicle_base::Rng::new(low).at(super::purpose::APART, high, 0);
    let way = if plane { draws.direction_in_plane() } else { draws.direction() };
    if mine == low { way.map(|w| -w) } else { way }
}
