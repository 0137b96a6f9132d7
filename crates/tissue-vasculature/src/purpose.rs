//! What this room draws random numbers for; 4 in the high byte is the room.

use vesicle_base::Purpose;

/// Whether a cell leaves its vessel as a new tip in a tick.
pub const BRANCH: Purpose = Purpose(0x0400);
