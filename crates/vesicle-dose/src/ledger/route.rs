//! Which numbers a request rests on: one way to the particles, one way to the copies in a vesicle.

use super::numbers::{Numbers, Said};
use super::parameters::{DIVISORS, Name, PER_MASS};
use crate::purpose::ABUNDANCE;
use vesicle_base::{Dimension, Problem, Rng};

/// The share of one molecule among all miRNA of a vesicle, as it was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Abundance {
    /// A level: its mean over libraries and the standard error of that mean.
    Level {
        /// Mean share.
        mean: f64,
        /// Standard error.
        error: f64,
    },
    /// Too few reads for a level: those of all libraries, and all miRNA reads.
    Pooled {
        /// Reads of the molecule.
        reads: f64,
        /// Reads of all miRNA.
        total: f64,
    },
}

impl Abundance {
    /// The share of one draw: gamma with the mean and error of a level, or the posterior of pooled reads under Jeffreys'
    /// prior.
    pub fn share(&self, rng: &Rng, draw: u32) -> f64 {
        let mut draws = rng.at(ABUNDANCE, 0, draw);
        let share = match *self {
            Self::Level { mean, error } if error > 0.0 && mean > 0.0 => {
                let shape = (mean / error) * (mean / error);
                draws.gamma(shape) * mean / shape
            }
            Self::Level { mean, .. } => mean,
            Self::Pooled { reads, total } if total > 0.0 => draws.gamma(reads + 0.5) / total,
            Self::Pooled { .. } => 0.0,
        };
        share.clamp(0.0, 1.0)
    }
}

/// How the dose is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dose {
    Count,
    PerVolume,
    PerBody,
    PerCell,
    Protein,
    ProteinPerVolume,
    ProteinPerBody,
    Flasks,
    Donors,
}

/// How copies per vesicle are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Copies {
    /// Said.
    Said,
    /// Said per particle counted: the vesicles among the particles carry them.
    PerParticle,
    /// From what was put to the vesicles for loading.
    Loaded,
    /// From a share that was said.
    Share,
    /// From a measured share.
    Measured(Abundance),
}

/// Which numbers a request rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Routes {
    dose: Dose,
    /// How copies per vesicle are known.
    pub copies: Copies,
    /// Whether capture is a clearance from the medium.
    pub by_clearance: bool,
}

impl Routes {
    /// Chooses the routes.
    ///
    /// # Errors
    /// Every number that lacks, contradicts another, or cannot be 0.
    pub fn new(said: &Said, abundance: Option<Abundance>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let dose = dose(said).map_err(|problem| problems.push(problem)).ok();
        let copies = copies(said, abundance).map_err(|problem| problems.push(problem)).ok();
        let by_clearance = said.contains_key(&Name::Clearance);
        if by_clearance && said.contains_key(&Name::Uptake) {
            problems.push(Problem::new("`uptake` and `clearance`").expected("one way of capture"));
        }
        if by_clearance && !said.contains_key(&Name::Medium) {
            problems.push(lacks(Name::Medium, "the volume that cells clear"));
        }
        if !said.contains_key(&Name::Cells) {
            problems.push(lacks(Name::Cells, "the recipient cells, such as `2e5`"));
        }
        if let Some(dose) = dose {
            let needs = match dose {
                Dose::PerVolume | Dose::ProteinPerVolume => Some(Name::Volume),
                Dose::PerBody | Dose::ProteinPerBody => Some(Name::BodyMass),
                _ => None,
            };
            let missing = needs.filter(|name| !said.contains_key(name));
            problems.extend(missing.map(|name| lacks(name, "it turns the dose into particles")));
        }
        problems.extend(zeros(said));
        match (dose, copies) {
            (Some(dose), Some(copies)) if problems.is_empty() => Ok(Self { dose, copies, by_clearance }),
            _ => Err(problems),
        }
    }

    /// Whether the dose is made by cells rather than given.
    pub fn is_made(&self) -> bool {
        matches!(self.dose, Dose::Flasks | Dose::Donors)
    }

    /// Flasks that the dose is made from; 0 when it is not made.
    pub fn flasks(&self, n: &Numbers) -> f64 {
        match self.dose {
            Dose::Flasks => n.get(Name::Flasks),
            Dose::Donors => n.get(Name::Donors) * n.get(Name::FlasksPerDonor),
            _ => 0.0,
        }
    }

    /// Particles given; `per_flask` is what is isolated from one flask.
    pub fn particles(&self, n: &Numbers, per_flask: f64) -> f64 {
        let counted = n.get(Name::Particles) * n.get(Name::Counting);
        let by_protein = n.get(Name::Protein) * n.get(Name::ParticlesPerProtein);
        match self.dose {
            Dose::Count => counted,
            Dose::PerVolume => counted * n.get(Name::Volume),
            Dose::PerBody => counted * n.get(Name::BodyMass),
            Dose::PerCell => n.get(Name::PerCell) * n.get(Name::Counting) * n.get(Name::Cells),
            Dose::Protein => by_protein,
            Dose::ProteinPerVolume => by_protein * n.get(Name::Volume),
            Dose::ProteinPerBody => by_protein * n.get(Name::BodyMass),
            Dose::Flasks | Dose::Donors => self.flasks(n) * per_flask,
        }
    }

