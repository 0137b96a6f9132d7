//! How severe each claim is: whether it fails where it should.
//!
//! A claim that a model without its mechanism satisfies as well is no evidence for the mechanism. Severity is the share
//! of worlds of the ablated model in which the claim fails, scored as a laboratory with the claim's number of animals
//! would see them; the same is asked of models whose targets were permuted (every miRNA keeps as many). A claim about an
//! outcome that cannot be screened has a severity where the model makes all its arms the same: their ratio is then 1,
//! whatever places do to the outcome. Power is the
//! share of worlds of the model as declared in which the claim is scored as holding, among those in which it holds
//! without any spread between animals.

use super::apart::alike;
use super::confirm::Broken;
use super::world::Lens;
use super::{Course, Model, Screen};
use crate::compile::Settings;
use crate::evidence::{self, Scored, Status};
use crate::experiment::{ClaimRole, Experiment};
use crate::grammar::claim::{self, ClaimText};
use crate::library::{Library, Permuted};
use crate::statistics::share::Share;
use rayon::prelude::*;
use std::collections::BTreeMap;
use vesicle_base::Problem;

/// Worlds of a screen.
pub const WORLDS: u32 = 200;
/// Permuted target tables of a screen.
pub const PERMUTED: u32 = 1000;

/// Worlds of a mechanism that is declared and not run, in which a claim that nothing else turns around is looked at.
pub const GLANCES: u32 = 20;

/// What the twin says of a claim under a mechanism.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Screened {
    /// Index of the claim.
    pub claim: usize,
    /// Index of the mechanism.
    pub mechanism: usize,
    /// Share of ablated worlds in which it fails.
    pub ablated: Option<Share>,
    /// Share of worlds with permuted targets in which it fails.
    pub permuted: Option<Share>,
    /// Share of worlds that hold without spread in which it is seen to hold.
    pub power: Option<Share>,
    /// How it comes out without spread in every world of every mechanism, where that is alike in all.
    pub always: Option<Status>,
    /// Whether it comes out so in the worlds of broken models too, and of every mechanism that is declared: nothing turns
    /// it around.
    pub is_fixed: bool,
}

/// Everything that a screen needs.
#[derive(Clone, Copy)]
pub struct Screening<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// Patches of the command.
    pub settings: &'a Settings,
    /// Arms that are run.
    pub arms: &'a [usize],
    /// Mechanisms that are run, in the order of sums.
    pub mechanisms: &'a [usize],
    /// Tables.
    pub library: &'a (dyn Library + Sync),
    /// From the twin to the bench.
    pub lens: &'a Lens,
    /// Animals per arm where a claim does not say.
    pub animals: u32,
}

/// One mechanism's worlds as declared, world 1 first.
pub type Worlds = Vec<Vec<Course>>;

