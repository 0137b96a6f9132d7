//! What a bench would count, read off an instant of the twin.
//!
//! A well-mixed tissue has no places: the section holds of a kind what its thickness holds on average, and covers the
//! share of its area that the kind has of the volume (Delesse's principle).

use tissue_outcomes::{Section, Statistic};
use tissue_sim::Setup;
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
            let radius_um = radius_um(setup, kind);
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
        Statistic::PerfusedVolume => return None,
    })
}

/// Share of the volume that the live cells of a kind have, at most all of it.
pub(super) fn cover(kind: u16, setup: &Setup, instant: &Instant) -> f64 {
    let volume_um3: f64 = setup.size_um.iter().product();
    let of_cell_um3 = setup.kinds[usize::from(kind)].law.volume.total_um3;
    (instant.live[usize::from(kind)] * of_cell_um3 / volume_um3).min(1.0)
}

fn radius_um(setup: &Setup, kind: u16) -> f64 {
    let volume_um3 = setup.kinds[usize::from(kind)].law.volume.total_um3;
    vesicle_base::math::cbrt(0.75 / core::f64::consts::PI * volume_um3)
}

/// The kind whose way through the tissue may matter to a statistic.
pub(super) fn kind_of(statistic: Statistic) -> Option<usize> {
    match statistic {
        Statistic::AreaFraction { kind } | Statistic::Count { kind, .. } => Some(usize::from(kind)),
        _ => None,
    }
}
