//! The cells as bytes and back: what a checkpoint keeps. Laws and box are not in it; they come with the model.

use crate::cells::Cells;
use crate::life::State;
use crate::motion::Springs;

/// Why bytes are not a state of these cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Another layout.
    #[error("cell state of an unknown version")]
    Version,
    /// Another model.
    #[error("cell state of a model with other ruled behaviours")]
    Behaviours,
    /// Cut short, or too long.
    #[error("cell state of the wrong length")]
    Length,
    /// A value that no cell can have.
    #[error("cell state with a value that no cell has")]
    Value,
}

const VERSION: u64 = 2;

/// Writes and reads one column of plain numbers, little-endian.
trait Plain: Copy {
    const BYTES: usize;
    fn write(self, out: &mut Vec<u8>);
    fn read(bytes: &[u8]) -> Option<Self>;
}

macro_rules! plain {
    ($($t:ty),+) => {$(
        impl Plain for $t {
            const BYTES: usize = size_of::<$t>();
            fn write(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn read(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self::from_le_bytes)
            }
        }
    )+};
}

plain!(u8, u16, u32, u64, f64);

impl Plain for bool {
    const BYTES: usize = 1;
    fn write(self, out: &mut Vec<u8>) {
        out.push(u8::from(self));
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        matches!(bytes, [0 | 1]).then(|| bytes[0] == 1)
    }
}

impl Plain for State {
    const BYTES: usize = 1;
    fn write(self, out: &mut Vec<u8>) {
        out.push(self as u8);
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.first().and_then(|number| Self::of(*number))
    }
}

/// Something that visits every column in a fixed order.
trait Visit {
    fn column<T: Plain>(&mut self, column: &mut Vec<T>) -> Result<(), StateError>;
}

struct Writer<'a>(&'a mut Vec<u8>);

impl Visit for Writer<'_> {
    fn column<T: Plain>(&mut self, column: &mut Vec<T>) -> Result<(), StateError> {
        for value in column.iter() {
            value.write(self.0);
        }
        Ok(())
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    n_rows: usize,
}

impl Reader<'_> {
    fn take(&mut self, n_bytes: usize) -> Result<&[u8], StateError> {
        let (taken, rest) = self.bytes.split_at_checked(n_bytes).ok_or(StateError::Length)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn springs(&mut self) -> Result<Springs, StateError> {
        let n_springs = self.number()?;
        let pair = |reader: &mut Self| Ok([reader.number()?, reader.number()?]);
        let pairs: Result<Vec<[u64; 2]>, StateError> = (0..n_springs).map(|_| pair(self)).collect();
        Ok(Springs::of_pairs(pairs?))
    }

    fn number(&mut self) -> Result<u64, StateError> {
        u64::read(self.take(8)?).ok_or(StateError::Value)
    }
}

impl Visit for Reader<'_> {
    fn column<T: Plain>(&mut self, column: &mut Vec<T>) -> Result<(), StateError> {
        let n_bytes = self.n_rows.checked_mul(T::BYTES).ok_or(StateError::Length)?;
        let bytes = self.take(n_bytes)?;
        column.clear();
        for value in bytes.chunks_exact(T::BYTES) {
            column.push(T::read(value).ok_or(StateError::Value)?);
        }
        Ok(())
    }
}

impl Cells {
    fn visit(&mut self, visit: &mut impl Visit) -> Result<(), StateError> {
        visit.column(&mut self.id)?;
        visit.column(&mut self.kind)?;
        for column in [&mut self.x, &mut self.y, &mut self.z] {
            visit.column(column)?;
        }
        self.walk.columns_mut().into_iter().try_for_each(|column| visit.column(column))?;
        self.volume.columns_mut().into_iter().try_for_each(|column| visit.column(column))?;
        visit.column(&mut self.life.state)?;
        visit.column(&mut self.life.dead)?;
        visit.column(&mut self.life.phase)?;
        visit.column(&mut self.life.fresh)?;
        visit.column(&mut self.life.elapsed_min)?;
        visit.column(&mut self.life.burst_um3)?;
        visit.column(&mut self.life.damage)?;
        visit.column(&mut self.life.divisions)?;
        self.behaviour.columns_mut().iter_mut().try_for_each(|column| visit.column(column))
    }

    /// All columns as bytes; equal bytes are equal cells.
    pub fn state(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for number in [
            VERSION,
            self.len() as u64,
            self.behaviour.ruled().len() as u64,
            self.founders,
            self.time_min.to_bits(),
        ] {
            number.write(&mut out);
        }
        let mut copy = self.clone();
        let done = copy.visit(&mut Writer(&mut out));
        debug_assert!(done.is_ok(), "writing cannot fail");
        let springs = self.springs.pairs();
        (springs.len() as u64).write(&mut out);
        springs.as_flattened().iter().for_each(|id| id.write(&mut out));
        out
    }

    /// Takes the state over; the laws stay. After an error the cells are gone.
    ///
    /// # Errors
    /// When the bytes are not a state of cells of this model.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        let mut reader = Reader { bytes, n_rows: 0 };
        if reader.number()? != VERSION {
            return Err(StateError::Version);
        }
        let n_rows = reader.number()?;
        reader.n_rows = usize::try_from(n_rows).map_err(|_| StateError::Length)?;
        if reader.number()? != self.behaviour.ruled().len() as u64 {
            return Err(StateError::Behaviours);
        }
        self.founders = reader.number()?;
        self.time_min = f64::from_bits(reader.number()?);
        let read = self.visit(&mut reader).and_then(|()| self.check_values());
        let read = read.and_then(|()| reader.springs()).map(|springs| self.springs = springs);
        let read = if reader.bytes.is_empty() { read } else { read.and(Err(StateError::Length)) };
        if read.is_err() {
            self.clear();
        }
        read
    }

    fn check_values(&self) -> Result<(), StateError> {
        let known = (0..self.len()).all(|row| {
            self.laws.get(usize::from(self.kind[row])).is_some_and(|law| {
                usize::from(self.life.phase[row]) < law.cycle.phases().len()
                    && self.life.dead[row] == (self.life.state[row] != State::Live)
            })
        });
        if known { Ok(()) } else { Err(StateError::Value) }
    }

    fn clear(&mut self) {
        let fresh = Self::new(
            core::mem::take(&mut self.laws),
            core::mem::take(&mut self.behaviour),
            &crate::TowardKinds::default(),
            self.domain,
        );
        let toward = core::mem::take(&mut self.toward);
        *self = Self { toward, ..fresh };
        self.behaviour.columns_mut().iter_mut().for_each(Vec::clear);
    }
}
