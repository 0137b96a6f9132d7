//! The table of mature miRNAs that ships with the program: accession, sequence, and every name with its releases.

use std::collections::HashMap;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;

use super::spelling;

/// Derived from miRBase (public domain); see `data/SOURCE.md`.
const PACKED: &[u8] = include_bytes!("../../data/mirna_names.tsv.gz");

/// A release of miRBase, such as 21 or 8.2, in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(pub(crate) u16);

impl Release {
    /// The last release that the table knows.
    pub const LAST: Self = Self(220);

    /// Parses `21`, `v21` or `8.2`.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, tenth) = text
            .trim()
            .trim_start_matches(['v', 'V'])
            .split_once('.')
            .unwrap_or((text.trim().trim_start_matches(['v', 'V']), "0"));
        let (whole, tenth) = (whole.parse::<u16>().ok()?, tenth.parse::<u16>().ok()?);
        (whole <= 22 && tenth <= 9).then(|| Self(10 * whole + tenth))
    }
}

/// The species whose miRNAs the table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Species {
    /// Man, `hsa`.
    Human,
    /// Mouse, `mmu`.
    Mouse,
}

impl Species {
    /// The prefix of its names.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Human => "hsa-",
            Self::Mouse => "mmu-",
        }
    }
}

/// A name and the releases in which it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// First release with it.
    pub first: Release,
    /// Last release with it.
    pub last: Release,
}

/// One mature miRNA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mature {
    /// Accession, `MIMAT…`.
    pub accession: String,
    /// Mature sequence in RNA letters; empty when release 22 has dropped the accession.
    pub sequence: String,
    /// Every name, oldest first.
    pub names: Vec<Named>,
}

impl Mature {
    /// The latest name.
    pub fn name(&self) -> &str {
        self.names.last().map_or("", |named| named.name.as_str())
    }

    /// Bases 2 to 8 of the sequence; empty when there is none.
    pub fn seed_m8(&self) -> &str {
        self.sequence.get(1..8).unwrap_or("")
    }

    /// Man or mouse.
    pub fn species(&self) -> Species {
        if self.name().starts_with("mmu-") { Species::Mouse } else { Species::Human }
    }

    /// Whether a name stood for this miRNA in a release.
    pub(crate) fn was_called(&self, key: &str, release: Release) -> bool {
        let stood = |named: &&Named| named.first <= release && release <= named.last;
        self.names.iter().filter(stood).any(|named| spelling::key(&named.name) == key)
    }
}

/// The table with its indices.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) matures: Vec<Mature>,
    pub(crate) by_accession: HashMap<String, usize>,
    pub(crate) by_key: HashMap<String, Vec<usize>>,
    pub(crate) by_sequence: HashMap<String, Vec<usize>>,
}

/// Every mature miRNA of the table, by accession.
pub fn mirbase() -> &'static [Mature] {
    &table().matures
}

pub(crate) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut text = String::new();
        let unpacked = GzDecoder::new(PACKED).read_to_string(&mut text);
        assert!(unpacked.is_ok(), "the table of miRNA names is built into the program and must unpack");
        Table::of(text.lines().skip(1).filter_map(mature).collect())
    })
}

fn mature(line: &str) -> Option<Mature> {
    let mut fields = line.split('\t');
    let (accession, sequence, names) = (fields.next()?, fields.next()?, fields.next()?);
    let names = names.split('|').filter_map(|span| {
        let (name, releases) = span.rsplit_once('=')?;
        let (first, last) = releases.split_once('-')?;
        Some(Named { name: name.to_owned(), first: Release::parse(first)?, last: Release::parse(last)? })
    });
    Some(Mature { accession: accession.to_owned(), sequence: sequence.to_owned(), names: names.collect() })
}

impl Table {
    fn of(matures: Vec<Mature>) -> Self {
        let mut table = Self {
            by_accession: HashMap::with_capacity(matures.len()),
            by_key: HashMap::new(),
            by_sequence: HashMap::new(),
            matures,
        };
        for (at, mature) in table.matures.iter().enumerate() {
            table.by_accession.insert(mature.accession.clone(), at);
            if !mature.sequence.is_empty() {
                table.by_sequence.entry(mature.sequence.clone()).or_default().push(at);
            }
            for named in &mature.names {
                let same = table.by_key.entry(spelling::key(&named.name)).or_default();
                if !same.contains(&at) {
                    same.push(at);
                }
            }
        }
        table
    }
}
