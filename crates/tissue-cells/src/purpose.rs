//! What this room draws random numbers for; room number 2 in the high byte, motion from 0x0210.

use vesicle_base::Purpose;

/// Starting positions; the entity is the number of the point.
pub const PLACE: Purpose = Purpose(0x0201);
/// Phase and age of a founder; the entity is her id.
pub const FOUNDER: Purpose = Purpose(0x0202);
/// Death and phase changes of a tick.
pub const LIFE: Purpose = Purpose(0x0203);
/// Change of kind of a tick.
pub const FATE: Purpose = Purpose(0x0204);
/// Direction of a division and the kind of the daughter; the entity is the mother.
pub const DIVISION: Purpose = Purpose(0x0205);
/// Who eats whom; the entity mixes both identities.
pub const EATING: Purpose = Purpose(0x0206);
