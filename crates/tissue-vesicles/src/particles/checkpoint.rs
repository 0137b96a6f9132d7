//! Free vesicles to and from bytes: the same state is always the same bytes, and bytes that are not a state are refused.
//!
//! Layout, little-endian: "vesfree1"; number of sizes; per size its next identity, steps done, four flows, number of
//! vesicles, then its columns; flows of the last tick and since the start; what is yet to come free.

use super::free::FreeVesicles;
use super::release::{Origin, Place, Release};
use super::state::{SwarmFlows, SwarmState};
use crate::ledger::FreeFlows;

const MAGIC: &[u8; 8] = b"vesfree1";

/// Why bytes are no checkpoint of these vesicles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// They do not begin as a checkpoint does.
    #[error("not a checkpoint of free vesicles in a format that is known here")]
    Format,
    /// They end too soon, or go on too long.
    #[error("a checkpoint of free vesicles of the wrong length at byte {at}")]
    Length {
        /// Where.
        at: usize,
    },
    /// They are of another declaration.
    #[error("a checkpoint of {found} {what} where {expected} are declared")]
    Other {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many were declared.
        expected: u64,
    },
    /// A number that cannot be.
    #[error("a checkpoint of free vesicles with an impossible number at byte {at}")]
    Number {
        /// Where.
        at: usize,
    },
}

impl FreeVesicles {
    /// Everything that goes on from here, as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put(&mut out, self.swarms.len() as u64);
        for state in self.swarms.iter().map(super::Swarm::state) {
            let flows = state.totals;
            for n in [state.next_id, state.steps, flows.born, flows.captured, flows.expired, flows.left] {
                put(&mut out, n);
            }
            put(&mut out, state.id.len() as u64);
            state.id.iter().for_each(|id| put(&mut out, *id));
            let columns = state.at_um.iter().chain([&state.ends_min, &state.wakes_min]);
            columns.flatten().for_each(|x| put(&mut out, x.to_bits()));
        }
        for flows in [&self.tick, &self.totals] {
            flows.columns().for_each(|(_, n)| out.extend(n.to_le_bytes()));
        }
        put(&mut out, self.pending.len() as u64);
        let mut pending: Vec<&Release> = self.pending.iter().collect();
        pending.sort_unstable_by(|a, b| a.canonical(b));
        pending.iter().for_each(|release| put_release(&mut out, release));
        out
    }

    /// Takes up the bytes of vesicles of the same declaration; on an error nothing has changed.
    ///
    /// # Errors
    /// Where they are not such bytes.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), CheckpointError> {
        let mut from = Reader { bytes, at: 0 };
        if from.take(8) != Ok(MAGIC.as_slice()) {
            return Err(CheckpointError::Format);
        }
        let (found, expected) = (from.number()?, self.swarms.len() as u64);
        if found != expected {
            return Err(CheckpointError::Other { what: "sizes of vesicles", found, expected });
        }
        let pauses = self.swarms.iter().map(|swarm| swarm.law().motion != super::Motion::Brownian);
        let states = pauses.map(|pauses| from.swarm(pauses)).collect::<Result<Vec<_>, _>>()?;
        let flows = [from.flows()?, from.flows()?];
        let mut pending = Vec::new();
        for _ in 0..from.count(RELEASE_BYTES)? {
            pending.push(from.release()?);
        }
        if from.at != bytes.len() {
            return Err(CheckpointError::Length { at: from.at });
        }
        for (swarm, state) in self.swarms.iter_mut().zip(states) {
            let at = bytes.len();
            swarm.restore(state).map_err(|_| CheckpointError::Length { at })?;
        }
        [self.tick, self.totals] = flows;
        self.pending = pending;
        Ok(())
    }
}

fn put(out: &mut Vec<u8>, n: u64) {
    out.extend(n.to_le_bytes());
}

/// Source, origin, count, kind of place, six coordinates, two times, a share.
const RELEASE_BYTES: usize = 8 * 13;

