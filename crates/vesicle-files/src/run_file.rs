//! One run as one file: `VESRUN03`, blocks of little-endian numbers, a SHA-256 of all before it.
//!
//! Reader and writer are twins; a file that ends early or was changed is no run.

use sha2::{Digest, Sha256};
use tissue_sim::{ACCOUNTS, CellFrame, Frame, LedgerRow, Record, VesselFrame};

const MAGIC: &[u8; 8] = b"VESRUN02";

/// The bytes of a record.
pub fn encode(record: &Record) -> Vec<u8> {
    let mut out = Writer(MAGIC.to_vec());
    out.list(&record.frames, |out, frame| {
        out.f64(frame.time_min);
        out.list(&frame.cells, Writer::cell);
        out.list(&frame.fields, |out, values| out.list(values, |out, v| out.f32(*v)));
        out.list(&frame.free, |out, values| out.list(values, |out, v| out.f32(*v)));
        out.list(&frame.vessels, Writer::vessel);
        out.list(&frame.ledger, Writer::account);
    });
    out.list(record.invalid.as_deref().unwrap_or("").as_bytes(), |out, byte| out.0.push(*byte));
    out.0.push(u8::from(record.invalid.is_some()));
    record.work.iter().for_each(|work| out.u64(*work));
    let sum = Sha256::digest(&out.0);
    out.0.extend_from_slice(&sum);
    out.0
}

/// The record of a file's bytes; `None` when they are not whole.
pub fn decode(bytes: &[u8]) -> Option<Record> {
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
    if Sha256::digest(body)[..] != *sum {
        return None;
    }
    let mut read = Reader(body.strip_prefix(MAGIC)?);
    let frames = read.list(|read| {
        Some(Frame {
            time_min: read.f64()?,
            cells: read.list(Reader::cell)?,
            fields: read.list(|read| read.list(Reader::f32))?,
            free: read.list(|read| read.list(Reader::f32))?,
            vessels: read.list(Reader::vessel)?,
            ledger: read.list(Reader::account)?,
        })
    })?;
    let text = String::from_utf8(read.list(Reader::u8)?).ok()?;
    let invalid = (read.u8()? == 1).then_some(text);
    let work = [read.u64()?, read.u64()?, read.u64()?];
    read.0.is_empty().then_some(Record { frames, invalid, work })
}

struct Writer(Vec<u8>);

impl Writer {
    fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn f64(&mut self, value: f64) {
        self.u64(value.to_bits());
    }

    fn f32(&mut self, value: f32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn list<T>(&mut self, items: &[T], one: impl Fn(&mut Self, &T)) {
        self.u64(items.len() as u64);
        items.iter().for_each(|item| one(self, item));
    }

    fn cell(&mut self, cell: &CellFrame) {
        self.u64(cell.id);
        self.0.extend_from_slice(&cell.kind.to_le_bytes());
        self.0.push(u8::from(cell.dead));
        cell.at_um.iter().chain([&cell.radius_um]).for_each(|v| self.f32(*v));
        self.list(&cell.repression, |out, v| out.f32(*v));
        self.list(&cell.taken_up, |out, v| out.u64(*v));
        self.list(&cell.labelled, |out, v| out.u64(*v));
        self.list(&cell.copies, |out, v| out.u64(*v));
    }

    fn vessel(&mut self, vessel: &VesselFrame) {
        vessel.ends.iter().for_each(|id| self.u64(*id));
        [vessel.radius_um, vessel.length_um, vessel.flow_um3_per_min].iter().for_each(|v| self.f32(*v));
        self.0.push(u8::from(vessel.perfused));
    }

    fn account(&mut self, row: &LedgerRow) {
        self.u64(row.index as u64);
        self.0.push(u8::from(row.is_species));
        let number = ACCOUNTS.iter().position(|known| *known == row.account).unwrap_or(usize::from(u8::MAX));
        self.0.push(number as u8);
        self.0.extend_from_slice(&row.sign.to_le_bytes());
        self.f64(row.amount);
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn f64(&mut self) -> Option<f64> {
        self.u64().map(f64::from_bits)
    }

    fn f32(&mut self) -> Option<f32> {
        self.take().map(f32::from_le_bytes)
    }

    /// A list; its length is believed only as far as bytes are left.
    fn list<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let n = self.u64()?;
        if n > self.0.len() as u64 {
            return None;
        }
        (0..n).map(|_| one(self)).collect()
    }

    fn cell(&mut self) -> Option<CellFrame> {
        Some(CellFrame {
            id: self.u64()?,
            kind: self.take().map(u16::from_le_bytes)?,
            dead: self.u8()? == 1,
            at_um: [self.f32()?, self.f32()?, self.f32()?],
            radius_um: self.f32()?,
            repression: self.list(Self::f32)?,
            taken_up: self.list(Self::u64)?,
            labelled: self.list(Self::u64)?,
            copies: self.list(Self::u64)?,
        })
    }

    fn vessel(&mut self) -> Option<VesselFrame> {
        Some(VesselFrame {
            ends: [self.u64()?, self.u64()?],
            radius_um: self.f32()?,
            length_um: self.f32()?,
            flow_um3_per_min: self.f32()?,
            perfused: self.u8()? == 1,
        })
    }

    fn account(&mut self) -> Option<LedgerRow> {
        Some(LedgerRow {
            index: self.u64()? as usize,
            is_species: self.u8()? == 1,
            account: ACCOUNTS.get(usize::from(self.u8()?)).copied()?,
            sign: self.take().map(i8::from_le_bytes)?,
            amount: self.f64()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record() -> Record {
        let cell = CellFrame {
            id: 7,
            kind: 1,
            dead: true,
            at_um: [1.0, 2.0, 3.0],
            radius_um: 8.0,
            repression: vec![0.5],
            taken_up: vec![3],
            labelled: vec![2],
            copies: vec![],
        };
        let account = LedgerRow { index: 0, is_species: false, account: "cleared", sign: -1, amount: 2.5 };
        let frame = Frame {
            time_min: 6.0,
            cells: vec![cell],
            fields: vec![vec![1.0, 2.0]],
            free: vec![vec![]],
            vessels: vec![VesselFrame { ends: [3, 9], perfused: true, ..VesselFrame::default() }],
            ledger: vec![account],
        };
        Record { frames: vec![frame], invalid: Some("x".into()), work: [1, 2, 3] }
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(decode(&encode(&record())), Some(record()));
        assert_eq!(decode(&encode(&Record::default())), Some(Record::default()));
    }

    proptest! {
        #[test]
        fn a_changed_file_is_no_run(at in 0_usize..400, bit in 0_u8..8, cut in 0_usize..400) {
            let bytes = encode(&record());
            let mut changed = bytes.clone();
            let place = at % changed.len();
            changed[place] ^= 1 << bit;
            prop_assert_eq!(decode(&changed), None);
            prop_assert_eq!(decode(&bytes[..cut % bytes.len()]), None);
        }
    }
}
