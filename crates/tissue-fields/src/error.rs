//! What can be wrong with fields while they are built; nothing fails later.

/// Why fields could not be built or restored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FieldError {
    /// An axis without voxels or without a positive spacing.
    #[error(
        "grid axis {axis} (0 is x): {n} voxels of {voxel_um} µm; needs at least one voxel and a positive length"
    )]
    Grid {
        /// 0, 1, 2 for x, y, z.
        axis: usize,
        /// Voxels along it.
        n: usize,
        /// Their edge, µm.
        voxel_um: f64,
    },
    /// A number of a law that is negative or not finite.
    #[error("field {field}: {what} is {value}; needs a finite number that is not negative")]
    Law {
        /// Position of the law.
        field: usize,
        /// Which number.
        what: &'static str,
        /// What it was.
        value: f64,
    },
    /// A stepping option that is not positive and finite.
    #[error("{what} is {value}; needs a positive finite number")]
    Stepping {
        /// Which option.
        what: &'static str,
        /// What it was.
        value: f64,
    },
    /// An obstacle map of another size than the grid.
    #[error("obstacle map of {found} voxels; the grid has {expected}")]
    Solid {
        /// Voxels of the grid.
        expected: usize,
        /// Voxels of the map.
        found: usize,
    },
    /// A saved state of another shape.
    #[error("saved state: column {column} has {found} values; expected {expected}")]
    State {
        /// Position of the column.
        column: usize,
        /// Length it should have.
        expected: usize,
        /// Length it has; 0 when it is missing.
        found: usize,
    },
}