impl Screening<'_> {
    /// All arms of a mechanism in the worlds 1 to `n` of a model.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn worlds(&self, mechanism: usize, model: Model, n: u32) -> Result<Worlds, Vec<Problem>> {
        let screen = Screen::new(self.experiment, self.settings, self.arms, mechanism, model, self.library)?;
        (1..=n).into_par_iter().map_with(screen, Screen::draw).collect()
    }

    /// All arms of a mechanism with the targets permuted anew in each world.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn permuted(&self, mechanism: usize, n: u32) -> Result<Worlds, Vec<Problem>> {
        (1..=n).into_par_iter().map(|draw| self.permuted_world(mechanism, draw)).collect()
    }

    fn permuted_world(&self, mechanism: usize, draw: u32) -> Result<Vec<Course>, Vec<Problem>> {
        let library = Permuted::new(self.library, u64::from(draw));
        let (experiment, settings, arms) = (self.experiment, self.settings, self.arms);
        Screen::new(experiment, settings, arms, mechanism, Model::AsDeclared, &library)?.draw(draw)
    }

    /// The verdicts of a broken model in the given worlds.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn broken_verdicts(
        &self,
        mechanism: usize,
        broken: Broken,
        draws: &[u32],
    ) -> Result<Vec<Vec<Status>>, Vec<Problem>> {
        let (experiment, settings, arms) = (self.experiment, self.settings, self.arms);
        let worlds: Worlds = match broken {
            Broken::Ablated => {
                let screen =
                    Screen::new(experiment, settings, arms, mechanism, Model::Ablated, self.library)?;
                let each = draws.par_iter().map_with(screen, |screen, draw| screen.draw(*draw));
                each.collect::<Result<_, _>>()?
            }
            Broken::Permuted => {
                let each = draws.par_iter().map(|draw| self.permuted_world(mechanism, *draw));
                each.collect::<Result<_, _>>()?
            }
        };
        Ok(self.broken(mechanism, &worlds, draws))
    }

    /// Every claim's verdict in every world, as its animals would show it; `exact` takes the spread away.
    pub fn verdicts(&self, mechanism: usize, worlds: &Worlds, exact: bool) -> Vec<Vec<Status>> {
        self.seen_through(self.lens, mechanism, worlds, &rising(worlds), exact)
    }

    fn seen_through(
        &self,
        lens: &Lens,
        mechanism: usize,
        worlds: &Worlds,
        draws: &[u32],
        exact: bool,
    ) -> Vec<Vec<Status>> {
        let numbers = self.numbers();
        let one = |(courses, draw): (&Vec<Course>, &u32)| {
            let draw = *draw;
            let mut statuses = vec![Status::NotEvaluated; self.experiment.claims.len()];
            let mut distinct = numbers.clone();
            distinct.sort_unstable();
            distinct.dedup();
            for n in distinct {
                let bench = lens.bench(courses, mechanism, draw, if exact { 0 } else { n });
                let scored = evidence::score_draw(self.experiment, &bench, mechanism, draw);
                for Scored { claim, status, .. } in scored.into_iter().filter(|s| numbers[s.claim] == n) {
                    statuses[claim] = status;
                }
            }
            statuses
        };
        worlds.par_iter().zip(draws).map(one).collect()
    }

    /// Animals per arm of each claim.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let n = |claim: &crate::experiment::Claim| claim.n.map_or(self.animals, |n| n as u32).clamp(1, 1000);
        self.experiment.claims.iter().map(n).collect()
    }

    /// Whether every outcome that a claim reads can be screened.
    fn reads(&self, claim: usize) -> bool {
        let known = |name: &str| self.experiment.outcomes.iter().position(|o| o.name == name);
        let outcomes = self.experiment.claims[claim].claim.outcomes();
        outcomes.into_iter().all(|name| known(name).is_some_and(|outcome| self.lens.reads(outcome)))
    }

    /// Looks at the claims that nothing has turned around under the mechanisms that are declared and not run.
    fn glance(&self, screened: &mut [Screened]) -> Result<(), Vec<Problem>> {
        let others = (0..self.experiment.mechanisms.len()).filter(|m| !self.mechanisms.contains(m));
        for mechanism in others {
            if !screened.iter().any(|row| row.is_fixed) {
                break;
            }
            let worlds = self.worlds(mechanism, Model::AsDeclared, GLANCES)?;
            let exact = self.exact(mechanism, &worlds);
            for row in screened.iter_mut().filter(|row| row.is_fixed) {
                let stays = |status: Status| status == Status::NotEvaluated || Some(status) == row.always;
                row.is_fixed = exact.iter().all(|world| stays(world[row.claim]));
            }
        }
        Ok(())
    }

    /// The verdicts of a model in which mechanisms are broken: also of claims whose outcomes cannot be screened, where
    /// all their arms are the same.
    fn broken(&self, mechanism: usize, worlds: &Worlds, draws: &[u32]) -> Vec<Vec<Status>> {
        self.with_equal_arms(mechanism, worlds, draws, false)
    }

    /// Every verdict without spread between animals, of claims about arms that are the same too.
    fn exact(&self, mechanism: usize, worlds: &Worlds) -> Vec<Vec<Status>> {
        self.with_equal_arms(mechanism, worlds, &rising(worlds), true)
    }

    fn with_equal_arms(
        &self,
        mechanism: usize,
        worlds: &Worlds,
        draws: &[u32],
        exact: bool,
    ) -> Vec<Vec<Status>> {
        let mut verdicts = self.seen_through(&self.lens.for_equal_arms(), mechanism, worlds, draws, exact);
        for claim in (0..self.experiment.claims.len()).filter(|claim| !self.reads(*claim)) {
            let arms = self.arms_of(claim);
            for (world, verdicts) in worlds.iter().zip(&mut verdicts) {
                let named: Vec<&Course> = world.iter().filter(|course| arms.contains(&course.arm)).collect();
                if !named.windows(2).all(|pair| alike(pair[0], pair[1])) {
                    verdicts[claim] = Status::NotEvaluated;
                }
            }
        }
        verdicts
    }

    /// Indices of the arms that a claim is about, those of a pattern among them.
    fn arms_of(&self, claim: usize) -> Vec<usize> {
        let claim = &self.experiment.claims[claim].claim;
        let fits = |name: &str| match claim {
            ClaimText::SomeOf { pattern, .. } => claim::fits(pattern, name),
            _ => false,
        };
        let is_named = |name: &str| claim.arms().contains(&name) || fits(name);
        let arms = self.experiment.arms.iter().enumerate();
        arms.filter(|(_, arm)| is_named(&arm.name)).map(|(index, _)| index).collect()
    }

    /// Screens every test under every mechanism; `worlds` are those of the mechanisms as declared, in their order.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn screen(&self, worlds: &[Worlds], permuted: u32) -> Result<Vec<Screened>, Vec<Problem>> {
        let n_claims = self.experiment.claims.len();
        let is_screened = |claim: &usize| self.experiment.claims[*claim].role == ClaimRole::Test;
        let mut screened = Vec::new();
        let (mut declared, mut broken): (Vec<Vec<Status>>, Vec<Vec<Status>>) = Default::default();
        for (mechanism, as_declared) in self.mechanisms.iter().zip(worlds) {
            let ablated = self.worlds(*mechanism, Model::Ablated, as_declared.len() as u32)?;
            broken.extend(self.exact(*mechanism, &ablated));
            let ablated = self.broken(*mechanism, &ablated, &rising(&ablated));
            let permuted = self.permuted(*mechanism, permuted)?;
            broken.extend(self.exact(*mechanism, &permuted));
            let permuted = self.broken(*mechanism, &permuted, &rising(&permuted));
            let seen = self.verdicts(*mechanism, as_declared, false);
            let exact = self.verdicts(*mechanism, as_declared, true);
            screened.extend((0..n_claims).filter(is_screened).map(|claim| Screened {
                claim,
                mechanism: *mechanism,
                ablated: failing(&ablated, claim),
                permuted: failing(&permuted, claim),
                power: power(&seen, &exact, claim),
                always: None,
                is_fixed: false,
            }));
            declared.extend(self.exact(*mechanism, as_declared));
        }
        for row in &mut screened {
            row.always = always(&declared, row.claim);
            row.is_fixed = row.always.is_some() && always(&broken, row.claim) == row.always;
        }
        self.glance(&mut screened)?;
        screened.sort_by_key(|row| (row.mechanism, row.claim));
        Ok(screened)
    }
}

