//! What random numbers are drawn for in this room.

use vesicle_base::Purpose;

/// Priors of the ledger, one entity a parameter.
pub const LEDGER: Purpose = Purpose(0x0801);
/// The posterior of a miRNA's abundance.
pub const ABUNDANCE: Purpose = Purpose(0x0802);
/// Priors of an isolation, one entity a protocol's step.
pub const ISOLATION: Purpose = Purpose(0x0803);
