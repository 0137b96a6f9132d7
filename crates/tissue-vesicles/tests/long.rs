//! The whole ledger through a long life of a small tissue: release, injection, both modes, matrix, capture, fate,
//! re-release, contact transfer, division, death and spill. Everything closes at every step, to the last vesicle and copy.

use tissue_vesicles::capture::{ceiling_um3_per_min, in_series};
use tissue_vesicles::particles::{
    Captor, FreeVesicles, Hold, Motion, Origin, Place, Release, Transport, Walls,
};
use tissue_vesicles::{
    CaptureLaw, CargoLaw, Contact, ContactLaw, ContactTransfer, FateLaw, PopulationLaw, ResponseLaw, SizeBin,
    SpeciesLaw, Vesicles,
};
use vesicle_base::{Birth, Purpose, Rng, Span, Turnover, math, turnover::daughter_id};

const SIDE: f64 = 30.0;
const RADIUS: f64 = 5.0;
const TICK: f64 = 1.0;
const MOST_CELLS: usize = 6;

fn population(clearance: f64) -> PopulationLaw {
    let bin = |diameter_um, share| SizeBin { diameter_um, diffusion_um2_per_min: 1.0 / diameter_um, share };
    let cargo = |species, mean_copies_per_vesicle, dispersion| CargoLaw {
        species,
        mean_copies_per_vesicle,
        dispersion,
    };
    PopulationLaw {
        bins: vec![bin(0.1, 0.8), bin(0.2, 0.2)],
        cargo: vec![cargo(0, 0.7, 30.0), cargo(1, 4.0, 0.0)],
        capture: vec![Some(CaptureLaw { clearance_um3_per_min: clearance, capacity: 15.0 }), None],
        fate: FateLaw {
            internalise_per_min: 0.2,
            escape_fraction: 0.3,
            escape_per_min: 0.1,
            rerelease_fraction: 0.3,
        },
        label_half_life_min: 50.0,
    }
}

/// Everything there is: population 0 one by one, population 1 as the mean of one well-mixed voxel.
struct Tissue {
    rng: Rng,
    cells: Vesicles,
    ids: Vec<u64>,
    free: FreeVesicles,
    mixed: f64,
    /// Released, given back and spilled into the voxel; lost from it; expected to be captured.
    accounts: [f64; 3],
    transfer: ContactTransfer,
    contact: ContactLaw,
    outside: u128,
}

impl Tissue {
    fn new(seed: u64) -> Self {
        let laws = vec![population(500.0), population(80.0)];
        let species = vec![
            SpeciesLaw { half_life_min: 40.0, family: None },
            SpeciesLaw { half_life_min: f64::INFINITY, family: None },
        ];
        let hold = Hold { bind_per_min: 0.05, release_per_min: 0.1, half_life_min: 200.0 };
        let transport = Transport { motion: Motion::Held(hold), ..Transport::brownian(30.0) };
        let walls =
            Walls { low_um: [0.0; 3], high_um: [SIDE; 3], open: [[true, false], [false; 2], [false; 2]] };
        let free = FreeVesicles::new(&laws[0], transport, walls, 0).expect("the laws are sound");
        let mut cells = Vesicles::new(laws, species, ResponseLaw::none()).expect("the laws are sound");
        cells.resize(2, 0);
        cells.push(1);
        let contact = ContactLaw {
            crossing_per_min: vec![0.01, 0.002],
            coupling: vec![vec![1.0; 2]; 2],
            own_copies: vec![vec![0.0, 0.0], vec![40.0, 0.0]],
        };
        Self {
            rng: Rng::new(seed),
            cells,
            ids: vec![1, 2, 3],
            free,
            mixed: 0.0,
            accounts: [0.0; 3],
            transfer: ContactTransfer::default(),
            contact,
            outside: 0,
        }
    }

