//! Where a dose stands among those that were published for mice and in trials.

use crate::spread::percentile;

/// What a published dose is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// Particles given at once.
    Particles,
    /// µg of protein given at once.
    Protein,
    /// Particles per kg of body mass.
    ParticlesPerKg,
    /// µg of protein per kg of body mass.
    ProteinPerKg,
}

impl Counted {
    /// The unit as it is printed.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Particles => "particles",
            Self::Protein => "ug protein",
            Self::ParticlesPerKg => "particles/kg",
            Self::ProteinPerKg => "ug protein/kg",
        }
    }

    /// Whether it is a mass of protein.
    pub fn is_protein(self) -> bool {
        matches!(self, Self::Protein | Self::ProteinPerKg)
    }

    /// By its printed unit.
    pub fn of_unit(unit: &str) -> Option<Self> {
        [Self::Particles, Self::Protein, Self::ParticlesPerKg, Self::ProteinPerKg]
            .into_iter()
            .find(|counted| counted.unit() == unit)
    }
}

/// One published dose.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedDose {
    /// Who was given it, such as mouse or trial.
    pub recipient: String,
    /// What it is counted in.
    pub counted: Counted,
    /// How much.
    pub amount: f64,
}

/// A dose beside the published ones of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// Who was given them.
    pub recipient: String,
    /// What they are counted in.
    pub counted: Counted,
    /// Published doses.
    pub n: usize,
    /// Lower quartile, median and upper quartile.
    pub quartiles: [f64; 3],
    /// Published doses that are smaller than this one.
    pub smaller: usize,
    /// This one.
    pub own: f64,
}

/// Fewest published doses to compare with.
const FEWEST: usize = 3;

/// A dose of `amounts` (unit, how much) beside the published ones, by recipient and unit, in order of recipient.
pub fn beside(published: &[PublishedDose], amounts: &[(&str, f64)]) -> Vec<Beside> {
    let mut kinds: Vec<(String, Counted)> =
        published.iter().map(|p| (p.recipient.clone(), p.counted)).collect();
    kinds.sort();
    kinds.dedup();
    let one = |(recipient, counted): (String, Counted)| {
        let (_, amount) = amounts.iter().find(|(unit, _)| *unit == counted.unit())?;
        let mut doses: Vec<f64> = published
            .iter()
            .filter(|p| p.recipient == recipient && p.counted == counted)
            .map(|p| p.amount)
            .collect();
        doses.sort_by(f64::total_cmp);
        (doses.len() >= FEWEST).then(|| Beside {
            n: doses.len(),
            quartiles: [0.25, 0.5, 0.75].map(|p| percentile(&doses, p)),
            smaller: doses.iter().filter(|dose| **dose < *amount).count(),
            own: *amount,
            recipient,
            counted,
        })
    };
    kinds.into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dose_is_ranked_among_its_own_unit() {
        let dose =
            |recipient: &str, counted, amount| PublishedDose { recipient: recipient.into(), counted, amount };
        let published = [
            dose("mouse", Counted::Particles, 1e9),
            dose("mouse", Counted::Particles, 1e10),
            dose("mouse", Counted::Particles, 1e11),
            dose("mouse", Counted::Protein, 50.0),
            dose("trial", Counted::Particles, 1e12),
        ];
        let found = beside(&published, &[("particles", 5e10), ("ug protein", 1.0)]);
        assert_eq!(found.len(), 1, "one or two doses are no distribution");
        assert_eq!((found[0].smaller, found[0].n, found[0].quartiles[1]), (2, 3, 1e10));
    }
}
