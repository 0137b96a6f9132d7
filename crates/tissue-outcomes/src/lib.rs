//! Recorded cells into what a bench would count. Never sees a live simulation: everything comes from a frame.

mod section;

pub use section::{Section, area_fraction};

use tissue_sim::{CellFrame, Frame, VesselFrame};

/// What is counted, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Share of the section's area that a kind covers.
    AreaFraction {
        /// Kind.
        kind: u16,
    },
    /// Cells of a kind.
    Count {
        /// Kind.
        kind: u16,
        /// Only living ones.
        live: bool,
        /// Only those that the section cuts.
        in_section: bool,
    },
    /// Mean of a field over the tissue.
    FieldMean {
        /// Field.
        field: usize,
    },
    /// Mean repression of a program over the living cells of a kind; 0 where there are none or no such program.
    Repression {
        /// Program; `None` when the run has none.
        program: Option<usize>,
        /// Kind.
        kind: u16,
    },
    /// Lumen of all perfused vessels, µm³.
    PerfusedVolume,
    /// Vesicles captured so far, mean over the living cells of a kind.
    TakenUp {
        /// Kind.
        kind: u16,
    },
    /// Vesicles that a label shows, mean over the living cells of a kind.
    Labelled {
        /// Kind.
        kind: u16,
    },
}

/// The value of a statistic in a frame; nothing is 0, never −0.
pub fn measure(statistic: Statistic, frame: &Frame, section: &Section) -> f64 {
    // The sum of no numbers is −0 in Rust, and −0 + 0 is 0.
    measured(statistic, frame, section) + 0.0
}

fn measured(statistic: Statistic, frame: &Frame, section: &Section) -> f64 {
    match statistic {
        Statistic::AreaFraction { kind } => area_fraction(frame, kind, section),
        Statistic::Count { kind, live, in_section } => {
            let counted = |cell: &&CellFrame| {
                cell.kind == kind && !(live && cell.dead) && (!in_section || section.cuts(cell))
            };
            frame.cells.iter().filter(counted).count() as f64
        }
        Statistic::FieldMean { field } => mean(frame.fields[field].iter().map(|value| f64::from(*value))),
        Statistic::Repression { program: None, .. } => 0.0,
        Statistic::Repression { program: Some(program), kind } => {
            mean(living(frame, kind).map(|cell| f64::from(cell.repression[program])))
        }
        Statistic::PerfusedVolume => perfused_volume_um3(frame),
        Statistic::TakenUp { kind } => {
            mean(living(frame, kind).map(|cell| cell.taken_up.iter().map(|n| *n as f64).sum()))
        }
        Statistic::Labelled { kind } => {
            mean(living(frame, kind).map(|cell| cell.labelled.iter().map(|n| *n as f64).sum()))
        }
    }
}

/// The smallest amount by which a statistic can differ: what is added half of to means before ratios are taken,
/// because an arm may be 0.
pub fn smallest_unit(statistic: Statistic, section: &Section) -> f64 {
    match statistic {
        Statistic::AreaFraction { .. } => section.pixel_share(),
        Statistic::Count { .. } | Statistic::TakenUp { .. } | Statistic::Labelled { .. } => 1.0,
        Statistic::PerfusedVolume => LEAST_LUMEN_UM3,
        Statistic::FieldMean { .. } | Statistic::Repression { .. } => 1e-6,
    }
}

/// Blood that a microscope could see at the least: a stretch of 1 µm at the narrowest capillary, 4 µm wide.
const LEAST_LUMEN_UM3: f64 = 12.566;

fn perfused_volume_um3(frame: &Frame) -> f64 {
    let perfused = frame.vessels.iter().filter(|vessel| vessel.perfused);
    let volume = |vessel: &VesselFrame| {
        let radius = f64::from(vessel.radius_um);
        core::f64::consts::PI * radius * radius * f64::from(vessel.length_um)
    };
    perfused.map(volume).sum()
}

fn living(frame: &Frame, kind: u16) -> impl Iterator<Item = &CellFrame> {
    frame.cells.iter().filter(move |cell| cell.kind == kind && !cell.dead)
}

/// Mean in the order of the frame, which is by identity; 0 of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut n) = (0.0, 0_u64);
    for value in values {
        sum += value;
        n += 1;
    }
    if n == 0 { 0.0 } else { sum / n as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: u16, at: [f32; 3], dead: bool) -> CellFrame {
        CellFrame {
            kind,
            dead,
            at_um: at,
            radius_um: 8.0,
            taken_up: vec![3, 4],
            labelled: vec![2, 3],
            ..CellFrame::default()
        }
    }

    #[test]
    fn counts_tell_the_living_from_the_dead() {
        let frame = Frame {
            cells: vec![
                cell(0, [20.0, 20.0, 10.0], false),
                cell(0, [60.0, 20.0, 10.0], true),
                cell(1, [80.0, 20.0, 10.0], false),
            ],
            ..Frame::default()
        };
        let section = Section { size_um: [100.0, 40.0, 20.0], thickness_um: 5.0 };
        let count = |live| measure(Statistic::Count { kind: 0, live, in_section: false }, &frame, &section);
        assert_eq!((count(true), count(false)), (1.0, 2.0));
        assert_eq!(measure(Statistic::TakenUp { kind: 1 }, &frame, &section), 7.0);
        assert_eq!(measure(Statistic::Labelled { kind: 1 }, &frame, &section), 5.0);
        assert_eq!(measure(Statistic::TakenUp { kind: 2 }, &frame, &section), 0.0);
        assert_eq!(measure(Statistic::Repression { program: None, kind: 0 }, &frame, &section), 0.0);
    }

    #[test]
    fn only_perfused_vessels_hold_blood() {
        let vessel = |perfused, radius_um| VesselFrame {
            perfused,
            radius_um,
            length_um: 10.0,
            ..VesselFrame::default()
        };
        let frame = Frame { vessels: vec![vessel(true, 2.0), vessel(false, 9.0)], ..Frame::default() };
        let section = Section { size_um: [100.0; 3], thickness_um: 5.0 };
        let blood = measure(Statistic::PerfusedVolume, &frame, &section);
        assert!((blood - 40.0 * core::f64::consts::PI).abs() < 1e-9, "{blood}");
        let none = measure(Statistic::PerfusedVolume, &Frame::default(), &section);
        assert_eq!(none.to_bits(), 0.0_f64.to_bits(), "0, not -0");
    }
}
