//! What motion draws random numbers for; the room's table has the others.

use vesicle_base::Purpose;

/// Turns of a walking cell.
pub(super) const TURN: Purpose = Purpose(0x0210);
/// Direction in which two cells on one spot part; keyed by identities only.
pub(super) const APART: Purpose = Purpose(0x0211);
/// A spring that forms.
pub(super) const ATTACH: Purpose = Purpose(0x0212);
/// A spring that breaks.
pub(super) const DETACH: Purpose = Purpose(0x0213);
