//! The tables behind a response, as values.

/// One validated pair: a miRNA represses a gene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetRow {
    /// Mature name with species prefix.
    pub mirna: String,
    /// Bases 2–8.
    pub seed: String,
    /// Gene symbol.
    pub gene: String,
    /// Species of the gene.
    pub species: String,
    /// Evidence class.
    pub evidence: String,
    /// PubMed identifiers of the papers behind it.
    pub pmids: Vec<String>,
}

/// One gene of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgramRow {
    /// Name of the program.
    pub program: String,
    /// Species of the gene.
    pub species: String,
    /// Gene symbol.
    pub gene: String,
    /// Signed weight before normalisation: positive when the gene drives the program.
    pub weight: f64,
}

/// A cell's own level of one seed family.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnLevel {
    /// Bases 2–8.
    pub seed: String,
    /// Share of all the cell's miRNA, 0 to 1.
    pub share: f64,
}

/// A one-to-one pair of genes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orthologue {
    /// Human symbol.
    pub human: String,
    /// Mouse symbol.
    pub mouse: String,
}

/// Mature miRNAs of identical sequence in two species.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirnaPair {
    /// Human name.
    pub human: String,
    /// Mouse name.
    pub mouse: String,
}

/// All tables of one response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// miRNA–gene pairs.
    pub targets: Vec<TargetRow>,
    /// Signed gene sets.
    pub programs: Vec<ProgramRow>,
    /// One-to-one genes.
    pub orthologues: Vec<Orthologue>,
    /// miRNAs of identical sequence.
    pub mirna_pairs: Vec<MirnaPair>,
}
