//! The cells as bytes and back: what a checkpoint keeps. Laws and box are not in it; they come with the model.

use crate::cells::Cells;
use crate::life::State;
use crate::motion::Springs;
use vesicle_base::Quiet;

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

const VERSION: u64 = 3;

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

/// The one list of columns, in the order of the bytes: calls `$visit` with each.
macro_rules! visit_columns {
    ($cells:expr, $visit:expr $(, $m:tt)?) => {{
        let (cells, visit) = ($cells, $visit);
        visit.column(&$($m)? cells.id)?;
        visit.column(&$($m)? cells.kind)?;
        for column in [&$($m)? cells.x, &$($m)? cells.y, &$($m)? cells.z] {
            visit.column(column)?;
        }
        let walk = &$($m)? cells.walk;
        for quiet in [
            &$($m)? walk.direction_x,
            &$($m)? walk.direction_y,
            &$($m)? walk.direction_z,
            &$($m)? walk.velocity_x_um_per_min,
            &$($m)? walk.velocity_y_um_per_min,
            &$($m)? walk.velocity_z_um_per_min,
        ] {
            visit.quiet(quiet)?;
        }
        let volume = &$($m)? cells.volume;
        for column in [
            &$($m)? volume.fluid_um3,
            &$($m)? volume.nuclear_solid_um3,
            &$($m)? volume.cytoplasmic_solid_um3,
            &$($m)? volume.target_nuclear_solid_um3,
            &$($m)? volume.radius_um,
        ] {
            visit.column(column)?;
        }
        visit.quiet(&$($m)? volume.calcified)?;
        let life = &$($m)? cells.life;
        visit.column(&$($m)? life.state)?;
        visit.column(&$($m)? life.dead)?;
        visit.column(&$($m)? life.phase)?;
        visit.column(&$($m)? life.fresh)?;
        visit.column(&$($m)? life.elapsed_min)?;
        visit.quiet(&$($m)? life.burst_um3)?;
        visit.quiet(&$($m)? life.damage)?;
        visit.column(&$($m)? life.divisions)?;
        for column in &$($m)? cells.behaviour.columns {
            visit.column(column)?;
        }
        Ok(())
    }};
}

struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    #[allow(clippy::unnecessary_wraps)] // the list of columns is shared with the reader, which can fail
    fn column<T: Plain>(&mut self, column: &[T]) -> Result<(), StateError> {
        self.0.reserve(column.len() * T::BYTES);
        for value in column {
            value.write(self.0);
        }
        Ok(())
    }

    #[allow(clippy::unnecessary_wraps)] // as above
    fn quiet(&mut self, column: &Quiet) -> Result<(), StateError> {
        column.iter().for_each(|value| value.write(self.0));
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

    fn column<T: Plain>(&mut self, column: &mut Vec<T>) -> Result<(), StateError> {
        let n_bytes = self.n_rows.checked_mul(T::BYTES).ok_or(StateError::Length)?;
        let bytes = self.take(n_bytes)?;
        column.clear();
        for value in bytes.chunks_exact(T::BYTES) {
            column.push(T::read(value).ok_or(StateError::Value)?);
        }
        Ok(())
    }

    fn quiet(&mut self, column: &mut Quiet) -> Result<(), StateError> {
        let mut values = Vec::new();
        self.column(&mut values)?;
        *column = values.into();
        Ok(())
    }
}

fn write_columns(cells: &Cells, writer: &mut Writer<'_>) -> Result<(), StateError> {
    visit_columns!(cells, writer)
}

fn read_columns(cells: &mut Cells, reader: &mut Reader<'_>) -> Result<(), StateError> {
    visit_columns!(cells, reader, mut)
}

impl Cells {
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
        let done = write_columns(self, &mut Writer(&mut out));
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
        let read = read_columns(self, &mut reader).and_then(|()| self.check_values());
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

    /// Leaves no row.
    fn clear(&mut self) {
        self.founders = 0;
        let mut reader = Reader { bytes: &[], n_rows: 0 };
        let done = read_columns(self, &mut reader);
        debug_assert!(done.is_ok(), "no rows can be read from nothing");
    }
}