    fn centre(id: u64) -> [f64; 3] {
        let mut draws = Rng::new(0).at(Purpose(1), id, 0);
        [0; 3].map(|_| RADIUS + (SIDE - 2.0 * RADIUS) * draws.uniform())
    }

    fn come_free(&mut self, row: usize, origin: Origin, population: usize, count: u64, span: &Span) {
        if population == 1 {
            self.mixed += count as f64;
            self.accounts[0] += count as f64;
            return;
        }
        self.free.release(Release {
            source: self.ids[row],
            origin,
            count,
            place: Place::Around { centre_um: Self::centre(self.ids[row]), radius_um: RADIUS },
            between_min: [span.start_min, span.end_min()],
            held_share: 0.0,
        });
    }

    fn step(&mut self, tick: u32) {
        let span = Span::of_tick(tick, TICK);
        let mut draws = self.rng.at(Purpose(2), 0, tick);
        for row in 0..self.ids.len() {
            for population in 0..2 {
                self.come_free(row, Origin::Released, population, draws.poisson(1.5), &span);
            }
        }
        self.capture_singly(&span);
        self.capture_mixed(&span);
        self.touch(&span);
        self.cells.advance(&self.ids, &span, &self.rng);
        let next = Span::of_tick(tick + 1, TICK);
        for row in 0..self.ids.len() {
            for population in 0..2 {
                let again = self.cells.rereleased(population, row);
                self.come_free(row, Origin::Rereleased, population, again, &next);
            }
        }
        self.turn_over(&span, &next, &mut draws);
    }

    fn capture_singly(&mut self, span: &Span) {
        let captors: Vec<Captor> = (0..self.ids.len())
            .map(|row| Captor {
                id: self.ids[row],
                centre_um: Self::centre(self.ids[row]),
                radius_um: RADIUS,
                clearance_um3_per_min: if self.cells.receiver(row) == 0 { 500.0 } else { 0.0 },
                bound: self.cells.bound(0, row),
                capacity: 15.0,
            })
            .collect();
        let captured = self.free.advance(&captors, span, &self.rng).to_vec();
        for (row, n) in captured.into_iter().enumerate() {
            self.cells.capture_counted(row, self.ids[row], 0, n, span, &self.rng);
        }
    }

    fn capture_mixed(&mut self, span: &Span) {
        let sink = |row| {
            let size = self.cells.population(1).bins[0];
            let ceiling = ceiling_um3_per_min(RADIUS, 0.5 * size.diameter_um, size.diffusion_um2_per_min);
            in_series(self.cells.clearance_of(row, 1), ceiling) / SIDE.powi(3)
        };
        let sinks: Vec<f64> = (0..self.ids.len()).map(sink).collect();
        let rate = sinks.iter().sum::<f64>() + math::rate_of_half_life(30.0);
        let gone = -self.mixed * math::expm1(-rate * span.length_min);
        for (row, sink) in sinks.iter().enumerate() {
            let expected = gone * sink / rate;
            self.cells.capture(row, self.ids[row], 1, 0, expected, span, &self.rng);
            self.accounts[2] += expected;
        }
        self.accounts[1] += gone * math::rate_of_half_life(30.0) / rate;
        self.mixed -= gone;
    }

    fn touch(&mut self, span: &Span) {
        let n = self.ids.len() as u32;
        let contacts: Vec<Contact> = (1..n).map(|b| Contact { a: b - 1, b, weight: 1.5 }).collect();
        self.transfer.pass(&mut self.cells, &self.contact, &contacts, &self.ids, span, &self.rng);
    }

