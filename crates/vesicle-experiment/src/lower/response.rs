//! Which of what is carried can act: molecules that are followed, families that repress, programs that rules read.
//!
//! Natural miRNA is followed as one molecule per seed family that reaches a program; a mimic, a molecule and a miRNA
//! that a rule names are followed by themselves.

use super::cargo::{Load, Sort, WITHOUT_TARGETS};
use super::{Labels, Lowering};
use std::collections::BTreeSet;
use std::sync::Arc;
use tissue_sim::setup::PopulationSetup;
use tissue_vesicles::{CargoLaw, ReceiverLaw, ResponseLaw, SpeciesLaw};
use vesicle_cargo::profile::same_mirna;
use vesicle_target::{Compiled, Reach, Receiver, Request, Tables, Via, compile};

/// What marks the label of a species that came as a mimic, or from cell to cell.
pub(super) const MIMIC: &str = " mimic";
pub(super) const BY_CONTACT: &str = " by contact";

/// A response and the molecules that it follows.
pub(super) struct Acting {
    pub law: ResponseLaw,
    pub species: Vec<SpeciesLaw>,
    pub reach: Vec<Reach>,
    pub shape: Arc<Shape>,
}

/// What no prior draw changes about a response: which targets, which families, which load is part of which molecule.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// The receivers with the numbers of the lowering that found them.
    receivers: Vec<ReceiverLaw>,
    /// Each receiver's own level of each family, as a share of all its miRNA.
    own_shares: Vec<Vec<f64>>,
    n_families: usize,
    /// Each followed molecule: its family, and whether it is a miRNA.
    pub(super) species: Vec<(Option<u16>, bool)>,
    /// The molecule that each load of each population is part of.
    parts: Vec<Vec<Option<u16>>>,
    /// Whether the population has the copies of the load scaled.
    scaled: Vec<Vec<bool>>,
    /// Of each followed molecule, whether touching cells hand on their own.
    pub(super) passed: Vec<bool>,
    has_programs: bool,
    labels: Labels,
}

/// What one followed molecule is made of.
enum Followed {
    /// All natural miRNA of a seed, less what is followed by name.
    Family(String),
    /// One miRNA or molecule by name.
    Named(String, Sort),
}

