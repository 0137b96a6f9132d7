//! What a checkpoint keeps of a swarm: its columns, its clock and its counts.

/// Particles that came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SwarmFlows {
    /// Born.
    pub born: u64,
    /// Captured by a sphere.
    pub captured: u64,
    /// At the end of their life.
    pub expired: u64,
    /// Gone through an open side.
    pub left: u64,
}

/// What a checkpoint keeps of a swarm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SwarmState {
    /// Coordinates, µm: x, y, z.
    pub at_um: [Vec<f64>; 3],
    /// Identities.
    pub id: Vec<u64>,
    /// When each life ends, minutes.
    pub ends_min: Vec<f64>,
    /// When each wakes or is next bound (negative: set free again), minutes; empty where all just move.
    pub wakes_min: Vec<f64>,
    /// When each is born, minutes; empty but for those born within the tick that is under way.
    pub starts_min: Vec<f64>,
    /// Identity of the next particle.
    pub next_id: u64,
    /// Steps done.
    pub steps: u64,
    /// Flows since the start.
    pub totals: SwarmFlows,
}

impl SwarmState {
    /// Particles that the matrix holds now.
    pub fn n_held(&self) -> usize {
        self.wakes_min.iter().filter(|wakes| wakes.is_sign_negative()).count()
    }

    /// Moves `n` rows from `from` down to `to`.
    pub(crate) fn close(&mut self, from: usize, to: usize, n: usize) {
        if from == to || n == 0 {
            return;
        }
        self.id.copy_within(from..from + n, to);
        self.reals().filter(|column| !column.is_empty()).for_each(|c| c.copy_within(from..from + n, to));
    }

    pub(crate) fn truncate(&mut self, n: usize) {
        self.id.truncate(n);
        self.reals().for_each(|column| column.truncate(n));
    }

    /// Takes over the rows of `young`, who have been born by now.
    pub(crate) fn append(&mut self, young: &mut Self) {
        young.starts_min.clear();
        self.id.append(&mut young.id);
        self.reals().zip(young.reals()).for_each(|(to, from)| to.append(from));
    }

    fn reals(&mut self) -> impl Iterator<Item = &mut Vec<f64>> {
        let rest = [&mut self.ends_min, &mut self.wakes_min, &mut self.starts_min];
        self.at_um.iter_mut().chain(rest)
    }
}
