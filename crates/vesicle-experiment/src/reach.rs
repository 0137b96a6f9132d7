//! Which genes of which program each carried molecule reaches, in words; a mimic that reaches none cannot act by
//! construction.

use crate::experiment::Experiment;
use crate::runs::Campaign;
use vesicle_target::Via;

/// What one molecule reaches in one kind of cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The molecule, as its label says it.
    pub molecule: String,
    /// The kind of cell.
    pub kind: String,
    /// The program.
    pub program: String,
    /// Genes of the program in order of their symbols, each marked with how it is known.
    pub genes: Vec<String>,
}

/// What every molecule of a campaign reaches in the kinds whose rules read the program, once each; mimics first.
pub fn reached(experiment: &Experiment, campaign: &Campaign) -> Vec<Reached> {
    let read = readers(experiment);
    let mut all: Vec<Reached> = Vec::new();
    let mut mimics: Vec<String> = Vec::new();
    for lowered in &campaign.lowered {
        let labels = &lowered.labels;
        mimics.extend(labels.mimics.iter().map(|k| labels.species[*k].clone()));
        for (species, law) in lowered.setup.species.iter().enumerate() {
            for (receiver, kind) in labels.kinds.iter().enumerate() {
                for (program, name) in labels.programs.iter().enumerate() {
                    let hits = lowered.reach.iter().filter(|r| {
                        law.family == Some(r.family as u16) && r.receiver == receiver && r.program == program
                    });
                    let mut genes: Vec<String> = hits.map(gene).collect();
                    genes.sort();
                    let row = Reached {
                        molecule: labels.species[species].clone(),
                        kind: kind.clone(),
                        program: name.clone(),
                        genes,
                    };
                    let is_read = read.contains(&(row.kind.clone(), row.program.clone()));
                    if is_read && !row.genes.is_empty() && !all.contains(&row) {
                        all.push(row);
                    }
                }
            }
        }
    }
    all.sort_by_key(|row| !mimics.contains(&row.molecule));
    all
}

/// Kinds with the programs that some rule of theirs reads, in the base or in any patch.
fn readers(experiment: &Experiment) -> Vec<(String, String)> {
    let part = |rule: &str, part: &str| -> Vec<String> {
        let items = experiment.all_items().filter(|item| item.path.segments() == ["rule", rule, part]);
        items.map(|item| item.value.text()).collect()
    };
    let mut readers = Vec::new();
    for item in experiment.all_items() {
        let ["rule", rule, "signal"] = item.path.segments()[..] else { continue };
        let text = item.value.text();
        let Some(program) = text.strip_prefix("repression of ") else { continue };
        readers.extend(part(rule, "cell").into_iter().map(|kind| (kind, program.to_owned())));
    }
    readers
}

/// A gene, whether it holds the program back, and whether the pair was carried over from human.
fn gene(reach: &vesicle_target::Reach) -> String {
    let sign = if reach.drives { "" } else { " (holds it back)" };
    let via = if reach.via == Via::Orthologue { "*" } else { "" };
    format!("{}{via}{sign}", reach.gene)
}

/// Mimics of an arm that reach no gene of any program that a rule reads, under no mechanism that is run: (arm, mimic).
pub fn cannot_act(experiment: &Experiment, campaign: &Campaign) -> Vec<(String, String)> {
    let mut acts: Vec<((usize, &str), bool)> = Vec::new();
    for run in campaign.runs.iter().filter(|run| run.key.replicate == 0) {
        let lowered = campaign.of(run);
        for mimic in &lowered.labels.mimics {
            let pair = (run.key.arm, lowered.labels.species[*mimic].as_str());
            let reaches = lowered.setup.species[*mimic].family.is_some();
            match acts.iter_mut().find(|(known, _)| *known == pair) {
                Some((_, acts)) => *acts |= reaches,
                None => acts.push((pair, reaches)),
            }
        }
    }
    let idle = acts.into_iter().filter(|(_, acts)| !acts);
    idle.map(|((arm, mimic), _)| (experiment.arms[arm].name.clone(), mimic.to_owned())).collect()
}
