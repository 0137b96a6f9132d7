//! What of a setup nobody sees: neither a rule of the twin nor an outcome. Arms that differ in nothing else are one run.

use tissue_outcomes::Statistic;
use tissue_sim::Setup;
use tissue_sim::setup::{Behaviour, RuleSetup, Signal, Wall, WallOf, Ways};
use tissue_vesicles::ResponseLaw;

/// Takes away vesicles that neither a rule nor an outcome looks at.
pub(super) fn vesicles(setup: &mut Setup, statistics: &[Option<Statistic>]) {
    let looks = |statistic: &Statistic| {
        matches!(
            statistic,
            Statistic::Repression { .. } | Statistic::TakenUp { .. } | Statistic::Labelled { .. }
        )
    };
    let released = |rule: &RuleSetup| matches!(rule.behaviour, Behaviour::Release(_));
    let read = |rule: &RuleSetup| of_vesicles(rule.signal) || released(rule);
    if statistics.iter().flatten().any(looks) || setup.rules.iter().any(read) {
        return;
    }
    setup.populations.clear();
    setup.species.clear();
    setup.response = ResponseLaw::none();
    setup.contact = None;
    setup.kinds.iter_mut().for_each(|kind| kind.release_per_min.clear());
    let of_field = |wall: &Wall| matches!(wall.of, WallOf::Field(_));
    setup.vessels.iter_mut().for_each(|vessels| vessels.walls.retain(of_field));
}

/// Takes away molecules that no rule reads and that repress nothing which is read.
pub(super) fn molecules(setup: &mut Setup, statistics: &[Option<Statistic>]) {
    if setup.contact.is_some() {
        return;
    }
    let by_rule = |rule: &RuleSetup| matches!(rule.signal, Signal::Repression(_));
    let by_outcome = |statistic: &Statistic| matches!(statistic, Statistic::Repression { .. });
    let is_response_read = setup.rules.iter().any(by_rule) || statistics.iter().flatten().any(by_outcome);
    let represses = |family: u16| is_response_read && followed(&setup.response, family);
    let is_counted = |species: usize| {
        let counts = |rule: &RuleSetup| match rule.signal {
            Signal::Copies(ways) => ways.species().any(|way| way == species),
            _ => false,
        };
        setup.rules.iter().any(counts)
    };
    let heard = |species: usize| setup.species[species].family.is_some_and(represses) || is_counted(species);
    let mut place: Vec<Option<usize>> = vec![None; setup.species.len()];
    let mut kept = 0;
    for (species, place) in place.iter_mut().enumerate() {
        if heard(species) {
            *place = Some(kept);
            kept += 1;
        }
    }
    if kept < place.len() {
        renumber(setup, &place);
    }
}

/// Whether some program follows a gene that a family represses.
fn followed(response: &ResponseLaw, family: u16) -> bool {
    let hit = |gene: &u32, genes: &[tissue_vesicles::GeneLaw]| {
        genes.get(*gene as usize).is_some_and(|gene| gene.hits.iter().any(|(of, _)| *of == family))
    };
    let mut receivers = response.receivers.iter();
    receivers.any(|receiver| receiver.programs.iter().flatten().any(|(gene, _)| hit(gene, &receiver.genes)))
}

/// Keeps the molecules that have a new place, and puts them there.
fn renumber(setup: &mut Setup, place: &[Option<usize>]) {
    let mut species = 0..place.len();
    setup.species.retain(|_| species.next().is_some_and(|species| place[species].is_some()));
    for population in &mut setup.populations {
        population.law.cargo.retain_mut(|cargo| {
            let now = place[usize::from(cargo.species)];
            cargo.species = now.map_or(cargo.species, |now| now as u16);
            now.is_some()
        });
    }
    for rule in &mut setup.rules {
        if let Signal::Copies(ways) = &mut rule.signal {
            *ways = Ways::of(ways.species().filter_map(|species| place[species]));
        }
    }
}

/// Takes away what is given of fields that no rule, lack, vessel or outcome reads.
pub(super) fn doses_of_fields(setup: &mut Setup, statistics: &[Option<Statistic>]) {
    let Setup { fields, field_doses, kinds, vessels, rules, .. } = setup;
    let is_read = |field: usize| {
        let by_rule =
            |rule: &RuleSetup| matches!(rule.signal, Signal::Field(of) | Signal::Gradient(of) if of == field);
        let by_outcome =
            |statistic: &Statistic| matches!(statistic, Statistic::FieldMean { field: of } if *of == field);
        rules.iter().any(by_rule)
            || kinds.iter().any(|kind| kind.lack.is_some_and(|lack| lack.field == field))
            || vessels.iter().any(|vessels| vessels.guide == Some(field))
            || statistics.iter().flatten().any(by_outcome)
    };
    for (field, dose) in field_doses.iter_mut().enumerate().take(fields.len()) {
        if !is_read(field) {
            *dose = 0.0;
        }
    }
}

/// Whether a signal comes from vesicles.
pub(crate) fn of_vesicles(signal: Signal) -> bool {
    matches!(
        signal,
        Signal::Repression(_)
            | Signal::Copies(_)
            | Signal::TakenUp(_)
            | Signal::AllTakenUp
            | Signal::Labelled(_)
            | Signal::AllLabelled
    )
}
