//! Tables by name: beside the experiment first, then those that ship with the program.

use crate::{bounded, cbhg, cell_table, tsv};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use vesicle_base::Problem;
use vesicle_cargo::{Abundance, Profile};
use vesicle_experiment::library::{ImportedRules, Library, SeenCells};
use vesicle_target::{MirnaPair, Orthologue, OwnLevel, ProgramRow, Tables, TargetRow};

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        /// Tables that ship with the program, by the name under which an experiment asks for them.
        pub const SHIPPED: &[(&str, &str)] =
            &[$((concat!("data/", $name), include_str!(concat!("../../../data/", $name)))),+];
    };
}

shipped![
    "marrow_msc_vesicle_mirna.tsv",
    "targets.tsv",
    "programs.tsv",
    "endothelium_mirna.tsv",
    "myeloma_mirna.tsv",
    "osteoblast_mirna.tsv",
    "endothelium_expressed.tsv",
    "rpmi8226_expressed.tsv",
    "orthologues.tsv",
    "orthologues_all.tsv",
    "mirna_orthologues.tsv",
    "published_doses.tsv",
    "rotors.tsv",
    "isolation_methods.tsv",
    "sample_particles.tsv",
];

/// Tables beside one experiment file, and the shipped ones.
#[derive(Debug)]
pub struct FolderLibrary {
    folder: PathBuf,
    profiles: Kept<String, Profile>,
    tables: Kept<(String, String), Tables>,
    own: Kept<String, Vec<OwnLevel>>,
    expressed: Kept<String, BTreeSet<String>>,
    cells: Kept<String, SeenCells>,
    rules: Kept<String, ImportedRules>,
}

/// Tables that were read before, shared by all who ask.
type Kept<K, V> = Mutex<BTreeMap<K, Arc<V>>>;

/// The value of a key, made once; what fails is not kept.
fn once<K: Ord, V>(kept: &Kept<K, V>, key: K, make: impl FnOnce(&K) -> Read<V>) -> Read<Arc<V>> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = kept.get(&key) {
        return Ok(Arc::clone(value));
    }
    let value = Arc::new(make(&key)?);
    kept.insert(key, Arc::clone(&value));
    Ok(value)
}

type Read<T> = Result<T, Vec<Problem>>;

impl FolderLibrary {
    /// The library of an experiment file.
    pub fn of(experiment: &Path) -> Self {
        let folder = experiment.parent().unwrap_or(Path::new("")).to_path_buf();
        Self {
            folder,
            profiles: Mutex::default(),
            tables: Mutex::default(),
            own: Mutex::default(),
            expressed: Mutex::default(),
            cells: Mutex::default(),
            rules: Mutex::default(),
        }
    }

