//! The setups of one arm under one mechanism, draw by draw: what no draw changes is found out once.

use super::response::Shape;
use super::{Lowered, Lowering};
use crate::Experiment;
use crate::compile::{Choice, Settings};
use crate::library::Library;
use crate::template::Template;
use std::collections::BTreeSet;
use std::sync::Arc;
use tissue_sim::Setup;
use vesicle_base::Problem;

/// Makes setups of one arm under one mechanism.
#[derive(Clone)]
pub struct Draws<'a> {
    experiment: &'a Experiment,
    library: &'a (dyn Library + Sync),
    template: Template,
    as_written: Lowered,
    shape: Arc<Shape>,
}

impl<'a> Draws<'a> {
    /// Lowers the values as written and keeps what every draw shares; the draw of the choice is not read.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn new(
        experiment: &'a Experiment,
        settings: &Settings,
        choice: Choice,
        library: &'a (dyn Library + Sync),
    ) -> Result<Self, Vec<Problem>> {
        Self::without(experiment, settings, choice, &BTreeSet::new(), library)
    }

    /// As [`Draws::new`], with some named rules left out.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn without(
        experiment: &'a Experiment,
        settings: &Settings,
        choice: Choice,
        rules: &BTreeSet<String>,
        library: &'a (dyn Library + Sync),
    ) -> Result<Self, Vec<Problem>> {
        let template = Template::without(experiment, settings, choice, rules)?;
        let (as_written, shape) = Lowering::of(experiment, template.map(), 0, library).lowered()?;
        Ok(Self { experiment, library, template, as_written, shape })
    }

    /// The values as written, with the names of all indices.
    pub fn as_written(&self) -> &Lowered {
        &self.as_written
    }

    /// The map whose numbers are drawn.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The setup of a prior draw; 0 takes the values as written.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn draw(&mut self, draw: u32) -> Result<Setup, Vec<Problem>> {
        self.template.draw(draw);
        self.setup(draw)
    }

    /// As [`Draws::draw`], with the names of all indices; what is reached and noted is that of the values as written.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn lowered(&mut self, draw: u32) -> Result<Lowered, Vec<Problem>> {
        if draw == 0 {
            return Ok(self.as_written.clone());
        }
        self.template.draw(draw);
        let setup = self.setup(draw)?;
        if setup.populations.len() == self.as_written.setup.populations.len() {
            return Ok(Lowered { setup, ..self.as_written.clone() });
        }
        super::lower(self.experiment, self.template.map(), draw, self.library)
    }

    /// The setup with every number that has a prior at the given probability of it, by key, and abundances that are
    /// not quantified from the given draw of their posterior (0: its mean).
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn at(
        &mut self,
        probability: impl Fn(u64) -> Option<f64>,
        posterior: u32,
    ) -> Result<Setup, Vec<Problem>> {
        self.template.set(probability);
        self.setup(posterior)
    }

    fn setup(&self, posterior: u32) -> Result<Setup, Vec<Problem>> {
        let mut lowering = Lowering::of(self.experiment, self.template.map(), posterior, self.library);
        lowering.shape = Some(&self.shape);
        let setup = lowering.lowered().map(|(lowered, _)| lowered.setup);
        if lowering.misfit {
            // A rate that is 0 as written and not in this draw brings a population that the shape does not have.
            let map = self.template.map();
            return super::lower(self.experiment, map, posterior, self.library).map(|lowered| lowered.setup);
        }
        setup
    }
}
