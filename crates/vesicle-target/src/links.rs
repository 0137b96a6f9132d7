//! Which seed family represses which gene, by how much and on what evidence: every table of targets comes to this.
//!
//! Predicted rows carry a cumulative weighted context++ score, which is a log2 fold change (Agarwal 2015, doi
//! 10.7554/eLife.05005). Validated rows carry no size; their strength by class of evidence is assumed and said.

use std::collections::BTreeMap;

/// On what a pair rests, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The source mixes kinds of evidence.
    Mixed,
    /// Predicted from sequence.
    Predicted,
    /// Sequencing of bound RNA, arrays and the like.
    Weak,
    /// Reporter assay, western blot or quantitative PCR.
    Strong,
}

impl Evidence {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Predicted => "predicted",
            Self::Weak => "weak",
            Self::Strong => "strong",
        }
    }
}

/// One statement of a table: a miRNA of a seed family on a gene.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Bases 2–8, RNA letters.
    pub seed: String,
    /// The miRNA, or the family where the table speaks of families: scores of one are summed over sites.
    pub regulator: String,
    /// Gene symbol.
    pub gene: String,
    /// Class of evidence.
    pub evidence: Evidence,
    /// Context++ score: log2 fold change, negative represses.
    pub score: Option<f64>,
    /// Number of sites; 1 where the row is one site.
    pub sites: u32,
    /// PubMed numbers.
    pub pmids: Vec<u32>,
}

/// log2 repression at full occupancy that a class of evidence stands for where no score is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strengths {
    /// Of strong evidence.
    pub strong: f64,
    /// Of weak, mixed or unscored predicted evidence.
    pub weak: f64,
}

impl Default for Strengths {
    /// 0.3 and 0.15 log2: about one 8mer and one 7mer site (Grimson 2007, doi 10.1016/j.molcel.2007.06.017), assumed to
    /// stand for validated pairs.
    fn default() -> Self {
        Self { strong: 0.3, weak: 0.15 }
    }
}

/// A family on a gene.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Fall of log2 expression at full occupancy; 0 or more.
    pub fall: f64,
    /// Whether the fall comes from scores rather than from the class of evidence.
    pub scored: bool,
    /// Best evidence.
    pub evidence: Evidence,
    /// Sites, where told.
    pub sites: u32,
    /// Papers, each once.
    pub pmids: Vec<u32>,
}

/// Links of every family: seed → gene → link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Links {
    /// By seed, then by gene.
    pub by_seed: BTreeMap<String, BTreeMap<String, Link>>,
}

impl Links {
    /// Gathers statements. Scores are summed over the sites of one regulator and averaged over the regulators of a
    /// family, whose members share sites; a gene is hit once per family. Scores above 0 repress nothing.
    pub fn of(statements: &[Statement], strengths: Strengths) -> Self {
        let mut gathered: BTreeMap<(&str, &str), Gathered<'_>> = BTreeMap::new();
        for s in statements {
            gathered.entry((&s.seed, &s.gene)).or_default().add(s);
        }
        let mut out = Self::default();
        for ((seed, gene), pair) in gathered {
            let genes = out.by_seed.entry(seed.to_owned()).or_default();
            genes.insert(gene.to_owned(), pair.link(strengths));
        }
        out
    }

    /// Links of a family; none when the tables do not know it.
    pub fn family(&self, seed: &str) -> impl Iterator<Item = (&str, &Link)> {
        self.by_seed.get(seed).into_iter().flatten().map(|(gene, link)| (gene.as_str(), link))
    }

    /// Every gene that any family hits, ascending.
    pub fn genes(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.by_seed.values().flat_map(|g| g.keys().map(String::as_str)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The same links without pairs of less evidence.
    #[must_use]
    pub fn at_least(mut self, least: Evidence) -> Self {
        for genes in self.by_seed.values_mut() {
            genes.retain(|_, link| link.evidence >= least);
        }
        self.by_seed.retain(|_, genes| !genes.is_empty());
        self
    }

    /// Number of family–gene pairs.
    pub fn n_pairs(&self) -> usize {
        self.by_seed.values().map(BTreeMap::len).sum()
    }
}

#[derive(Default)]
struct Gathered<'a> {
    scores: BTreeMap<&'a str, f64>,
    sites: BTreeMap<&'a str, u32>,
    evidence: Option<Evidence>,
    pmids: Vec<u32>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, s: &'a Statement) {
        if let Some(score) = s.score.filter(|score| score.is_finite()) {
            *self.scores.entry(&s.regulator).or_default() += score;
        }
        *self.sites.entry(&s.regulator).or_default() += s.sites;
        self.evidence = self.evidence.max(Some(s.evidence));
        self.pmids.extend(&s.pmids);
    }

    fn link(mut self, strengths: Strengths) -> Link {
        self.pmids.sort_unstable();
        self.pmids.dedup();
        let evidence = self.evidence.unwrap_or(Evidence::Mixed);
        let scored = !self.scores.is_empty();
        let mean = self.scores.values().sum::<f64>() / self.scores.len().max(1) as f64;
        let by_class = if evidence == Evidence::Strong { strengths.strong } else { strengths.weak };
        let sites = self.sites.values().copied().max().unwrap_or(0);
        Link {
            fall: if scored { (-mean).max(0.0) } else { by_class },
            scored,
            evidence,
            sites,
            pmids: self.pmids,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(regulator: &str, gene: &str, evidence: Evidence, score: Option<f64>) -> Statement {
        Statement {
            seed: "AAAAAAA".into(),
            regulator: regulator.into(),
            gene: gene.into(),
            evidence,
            score,
            sites: 1,
            pmids: if evidence == Evidence::Strong { vec![7] } else { Vec::new() },
        }
    }

    #[test]
    fn scores_are_summed_over_sites_and_averaged_over_members() {
        let p = Evidence::Predicted;
        let links = Links::of(
            &[
                said("a", "G", p, Some(-0.3)),
                said("a", "G", p, Some(-0.1)),
                said("b", "G", p, Some(-0.2)),
                said("b", "H", p, Some(0.1)),
            ],
            Strengths::default(),
        );
        let g = &links.by_seed["AAAAAAA"]["G"];
        assert!((g.fall - 0.3).abs() < 1e-12 && g.scored && g.sites == 2);
        assert_eq!(links.by_seed["AAAAAAA"]["H"].fall, 0.0);
        assert_eq!((links.n_pairs(), links.genes()), (2, vec!["G", "H"]));
    }

    #[test]
    fn classes_stand_in_where_there_is_no_score_and_papers_count_once() {
        let rows = [
            said("a", "G", Evidence::Weak, None),
            said("a", "G", Evidence::Strong, None),
            said("b", "G", Evidence::Strong, None),
            said("a", "H", Evidence::Weak, None),
        ];
        let links = Links::of(&rows, Strengths { strong: 0.4, weak: 0.1 });
        let g = &links.by_seed["AAAAAAA"]["G"];
        assert_eq!((g.fall, g.evidence, g.pmids.as_slice()), (0.4, Evidence::Strong, [7].as_slice()));
        let strong = links.at_least(Evidence::Strong);
        assert_eq!(strong.n_pairs(), 1);
    }
}
