//! Broken models in the tissue: whether the claims that the twin says fail in them do.
//!
//! Severity is counted in the twin. Of its ablated worlds, and of its permuted target tables, some are run in the tissue
//! as well: each arm once, with the animals around it, in the very numbers that the twin was given. What is compared is
//! what severity counts: whether a claim fails. All arms of a broken world share one seed, because most of them are the
//! same in it and one run then stands for all; two runs of what is the same would differ by the seed alone, and the
//! animals around each would make that a finding.

use super::animals::{Around, Differences};
use super::severity::Screening;
use super::{Model, Screen};
use crate::compile::{Choice, Settings, compile};
use crate::evidence::{self, Status};
use crate::experiment::ClaimRole;
use crate::library::{Library, Permuted};
use crate::results::Outcomes;
use crate::runs::{Campaign, Selection};
use crate::statistics::share::Share;
use rayon::prelude::*;
use vesicle_base::random::mix_seed;
use vesicle_base::{Problem, Purpose, Rng};

const CHOSEN: Purpose = Purpose(0x0109);

/// Worlds of each broken model that are run in the tissue.
pub const CONFIRMED: u32 = 20;

/// How a model is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// No rule reads a vesicle, and none that the mechanism brings is there.
    Ablated,
    /// The targets are permuted, anew in each world.
    Permuted,
}

impl Broken {
    /// Its word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ablated => "ablated",
            Self::Permuted => "targets permuted",
        }
    }
}

/// Worlds of a broken model, and their runs in the tissue.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// How the model is broken.
    pub broken: Broken,
    /// The worlds, rising.
    pub draws: Vec<u32>,
    /// One run for each arm, mechanism and world.
    pub campaign: Campaign,
}

/// A test under a mechanism in one broken world, in both models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Index of the claim.
    pub claim: usize,
    /// Index of the mechanism.
    pub mechanism: usize,
    /// How the model is broken.
    pub broken: Broken,
    /// The world.
    pub draw: u32,
    /// The twin's verdict.
    pub twin: Status,
    /// The tissue's verdict.
    pub tissue: Status,
}

impl Compared {
    /// Whether both or neither say that the claim fails; `None` where one of them did not evaluate it.
    pub fn agrees(&self) -> Option<bool> {
        let evaluated = [self.twin, self.tissue].iter().all(|status| *status != Status::NotEvaluated);
        evaluated.then_some((self.twin == Status::Fails) == (self.tissue == Status::Fails))
    }
}

/// What the worlds of one broken model say of a test under a mechanism.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Index of the claim.
    pub claim: usize,
    /// Index of the mechanism.
    pub mechanism: usize,
    /// How the model is broken.
    pub broken: Broken,
    /// Share of the worlds that both evaluate in which they agree about whether it fails.
    pub agree: Share,
    /// Share of the worlds that the twin evaluates in which it fails there.
    pub twin: Share,
    /// Share of the worlds that the tissue evaluates in which it fails there.
    pub tissue: Share,
}

/// So many of the worlds 1 to `of`, chosen by the seed, rising; all when there are no more.
pub fn chosen(seed: u64, of: u32, n: u32) -> Vec<u32> {
    let rng = Rng::new(mix_seed(&[0x0063_6f6e_6669_726d, seed]));
    let mut keyed: Vec<(u32, u32)> =
        (1..=of).map(|world| (rng.at(CHOSEN, u64::from(world), 0).bits(), world)).collect();
    keyed.sort_unstable();
    let mut worlds: Vec<u32> = keyed.into_iter().take(n as usize).map(|(_, world)| world).collect();
    worlds.sort_unstable();
    worlds
}

/// What is confirmed, and in which numbers.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// The experiment.
    pub experiment: &'a crate::Experiment,
    /// Patches of the command; the worlds are run in the size of [quick].
    pub settings: &'a Settings,
    /// Arms, mechanisms and seed.
    pub selection: &'a Selection,
    /// Tables.
    pub library: &'a (dyn Library + Sync),
}