impl Lowering<'_> {
    pub(super) fn response(
        &mut self,
        programs: &[String],
        carried: &[Vec<Load>],
        labels: &mut Labels,
    ) -> Option<Acting> {
        if carried.is_empty() {
            let law = ResponseLaw::none();
            return Some(Acting { law, species: Vec::new(), reach: Vec::new(), shape: Arc::default() });
        }
        if let Some(shape) = self.shape {
            self.misfit = !shape.fits(carried, labels);
            return if self.misfit { None } else { self.reshaped(shape, labels) };
        }
        let tables = if programs.is_empty() { Arc::default() } else { self.target_tables(programs)? };
        self.known_mimics(carried, &tables);
        let receivers = self.receivers(&tables)?;
        let seed_of = |load: &Load| seed(load, &tables);
        let mut candidates: Vec<String> = Vec::new();
        for seed in carried.iter().flatten().map(seed_of).filter(|seed| !seed.is_empty()) {
            if !candidates.contains(&seed) {
                candidates.push(seed);
            }
        }
        let all = self.compiled(&tables, programs, &candidates, &receivers)?;
        let reached: BTreeSet<usize> = all.reach.iter().map(|reach| reach.family).collect();
        let families: Vec<String> = reached.iter().map(|k| candidates[*k].clone()).collect();
        let compiled = self.compiled(&tables, programs, &families, &receivers)?;
        self.note_tables(&compiled, programs);
        labels.programs = programs.to_vec();
        labels.families.clone_from(&families);
        self.follow(carried, &families, compiled, &tables, labels)
    }

    fn follow(
        &mut self,
        carried: &[Vec<Load>],
        families: &[String],
        compiled: Compiled,
        tables: &Tables,
        labels: &mut Labels,
    ) -> Option<Acting> {
        let number_of = |seed: &str| families.iter().position(|known| known == seed).map(|k| k as u16);
        let mut followed: Vec<Followed> = Vec::new();
        let mut species: Vec<(Option<u16>, bool)> = Vec::new();
        let natural = carried.iter().flatten().any(|load| load.sort == Sort::Natural);
        for seed in families.iter().filter(|_| natural) {
            let most =
                carried.iter().flatten().filter(|load| load.sort == Sort::Natural && load.seed == **seed);
            let name =
                most.max_by(|a, b| a.copies.total_cmp(&b.copies)).map_or("", |load| load.name.as_str());
            labels.species.push(format!("{name} family"));
            species.push((number_of(seed), true));
            followed.push(Followed::Family(seed.clone()));
        }
        let read = self.names_read();
        for load in carried.iter().flatten() {
            let by_name = load.sort != Sort::Natural || read.iter().any(|name| same_mirna(name, &load.name));
            if !by_name || followed.iter().any(|f| f.is_named(load)) {
                continue;
            }
            species.push((number_of(&seed(load, tables)), load.sort != Sort::Molecule));
            followed.push(Followed::Named(load.name.clone(), load.sort));
            if load.sort == Sort::Mimic && load.name != WITHOUT_TARGETS {
                labels.mimics.push(labels.species.len());
            }
            labels.species.push(match load.sort {
                Sort::Mimic => format!("{}{MIMIC}", load.name),
                Sort::Passed => format!("{}{BY_CONTACT}", load.name),
                Sort::Natural | Sort::Molecule => load.name.clone(),
            });
        }
        let shape = Shape {
            receivers: compiled.law.receivers.clone(),
            own_shares: compiled.own_shares,
            n_families: compiled.law.n_families,
            parts: carried.iter().map(|loads| parts(loads, &followed)).collect(),
            scaled: carried.iter().map(|loads| loads.iter().map(|load| load.is_scaled).collect()).collect(),
            has_programs: !labels.programs.is_empty(),
            labels: labels.clone(),
            passed: followed.iter().map(|f| matches!(f, Followed::Named(_, Sort::Passed))).collect(),
            species,
        };
        let species = self.species(&shape)?;
        Some(Acting { law: compiled.law, species, reach: compiled.reach, shape: Arc::new(shape) })
    }

    fn species(&mut self, shape: &Shape) -> Option<Vec<SpeciesLaw>> {
        // Who follows no miRNA need not say how long one lasts.
        let is_asked = shape.species.iter().any(|(_, is_mirna)| *is_mirna);
        let mirna = if is_asked { self.number(&["response", "half_life"])? } else { f64::NAN };
        let other = self.number(&["response", "protein_half_life"])?;
        let law = |(family, is_mirna): &(Option<u16>, bool)| SpeciesLaw {
            half_life_min: if *is_mirna { mirna } else { other },
            family: *family,
        };
        Some(shape.species.iter().map(law).collect())
    }

    /// The response of a known shape with the numbers of this map.
    fn reshaped(&mut self, shape: &Arc<Shape>, labels: &mut Labels) -> Option<Acting> {
        let (strength, threshold_copies) = self.strength_and_threshold(shape.has_programs)?;
        let own_copies = self.number(&["response", "own_copies"])?;
        let (hill, pool) = (self.number(&["response", "hill"])?, self.number(&["response", "pool"])?);
        let mut receivers = shape.receivers.clone();
        for (receiver, own) in receivers.iter_mut().zip(&shape.own_shares) {
            receiver.baseline_copies = own.iter().map(|share| share * own_copies).collect();
            receiver.pool.fill(pool);
            let hits = receiver.genes.iter_mut().flat_map(|gene| &mut gene.hits);
            hits.for_each(|(_, of_hit)| *of_hit = strength);
        }
        let law = ResponseLaw { n_families: shape.n_families, threshold_copies, hill, receivers };
        labels.clone_from(&shape.labels);
        Some(Acting { law, species: self.species(shape)?, reach: Vec::new(), shape: Arc::clone(shape) })
    }

    /// log2 repression at full occupancy, and copies at half; neither is asked for where no rule reads a program.
    fn strength_and_threshold(&mut self, has_programs: bool) -> Option<(f64, f64)> {
        if !has_programs {
            return Some((0.0, 1.0));
        }
        let strength = self.number(&["response", "targets", "strength"])?;
        Some((strength, self.number(&["response", "threshold"])?))
    }

    /// Names that rules read as `copies of NAME`.
    fn names_read(&self) -> Vec<String> {
        let signals =
            self.map.items().iter().filter(|item| item.path.0.last().is_some_and(|p| p == "signal"));
        signals.filter_map(|item| item.value.text().strip_prefix("copies of ").map(str::to_owned)).collect()
    }

    /// A mimic that neither the targets nor the cargo know is a slip, not a molecule without targets.
    fn known_mimics(&mut self, carried: &[Vec<Load>], tables: &Tables) {
        if tables.targets.is_empty() {
            return;
        }
        let natural = carried.iter().flatten().filter(|load| load.sort == Sort::Natural);
        let names: BTreeSet<&str> = natural
            .map(|load| load.name.as_str())
            .chain(tables.targets.iter().map(|row| row.mirna.as_str()))
            .collect();
        let bare =
            |name: &str| name.split_once('-').map_or_else(|| name.to_owned(), |(_, rest)| rest.to_owned());
        let known: Vec<String> = names.iter().map(|name| bare(name)).collect();
        let mut problems = Vec::new();
        let named = |load: &&Load| matches!(load.sort, Sort::Mimic | Sort::Passed);
        for load in carried.iter().flatten().filter(named) {
            if load.name == WITHOUT_TARGETS || names.iter().any(|name| same_mirna(name, &load.name)) {
                continue;
            }
            let problem = vesicle_base::Problem::new(format!("unknown miRNA `{}`", load.name))
                .expected("a mature miRNA of the target table or of the cargo table, or `scrambled`")
                .nearest(&load.name, known.iter().map(String::as_str));
            let place = match load.sort {
                Sort::Passed => self.map.at(&["contact", "mirna"]),
                _ => self.map.at(&["mimics"]).or_else(|| self.map.at(&["inject"])),
            };
            problems.push(match place.and_then(|item| item.place.as_ref()) {
                Some(place) => problem.at(place),
                None => problem,
            });
        }
        self.problems.extend(problems);
    }

    fn target_tables(&mut self, programs: &[String]) -> Option<Arc<Tables>> {
        let needed = [["response", "targets", "table"].as_slice(), &["response", "programs"]];
        let [targets, sets] = needed.map(|path| {
            let text = self.map.text(path).map(str::to_owned);
            if text.is_none() {
                self.missing(&path.join("."), "a table, because a rule reads `repression of …`", None);
            }
            text
        });
        let place = self.map.at(needed[0]).and_then(|item| item.place.clone());
        let tables = self.kept(self.library.tables(&targets?, &sets?), place.as_ref())?;
        for program in programs {
            if !tables.programs.iter().any(|row| row.program == *program) {
                self.unknown_program(program, &tables);
                return None;
            }
        }
        Some(tables)
    }

    fn unknown_program(&mut self, program: &str, tables: &Tables) {
        let known: BTreeSet<&str> = tables.programs.iter().map(|row| row.program.as_str()).collect();
        let words = format!("repression of {program}");
        let item = self.map.items().iter().find(|item| item.value.text() == words);
        let mut problem = vesicle_base::Problem::new(format!("unknown program `{program}`"))
            .expected(crate::registry::listed(known.iter().copied()))
            .nearest(program, known.iter().copied());
        if let Some(place) = item.and_then(|item| item.place.as_ref()) {
            problem = problem.at(place);
        }
        self.problems.push(problem);
    }

    fn receivers(&mut self, tables: &Tables) -> Option<Vec<Receiver>> {
        self.experiment.names.cells.clone().iter().map(|cell| self.receiver(cell, tables)).collect()
    }

    fn receiver(&mut self, cell: &str, tables: &Tables) -> Option<Receiver> {
        let species = self.map.text(&["cell", cell, "species"]).unwrap_or("human").to_owned();
        let mut receiver = Receiver { species, ..Receiver::default() };
        if let Some(item) = self.map.at(&["response", "own_mirna", cell]).cloned() {
            receiver.own =
                self.kept(self.library.own_mirna(&item.value.text()), item.place.as_ref())?.to_vec();
        }
        if let Some(item) = self.map.at(&["response", "expressed", cell]).cloned() {
            let listed = self.kept(self.library.expressed(&item.value.text()), item.place.as_ref())?;
            let mut genes = (*listed).clone();
            let mouse: Vec<String> = tables
                .orthologues
                .iter()
                .filter(|o| genes.contains(&o.human))
                .map(|o| o.mouse.clone())
                .collect();
            genes.extend(mouse);
            receiver.expressed = Some(genes);
        }
        Some(receiver)
    }

    fn compiled(
        &mut self,
        tables: &Tables,
        programs: &[String],
        families: &[String],
        receivers: &[Receiver],
    ) -> Option<Compiled> {
        let without: Vec<String> = self
            .map
            .names(&["response", "targets", "without"])
            .iter()
            .filter_map(|source| self.experiment.source(source))
            .flat_map(pmids)
            .collect();
        let (strength_log2, threshold_copies) = self.strength_and_threshold(!programs.is_empty())?;
        Some(compile(&Request {
            tables,
            programs,
            families,
            receivers,
            without: &without,
            strength_log2,
            own_copies: self.number(&["response", "own_copies"])?,
            threshold_copies,
            hill: self.number(&["response", "hill"])?,
            pool: self.number(&["response", "pool"])?,
        }))
    }

    fn note_tables(&mut self, compiled: &Compiled, programs: &[String]) {
        match compiled.removed {
            0 => {}
            1 => self.note("targets: 1 row left out by its source".to_owned()),
            removed => self.note(format!("targets: {removed} rows left out by their source")),
        }
        // Which pairs differs by arm, and `check` marks each; that there are some is one thing to know.
        if compiled.reach.iter().any(|reach| reach.via == Via::Orthologue) {
            self.note(format!(
                "targets of {}: some pairs are human and reach a mouse cell through one-to-one orthologues and identical \
                 miRNA (`vesicle check` marks them)",
                programs.join(", ")
            ));
        }
    }
}

