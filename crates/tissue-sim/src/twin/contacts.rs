//! Which cells touch in a well-mixed tissue, and the copies that pass between them.
//!
//! Equation: of N_j cells that lie anywhere independently of a cell of kind i, N_j p_ij touch it, with p_ij the chance that
//! two points of the box lie within the sum of the two reaches of contact; so c_i' = Σ_j k_ij (c_j − c_i + max(o_j − o_i, 0))
//! for k_ij = r g_ij N_j p_ij, the mean of what `tissue_vesicles::contact` draws. Because p_ij = p_ji, N_i k_ij = N_j k_ji:
//! no copy is made or lost on its way. Contacts inside a kind leave its mean as it is.
//! p of a box a × b × c and a distance d: the integral over |u| < d of Π (edge − |u|) / edge², in closed form across two
//! axes and by Simpson's rule along the third; in a plane without the third.
//! Discretisation: e^(Qt) of the generator Q and ∫ e^((Q − λ) u) du over the step, by Taylor's series of a short step and
//! doubling; exact for any step while the numbers of cells stand.
//! Assumed: places are independent, so that neither clusters nor what pushes cells apart change the mean, and who touches
//! whom is drawn anew all the time. Cells of the tissue that push each other apart have 0.75 to 1.2 times this mean
//! between a tenth and six tenths of the space filled.
//! Reference: Moler and Van Loan (2003), doi 10.1137/S00361445024180 (scaling and squaring).
//! Proved here by `points_of_a_box`, `two_kinds_have_a_closed_form`, and by `tests/twin_contact.rs`.

use super::state::Twin;
use crate::setup::Setup;
use core::f64::consts::PI;
use tissue_vesicles::ContactLaw;
use vesicle_base::math;

/// Contacts of mean cells, with the memory of the transfer.
#[derive(Default)]
pub(super) struct Contacts {
    /// Chance that two cells of different kinds i and j touch, row after row.
    chance: Vec<f64>,
    /// Rates of one species: per minute and copy of kind i, to kind j; the diagonal closes the row.
    rates: Vec<f64>,
    passed: Passage,
    scratch: Passage,
    jump: Vec<f64>,
    /// What each kind is sent per minute, and what it holds; scratch.
    sent: Vec<f64>,
    held: Vec<f64>,
}

/// Over a span: where copies end that were there at its start, and those sent at one a minute during it.
#[derive(Default)]
struct Passage {
    there: Vec<f64>,
    on_the_way: Vec<f64>,
}

impl Contacts {
    /// Of a setup; nothing where no molecule passes.
    pub(super) fn of(setup: &Setup) -> Self {
        if setup.contact.is_none() {
            return Self::default();
        }
        let grid = setup.grid();
        let (size, is_plane) = (grid.size_um(), grid.n[2] == 1);
        let reach = |kind: usize| {
            let law = &setup.kinds[kind].law;
            law.volume.radius_um() * law.mechanics.relative_adhesion_distance
        };
        let n = setup.kinds.len();
        let mut chance = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..i {
                let both = within(size, is_plane, reach(i) + reach(j));
                (chance[i * n + j], chance[j * n + i]) = (both, both);
            }
        }
        Self { chance, ..Self::default() }
    }
}

