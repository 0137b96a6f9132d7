//! Sources and sinks of one field, gathered per voxel: a voxel with two cells has one entry.

const NONE: u32 = u32::MAX;

/// One voxel that something feeds or drains.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub voxel: u32,
    /// Source, value per minute.
    pub supply_per_min: f64,
    /// Sink, 1/min.
    pub uptake_per_min: f64,
}

/// Entries of one field and where each voxel's entry is.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    slot: Vec<u32>,
    entries: Vec<Entry>,
    sorted: bool,
}

impl Rates {
    pub fn new(n_voxels: usize) -> Self {
        Self { slot: vec![NONE; n_voxels], entries: Vec::new(), sorted: true }
    }

    pub fn clear(&mut self) {
        for entry in &self.entries {
            self.slot[entry.voxel as usize] = NONE;
        }
        self.entries.clear();
        self.sorted = true;
    }

    /// The entry of a voxel, made when it has none.
    pub fn entry(&mut self, voxel: usize) -> &mut Entry {
        if self.slot[voxel] == NONE {
            let voxel = voxel as u32;
            self.sorted &= self.entries.last().is_none_or(|last| last.voxel < voxel);
            self.slot[voxel as usize] = self.entries.len() as u32;
            self.entries.push(Entry { voxel, supply_per_min: 0.0, uptake_per_min: 0.0 });
        }
        let slot = self.slot[voxel] as usize;
        &mut self.entries[slot]
    }

    /// Puts the entries into the order of voxels.
    pub fn sort(&mut self) {
        if self.sorted {
            return;
        }
        self.entries.sort_unstable_by_key(|entry| entry.voxel);
        for (slot, entry) in self.entries.iter().enumerate() {
            self.slot[entry.voxel as usize] = slot as u32;
        }
        self.sorted = true;
    }

    /// Entries, in the order of voxels after [`Rates::sort`].
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