impl Followed {
    /// Whether it is this load by name.
    fn is_named(&self, load: &Load) -> bool {
        matches!(self, Self::Named(name, sort) if *name == load.name && *sort == load.sort)
    }
}

/// The followed molecule that each load is part of: its own name's, else its family's.
fn parts(loads: &[Load], followed: &[Followed]) -> Vec<Option<u16>> {
    let of_family = |f: &Followed, load: &Load| matches!(f, Followed::Family(seed) if *seed == load.seed);
    let part = |load: &Load| {
        let named = followed.iter().position(|f| f.is_named(load));
        let natural = load.sort == Sort::Natural;
        named.or_else(|| followed.iter().position(|f| natural && of_family(f, load))).map(|at| at as u16)
    };
    loads.iter().map(part).collect()
}

impl Shape {
    /// Whether a load of a population has its copies scaled, where it is part of a molecule that is followed.
    pub(super) fn follows(&self, population: usize, load: usize) -> Option<bool> {
        (*self.parts.get(population)?.get(load)?)?;
        self.scaled.get(population)?.get(load).copied()
    }

    /// Whether it was found for the same populations with as many loads.
    fn fits(&self, carried: &[Vec<Load>], labels: &Labels) -> bool {
        self.labels.populations == labels.populations
            && self.labels.fields == labels.fields
            && self.parts.len() == carried.len()
            && self.parts.iter().zip(carried).all(|(parts, loads)| parts.len() == loads.len())
    }