impl Plan<'_> {
    /// The seed of the command, or the file's.
    ///
    /// # Errors
    /// A `like` that names nothing or runs in a circle.
    pub fn seed(&self) -> Result<u64, Vec<Problem>> {
        let map = compile(self.experiment, self.settings, Choice::default())?;
        Ok(self.selection.seed.unwrap_or_else(|| map.number(&["run", "seed"]).unwrap_or(1.0) as u64))
    }

    /// The runs of a broken model in the given worlds.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn confirmation(&self, broken: Broken, draws: Vec<u32>) -> Result<Confirmation, Vec<Problem>> {
        let settings = Settings { quick: true, ..self.settings.clone() };
        let worlds: Vec<Campaign> = match broken {
            Broken::Ablated => {
                // What no draw changes is found out once.
                let screens = self.screens(&settings, Model::Ablated, self.library)?;
                let one = |screens: &mut Vec<_>, draw: &u32| self.world(screens, *draw);
                draws.par_iter().map_with(screens, one).collect::<Result<_, _>>()?
            }
            Broken::Permuted => {
                let one = |draw: &u32| {
                    let permuted = Permuted::new(self.library, u64::from(*draw));
                    self.world(&mut self.screens(&settings, Model::AsDeclared, &permuted)?, *draw)
                };
                draws.par_iter().map(one).collect::<Result<_, _>>()?
            }
        };
        let mut campaign = Campaign::default();
        worlds.into_iter().for_each(|world| campaign.join(world));
        Ok(Confirmation { broken, draws, campaign })
    }

    /// All arms under each mechanism, with the number of the mechanism.
    fn screens<'b>(
        &'b self,
        settings: &Settings,
        model: Model,
        library: &'b (dyn Library + Sync),
    ) -> Result<Vec<(usize, Screen<'b>)>, Vec<Problem>> {
        let arms = self.selection.arms_of(self.experiment);
        let one = |mechanism: &usize| {
            Ok((*mechanism, Screen::new(self.experiment, settings, &arms, *mechanism, model, library)?))
        };
        self.selection.mechanisms.iter().map(one).collect()
    }

    /// All arms under all mechanisms in one world.
    fn world(&self, screens: &mut [(usize, Screen<'_>)], draw: u32) -> Result<Campaign, Vec<Problem>> {
        let selection = Selection {
            replicates: Some(1),
            paired: true,
            seed: Some(self.seed()?),
            ..self.selection.clone()
        };
        let mut campaign = Campaign::default();
        for (mechanism, screen) in screens {
            for (arm, lowered) in screen.lowered(draw)? {
                let choice = Choice { arm, mechanism: *mechanism, draw };
                let key = self.experiment.arms[arm].key;
                campaign.add(lowered, choice, key, &self.experiment.base, &selection);
            }
        }
        Ok(campaign)
    }
}

impl Screening<'_> {
    /// Every test under every mechanism in every world of a confirmation, as the twin and the tissue's runs have it.
    ///
    /// `runs` are the outcomes of the confirmation's campaign, `differences` how animals of one arm differ.
    ///
    /// # Errors
    /// Where a world cannot be lowered.
    pub fn compared(
        &self,
        confirmation: &Confirmation,
        runs: &Outcomes,
        differences: &Differences,
    ) -> Result<Vec<Compared>, Vec<Problem>> {
        let (broken, draws) = (confirmation.broken, &confirmation.draws);
        let mut compared = Vec::new();
        for mechanism in self.mechanisms {
            let twin = self.broken_verdicts(*mechanism, broken, draws)?;
            let tissue = self.tissue_verdicts(*mechanism, draws, runs, differences);
            for claim in self.tests() {
                let of = |((draw, twin), tissue): ((&u32, &Vec<Status>), &Vec<Status>)| Compared {
                    claim,
                    mechanism: *mechanism,
                    broken,
                    draw: *draw,
                    twin: twin[claim],
                    tissue: tissue[claim],
                };
                compared.extend(draws.iter().zip(&twin).zip(&tissue).map(of));
            }
        }
        compared.sort_by_key(|one| (one.mechanism, one.claim));
        Ok(compared)
    }

    fn tests(&self) -> Vec<usize> {
        let claims = self.experiment.claims.iter().enumerate();
        claims.filter(|(_, claim)| claim.role == ClaimRole::Test).map(|(index, _)| index).collect()
    }

    /// The verdicts of the tissue's animals, world by world.
    fn tissue_verdicts(
        &self,
        mechanism: usize,
        draws: &[u32],
        runs: &Outcomes,
        differences: &Differences,
    ) -> Vec<Vec<Status>> {
        let around = Around::new(differences, runs);
        let numbers = self.numbers();
        let mut distinct = numbers.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let mut verdicts = vec![vec![Status::NotEvaluated; numbers.len()]; draws.len()];
        for n in distinct {
            for (draw, verdicts) in draws.iter().zip(&mut verdicts) {
                let animals = around.animals(&runs.of_draw(*draw), n);
                let scored = evidence::score_draw(self.experiment, &animals, mechanism, *draw);
                for scored in scored.into_iter().filter(|scored| numbers[scored.claim] == n) {
                    verdicts[scored.claim] = scored.status;
                }
            }
        }
        verdicts
    }
}

