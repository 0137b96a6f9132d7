//! Streams of a compound file (the container of xls), by [MS-CFB]: header, sector chains, directory, small streams.

/// Last entry of a chain, and everything that is not a sector.
const FIRST_RESERVED: u32 = 0xFFFF_FFFA;

/// A compound file in memory.
pub(crate) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    small_sector: usize,
    small_below: usize,
    fat: Vec<u32>,
    small_fat: Vec<u32>,
    directory: Vec<u8>,
}

impl<'a> Compound<'a> {
    /// Reads the header and the tables; `None` when the container is damaged.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = |at| u16_at(bytes, at).filter(|&s| (6..=12).contains(&s)).map(|s| 1_usize << s);
        let mut file = Self {
            bytes,
            sector: shift(30)?,
            small_sector: shift(32)?,
            small_below: u32_at(bytes, 56)? as usize,
            fat: Vec::new(),
            small_fat: Vec::new(),
            directory: Vec::new(),
        };
        file.read_fat()?;
        file.directory = file.chain(u32_at(bytes, 48)?);
        file.small_fat = words(&file.chain(u32_at(bytes, 60)?));
        Some(file)
    }

    /// The bytes of a stream found by name.
    pub(crate) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.directory.chunks_exact(128).find(|entry| entry_name(entry) == name)?;
        let (start, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        let mut stream = if size < self.small_below { self.small_chain(start) } else { self.chain(start) };
        stream.truncate(size);
        Some(stream)
    }

    fn read_fat(&mut self) -> Option<()> {
        let mut listed: Vec<u32> = (0..109).filter_map(|i| u32_at(self.bytes, 76 + 4 * i)).collect();
        let mut next = u32_at(self.bytes, 68)?;
        let most = self.bytes.len() / self.sector + 1;
        for _ in 0..most {
            let Some(block) = self.block(next) else { break };
            let mut more = words(block);
            next = more.pop().unwrap_or(FIRST_RESERVED);
            listed.extend(more);
        }
        for sector in listed.into_iter().filter(|&s| s < FIRST_RESERVED).take(most) {
            self.fat.extend(self.block(sector).map(words).unwrap_or_default());
        }
        Some(())
    }

    fn block(&self, sector: u32) -> Option<&'a [u8]> {
        let start = (sector as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|block| !block.is_empty())
    }

    /// The bytes of a chain of sectors; a chain that loops ends where it would exceed the file.
    fn chain(&self, start: u32) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = start;
        while out.len() <= self.bytes.len() {
            let Some(block) = self.block(at) else { break };
            out.extend_from_slice(block);
            at = self.fat.get(at as usize).copied().unwrap_or(FIRST_RESERVED);
        }
        out
    }

    /// The bytes of a chain of small sectors inside the root entry's stream.
    fn small_chain(&self, start: u32) -> Vec<u8> {
        let root = self.directory.get(..128).and_then(|entry| u32_at(entry, 116)).unwrap_or(FIRST_RESERVED);
        let store = self.chain(root);
        let mut out = Vec::new();
        let mut at = start;
        while out.len() <= store.len() {
            let from = (at as usize).saturating_mul(self.small_sector);
            let Some(block) = store.get(from..from.saturating_add(self.small_sector).min(store.len())) else {
                break;
            };
            if block.is_empty() {
                break;
            }
            out.extend_from_slice(block);
            at = self.small_fat.get(at as usize).copied().unwrap_or(FIRST_RESERVED);
        }
        out
    }
}

fn entry_name(entry: &[u8]) -> String {
    let length = usize::from(u16_at(entry, 64).unwrap_or(0)).min(64);
    let units = entry[..length].chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    char::decode_utf16(units).map_while(Result::ok).take_while(|&c| c != '\0').collect()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

/// Two bytes at `at`, least first.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]))
}

/// Four bytes at `at`, least first.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}