    /// Whether the numbers of a request use a parameter.
    pub fn uses(&self, name: Name) -> bool {
        use Name as N;
        let protein = matches!(self.dose, Dose::Protein | Dose::ProteinPerVolume | Dose::ProteinPerBody);
        let counted = matches!(self.dose, Dose::Count | Dose::PerVolume | Dose::PerBody | Dose::PerCell);
        match name {
            N::Particles => counted && self.dose != Dose::PerCell,
            N::PerCell => self.dose == Dose::PerCell,
            N::Counting => counted || self.copies == Copies::PerParticle,
            N::Protein => protein,
            N::Flasks => self.dose == Dose::Flasks,
            N::Donors => self.dose == Dose::Donors,
            N::Uptake => !self.by_clearance,
            N::Clearance => self.by_clearance,
            N::CopiesPerVesicle => self.copies == Copies::Said,
            N::CopiesPerParticle => self.copies == Copies::PerParticle,
            N::Load | N::Efficiency => self.copies == Copies::Loaded,
            N::Abundance => self.copies == Copies::Share,
            N::TotalCopies => matches!(self.copies, Copies::Share | Copies::Measured(_)),
            _ => true,
        }
    }
}

fn lacks(name: Name, why: &str) -> Problem {
    Problem::new(format!("no `{}`", name.parameter().name)).expected(why)
}

/// The one way in which the dose is said.
fn dose(said: &Said) -> Result<Dose, Problem> {
    let ways = [Name::Particles, Name::PerCell, Name::Protein, Name::Flasks, Name::Donors];
    let found: Vec<Name> = ways.into_iter().filter(|name| said.contains_key(name)).collect();
    let names =
        |names: &[Name]| names.iter().map(|n| format!("`{}`", n.parameter().name)).collect::<Vec<_>>();
    let [only] = found.as_slice() else {
        let problem =
            Problem::new(if found.is_empty() { "no dose" } else { "the dose said in several ways" });
        let shown = if found.is_empty() { "none".to_owned() } else { names(&found).join(", ") };
        return Err(problem.expected(format!("one of {}", names(&ways).join(", "))).found(shown));
    };
    let quantity = &said[only];
    Ok(match (only, quantity.dimension) {
        (Name::Particles, Dimension::PER_VOLUME) => Dose::PerVolume,
        (Name::Particles, PER_MASS) => Dose::PerBody,
        (Name::Particles, _) => Dose::Count,
        (Name::PerCell, _) => Dose::PerCell,
        (Name::Protein, Dimension::MASS) => Dose::Protein,
        (Name::Protein, Dimension::MASS_PER_VOLUME) => Dose::ProteinPerVolume,
        (Name::Protein, _) if quantity.unit.contains('/') => Dose::ProteinPerBody,
        (Name::Protein, _) => {
            let problem = Problem::new("wrong `protein`").found(quantity.text());
            return Err(problem.expected("a mass, such as `5 ug`, `20 ug/mL` or `0.1 mg/kg`"));
        }
        (Name::Flasks, _) => Dose::Flasks,
        _ => Dose::Donors,
    })
}

/// The one way in which copies per vesicle are known.
fn copies(said: &Said, abundance: Option<Abundance>) -> Result<Copies, Problem> {
    let has = |name: Name| said.contains_key(&name);
    let ways = [
        (has(Name::CopiesPerVesicle), Copies::Said),
        (has(Name::CopiesPerParticle), Copies::PerParticle),
        (has(Name::Load), Copies::Loaded),
        (has(Name::Abundance), Copies::Share),
    ];
    let mut found: Vec<Copies> = ways.iter().filter(|(is, _)| *is).map(|(_, way)| *way).collect();
    // A name only labels a molecule whose copies are said.
    if found.is_empty() {
        found.extend(abundance.map(Copies::Measured));
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(Problem::new("no copies per vesicle")
            .expected("a miRNA of a cargo table, or one of `copies_per_vesicle`, `copies_per_particle`, `abundance`, `load`")),
        _ => Err(Problem::new("copies per vesicle said in several ways")
            .expected("one of `copies_per_vesicle`, `copies_per_particle`, `abundance`, `load`")),
    }
}

/// Numbers by which the ledger divides, said as 0.
fn zeros(said: &Said) -> Vec<Problem> {
    let zero = |name: &Name| said.get(name).is_some_and(|q| q.value <= 0.0);
    let problem = |name: Name| {
        Problem::new(format!("wrong `{}`", name.parameter().name)).expected("more than 0").found("0")
    };
    DIVISORS.iter().copied().filter(zero).map(problem).collect()
}