/// The draws of worlds that begin with the first.
fn rising(worlds: &Worlds) -> Vec<u32> {
    (1..=worlds.len() as u32).collect()
}

/// Share of the worlds that evaluate a claim in which it fails.
fn failing(verdicts: &[Vec<Status>], claim: usize) -> Option<Share> {
    let of = |status: Status| verdicts.iter().filter(|world| world[claim] == status).count() as u32;
    let evaluated = verdicts.len() as u32 - of(Status::NotEvaluated);
    (evaluated > 0).then(|| Share::of(of(Status::Fails), evaluated))
}

fn power(seen: &[Vec<Status>], exact: &[Vec<Status>], claim: usize) -> Option<Share> {
    let holding = || seen.iter().zip(exact).filter(|(_, exact)| exact[claim] == Status::Holds);
    let n = holding().count() as u32;
    let found = holding().filter(|(seen, _)| seen[claim] == Status::Holds).count() as u32;
    (n > 0).then(|| Share::of(found, n))
}

/// The one verdict of all worlds; none where they differ or one does not evaluate the claim.
fn always(exact: &[Vec<Status>], claim: usize) -> Option<Status> {
    let first = exact.first().map(|world| world[claim])?;
    let is_one = first != Status::NotEvaluated && exact.iter().all(|world| world[claim] == first);
    is_one.then_some(first)
}

/// The claims that nothing turns around, with how they come out.
pub fn fixed(screened: &[Screened]) -> BTreeMap<usize, Status> {
    let fixed = screened.iter().filter(|row| row.is_fixed);
    fixed.filter_map(|row| Some((row.claim, row.always?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_worlds_that_tell_something() {
        use Status::{CannotTell, Fails, Holds, NotEvaluated};
        let worlds = |list: &[Status]| list.iter().map(|s| vec![*s]).collect::<Vec<_>>();
        let found = failing(&worlds(&[Fails, Fails, CannotTell, NotEvaluated]), 0).unwrap();
        assert_eq!((found.n, found.value), (3, 2.0 / 3.0));
        assert_eq!(failing(&worlds(&[NotEvaluated]), 0), None);
        let (seen, exact) = (worlds(&[Holds, CannotTell, Fails]), worlds(&[Holds, Holds, Fails]));
        assert_eq!(power(&seen, &exact, 0), Some(Share::of(1, 2)));
        assert_eq!(always(&worlds(&[Fails, Fails]), 0), Some(Fails));
        assert_eq!([always(&exact, 0), always(&worlds(&[NotEvaluated, NotEvaluated]), 0)], [None, None]);
    }
}