impl Twin<'_> {
    /// Lets copies pass between touching cells over the step.
    pub(super) fn pass(&mut self) {
        let Some(law) = &self.setup.contact else { return };
        let mut contacts = core::mem::take(&mut self.contacts);
        let mut worked_out: Option<[f64; 3]> = None;
        for (species, crossing) in law.crossing_per_min.iter().copied().enumerate() {
            contacts.held.clear();
            contacts.held.extend(self.pools.iter().map(|pools| pools.cytosol[species]));
            contacts.note_sent(law, species, &self.live);
            if crossing <= 0.0 || !contacts.sent.iter().chain(&contacts.held).any(|copies| *copies > 0.0) {
                continue;
            }
            let decay = math::rate_of_half_life(self.setup.species[species].half_life_min);
            let are_sent = f64::from(u8::from(contacts.sent.iter().any(|sent| *sent > 0.0)));
            if worked_out != Some([crossing, decay, are_sent]) {
                contacts.set_rates(law, crossing, &self.live, self.odds.length_min);
                contacts.work_out(self.live.len(), decay, self.odds.length_min);
                worked_out = Some([crossing, decay, are_sent]);
            }
            self.hand_over(&contacts, species);
        }
        self.contacts = contacts;
    }

    fn hand_over(&mut self, contacts: &Contacts, species: usize) {
        let n = self.live.len();
        for kind in 0..n {
            let row = |matrix: &[f64], column: &[f64]| -> f64 {
                matrix[kind * n..(kind + 1) * n].iter().zip(column).map(|(m, c)| m * c).sum()
            };
            let arrived = row(&contacts.passed.on_the_way, &contacts.sent);
            self.pools[kind].cytosol[species] = row(&contacts.passed.there, &contacts.held) + arrived;
            let sent = self.live[kind] * contacts.sent[kind] * self.odds.length_min;
            self.accounts.send(species, sent, self.live[kind] * arrived);
        }
    }
}

impl Contacts {
    /// Mean number of cells of another kind that touch one of a kind; 0 for its own, whose mean no contact changes.
    fn touching(&self, live: &[f64], kind: usize, other: usize) -> f64 {
        live[other] * self.chance[kind * live.len() + other]
    }

    /// What each kind is sent of a species a minute.
    fn note_sent(&mut self, law: &ContactLaw, species: usize, live: &[f64]) {
        let own = |kind: usize| law.own_copies[kind][species];
        let sent = |contacts: &Self, kind: usize| -> f64 {
            let others = (0..live.len()).filter(|other| own(*other) > own(kind));
            let from = |other: usize| {
                law.coupling[kind][other] * contacts.touching(live, kind, other) * (own(other) - own(kind))
            };
            law.crossing_per_min[species] * others.map(from).sum::<f64>()
        };
        let mut column = core::mem::take(&mut self.sent);
        column.clear();
        column.extend((0..live.len()).map(|kind| sent(self, kind)));
        self.sent = column;
    }

    fn set_rates(&mut self, law: &ContactLaw, crossing: f64, live: &[f64], dt: f64) {
        let n = live.len();
        let mut rates = core::mem::take(&mut self.rates);
        rates.clear();
        for (kind, coupling) in law.coupling.iter().enumerate() {
            let to = coupling.iter().enumerate();
            rates.extend(to.map(|(other, g)| crossing * g * self.touching(live, kind, other)));
        }
        let fastest = rates.iter().copied().fold(0.0, f64::max);
        let slower = (MIXED / (fastest * dt)).min(1.0);
        rates.iter_mut().for_each(|rate| *rate *= slower);
        for row in 0..n {
            rates[row * n + row] = -rates[row * n..(row + 1) * n].iter().sum::<f64>();
        }
        self.rates = rates;
    }
}

/// Mean crossings of a copy in a step beyond which touching cells count as mixed, as in `tissue_vesicles::contact`.
const MIXED: f64 = 4096.0;
/// Norm of the step whose series is summed, and its terms: the next is below 1e-17.
const NORM: f64 = 0.25;
const TERMS: u32 = 11;

