//! The setups of one arm under one mechanism, draw by draw: what no draw changes is found out once.

use super::response::Shape;
use super::rules::WrittenRules;
use super::{Known, Lowered, Lowering};
use crate::Experiment;
use crate::compile::{Choice, Settings};
use crate::library::Library;
use crate::map::Map;
use crate::template::Template;
use std::collections::BTreeSet;
use std::sync::Arc;
use tissue_sim::Setup;
use vesicle_base::Problem;

/// What two arms have in common in every draw, because they say the same of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Laws of the fields.
    pub fields: bool,
    /// Kinds of cells, less what they release.
    pub kinds: bool,
}

impl Shares {
    /// Of two maps: fields are read from below `field`, kinds from below the names here, and neither from anywhere else.
    fn of(one: &Map, other: &Map) -> Self {
        let all = |heads: &[&str]| heads.iter().all(|head| one.says_the_same_below(other, head));
        Self { fields: all(&["field"]), kinds: all(&["field", "cell", "tissue", "run", "vessel"]) }
    }
}

/// Makes setups of one arm under one mechanism.
#[derive(Clone)]
pub struct Draws<'a> {
    experiment: &'a Experiment,
    library: &'a (dyn Library + Sync),
    template: Template,
    as_written: Lowered,
    shape: Arc<Shape>,
    rules: Arc<WrittenRules>,
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
        let mut lowering = Lowering::of(experiment, template.map(), 0, library);
        let (as_written, shape) = lowering.lowered()?;
        let rules = Arc::new(std::mem::take(&mut lowering.written));
        Ok(Self { experiment, library, template, as_written, shape, rules })
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
        self.draw_beside(draw, Shares::default(), None)
    }

    /// What this arm has in common with another in every draw.
    pub fn shares(&mut self, with: &mut Self) -> Shares {
        // What was drawn last is not what either says.
        Shares::of(self.template.draw(0), with.template.draw(0))
    }

    /// As [`Draws::draw`], where the setup of the same draw is known for an arm with which this one has something in
    /// common.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn draw_beside(
        &mut self,
        draw: u32,
        shares: Shares,
        with: Option<&Setup>,
    ) -> Result<Setup, Vec<Problem>> {
        self.template.draw(draw);
        self.setup(draw, shares, with)
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
        let setup = self.setup(draw, Shares::default(), None)?;
        if setup.populations.len() == self.as_written.setup.populations.len() {
            return Ok(Lowered { setup, ..self.as_written.clone() });
        }
        super::lower(self.experiment, self.template.map(), draw, self.library)
    }

    /// The setup with every number that has a prior at the given probability of it, by key, and abundances that are
    /// not quantified from the given draw of their posterior (0: its mean); beside another arm as in
    /// [`Draws::draw_beside`].
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn at_beside(
        &mut self,
        probability: impl Fn(u64) -> Option<f64>,
        posterior: u32,
        shares: Shares,
        with: Option<&Setup>,
    ) -> Result<Setup, Vec<Problem>> {
        self.template.set(probability);
        self.setup(posterior, shares, with)
    }

    fn setup(&self, posterior: u32, shares: Shares, with: Option<&Setup>) -> Result<Setup, Vec<Problem>> {
        let mut lowering = Lowering::of(self.experiment, self.template.map(), posterior, self.library);
        lowering.shape = Some(&self.shape);
        lowering.known = Some(Known {
            as_written: &self.as_written,
            rules: &self.rules,
            fields: with.filter(|_| shares.fields),
            kinds: with.filter(|_| shares.kinds),
        });
        let setup = lowering.lowered().map(|(lowered, _)| lowered.setup);
        if lowering.misfit {
            // A rate that is 0 as written and not in this draw brings a population that the shape does not have.
            let map = self.template.map();
            return super::lower(self.experiment, map, posterior, self.library).map(|lowered| lowered.setup);
        }
        setup
    }
}