    /// The text of a table and the name to tell people.
    ///
    /// # Errors
    /// When neither the folder nor the program has it, or it cannot be read.
    pub fn text(&self, name: &str) -> Result<(String, String), Problem> {
        let path = self.folder.join(name);
        if path.is_file() {
            return bounded::text(&path, bounded::TABLE_BYTES).map(|text| (path.display().to_string(), text));
        }
        let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
        shipped.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).ok_or_else(|| {
            Problem::new(format!("no table `{name}`"))
                .expected(format!("a file at `{}`, or a table that ships with the program", path.display()))
                .nearest(name, SHIPPED.iter().map(|(known, _)| *known))
        })
    }

    fn table(&self, name: &str) -> Read<tsv::Tsv> {
        let (file, text) = self.text(name).map_err(|problem| vec![problem])?;
        tsv::parse(&file, &text)
    }

    fn profile(&self, name: &str) -> Read<Profile> {
        let table = self.table(name)?;
        let [mirna, seed, mean, sd, n, detected, pooled, reads] = table.columns([
            "mirna",
            "seed",
            "mean_rpm",
            "sd_rpm",
            "n_libraries",
            "detected_in",
            "pooled_reads",
            "mean_reads_per_library",
        ])?;
        let mut n_libraries = 0;
        let rows = rows(&table, Some(mirna), |row| {
            n_libraries = n_libraries.max(row.number(n)? as u32);
            Ok(Abundance {
                mirna: row.text(mirna).to_owned(),
                seed: row.text(seed).to_owned(),
                share: row.number(mean)? * 1e-6,
                share_sd: row.number(sd)? * 1e-6,
                detected_in: row.number(detected)? as u32,
                pooled_reads: row.number(pooled)?,
                mean_reads: row.number(reads)?,
            })
        })?;
        let said =
            table.comments.iter().find_map(|line| line.strip_prefix("pooled reads:")?.trim().parse().ok());
        let pooled_total = said.unwrap_or_else(|| rows.iter().map(|row| row.pooled_reads).sum());
        Ok(Profile { rows, n_libraries, pooled_total })
    }

    fn all_tables(&self, targets: &str, programs: &str) -> Read<Tables> {
        Ok(Tables {
            targets: target_rows(&self.table(targets)?)?,
            programs: program_rows(&self.table(programs)?)?,
            orthologues: pairs(&self.table("data/orthologues.tsv")?)?
                .into_iter()
                .map(|(human, mouse)| Orthologue { human, mouse })
                .collect(),
            mirna_pairs: pairs(&self.table("data/mirna_orthologues.tsv")?)?
                .into_iter()
                .map(|(human, mouse)| MirnaPair { human, mouse })
                .collect(),
        })
    }
}