/// The agreement on every test under every mechanism, in order of model, mechanism and claim.
pub fn agreements(compared: &[Compared]) -> Vec<Agreement> {
    let mut keys: Vec<(Broken, usize, usize)> =
        compared.iter().map(|one| (one.broken, one.mechanism, one.claim)).collect();
    keys.sort_unstable();
    keys.dedup();
    let of = |(broken, mechanism, claim): (Broken, usize, usize)| {
        let these = || {
            compared.iter().filter(move |c| (c.broken, c.mechanism, c.claim) == (broken, mechanism, claim))
        };
        let agree = these().filter_map(Compared::agrees);
        let failing = |of: fn(&Compared) -> Status| {
            let evaluated = these().map(of).filter(|status| *status != Status::NotEvaluated);
            share(evaluated.map(|status| status == Status::Fails))
        };
        let (twin, tissue) = (failing(|c| c.twin), failing(|c| c.tissue));
        Agreement { claim, mechanism, broken, agree: share(agree), twin, tissue }
    };
    keys.into_iter().map(of).collect()
}

fn share(hits: impl Iterator<Item = bool>) -> Share {
    let (yes, all) = hits.fold((0, 0), |(yes, all), hit| (yes + u32::from(hit), all + 1));
    Share::of(yes, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_are_chosen_by_the_seed_alone() {
        let worlds = chosen(7, 1000, 20);
        assert_eq!(worlds, chosen(7, 1000, 20));
        assert_ne!(worlds, chosen(8, 1000, 20));
        assert!(worlds.windows(2).all(|pair| pair[0] < pair[1]) && worlds.len() == 20);
        assert!(worlds.iter().all(|world| (1..=1000).contains(world)));
        assert_eq!(chosen(7, 3, 20), [1, 2, 3]);
        assert!(chosen(7, 0, 20).is_empty() && chosen(7, 10, 0).is_empty());
    }

    #[test]
    fn agreement_counts_what_severity_counts() {
        use Status::{CannotTell, Fails, Holds, NotEvaluated};
        let pairs = [(Fails, Fails), (Holds, CannotTell), (Fails, Holds), (NotEvaluated, Fails)];
        let one = |(at, (twin, tissue)): (usize, &(Status, Status))| Compared {
            claim: 0,
            mechanism: 2,
            broken: Broken::Permuted,
            draw: at as u32 + 1,
            twin: *twin,
            tissue: *tissue,
        };
        let compared: Vec<Compared> = pairs.iter().enumerate().map(one).collect();
        let found = agreements(&compared);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].agree, found[0].twin), (Share::of(2, 3), Share::of(2, 3)));
        assert_eq!(found[0].tissue, Share::of(2, 4));
    }
}
