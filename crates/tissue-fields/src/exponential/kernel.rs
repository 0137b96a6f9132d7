//! A pass over one row, or over many voxels with links of their own: −A u = loss u + Σ over neighbours of
//! link (u − u of the neighbour), then what is made of it.
//!
//! Differences come first, so that what leaves one voxel enters the next to the last bit and a constant has no flux.
#![allow(unsafe_code)]

use crate::isa::Isa;

/// A neighbouring row.
#[derive(Clone, Copy)]
pub struct Near<'a> {
    pub link: f64,
    pub u: &'a [f64],
}

/// A row and all that touches it.
pub struct Row<'a> {
    pub u: &'a [f64],
    pub loss: &'a [f64],
    /// Below and above along y, then along z.
    pub near: [Near<'a>; 4],
    /// Link along x.
    pub link: f64,
    /// Links to zero beyond both ends of the row.
    pub ends: [f64; 2],
}

/// Voxels in a row that may be broken anywhere.
pub struct Voxels<'a> {
    pub u: &'a [f64],
    pub loss: &'a [f64],
}

/// Their neighbours along an axis, and the links to these.
#[derive(Clone, Copy)]
pub struct Across<'a> {
    pub before: &'a [f64],
    pub after: &'a [f64],
    pub link_before: &'a [f64],
    pub link_after: &'a [f64],
}

/// new = `own` × u + `image` × (−A u) − (old, when `subtracts`).
#[derive(Clone, Copy)]
pub struct Factors {
    pub own: f64,
    pub image: f64,
    pub subtracts: bool,
}

/// Sums that grow by factors of u and of the new values.
pub struct Collect<'a> {
    pub end: &'a mut [f64],
    pub mean: &'a mut [f64],
    pub factors: [[f64; 2]; 2],
}