fn put_release(out: &mut Vec<u8>, release: &Release) {
    let (kind, [a, b]) = match release.place {
        Place::Point(at) => (0, [at, [0.0; 3]]),
        Place::Around { centre_um, radius_um } => (1, [centre_um, [radius_um, 0.0, 0.0]]),
        Place::Within { low_um, high_um } => (2, [low_um, high_um]),
    };
    for n in [release.source, release.origin.index() as u64, release.count, kind] {
        put(out, n);
    }
    a.iter()
        .chain(&b)
        .chain(&release.between_min)
        .chain([&release.held_share])
        .for_each(|x| put(out, x.to_bits()));
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], CheckpointError> {
        let end = self.at.checked_add(n).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or(CheckpointError::Length { at: self.at })?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CheckpointError> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| CheckpointError::Length { at })
    }

    fn number(&mut self) -> Result<u64, CheckpointError> {
        self.array().map(u64::from_le_bytes)
    }

    fn real(&mut self) -> Result<f64, CheckpointError> {
        self.number().map(f64::from_bits)
    }

    /// A number of things of so many bytes each, which must be there.
    fn count(&mut self, bytes_each: usize) -> Result<usize, CheckpointError> {
        let at = self.at;
        let n = usize::try_from(self.number()?).ok();
        let fits = |n: &usize| n.checked_mul(bytes_each).is_some_and(|b| b <= self.bytes.len() - self.at);
        n.filter(fits).ok_or(CheckpointError::Length { at })
    }

    /// So many numbers that hold.
    fn column(&mut self, n: usize, holds: impl Fn(f64) -> bool) -> Result<Vec<f64>, CheckpointError> {
        let mut column = Vec::with_capacity(n);
        for _ in 0..n {
            let at = self.at;
            let x = self.real()?;
            if !holds(x) {
                return Err(CheckpointError::Number { at });
            }
            column.push(x);
        }
        Ok(column)
    }

    fn swarm(&mut self, pauses: bool) -> Result<SwarmState, CheckpointError> {
        let [next_id, steps, born, captured, expired, left] =
            [self.number()?, self.number()?, self.number()?, self.number()?, self.number()?, self.number()?];
        let n = self.count(if pauses { 48 } else { 40 })?;
        let id = (0..n).map(|_| self.number()).collect::<Result<_, _>>()?;
        let at_um = [
            self.column(n, f64::is_finite)?,
            self.column(n, f64::is_finite)?,
            self.column(n, f64::is_finite)?,
        ];
        let ends_min = self.column(n, |x| !x.is_nan())?;
        let wakes_min = self.column(if pauses { n } else { 0 }, |x| !x.is_nan())?;
        let totals = SwarmFlows { born, captured, expired, left };
        Ok(SwarmState { at_um, id, ends_min, wakes_min, starts_min: Vec::new(), next_id, steps, totals })
    }

    fn flows(&mut self) -> Result<FreeFlows, CheckpointError> {
        let mut flows = FreeFlows::default();
        for slot in flows.columns_mut() {
            *slot = u128::from_le_bytes(self.array()?);
        }
        Ok(flows)
    }

    fn release(&mut self) -> Result<Release, CheckpointError> {
        let at = self.at;
        let [source, origin, count, kind] = [self.number()?, self.number()?, self.number()?, self.number()?];
        let mut x = [0.0; 9];
        for slot in &mut x {
            *slot = self.real()?;
        }
        let (low, high) = ([x[0], x[1], x[2]], [x[3], x[4], x[5]]);
        let place = match kind {
            0 => Place::Point(low),
            1 => Place::Around { centre_um: low, radius_um: x[3] },
            2 => Place::Within { low_um: low, high_um: high },
            _ => return Err(CheckpointError::Number { at }),
        };
        let origin = usize::try_from(origin).ok().and_then(|k| Origin::ALL.get(k).copied());
        let origin = origin.ok_or(CheckpointError::Number { at })?;
        let release = Release { source, origin, count, place, between_min: [x[6], x[7]], held_share: x[8] };
        if release.is_finite() { Ok(release) } else { Err(CheckpointError::Number { at }) }
    }
}
