//! Behaviours and signals of the cell itself, by fixed number. Their names stand in `names.rs`.

use crate::behaviours::BehaviourId;

macro_rules! own {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All of them, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();
        }
    };
}

own! {
    /// A behaviour of the cell itself; its number is its [`BehaviourId`]. Further behaviours start at `Own::COUNT`.
    Own {
        /// Rate of leaving cycle phase 0, 1/min.
        CycleEntry,
        /// Rate of leaving cycle phase 1, 1/min.
        PhaseExit1,
        /// Rate of leaving cycle phase 2, 1/min.
        PhaseExit2,
        /// Rate of leaving cycle phase 3, 1/min.
        PhaseExit3,
        /// Rate of leaving cycle phase 4, 1/min.
        PhaseExit4,
        /// Rate of leaving cycle phase 5, 1/min.
        PhaseExit5,
        /// Rate of apoptosis, 1/min.
        Apoptosis,
        /// Rate of necrosis, 1/min.
        Necrosis,
        /// Speed of own motion, µm/min.
        MigrationSpeed,
        /// Share of own motion along the heading, 0 to 1.
        MigrationBias,
        /// Mean time between changes of direction, min.
        Persistence,
        /// Strength of adhesion between cells, µm/min.
        Adhesion,
        /// Elastic constant of springs between attached cells, 1/min.
        Elastic,
        /// Reach of adhesion in radii.
        RelativeAdhesionDistance,
        /// Strength of repulsion between cells, µm/min.
        Repulsion,
        /// Strength of adhesion to the walls, µm/min.
        WallAdhesion,
        /// Strength of repulsion by the walls, µm/min.
        WallRepulsion,
        /// Rate of attaching to a neighbour, 1/min.
        Attach,
        /// Rate of detaching from each attached neighbour, 1/min.
        Detach,
        /// Most springs at a time.
        MaximumAttachments,
        /// Whether the cell moves: from 0.5 on it does.
        Movable,
        /// Rate of eating an apoptotic neighbour, 1/min.
        PhagocytoseApoptotic,
        /// Rate of eating a necrotic neighbour, 1/min.
        PhagocytoseNecrotic,
        /// Rate of damage, 1/min.
        DamageRate,
        /// Rate of repair, 1/min.
        RepairRate,
    }
}

impl Own {
    /// Leaving cycle phase 0 is entering the cycle: one behaviour, two names.
    #[allow(non_upper_case_globals)]
    pub const PhaseExit0: Self = Self::CycleEntry;

    /// Its number among all behaviours.
    pub const fn id(self) -> BehaviourId {
        BehaviourId(self as u16)
    }

    /// Rate of leaving a phase, 0 to 5.
    ///
    /// # Panics
    /// Beyond phase 5: no cycle has more phases.
    pub const fn phase_exit(phase: u8) -> Self {
        match phase {
            0 => Self::CycleEntry,
            1 => Self::PhaseExit1,
            2 => Self::PhaseExit2,
            3 => Self::PhaseExit3,
            4 => Self::PhaseExit4,
            5 => Self::PhaseExit5,
            _ => panic!("a cycle has at most six phases"),
        }
    }
}

/// What death leaves of each behaviour: no own motion, all else as it was until the caller states more.
pub(crate) fn left_at_death(n_behaviours: usize) -> Vec<f64> {
    let mut left = vec![1.0; n_behaviours];
    if let Some(speed) = left.get_mut(usize::from(Own::MigrationSpeed.id().0)) {
        *speed = 0.0;
    }
    left
}

/// A signal that cells fill in themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnSignal {
    /// Simple pressure: overlap of neighbours, 1 for a cell in a close packing. Dimensionless.
    Pressure,
    /// Volume of the cell, µm³.
    Volume,
    /// Live neighbours of a kind, count.
    ContactWithKind(u16),
    /// Live neighbours, count.
    ContactWithLive,
    /// Dead neighbours, count. PhysiCell 1.14 returns 0 (its quirk 1); here they are counted.
    ContactWithDead,
    /// Apoptotic neighbours, count.
    ContactWithApoptotic,
    /// Necrotic neighbours, count.
    ContactWithNecrotic,
    /// Damage, dimensionless.
    Damage,
    /// 1 for a dead cell, else 0.
    Dead,
    /// 1 for an apoptotic cell, else 0.
    Apoptotic,
    /// 1 for a necrotic cell, else 0.
    Necrotic,
    /// Simulated time, min.
    Time,
}