    /// Gives each population its cargo, by the molecules that are followed.
    pub(super) fn fill(
        &self,
        mut populations: Vec<PopulationSetup>,
        carried: &[Vec<Load>],
    ) -> Vec<PopulationSetup> {
        for ((population, loads), parts) in populations.iter_mut().zip(carried).zip(&self.parts) {
            let mut sums = vec![(0.0_f64, 0.0_f64); self.species.len()];
            for (load, part) in loads.iter().zip(parts) {
                if let Some((mean, dispersion)) = part.and_then(|part| sums.get_mut(usize::from(part))) {
                    *mean += load.copies;
                    *dispersion = dispersion.max(load.dispersion);
                }
            }
            let cargo = sums.iter().enumerate().filter(|(_, (mean, _))| *mean > 0.0);
            population.law.cargo.extend(cargo.map(|(species, (mean, dispersion))| CargoLaw {
                species: species as u16,
                mean_copies_per_vesicle: *mean,
                dispersion: *dispersion,
            }));
        }
        populations
    }
}

/// The seed of a load: the cargo table's own, or for one that is only named that of the target table.
fn seed(load: &Load, tables: &Tables) -> String {
    if !matches!(load.sort, Sort::Mimic | Sort::Passed) || load.name == WITHOUT_TARGETS {
        return load.seed.clone();
    }
    let row = tables.targets.iter().find(|row| same_mirna(&row.mirna, &load.name));
    row.map_or_else(String::new, |row| row.seed.clone())
}

/// PubMed identifiers in the text of a source.
fn pmids(text: &str) -> Vec<String> {
    let digits =
        |rest: &str| rest.trim_start_matches([' ', ':']).chars().take_while(char::is_ascii_digit).collect();
    text.split("PMID").skip(1).map(digits).filter(|pmid: &String| !pmid.is_empty()).collect()
}
