//! Small tissues for tests: every process at work, and ways to run and compare them.
#![allow(dead_code)] // each test binary uses a part

use tissue_cells::{
    BehaviourId, Behaviours, Cells, CycleModel, Domain, EatingLaw, Heading, KindLaw, Own, OwnSignal, Rule,
    Rules, SensePlan, SignalId, Signals, Start, TowardKinds, start,
};
use vesicle_base::{Rng, Span, Turnover, math};

/// A tissue with its rules and what it senses.
#[derive(Clone)]
pub struct Tissue {
    pub cells: Cells,
    pub rules: Rules,
    pub sense: SensePlan,
    pub signals: Signals,
    pub turnover: Turnover,
    pub rng: Rng,
}

/// Cells of one kind that follow no rule.
pub fn one_kind(law: KindLaw) -> Tissue {
    let behaviours = Behaviours::new(&[law.own_base()], Vec::new());
    let domain = Domain::centred([2000.0; 3], false);
    Tissue {
        cells: Cells::new(vec![law], behaviours, &TowardKinds::default(), domain),
        rules: Rules::default(),
        sense: SensePlan::default(),
        signals: Signals::new(0),
        turnover: Turnover::default(),
        rng: Rng::new(11),
    }
}

/// A law whose cells neither divide nor die.
pub fn quiet() -> KindLaw {
    let mut law = KindLaw { cycle: CycleModel::live().with_exits(&[0.0]), ..KindLaw::default() };
    law.apoptosis.rate_per_min = 0.0;
    law
}

const TO_KIND_0: BehaviourId = BehaviourId(Own::COUNT as u16);
const EAT_KIND_0: BehaviourId = BehaviourId(Own::COUNT as u16 + 1);
const BEAR_KIND_1: BehaviourId = BehaviourId(Own::COUNT as u16 + 2);

fn laws() -> [KindLaw; 2] {
    let mut growing =
        KindLaw { cycle: CycleModel::flow_cytometry(), start: Start::Balanced, ..KindLaw::default() };
    growing.apoptosis.rate_per_min = 1e-4;
    growing.necrosis.rate_per_min = 2e-4;
    growing.necrosis.lysed_min = 600.0;
    growing.integrity.damage_per_min = 0.01;
    let mut roaming = KindLaw { cycle: CycleModel::ki67_basic(), ..KindLaw::default() };
    roaming.motility.speed_um_per_min = 0.3;
    roaming.motility.persistence_min = 20.0;
    roaming.eating.apoptotic_per_min = 0.02;
    roaming.eating.necrotic_per_min = 0.001;
    roaming.mechanics.attach_per_min = 0.01;
    roaming.mechanics.detach_per_min = 0.02;
    [growing, roaming]
}

fn rules() -> Rules {
    let row = |kind, signal, rises, behaviour, maximum, half| Rule {
        kind,
        signal: SignalId(signal),
        rises,
        behaviour,
        maximum,
        half,
        hill: 4.0,
        applies_to_dead: false,
    };
    Rules::new(vec![
        row(0, 0, false, Own::CycleEntry.id(), 0.0, 1.0),
        row(0, 2, true, Own::CycleEntry.id(), 0.01, 2400.0),
        row(0, 1, true, Own::Apoptosis.id(), 1e-3, 2.0),
        row(0, 3, true, Own::RepairRate.id(), 0.01, 0.5),
        row(1, 0, true, Own::MigrationSpeed.id(), 1.0, 0.5),
        row(1, 1, true, TO_KIND_0, 1e-3, 2.0),
    ])
}

/// Two kinds in which everything happens: growth, both deaths, eating, change of kind, asymmetric division, damage,
/// motion, springs and rules.
pub fn busy(n: usize, plane: bool) -> Tissue {
    let rules = rules();
    let laws = laws();
    let mut base = laws.clone().map(|law| law.own_base());
    base[0].extend([0.0, 0.0, 0.2]);
    base[1].extend([0.0, 1e-4, 0.0]);
    let toward = TowardKinds {
        transformation: vec![Some(TO_KIND_0)],
        phagocytosis: vec![Some(EAT_KIND_0)],
        asymmetric_division: vec![None, Some(BEAR_KIND_1)],
    };
    let edge_um = if plane { 27.0 * (n as f64).sqrt() } else { 24.0 * math::cbrt(n as f64) };
    let size = if plane { [edge_um, edge_um, 20.0] } else { [edge_um; 3] };
    let domain = Domain::centred(size, plane);
    let mut cells = Cells::new(laws.to_vec(), Behaviours::new(&base, rules.ruled()), &toward, domain);
    let rng = Rng::new(2026);
    for kind in 0..2 {
        let points = start::at_random(&domain, n / 2, u32::from(kind), &rng);
        cells.seed(kind, &points, &rng);
    }
    let wanted = [OwnSignal::Pressure, OwnSignal::ContactWithKind(1), OwnSignal::Volume, OwnSignal::Damage];
    let sense = SensePlan::new(wanted.into_iter().zip((0..).map(SignalId)).collect());
    Tissue { cells, rules, sense, signals: Signals::new(4), turnover: Turnover::default(), rng }
}

/// Cells at rest on a lattice, with rules; nobody eats.
pub fn spread(n: usize) -> Tissue {
    let mut tissue = busy(1, false);
    let edge_um = 17.0 * math::cbrt(n as f64);
    let domain = Domain::centred([edge_um; 3], false);
    let mut laws = laws();
    laws[1].eating = EatingLaw::default();
    let mut base = laws.clone().map(|law| law.own_base());
    base.iter_mut().for_each(|kind| kind.extend([0.0; 3]));
    let behaviours = Behaviours::new(&base, tissue.rules.ruled());
    tissue.cells = Cells::new(laws.to_vec(), behaviours, &TowardKinds::default(), domain);
    let points = start::on_lattice(&domain, start::Lattice::Hexagonal, 17.0);
    tissue.cells.seed(0, &points[..n.min(points.len())], &tissue.rng);
    tissue
}

impl Tissue {
    /// One tick of 6 min with motion, as the simulator takes it.
    pub fn tick(&mut self, tick: u32) {
        let span = Span::of_tick(tick, 6.0);
        self.signals.resize(self.cells.len());
        self.cells.sense_neighbours(&mut self.signals, &self.sense);
        let cells = &mut self.cells;
        self.rules.respond(&cells.kind, &cells.life.dead, &self.signals, &mut cells.behaviour);
        cells.move_by(&span, &self.rng, Heading::None);
        self.live(&span);
    }

    /// One tick without motion and rules.
    pub fn live(&mut self, span: &Span) {
        self.cells.live_and_die(span, &self.rng, &mut self.turnover);
        self.cells.turn_over(&self.turnover, &self.rng);
    }

    /// Ticks `from..to`.
    pub fn run(&mut self, ticks: core::ops::Range<u32>) {
        ticks.for_each(|tick| self.tick(tick));
    }

    /// All cells as bytes, each with its identity first, in the order of identity.
    pub fn by_identity(&self) -> Vec<u8> {
        let mut order: Vec<u32> = (0..self.cells.len() as u32).collect();
        order.sort_unstable_by_key(|row| self.cells.id[*row as usize]);
        let mut sorted = self.cells.clone();
        sorted.reorder(&order);
        sorted.state()
    }
}

/// An order that mixes `n` rows.
pub fn shuffled(n: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.sort_unstable_by_key(|row| vesicle_base::random::mix_seed(&[u64::from(*row), 5]));
    order
}