impl Contacts {
    /// Works out the passage of a step for the rates at hand.
    fn work_out(&mut self, n: usize, decay_per_min: f64, dt: f64) {
        let fastest = (0..n).map(|row| -self.rates[row * n + row]).fold(0.0, f64::max) + decay_per_min;
        // Two to the sixtieth of a step is shorter than any rate that is a number asks for.
        let (mut length, mut doublings) = (dt, 0);
        while fastest * length > NORM && doublings < 60 {
            length *= 0.5;
            doublings += 1;
        }
        let are_sent = self.sent.iter().any(|sent| *sent > 0.0);
        let Self { rates, passed, scratch, jump, .. } = self;
        jump.clear();
        jump.extend(rates.iter().map(|rate| rate * length));
        series(jump, n, 0, [&mut passed.there, &mut scratch.there, &mut scratch.on_the_way]);
        (0..n).for_each(|row| jump[row * n + row] -= decay_per_min * length);
        if are_sent {
            series(jump, n, 1, [&mut passed.on_the_way, &mut scratch.there, &mut scratch.on_the_way]);
            passed.on_the_way.iter_mut().for_each(|share| *share *= length);
        } else {
            passed.on_the_way.clear();
            passed.on_the_way.resize(n * n, 0.0);
        }
        for _ in 0..doublings {
            if are_sent {
                let kept = math::exp(-decay_per_min * length);
                product(&passed.there, &passed.on_the_way, n, &mut scratch.on_the_way);
                let later = passed.on_the_way.iter_mut().zip(&scratch.on_the_way);
                later.for_each(|(now, later)| *now += later * kept);
            }
            product(&passed.there, &passed.there, n, &mut scratch.there);
            core::mem::swap(&mut passed.there, &mut scratch.there);
            length *= 2.0;
        }
        whole(&mut passed.there, n);
    }
}

/// Σ Aᵏ/(k + shift)!: the exponential for a shift of 0, its mean over the step for 1.
fn series(a: &[f64], n: usize, shift: u32, [sum, term, next]: [&mut Vec<f64>; 3]) {
    term.clear();
    term.resize(n * n, 0.0);
    (0..n).for_each(|row| term[row * n + row] = 1.0);
    sum.clone_from(term);
    for k in 1..=TERMS {
        product(term, a, n, next);
        let share = 1.0 / f64::from(k + shift);
        for ((sum, term), next) in sum.iter_mut().zip(term.iter_mut()).zip(next.iter()) {
            *term = next * share;
            *sum += *term;
        }
    }
}

fn product(a: &[f64], b: &[f64], n: usize, out: &mut Vec<f64>) {
    out.clear();
    out.resize(n * n, 0.0);
    for (out, a) in out.chunks_exact_mut(n.max(1)).zip(a.chunks_exact(n.max(1))) {
        for (a, b) in a.iter().zip(b.chunks_exact(n.max(1))) {
            out.iter_mut().zip(b).for_each(|(out, b)| *out += a * b);
        }
    }
}

/// Rescales rows to sum to 1, which they do but for rounding.
fn whole(odds: &mut [f64], n: usize) {
    for row in odds.chunks_mut(n.max(1)) {
        row.iter_mut().for_each(|share| *share = share.max(0.0));
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|share| *share /= sum);
    }
}

/// Intervals of Simpson's rule; even.
const INTERVALS: u32 = 64;

/// Chance that two points of a box, each anywhere and independent of the other, lie within a distance.
pub(super) fn within(size_um: [f64; 3], is_plane: bool, distance_um: f64) -> f64 {
    let [a, b, c] = size_um;
    let d = distance_um;
    if is_plane {
        return across([a, b], d);
    }
    if d * d >= a * a + b * b + c * c {
        return 1.0;
    }
    if d <= a.min(b).min(c) {
        let faces = a * b + b * c + c * a;
        let near = 4.0 / 3.0 * PI * a * b * c - 0.5 * PI * d * faces + 8.0 / 15.0 * d * d * (a + b + c);
        return (near - d * d * d / 6.0) * d * d * d / (a * a * b * b * c * c);
    }
    let slice = |u: f64, w: f64| across([a, b], w) * 2.0 * (c - u).max(0.0) / (c * c);
    over_quarter(d, c, slice).min(1.0)
}