/// Puts the new values of a row into `to`.
pub fn run(isa: Isa, row: &Row, factors: Factors, to: &mut [f64], collect: Option<Collect>) {
    match isa {
        Isa::Base => run_any(row, factors, to, collect),
        // SAFETY: `Isa::Avx2` exists only where the CPU has it.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { run_avx2(row, factors, to, collect) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(row: &Row, factors: Factors, to: &mut [f64], collect: Option<Collect>) {
    run_any(row, factors, to, collect);
}

#[inline(always)]
#[allow(clippy::inline_always)] // must take on the instruction set of its caller
fn run_any(row: &Row, factors: Factors, to: &mut [f64], collect: Option<Collect>) {
    if factors.subtracts {
        open_row::<true>(row, factors, to);
    } else {
        open_row::<false>(row, factors, to);
    }
    add_pairs(row.u, to, collect);
}

/// Puts the new values of voxels into `to`.
pub fn run_flat<const AXES: usize>(
    isa: Isa,
    voxels: &Voxels,
    axes: [Across; AXES],
    factors: Factors,
    to: &mut [f64],
    collect: Option<Collect>,
) {
    match isa {
        Isa::Base => run_flat_any(voxels, axes, factors, to, collect),
        // SAFETY: `Isa::Avx2` exists only where the CPU has it.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { run_flat_avx2(voxels, axes, factors, to, collect) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_flat_avx2<const AXES: usize>(
    voxels: &Voxels,
    axes: [Across; AXES],
    factors: Factors,
    to: &mut [f64],
    collect: Option<Collect>,
) {
    run_flat_any(voxels, axes, factors, to, collect);
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn run_flat_any<const AXES: usize>(
    voxels: &Voxels,
    axes: [Across; AXES],
    factors: Factors,
    to: &mut [f64],
    collect: Option<Collect>,
) {
    if factors.subtracts {
        flat::<AXES, true>(voxels, axes, factors, to);
    } else {
        flat::<AXES, false>(voxels, axes, factors, to);
    }
    add_pairs(voxels.u, to, collect);
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn add_pairs(old: &[f64], new: &[f64], collect: Option<Collect>) {
    if let Some(Collect { end, mean, factors: [for_end, for_mean] }) = collect {
        add_pair(end, old, new, for_end);
        add_pair(mean, old, new, for_mean);
    }
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn add_pair(sum: &mut [f64], old: &[f64], new: &[f64], factors: [f64; 2]) {
    for ((sum, old), new) in sum.iter_mut().zip(old).zip(new) {
        *sum += factors[0] * old + factors[1] * new;
    }
}

/// What becomes of one voxel; `along` is its flux along x, `to` its old value.
#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn made<const SUBTRACTS: bool>(own: [f64; 2], along: f64, across: [f64; 4], f: Factors, to: f64) -> f64 {
    moved::<SUBTRACTS>(own, along + ((across[0] + across[1]) + (across[2] + across[3])), f, to)
}

/// The same, of its whole flux.
#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn moved<const SUBTRACTS: bool>([u, loss]: [f64; 2], flux: f64, f: Factors, to: f64) -> f64 {
    let new = f.own * u + f.image * (loss * u + flux);
    if SUBTRACTS { new - to } else { new }
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn open_row<const SUBTRACTS: bool>(row: &Row, factors: Factors, to: &mut [f64]) {
    let n = to.len();
    let (u, loss) = (&row.u[..n], &row.loss[..n]);
    let [a, b, c, d] = row.near.map(|near| &near.u[..n]);
    let [la, lb, lc, ld] = row.near.map(|near| near.link);
    let (low, high) = (row.ends[0] * u[0], row.ends[1] * u[n - 1]);
    // The ends have a neighbour or a side, so they come first and last; the rest has no branches.
    let first = low + if n > 1 { row.link * (u[0] - u[1]) } else { high };
    let last = high + if n > 1 { row.link * (u[n - 1] - u[n - 2]) } else { 0.0 };
    let across = [la * (u[0] - a[0]), lb * (u[0] - b[0]), lc * (u[0] - c[0]), ld * (u[0] - d[0])];
    to[0] = made::<SUBTRACTS>([u[0], loss[0]], first, across, factors, to[0]);
    for i in 1..n.max(1) - 1 {
        let here = u[i];
        let along = row.link * (here - u[i - 1]) + row.link * (here - u[i + 1]);
        let across = [la * (here - a[i]), lb * (here - b[i]), lc * (here - c[i]), ld * (here - d[i])];
        to[i] = made::<SUBTRACTS>([here, loss[i]], along, across, factors, to[i]);
    }
    if n > 1 {
        let (i, here) = (n - 1, u[n - 1]);
        let across = [la * (here - a[i]), lb * (here - b[i]), lc * (here - c[i]), ld * (here - d[i])];
        to[i] = made::<SUBTRACTS>([here, loss[i]], last, across, factors, to[i]);
    }
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn flat<const AXES: usize, const SUBTRACTS: bool>(
    voxels: &Voxels,
    axes: [Across; AXES],
    factors: Factors,
    to: &mut [f64],
) {
    let n = to.len();
    let (u, loss) = (&voxels.u[..n], &voxels.loss[..n]);
    let axes = axes.map(|a| (&a.before[..n], &a.after[..n], &a.link_before[..n], &a.link_after[..n]));
    for i in 0..n {
        let here = u[i];
        let mut flux = 0.0;
        for (before, after, link_before, link_after) in &axes {
            flux += link_before[i] * (here - before[i]) + link_after[i] * (here - after[i]);
        }
        to[i] = moved::<SUBTRACTS>([here, loss[i]], flux, factors, to[i]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(seed: u32, from: usize, n: usize) -> Vec<f64> {
        (from..from + n).map(|i| f64::from((i as u32).wrapping_mul(seed | 1) >> 8) * 1e-6).collect()
    }

    /// Bits of all that a pass writes.
    fn bits(seed: u32, n: usize, pass: impl FnOnce(&mut [f64], Option<Collect>)) -> Vec<u64> {
        let [mut to, mut end, mut mean] = [600, 700, 800].map(|from| column(seed, from, n));
        pass(&mut to, Some(Collect { end: &mut end, mean: &mut mean, factors: [[0.1, 0.2], [0.3, 0.4]] }));
        to.iter().chain(&end).chain(&mean).map(|value| value.to_bits()).collect()
    }

    proptest! {
        #[test]
        fn instructions_do_not_change_bits(n in 1_usize..70, seed in any::<u32>(), subtracts in any::<bool>()) {
            let [u, loss, a, b, c, d] = [0, 100, 200, 300, 400, 500].map(|from| column(seed, from, n));
            let near = |u, link| Near { link, u };
            let row = Row {
                u: &u,
                loss: &loss,
                near: [near(&a, 0.3), near(&b, 0.3), near(&c, 0.7), near(&d, 1.4)],
                link: if n > 1 { 0.2 } else { 0.0 },
                ends: [0.4, 0.0],
            };
            let across = Across { before: &a, after: &b, link_before: &c, link_after: &d };
            let voxels = Voxels { u: &u, loss: &loss };
            let factors = Factors { own: 2.0, image: -0.01, subtracts };
            let by_row = |isa| bits(seed, n, |to, sums| run(isa, &row, factors, to, sums));
            let by_voxel = |isa| bits(seed, n, |to, sums| run_flat(isa, &voxels, [across; 3], factors, to, sums));
            for isa in Isa::available() {
                prop_assert!(by_row(*isa) == by_row(Isa::Base), "{isa:?} gives other bits for a row of {n}");
                prop_assert!(by_voxel(*isa) == by_voxel(Isa::Base), "{isa:?} gives other bits for {n} voxels");
            }
        }
    }
}
