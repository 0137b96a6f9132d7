//! What a bench would count, read off an instant of the twin.
//!
//! A well-mixed tissue has no places: the section holds of a kind what its thickness holds on average, and covers the
//! share of its area that the kind has of the volume (Delesse's principle).

use tissue_fields::{FieldLaw, Side};
use tissue_outcomes::{Section, Statistic};
use tissue_sim::Setup;
use tissue_sim::setup::{Signal, WallOf};
use tissue_sim::twin::Instant;

/// The value of a statistic in an instant, in its own unit; `None` where a well-mixed tissue has no such thing.
pub(super) fn value(
    statistic: Statistic,
    setup: &Setup,
    section: &Section,
    instant: &Instant,
) -> Option<f64> {
    Some(match statistic {
        Statistic::AreaFraction { kind } => cover(kind, setup, instant),
        Statistic::Count { kind, in_section, .. } => {
            let radius_um = setup.kinds[usize::from(kind)].law.volume.radius_um();
            let depth_um = section.thickness_um + 2.0 * radius_um;
            let held = if in_section { (depth_um / section.size_um[2]).min(1.0) } else { 1.0 };
            held * instant.live[usize::from(kind)]
        }
        Statistic::FieldMean { field } => instant.fields.get(field).copied().unwrap_or(0.0),
        Statistic::Repression { program, kind } => program
            .and_then(|program| instant.repression[usize::from(kind)].get(program).copied())
            .unwrap_or(0.0),
        Statistic::TakenUp { kind } => instant.taken_up[usize::from(kind)].iter().sum(),
        Statistic::Labelled { kind } => instant.labelled[usize::from(kind)].iter().sum(),
        Statistic::PerfusedVolume => instant.vessels?.perfused_um3,
    })
}

/// Share of meetings from which on the number of vessel cells rests on them.
const MET: f64 = 0.05;

/// Whether a value rests on whether sprouts meet, which a tissue without places cannot know: that of vessels whose network
/// is no longer the one of the start, and all that such vessels bring or carry off.
pub(super) fn rests_on_meetings(statistic: Statistic, setup: &Setup, instant: &Instant) -> bool {
    let (Some(vessels), Some(means)) = (&setup.vessels, instant.vessels) else { return false };
    if means.is_seeded {
        return false;
    }
    match statistic {
        Statistic::PerfusedVolume => true,
        Statistic::FieldMean { field } => is_fed(field, setup),
        Statistic::Repression { kind, .. } | Statistic::TakenUp { kind } | Statistic::Labelled { kind } => {
            are_vesicles_fed(setup) || reads_fed(kind, setup)
        }
        Statistic::AreaFraction { kind } | Statistic::Count { kind, .. } => {
            (kind == vessels.kind && means.met_share > MET) || reads_fed(kind, setup)
        }
    }
}

/// Whether blood moves a field: one with a held side stands at its value.
fn is_fed(field: usize, setup: &Setup) -> bool {
    let is_held = |law: &FieldLaw| law.sides.iter().any(|side| matches!(side, Side::Fixed(_)));
    crosses(WallOf::Field(field), setup) && !setup.fields.get(field).is_some_and(is_held)
}

/// Whether blood brings or carries off any population.
pub(crate) fn are_vesicles_fed(setup: &Setup) -> bool {
    (0..setup.populations.len()).any(|population| crosses(WallOf::Population(population), setup))
}

fn crosses(of: WallOf, setup: &Setup) -> bool {
    let walls = setup.vessels.iter().flat_map(|vessels| &vessels.walls);
    walls.into_iter().any(|wall| wall.of == of && wall.permeability_um_per_min > 0.0)
}

/// Whether what a kind does follows something that blood moves.
fn reads_fed(kind: u16, setup: &Setup) -> bool {
    let is_moved = |signal: Signal| match signal {
        Signal::Field(field) | Signal::Gradient(field) => is_fed(field, setup),
        Signal::Repression(_)
        | Signal::Copies(_)
        | Signal::TakenUp(_)
        | Signal::AllTakenUp
        | Signal::Labelled(_)
        | Signal::AllLabelled => are_vesicles_fed(setup),
        Signal::Own(_) => false,
    };
    let lacks = setup.kinds[usize::from(kind)].lack.is_some_and(|lack| is_fed(lack.field, setup));
    lacks || setup.rules.iter().any(|rule| rule.kind == kind && is_moved(rule.signal))
}

/// Share of the volume that the live cells of a kind have, at most all of it.
pub(super) fn cover(kind: u16, setup: &Setup, instant: &Instant) -> f64 {
    let volume_um3: f64 = setup.size_um.iter().product();
    let of_cell_um3 = setup.kinds[usize::from(kind)].law.volume.total_um3;
    (instant.live[usize::from(kind)] * of_cell_um3 / volume_um3).min(1.0)
}

/// The kind whose way through the tissue may matter to a statistic.
pub(super) fn kind_of(statistic: Statistic) -> Option<usize> {
    match statistic {
        Statistic::AreaFraction { kind } | Statistic::Count { kind, .. } => Some(usize::from(kind)),
        _ => None,
    }
}