/// The same in a rectangle.
fn across([a, b]: [f64; 2], d: f64) -> f64 {
    if d * d >= a * a + b * b {
        return 1.0;
    }
    if d <= a.min(b) {
        let near = PI * a * b - 4.0 / 3.0 * d * (a + b) + 0.5 * d * d;
        return near * d * d / (a * a * b * b);
    }
    let slice = |u: f64, w: f64| {
        let w = w.min(b);
        (a - u).max(0.0) * (b * w - 0.5 * w * w)
    };
    (over_quarter(d, a, slice) * 4.0 / (a * a * b * b)).min(1.0)
}

/// ∫ f(u, √(d² − u²)) du from 0 to the lesser of d and an edge; along the angle, where the root is smooth.
fn over_quarter(d: f64, edge: f64, f: impl Fn(f64, f64) -> f64) -> f64 {
    let top = (edge / d).min(1.0);
    let last = math::atan2(top, math::sqrt(1.0 - top * top));
    let at = |k: u32| {
        let angle = last * f64::from(k) / f64::from(INTERVALS);
        let (u, w) = (d * math::sin(angle), d * math::cos(angle));
        f(u, w) * w
    };
    let weight = |k: u32| if k == 0 || k == INTERVALS { 1.0 } else { f64::from(2 + 2 * (k % 2)) };
    let sum: f64 = (0..=INTERVALS).map(|k| weight(k) * at(k)).sum();
    sum * last / (3.0 * f64::from(INTERVALS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::{Purpose, Rng};

    #[test]
    fn points_of_a_box() {
        // Thin, thick, flat and small boxes against two hundred thousand pairs each: five binomial errors.
        let boxes = [
            ([100.0, 80.0, 60.0], false, 21.0),
            ([100.0, 60.0, 20.0], false, 33.0),
            ([60.0, 20.0, 25.0], false, 30.0),
            ([90.0, 70.0, 20.0], true, 21.0),
            ([50.0, 20.0, 20.0], true, 30.0),
            ([20.0, 20.0, 20.0], false, 30.0),
        ];
        for (size, is_plane, d) in boxes {
            let mut draws = Rng::new(5).at(Purpose(1), 0, 0);
            let n = 200_000;
            let mut near = 0;
            for _ in 0..n {
                let apart = size.map(|edge| edge * (draws.uniform() - draws.uniform()));
                let z = if is_plane { 0.0 } else { apart[2] };
                near += u32::from(apart[0] * apart[0] + apart[1] * apart[1] + z * z < d * d);
            }
            let (seen, known) = (f64::from(near) / f64::from(n), within(size, is_plane, d));
            let error = 5.0 * (known * (1.0 - known) / f64::from(n)).sqrt();
            assert!((seen - known).abs() < error, "{size:?} {d}: {seen} and {known}");
        }
        assert_eq!([20.0, 1e9].map(|d| within([10.0; 3], false, d)), [1.0; 2]);
    }

    #[test]
    fn two_kinds_have_a_closed_form() {
        let [to_1, to_0, decay, dt] = [0.03, 0.01, 2e-3, 700.0];
        let mut contacts =
            Contacts { rates: vec![-to_1, to_1, to_0, -to_0], sent: vec![1.0; 2], ..Contacts::default() };
        contacts.work_out(2, decay, dt);
        let all: f64 = to_1 + to_0;
        let gone = -math::expm1(-all * dt);
        let there = [1.0 - gone * to_1 / all, gone * to_1 / all, gone * to_0 / all, 1.0 - gone * to_0 / all];
        // Of one sent a minute to the first: the part that both share, and the part that relaxes.
        let (slow, fast) =
            (-math::expm1(-decay * dt) / decay, -math::expm1(-(decay + all) * dt) / (decay + all));
        let first = [(slow * to_0 + fast * to_1) / all, (slow - fast) * to_0 / all];
        for (got, known) in contacts.passed.there.iter().zip(there) {
            assert!((got - known).abs() < 1e-12, "{got} not {known}");
        }
        for (row, known) in first.iter().enumerate() {
            let got = contacts.passed.on_the_way[row * 2];
            assert!((got / known - 1.0).abs() < 1e-10, "{got} not {known}");
        }
    }
}
