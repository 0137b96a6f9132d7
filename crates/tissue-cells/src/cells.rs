//! All cells: columns in named groups, one row a cell, and what happens to them in a tick.

use vesicle_base::columns::{fit, room_for};
use vesicle_base::{Birth, Rng, Span, Turnover};

use crate::balanced::Balanced;
use crate::behaviours::{BehaviourId, Behaviours};
use crate::domain::Domain;
use crate::fate::{self, TowardKinds};
use crate::integrity;
use crate::law::{KindLaw, Start};
use crate::life::{self, Death, Life, Lives, Rates, State, event};
use crate::motion::{Springs, Walks};
use crate::own::Own;
use crate::purpose;
use crate::volume::{self, Parts, VolumeStep, Volumes};

/// Columns of all cells and the laws they follow.
#[derive(Clone, Debug)]
pub struct Cells {
    /// Identity for life; daughters take it from their lineage.
    pub id: Vec<u64>,
    /// Kind, a row of the laws.
    pub kind: Vec<u16>,
    /// Position along x, µm.
    pub x: Vec<f64>,
    /// Position along y, µm.
    pub y: Vec<f64>,
    /// Position along z, µm.
    pub z: Vec<f64>,
    /// Own motion and velocity.
    pub walk: Walks,
    /// Springs between them.
    pub springs: Springs,
    /// What they are made of.
    pub volume: Volumes,
    /// Where they stand in life.
    pub life: Lives,
    /// What they do.
    pub behaviour: Behaviours,
    pub(crate) time_min: f64,
    pub(crate) founders: u64,
    pub(crate) laws: Vec<KindLaw>,
    pub(crate) domain: Domain,
    pub(crate) toward: Toward,
    pub(crate) scratch: Scratch,
}

/// Behaviours towards kinds that the model has, as (kind, behaviour).
#[derive(Clone, Debug, Default)]
pub(crate) struct Toward {
    pub(crate) phagocytosis: Vec<(u16, BehaviourId)>,
    pub(crate) transformation: Vec<(u16, BehaviourId)>,
    pub(crate) asymmetric_division: Vec<(u16, BehaviourId)>,
}

/// Memory that a tick needs and no tick remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) events: Vec<u8>,
    pub(crate) steps: Vec<VolumeStep>,
    /// What they are steps of, min.
    pub(crate) steps_min: f64,
    pub(crate) leavers: Vec<u64>,
    pub(crate) meals: Vec<crate::eating::Meal>,
    pub(crate) motion: crate::motion::Kept,
}