    fn turn_over(&mut self, span: &Span, next: &Span, draws: &mut vesicle_base::Draws) {
        let n = self.ids.len();
        let row = (draws.uniform() * n as f64) as usize;
        let mut turnover = Turnover { n_before: n, ..Turnover::default() };
        // The last of a kind stays, or an account may end with it.
        let alike = |other: &usize| self.cells.receiver(*other) == self.cells.receiver(row);
        let has_another = (0..n).filter(alike).count() > 1;
        if draws.happens(0.05) && n < MOST_CELLS {
            let daughter_id = daughter_id(self.ids[row], span.tick);
            turnover.births.push(Birth { mother_row: row as u32, daughter_id });
        } else if draws.happens(0.05) && has_another {
            turnover.gone.push(row as u32);
        }
        let lost = self.cells.turn_over(&turnover, &self.ids, &self.rng);
        for spilled in self.cells.spill(&lost, |population| [0.5, 0.25][population], span, &self.rng) {
            let at = spilled.row as usize;
            self.come_free(at, Origin::Spilled, spilled.population, spilled.vesicles, next);
        }
        self.ids.extend(turnover.births.iter().map(|birth| birth.daughter_id));
        turnover.close(&mut self.ids);
    }

    /// What must hold after every step, by the accounts alone.
    fn check(&mut self, tick: u32) {
        assert!(self.free.closes(), "free vesicles, tick {tick}");
        assert!(self.cells.totals().close_with(&self.cells.held()), "cells, tick {tick}");
        let (free, flows) = (self.free.totals(), &self.cells.totals().populations);
        assert_eq!(
            free.captured, flows[0].captured,
            "what leaves the free pool is what cells get, tick {tick}"
        );
        let waiting = flows[0].rereleased - free.rereleased + flows[0].spilled - free.spilled;
        let gone = free.cleared + free.left + flows[0].fused + flows[0].degraded + flows[0].lost;
        let held = self.cells.held();
        let here = u128::from(self.free.len()) + held.bound[0] + held.endosomal[0] + waiting;
        assert_eq!(free.released, gone + here, "released by cells = gone + here, tick {tick}");
        self.outside = self.outside.max(waiting);
        let [come, lost, expected] = self.accounts;
        let left = come - lost - expected;
        assert!(
            (self.mixed - left).abs() < 1e-9 * come.max(1.0),
            "the voxel, tick {tick}: {} {left}",
            self.mixed
        );
        assert_eq!(self.cells.health(), None);
        assert_eq!(self.free.health(), None);
    }
}

fn live(ticks: u32, seed: u64) {
    let mut tissue = Tissue::new(seed);
    for tick in 0..ticks {
        tissue.step(tick);
        tissue.check(tick);
    }
    let (totals, free) = (tissue.cells.totals(), tissue.free.totals());
    for (p, flows) in totals.populations.iter().enumerate() {
        let all = [flows.captured, flows.fused, flows.degraded, flows.rereleased, flows.lost, flows.spilled];
        assert!(all.iter().all(|n| *n > 50), "every account of population {p} is used: {all:?}");
    }
    for flows in &totals.species {
        let all =
            [flows.captured, flows.delivered, flows.degraded, flows.rereleased, flows.lost, flows.spilled];
        assert!(all.iter().all(|n| *n > 50) && flows.crossed > 50, "every account is used: {flows:?}");
    }
    assert!(totals.species[0].sent > 50 && totals.species[0].decayed > 50 && totals.species[1].sent == 0);
    assert!(free.cleared > 50 && free.left > 50 && free.spilled > 50 && tissue.outside > 0, "{free:?}");
    let unsettled = tissue.accounts[2] - totals.populations[1].captured as f64;
    let spread = tissue.accounts[2].sqrt();
    assert!(unsettled.abs() < 4.0 * spread, "unsettled {unsettled} is within four times its spread {spread}");
}

#[test]
fn the_ledger_closes_over_ten_thousand_steps() {
    live(10_000, 1);
}

/// Some minutes: `cargo test --release -p tissue-vesicles --test long -- --ignored`.
#[test]
#[ignore = "a million steps take minutes; the ten thousand above run every time"]
fn the_ledger_closes_over_a_million_steps() {
    live(1_000_000, 2);
}
