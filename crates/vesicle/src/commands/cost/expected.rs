//! What a run will have to do, by the twin: cells and free vesicles over its length, and rough seconds for both.

use tissue_cells::{Own, OwnSignal};
use tissue_sim::setup::{Behaviour, Carried, PopulationSetup, Signal};
use tissue_sim::twin::{self, Pace};
use tissue_sim::{Setup, vesicle_steps_per_min};

/// Rough time of a tick whatever is in it, and of one cell and tick with its fields, where cells touch little, seconds.
const TICK_S: f64 = 1e-4;
const CELL_TICK_S: f64 = 2e-6;
/// Rough time of one step of a vesicle that is carried by itself, among cells, seconds.
const VESICLE_STEP_S: f64 = 1.5e-7;

/// Step of the twin that counts cells, minutes, and that which counts vesicles that are carried one by one.
const STEP_OF_CELLS_MIN: f64 = 720.0;
const STEP_OF_VESICLES_MIN: f64 = 60.0;
/// Share of the room that cells which pressure keeps from dividing have when they come to rest: of its area in a plane,
/// where they press themselves flat on each other (runs of the flagship).
const PACKED: f64 = 1.2;

/// An instant of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Moment {
    pub time_min: f64,
    /// Live cells of each kind, as many as will be let.
    pub live: Vec<f64>,
    /// How often they fill the room: the area of a plane.
    pub filled: f64,
    /// Steps a minute of vesicles that are carried one by one.
    pub steps_per_min: f64,
}

impl Moment {
    /// Live cells in all.
    pub fn cells(&self) -> f64 {
        self.live.iter().sum()
    }
}

/// A run as the twin foresees it.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    /// From start to end.
    pub moments: Vec<Moment>,
    voxels: f64,
    tick_min: f64,
}

impl Expected {
    pub fn of(setup: &Setup) -> Self {
        let volume: f64 = setup.size_um.iter().product();
        let voxels = volume / (setup.voxel_um * setup.voxel_um * setup.voxel_um);
        let alone = setup.populations.iter().any(singly);
        let step_min = if alone { STEP_OF_VESICLES_MIN } else { STEP_OF_CELLS_MIN };
        let ticks = (step_min / setup.tick_min).clamp(1.0, 1e6) as u32;
        let rooms: Vec<Room> = (0..setup.kinds.len()).map(|kind| Room::of(setup, kind)).collect();
        let steps = |(population, free): (&PopulationSetup, &f64)| {
            if singly(population) { free * vesicle_steps_per_min(setup, population) } else { 0.0 }
        };
        let mut moments = Vec::new();
        // A setup that the twin refuses is told by the run itself.
        let _ = twin::follow(setup, Pace::steps_of(ticks), |_, instant| {
            let live = let_be(&instant.live, &rooms);
            moments.push(Moment {
                time_min: instant.time_min,
                filled: live.iter().zip(&rooms).map(|(live, room)| live / room.cells).sum(),
                live,
                steps_per_min: setup.populations.iter().zip(&instant.free).map(steps).sum(),
            });
        });
        Self { moments, voxels, tick_min: setup.tick_min }
    }

    /// A run of these moments in no room.
    #[cfg(test)]
    pub fn of_moments(moments: Vec<Moment>, tick_min: f64) -> Self {
        Self { moments, voxels: 0.0, tick_min }
    }

    /// Rough seconds of a tick for cells and fields with so many cells.
    pub fn tick_of_cells_s(&self, cells: f64) -> f64 {
        TICK_S + (cells + self.voxels) * CELL_TICK_S
    }

    /// Rough seconds of a tick for vesicles that are carried one by one.
    pub fn tick_of_vesicles_s(&self, moment: &Moment) -> f64 {
        moment.steps_per_min * self.tick_min * VESICLE_STEP_S
    }

    /// Seconds of the whole run, when cells and vesicles take so many times as long as roughly expected at a moment.
    pub fn seconds(&self, times: impl Fn(&Moment) -> [f64; 2]) -> f64 {
        let at = |moment: &Moment| {
            let [cells, vesicles] = times(moment);
            cells * self.tick_of_cells_s(moment.cells()) + vesicles * self.tick_of_vesicles_s(moment)
        };
        let ticks = |pair: &[Moment]| (pair[1].time_min - pair[0].time_min) / self.tick_min;
        self.moments.windows(2).map(|pair| 0.5 * (at(&pair[0]) + at(&pair[1])) * ticks(pair)).sum()
    }
}

pub(super) fn singly(population: &PopulationSetup) -> bool {
    matches!(population.carried, Carried::Singly { .. })
}

/// What room there is for a kind.
struct Room {
    /// Cells that fill the tissue once.
    cells: f64,
    /// Whether pressure keeps them from dividing.
    is_held: bool,
}

impl Room {
    fn of(setup: &Setup, kind: usize) -> Self {
        let is_held = setup.rules.iter().any(|rule| {
            usize::from(rule.kind) == kind
                && !rule.rises
                && rule.signal == Signal::Own(OwnSignal::Pressure)
                && rule.behaviour == Behaviour::Own(Own::CycleEntry)
        });
        let [x, y, z] = setup.size_um;
        let volume_um3 = setup.kinds[kind].law.volume.total_um3;
        let radius_um = setup.kinds[kind].law.volume.radius_um();
        let of_plane = x * y / (core::f64::consts::PI * radius_um * radius_um);
        Self { cells: if z <= setup.voxel_um { of_plane } else { x * y * z / volume_um3 }, is_held }
    }
}

/// Live cells, those that pressure holds as many as it lets be together; the twin knows no pressure.
fn let_be(live: &[f64], rooms: &[Room]) -> Vec<f64> {
    let held = live.iter().zip(rooms).filter(|(_, room)| room.is_held);
    let share = (PACKED / held.map(|(live, room)| live / room.cells).sum::<f64>()).min(1.0);
    live.iter().zip(rooms).map(|(live, room)| if room.is_held { share * live } else { *live }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pressure_holds_those_that_mind_it() {
        let room = |is_held| Room { cells: 100.0, is_held };
        assert_eq!(let_be(&[500.0, 500.0], &[room(true), room(false)]), [100.0 * PACKED, 500.0]);
        assert_eq!(let_be(&[300.0, 100.0], &[room(true), room(true)]), [75.0 * PACKED, 25.0 * PACKED]);
        assert_eq!(let_be(&[20.0], &[room(true)]), [20.0]);
    }
}
