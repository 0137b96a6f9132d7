//! What a vesicle population carries, as relative abundances with what they rest on.

use vesicle_base::Draws;

/// Mean reads per library below which an abundance is not a level but a pooled count.
pub const QUANTIFIED_READS: f64 = 10.0;

/// One miRNA of a profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Abundance {
    /// Mature name with species prefix: `hsa-miR-21-5p`.
    pub mirna: String,
    /// Bases 2–8, RNA letters; empty when the name is no mature miRNA.
    pub seed: String,
    /// Share of all miRNA molecules, mean over libraries, 0 to 1.
    pub share: f64,
    /// Standard deviation of that share over libraries.
    pub share_sd: f64,
    /// Libraries in which it was seen.
    pub detected_in: u32,
    /// Reads of all libraries together.
    pub pooled_reads: f64,
    /// Mean reads per library.
    pub mean_reads: f64,
}

impl Abundance {
    /// Whether the abundance is a level; else it is drawn from the posterior of its pooled reads.
    pub fn is_quantified(&self) -> bool {
        self.mean_reads >= QUANTIFIED_READS
    }
}

/// A measured cargo profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Rows in the order of the table.
    pub rows: Vec<Abundance>,
    /// Libraries behind it.
    pub n_libraries: u32,
    /// miRNA reads of all libraries together.
    pub pooled_total: f64,
}

impl Profile {
    /// The row of a miRNA, with or without its species prefix.
    pub fn find(&self, mirna: &str) -> Option<&Abundance> {
        self.rows.iter().find(|row| same_mirna(&row.mirna, mirna))
    }

    /// The share to use for a row: its mean when quantified, else a draw from the posterior of its pooled reads,
    /// Gamma(reads + ½) / total (Jeffreys' prior), or that posterior's mean without draws.
    pub fn share(&self, row: &Abundance, draws: Option<&mut Draws>) -> f64 {
        if row.is_quantified() || self.pooled_total <= 0.0 {
            return row.share;
        }
        let shape = row.pooled_reads + 0.5;
        draws.map_or(shape, |draws| draws.gamma(shape)) / self.pooled_total
    }
}

/// Whether two names are the same mature miRNA; a name without species prefix fits any species.
pub fn same_mirna(a: &str, b: &str) -> bool {
    a == b || without_species(a) == b || without_species(b) == a
}

/// A name less its three-letter species prefix.
pub fn without_species(name: &str) -> &str {
    match name.split_once('-') {
        Some((prefix, rest))
            if prefix.len() == 3 && !prefix.eq_ignore_ascii_case("mir") && prefix != "let" =>
        {
            rest
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::{Purpose, Rng};

    fn profile() -> Profile {
        let row = |mirna: &str, share, pooled_reads, mean_reads| Abundance {
            mirna: mirna.into(),
            seed: "AGCUUAU".into(),
            share,
            share_sd: 0.0,
            detected_in: 4,
            pooled_reads,
            mean_reads,
        };
        Profile {
            rows: vec![
                row("hsa-miR-21-5p", 0.02, 10_784.0, 1797.0),
                row("hsa-miR-340-5p", 1.5e-5, 7.0, 7.0 / 6.0),
            ],
            n_libraries: 6,
            pooled_total: 514_090.0,
        }
    }

    #[test]
    fn names_match_with_and_without_species() {
        assert!(same_mirna("hsa-miR-21-5p", "miR-21-5p") && same_mirna("miR-21-5p", "hsa-miR-21-5p"));
        assert!(!same_mirna("hsa-miR-21-5p", "mmu-miR-21-5p"));
        assert_eq!(without_species("let-7a-5p"), "let-7a-5p");
        assert_eq!(without_species("miR-21-5p"), "miR-21-5p");
    }

    #[test]
    fn a_rare_one_is_drawn_from_its_posterior() {
        let profile = profile();
        let rare = &profile.rows[1];
        assert!((profile.share(rare, None) - 7.5 / 514_090.0).abs() < 1e-12);
        let rng = Rng::new(1);
        let n = 20_000;
        let mean =
            (0..n).map(|k| profile.share(rare, Some(&mut rng.at(Purpose(1), k, 0)))).sum::<f64>() / n as f64;
        assert!((mean / (7.5 / 514_090.0) - 1.0).abs() < 0.02);
        assert_eq!(profile.share(&profile.rows[0], Some(&mut rng.at(Purpose(1), 0, 0))), 0.02);
    }
}
