//! One row of a pass: −A u = loss u + Σ over neighbours of link (u − u of the neighbour), then what is made of it.
//!
//! Differences come first, so that what leaves one voxel enters the next to the last bit and a constant has no flux.
#![allow(unsafe_code)]

use crate::isa::Isa;

/// A neighbouring row.
#[derive(Clone, Copy)]
pub struct Near<'a> {
    pub link: f64,
    pub u: &'a [f64],
    pub open: &'a [f64],
}

/// A row and all that touches it.
pub struct Row<'a> {
    pub u: &'a [f64],
    pub loss: &'a [f64],
    /// None without obstacles.
    pub open: Option<&'a [f64]>,
    /// Below and above along y, then along z.
    pub near: [Near<'a>; 4],
    /// Link along x.
    pub link: f64,
    /// Links to zero beyond both ends of the row.
    pub ends: [f64; 2],
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
    match (row.open, factors.subtracts) {
        (None, true) => open_row::<true>(row, factors, to),
        (None, false) => open_row::<false>(row, factors, to),
        (Some(open), true) => walled_row::<true>(row, open, factors, to),
        (Some(open), false) => walled_row::<false>(row, open, factors, to),
    }
    if let Some(Collect { end, mean, factors: [for_end, for_mean] }) = collect {
        let n = to.len();
        let (u, end, mean) = (&row.u[..n], &mut end[..n], &mut mean[..n]);
        for i in 0..n {
            end[i] += for_end[0] * u[i] + for_end[1] * to[i];
            mean[i] += for_mean[0] * u[i] + for_mean[1] * to[i];
        }
    }
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn open_row<const SUBTRACTS: bool>(row: &Row, factors: Factors, to: &mut [f64]) {
    let n = to.len();
    let (u, loss) = (&row.u[..n], &row.loss[..n]);
    let [a, b, c, d] = row.near.map(|near| &near.u[..n]);
    let [la, lb, lc, ld] = row.near.map(|near| near.link);
    let write = |to: &mut f64, i: usize, along: f64| {
        let y = la * (u[i] - a[i]) + lb * (u[i] - b[i]);
        let z = lc * (u[i] - c[i]) + ld * (u[i] - d[i]);
        let image = loss[i] * u[i] + (along + (y + z));
        let new = factors.own * u[i] + factors.image * image;
        *to = if SUBTRACTS { new - *to } else { new };
    };
    if n == 1 {
        return write(&mut to[0], 0, row.ends[0] * u[0] + row.ends[1] * u[0]);
    }
    write(&mut to[0], 0, row.ends[0] * u[0] + row.link * (u[0] - u[1]));
    for i in 1..n - 1 {
        write(&mut to[i], i, row.link * (u[i] - u[i - 1]) + row.link * (u[i] - u[i + 1]));
    }
    write(&mut to[n - 1], n - 1, row.link * (u[n - 1] - u[n - 2]) + row.ends[1] * u[n - 1]);
}

#[inline(always)]
#[allow(clippy::inline_always)] // as above
fn walled_row<const SUBTRACTS: bool>(row: &Row, open: &[f64], factors: Factors, to: &mut [f64]) {
    let n = to.len();
    let (u, loss, open) = (&row.u[..n], &row.loss[..n], &open[..n]);
    let [a, b, c, d] = row.near.map(|near| &near.u[..n]);
    let [oa, ob, oc, od] = row.near.map(|near| &near.open[..n]);
    let [la, lb, lc, ld] = row.near.map(|near| near.link);
    let write = |to: &mut f64, i: usize, along: f64| {
        let y = la * oa[i] * (u[i] - a[i]) + lb * ob[i] * (u[i] - b[i]);
        let z = lc * oc[i] * (u[i] - c[i]) + ld * od[i] * (u[i] - d[i]);
        let image = loss[i] * u[i] + (along + (y + z));
        let new = factors.own * u[i] + factors.image * image;
        *to = open[i] * if SUBTRACTS { new - *to } else { new };
    };
    let to_next = |i: usize, other: usize| row.link * open[other] * (u[i] - u[other]);
    if n == 1 {
        return write(&mut to[0], 0, row.ends[0] * u[0] + row.ends[1] * u[0]);
    }
    write(&mut to[0], 0, row.ends[0] * u[0] + to_next(0, 1));
    for i in 1..n - 1 {
        write(&mut to[i], i, to_next(i, i - 1) + to_next(i, i + 1));
    }
    write(&mut to[n - 1], n - 1, to_next(n - 1, n - 2) + row.ends[1] * u[n - 1]);
}