impl Cells {
    /// No cells yet, but the laws of every kind, the base values of their behaviours and the box.
    ///
    /// # Panics
    /// When `behaviour` has fewer behaviours than the cell itself.
    pub fn new(laws: Vec<KindLaw>, behaviour: Behaviours, toward: &TowardKinds, domain: Domain) -> Self {
        assert!(behaviour.n_behaviours() >= Own::COUNT, "the cell's own behaviours come first");
        let toward = Toward {
            phagocytosis: fate::present(&toward.phagocytosis, &behaviour),
            transformation: fate::present(&toward.transformation, &behaviour),
            asymmetric_division: fate::present(&toward.asymmetric_division, &behaviour),
        };
        Self {
            id: Vec::new(),
            kind: Vec::new(),
            x: Vec::new(),
            y: Vec::new(),
            z: Vec::new(),
            walk: Walks::default(),
            springs: Springs::default(),
            volume: Volumes::default(),
            life: Lives::default(),
            behaviour,
            time_min: 0.0,
            founders: 0,
            laws,
            domain,
            toward,
            scratch: Scratch::default(),
        }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Laws by kind.
    pub fn laws(&self) -> &[KindLaw] {
        &self.laws
    }

    /// The box.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Position of a cell, µm.
    #[inline]
    pub fn position_um(&self, row: usize) -> [f64; 3] {
        [self.x[row], self.y[row], self.z[row]]
    }

    /// Radius of a cell, µm.
    #[inline]
    pub fn radius_um(&self, row: usize) -> f64 {
        self.volume.radius_um[row]
    }

    /// Volume of a cell, µm³.
    #[inline]
    pub fn volume_um3(&self, row: usize) -> f64 {
        self.volume.total_um3(row)
    }

    /// Whether a cell is dead.
    #[inline]
    pub fn is_dead(&self, row: usize) -> bool {
        self.life.dead[row]
    }

    /// How a cell died; `None` for a live one.
    pub fn death(&self, row: usize) -> Option<Death> {
        self.life.state[row].death()
    }

    /// Adds founders of a kind at positions (mirrored into the box), numbered in order of arrival.
    /// Their phase follows the kind's [`Start`].
    pub fn seed(&mut self, kind: u16, positions_um: &[[f64; 3]], rng: &Rng) {
        let exits = [0, 1, 2, 3, 4, 5].map(|n| self.behaviour.base(Own::phase_exit(n).id(), kind));
        let balanced = Balanced::new(&self.laws[usize::from(kind)].cycle, &exits);
        self.reserve(positions_um.len());
        for position_um in positions_um {
            let id = self.founders;
            self.founders += 1;
            let (life, parts) = founder(&self.laws[usize::from(kind)], &balanced, id, *rng);
            let [x, y, z] = self.domain.reflect(*position_um);
            self.id.push(id);
            self.kind.push(kind);
            self.x.push(x);
            self.y.push(y);
            self.z.push(z);
            self.walk.push(crate::motion::Walk::at_rest());
            self.volume.push(parts);
            self.life.push(life);
            self.behaviour.push(kind);
        }
    }

    fn reserve(&mut self, more: usize) {
        room_for(&mut self.id, more);
        room_for(&mut self.kind, more);
        [&mut self.x, &mut self.y, &mut self.z].into_iter().for_each(|axis| room_for(axis, more));
        self.walk.reserve(more);
        self.volume.reserve(more);
        self.life.reserve(more);
        self.behaviour.reserve(more);
    }

    /// Gives a cell another volume, all parts in proportion, µm³; what it grows to stays.
    pub fn set_volume_um3(&mut self, row: usize, total_um3: f64) {
        let target = self.volume.target_nuclear_solid_um3[row];
        self.volume.scale(row, total_um3 / self.volume.total_um3(row));
        self.volume.target_nuclear_solid_um3[row] = target;
    }

    /// Puts the rows into a new order: row `k` becomes what row `order[k]` was. No result depends on the order, but
    /// every other store with one row per cell has to follow.
    pub fn reorder(&mut self, order: &[u32]) {
        fn column<T: Copy>(column: &mut Vec<T>, order: &[u32]) {
            *column = order.iter().map(|row| column[*row as usize]).collect();
        }
        column(&mut self.id, order);
        column(&mut self.kind, order);
        [&mut self.x, &mut self.y, &mut self.z].into_iter().for_each(|axis| column(axis, order));
        self.walk.reorder(order);
        self.volume.reorder(order);
        self.life.reorder(order);
        self.behaviour.reorder(order);
    }

    /// One tick of everything but motion: eating, change of kind, volume, damage, phases and death. Writes who is born
    /// and who goes into `turnover`; rows change in [`Cells::turn_over`].
    pub fn live_and_die(&mut self, span: &Span, rng: &Rng, turnover: &mut Turnover) {
        turnover.clear(self.len());
        self.scratch.events.clear();
        fit(&mut self.scratch.events, self.id.len(), 0);
        self.eat(span, *rng);
        self.change_kind(span, *rng);
        self.grow(span.length_min);
        let (kind, life) = (&self.kind, &mut self.life);
        integrity::wear(&mut life.damage, kind, &life.dead, &self.behaviour, span.length_min);
        let rates = Rates::new(&self.behaviour, &self.laws, span, *rng);
        life::live((&self.id, kind), life, &mut self.volume, &mut self.scratch.events, &rates);
        self.collect(turnover);
        self.time_min = span.end_min();
    }

    fn change_kind(&mut self, span: &Span, rng: Rng) {
        if self.toward.transformation.is_empty() {
            return;
        }
        let events = &mut self.scratch.events;
        let (id, dead) = (&self.id, &self.life.dead);
        let fates = &self.toward.transformation;
        fate::turn((id, dead), &mut self.kind, events, &self.behaviour, fates, (span, rng));
        for row in 0..self.len() {
            if self.scratch.events[row] & event::TURNS != 0 {
                self.become_kind(row, self.kind[row]);
            }
        }
    }

    /// Makes a live cell one of another kind: phase 0, base behaviours and the target of the kind; the volume stays.
    pub(crate) fn become_kind(&mut self, row: usize, kind: u16) {
        self.kind[row] = kind;
        self.life.phase[row] = 0;
        self.life.elapsed_min[row] = 0.0;
        self.life.fresh[row] = false;
        self.volume.target_nuclear_solid_um3[row] = self.laws[usize::from(kind)].volume.nuclear_solid_um3();
        self.behaviour.reset(row, kind);
    }

    fn grow(&mut self, length_min: f64) {
        let (steps, steps_min) = (&mut self.scratch.steps, &mut self.scratch.steps_min);
        if steps.is_empty() || *steps_min != length_min {
            steps.clear();
            for law in &self.laws {
                let states = [State::Live, State::Apoptotic, State::Swelling, State::Lysed];
                steps.extend(states.map(|state| VolumeStep::of(law, state, length_min)));
            }
            *steps_min = length_min;
        }
        volume::grow(&mut self.volume, &self.kind, &self.life.state, steps);
    }

    fn collect(&mut self, turnover: &mut Turnover) {
        for row in 0..self.len() {
            let event = self.scratch.events[row];
            if event & event::LEAVES != 0 {
                turnover.gone.push(row as u32);
            } else if event & event::DIVIDES != 0 {
                let daughter_id = vesicle_base::turnover::daughter_id(self.id[row], self.life.divisions[row]);
                turnover.births.push(Birth { mother_row: row as u32, daughter_id });
            } else if event & event::DIES != 0 {
                self.life.dead[row] = true;
                self.behaviour.die(row);
                let law = &self.laws[usize::from(self.kind[row])];
                if self.life.state[row] == State::Swelling {
                    self.life.burst_um3.set(row, law.necrosis.burst_ratio * self.volume.total_um3(row));
                }
                let since_death = VolumeStep::of(law, self.life.state[row], self.life.elapsed_min[row]);
                self.volume.step(row, &since_death);
            }
        }
    }
}

/// Life and parts of a founder.
fn founder(law: &KindLaw, balanced: &Balanced, id: u64, rng: Rng) -> (Life, Parts) {
    let (mut life, mut parts) = (Life::founder(), Parts::at_rest(&law.volume));
    if law.start == Start::Balanced {
        let standing = balanced.draw(&law.cycle, &mut rng.at(purpose::FOUNDER, id, 0));
        (life.phase, life.elapsed_min) = (standing.phase, standing.elapsed_min);
        if let Some(growing_min) = standing.growing_min {
            parts.target_nuclear_solid_um3 *= 2.0;
            parts = parts.stepped(&VolumeStep::of(law, State::Live, growing_min));
        }
    }
    (life, parts)
}
