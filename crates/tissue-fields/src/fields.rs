//! All fields of a tissue on one grid: what the corridor calls.

use crate::budget::{Budget, Cause, FieldWork, Unhealthy};
use crate::error::FieldError;
use crate::field::{Common, Field, Workshop};
use crate::gradient;
use crate::law::{FieldLaw, Stepping};
use crate::reduce::sum;
use vesicle_base::{Grid, Span};

/// Concentrations on a grid, one column per field.
#[derive(Clone, Debug)]
pub struct Fields {
    grid: Grid,
    solid: Option<Vec<bool>>,
    stepping: Stepping,
    each: Vec<Field>,
    workshop: Workshop,
}

impl Fields {
    /// Fields by their laws; `solid` marks voxels that hold nothing and let nothing through.
    ///
    /// # Errors
    /// When the grid, a law or the obstacle map is not usable.
    pub fn new(grid: Grid, laws: Vec<FieldLaw>, solid: Option<Vec<bool>>) -> Result<Self, FieldError> {
        for axis in 0..3 {
            let (n, voxel_um) = (grid.n[axis], grid.voxel_um[axis]);
            if n == 0 || !(voxel_um > 0.0 && voxel_um.is_finite()) {
                return Err(FieldError::Grid { axis, n, voxel_um });
            }
        }
        laws.iter().enumerate().try_for_each(|(field, law)| law.check(field))?;
        let expected = grid.n_voxels();
        if let Some(found) = solid.as_ref().map(Vec::len).filter(|found| *found != expected) {
            return Err(FieldError::Solid { expected, found });
        }
        let solid = solid.filter(|solid| solid.iter().any(|is_solid| *is_solid));
        let each = laws.into_iter().map(|law| Field::new(&grid, law, solid.as_deref())).collect();
        Ok(Self { grid, solid, stepping: Stepping::default(), each, workshop: Workshop::default() })
    }

    /// Changes how time is cut.
    ///
    /// # Errors
    /// When an option is not positive and finite.
    pub fn set_stepping(&mut self, stepping: Stepping) -> Result<(), FieldError> {
        stepping.check()?;
        self.stepping = stepping;
        Ok(())
    }

    /// How time is cut.
    pub fn stepping(&self) -> &Stepping {
        &self.stepping
    }

    /// The grid that all fields share.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Number of fields.
    pub fn len(&self) -> usize {
        self.each.len()
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.each.is_empty()
    }

    /// Law of a field.
    pub fn law(&self, field: usize) -> &FieldLaw {
        &self.each[field].law
    }

    /// Whether a voxel is an obstacle.
    pub fn is_solid(&self, voxel: usize) -> bool {
        self.solid.as_ref().is_some_and(|solid| solid[voxel])
    }

    /// Forgets all sources and sinks.
    pub fn clear_rates(&mut self) {
        self.each.iter_mut().for_each(|field| field.rates.clear());
    }

    /// Adds to the source of a voxel, value per minute. An obstacle takes nothing in.
    pub fn supply(&mut self, field: usize, voxel: usize, concentration_per_min: f64) {
        if !self.is_solid(voxel) {
            self.each[field].rates.entry(voxel).supply_per_min += concentration_per_min;
        }
    }

    /// Adds to the sink of a voxel: it removes `per_min` × value per minute.
    pub fn take_up(&mut self, field: usize, voxel: usize, per_min: f64) {
        if !self.is_solid(voxel) {
            self.each[field].rates.entry(voxel).uptake_per_min += per_min;
        }
    }

    /// Puts an amount (value × µm³) into a voxel at once. The caller keeps obstacles out.
    pub fn deposit(&mut self, field: usize, voxel: usize, amount: f64) {
        debug_assert!(!self.is_solid(voxel), "an obstacle holds nothing");
        self.each[field].state.values[voxel] += amount / self.grid.voxel_um3();
    }

    /// Advances all fields over `span` with frozen rates; returns what it cost in total.
    pub fn advance(&mut self, span: &Span) -> FieldWork {
        let common = Common { grid: &self.grid, solid: self.solid.as_deref(), stepping: &self.stepping };
        let mut work = FieldWork::default();
        for field in &mut self.each {
            field.advance(&common, span.length_min, &mut self.workshop);
            work += field.work;
        }
        work
    }

    /// What the last span cost for one field.
    pub fn work(&self, field: usize) -> FieldWork {
        self.each[field].work
    }

    /// Values of a field, by voxel.
    pub fn values(&self, field: usize) -> &[f64] {
        &self.each[field].state.values
    }

    /// Values of a field, to set a start by hand; obstacles must stay 0.
    pub fn values_mut(&mut self, field: usize) -> &mut [f64] {
        &mut self.each[field].state.values
    }

    /// Amount (value × µm³) that sinks removed in each voxel during the last span.
    pub fn taken_up(&self, field: usize) -> &[f64] {
        &self.each[field].taken_up
    }

    /// Amounts that came and went during the last span.
    pub fn budget(&self, field: usize) -> Budget {
        self.each[field].budget
    }

    /// Amount in the whole box, value × µm³.
    pub fn amount(&self, field: usize) -> f64 {
        sum(self.values(field)) * self.grid.voxel_um3()
    }

    /// Gradient at a voxel, value per µm: central, one-sided at edges and beside obstacles.
    pub fn gradient(&self, field: usize, voxel: usize) -> [f64; 3] {
        gradient::at(&self.grid, self.values(field), self.solid.as_deref(), voxel)
    }

    /// The first thing that is wrong, if any.
    pub fn health(&self) -> Option<Unhealthy> {
        self.each.iter().enumerate().find_map(|(field, one)| {
            if let Some(voxel) = one.stuck {
                return Some(Unhealthy { field, voxel, cause: Cause::NotConverged });
            }
            let values = &one.state.values;
            let voxel = values.iter().position(|value| !(*value >= 0.0 && *value < f64::INFINITY))?;
            let cause = if values[voxel].is_finite() { Cause::Negative } else { Cause::NotFinite };
            Some(Unhealthy { field, voxel, cause })
        })
    }

    /// All that a checkpoint needs: the values of each field, a column each.
    pub fn state(&self) -> Vec<&[f64]> {
        self.each.iter().map(|field| &field.state.values[..]).collect()
    }

    /// Puts back the columns of [`Fields::state`]; rates, budgets and amounts taken up start empty.
    ///
    /// # Errors
    /// When a column is missing, is one too many, or has another length.
    pub fn restore(&mut self, columns: &[&[f64]]) -> Result<(), FieldError> {
        for column in 0..columns.len().max(self.each.len()) {
            let expected = if column < self.each.len() { self.grid.n_voxels() } else { 0 };
            let found = columns.get(column).map_or(0, |values| values.len());
            if found != expected || column >= self.each.len() {
                return Err(FieldError::State { column, expected, found });
            }
        }
        for (field, column) in self.each.iter_mut().zip(columns) {
            field.state.values.copy_from_slice(column);
            field.forget_span();
        }
        self.clear_rates();
        Ok(())
    }
}