/// Rows made by `row`; all problems at once, a key that comes twice among them.
fn rows<T>(
    table: &tsv::Tsv,
    key_column: Option<usize>,
    mut row: impl FnMut(&tsv::Row<'_>) -> Result<T, Problem>,
) -> Read<Vec<T>> {
    let mut seen = BTreeMap::new();
    let mut problems = Vec::new();
    let mut made = Vec::new();
    for line in table.rows() {
        if let Some(column) = key_column {
            let key = line.text(column).to_owned();
            if let Some(first) = seen.insert(key.clone(), line.place(column)) {
                let problem = Problem::new(format!("`{key}` twice")).at(&line.place(column));
                problems
                    .push(problem.expected("each name once").found(format!("first at line {}", first.line)));
            }
        }
        match row(&line) {
            Ok(value) => made.push(value),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(made) } else { Err(problems) }
}

impl Library for FolderLibrary {
    fn cargo(&self, name: &str) -> Read<Arc<Profile>> {
        once(&self.profiles, name.to_owned(), |name| self.profile(name))
    }

    fn tables(&self, targets: &str, programs: &str) -> Read<Arc<Tables>> {
        let key = (targets.to_owned(), programs.to_owned());
        once(&self.tables, key, |(targets, programs)| self.all_tables(targets, programs))
    }

    fn own_mirna(&self, name: &str) -> Read<Arc<Vec<OwnLevel>>> {
        once(&self.own, name.to_owned(), |name| {
            let table = self.table(name)?;
            let [seed, rpm] = table.columns(["seed", "rpm"])?;
            rows(&table, Some(seed), |row| {
                Ok(OwnLevel { seed: row.text(seed).to_owned(), share: row.number(rpm)? * 1e-6 })
            })
        })
    }

    fn expressed(&self, name: &str) -> Read<Arc<BTreeSet<String>>> {
        once(&self.expressed, name.to_owned(), |name| {
            let table = self.table(name)?;
            let [gene] = table.columns(["gene"])?;
            Ok(rows(&table, Some(gene), |row| Ok(row.text(gene).to_owned()))?.into_iter().collect())
        })
    }

    fn cells(&self, name: &str) -> Read<Arc<SeenCells>> {
        once(&self.cells, name.to_owned(), |name| {
            let (file, text) = self.text(name).map_err(|problem| vec![problem])?;
            cell_table::parse(&file, &text)
        })
    }

    fn rules(&self, name: &str) -> Read<Arc<ImportedRules>> {
        once(&self.rules, name.to_owned(), |name| {
            let (file, text) = self.text(name).map_err(|problem| vec![problem])?;
            Ok(cbhg::parse(&file, &text))
        })
    }
}

fn target_rows(table: &tsv::Tsv) -> Read<Vec<TargetRow>> {
    let [mirna, seed, gene, species, evidence, pmids] =
        table.columns(["mirna", "seed", "gene", "species", "evidence", "pmids"])?;
    rows(table, None, |row| {
        Ok(TargetRow {
            mirna: row.text(mirna).to_owned(),
            seed: row.text(seed).to_owned(),
            gene: row.text(gene).to_owned(),
            species: row.text(species).to_owned(),
            evidence: row.text(evidence).to_owned(),
            pmids: row.text(pmids).split(';').filter(|p| !p.is_empty()).map(str::to_owned).collect(),
        })
    })
}

fn program_rows(table: &tsv::Tsv) -> Read<Vec<ProgramRow>> {
    let [program, species, gene, sign, weight] =
        table.columns(["program", "species", "gene", "sign", "weight"])?;
    rows(table, None, |row| {
        let sign = match row.text(sign) {
            "+1" | "1" => 1.0,
            "-1" => -1.0,
            other => {
                let problem = Problem::new("wrong `sign`").at(&row.place(sign));
                return Err(problem.expected("`+1` or `-1`").found(format!("`{other}`")));
            }
        };
        Ok(ProgramRow {
            program: row.text(program).to_owned(),
            species: row.text(species).to_owned(),
            gene: row.text(gene).to_owned(),
            weight: sign * row.number(weight)?,
        })
    })
}

fn pairs(table: &tsv::Tsv) -> Read<Vec<(String, String)>> {
    let [human, mouse] = table.columns(["human", "mouse"])?;
    rows(table, None, |row| Ok((row.text(human).to_owned(), row.text(mouse).to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> FolderLibrary {
        FolderLibrary::of(Path::new("nowhere/x.toml"))
    }

    #[test]
    fn every_shipped_table_reads() {
        let library = shipped();
        let profile = library.cargo("data/marrow_msc_vesicle_mirna.tsv").unwrap();
        assert_eq!((profile.n_libraries, profile.pooled_total), (6, 514_090.0));
        let rare = profile.find("miR-340-5p").unwrap();
        assert!(!rare.is_quantified() && rare.pooled_reads == 7.0);
        let tables = library.tables("data/targets.tsv", "data/programs.tsv").unwrap();
        assert!(tables.targets.iter().any(|row| row.gene == "MET" && row.mirna == "hsa-miR-340-5p"));
        assert!(tables.programs.iter().any(|row| row.program == "angiogenesis" && row.species == "mouse"));
        for name in ["data/endothelium_mirna.tsv", "data/myeloma_mirna.tsv", "data/osteoblast_mirna.tsv"] {
            assert!(library.own_mirna(name).unwrap().iter().map(|level| level.share).sum::<f64>() < 1.5);
        }
        assert!(!library.expressed("data/endothelium_expressed.tsv").unwrap().is_empty());
        assert!(!library.expressed("data/rpmi8226_expressed.tsv").unwrap().is_empty());
    }

    #[test]
    fn a_missing_table_names_the_nearest() {
        let problems = shipped().cargo("data/marow_msc_vesicle_mirna.tsv").unwrap_err();
        assert_eq!(problems[0].nearest.as_deref(), Some("data/marrow_msc_vesicle_mirna.tsv"));
    }

    #[test]
    fn a_duplicated_mirna_and_a_wrong_number_are_told_together() {
        let folder = tempfile::tempdir().unwrap();
        let head =
            "mirna\tseed\tmean_rpm\tsd_rpm\tn_libraries\tdetected_in\tpooled_reads\tmean_reads_per_library\n";
        let rows = "a\tAAA\t1\t0\t6\t6\t5\t1\na\tAAA\t-1\t0\t6\t6\t5\t1\n";
        std::fs::write(folder.path().join("t.tsv"), format!("{head}{rows}")).unwrap();
        let library = FolderLibrary::of(&folder.path().join("x.toml"));
        assert_eq!(library.cargo("t.tsv").unwrap_err().len(), 2);
    }
}
