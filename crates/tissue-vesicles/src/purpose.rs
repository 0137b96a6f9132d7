//! What this room draws random numbers for; 3 in the high byte is the room.

use vesicle_base::Purpose;
use vesicle_base::random::philox;

/// Vesicles captured in a tick, and the copies they carry.
pub const CAPTURE: Purpose = Purpose(0x0300);
/// What becomes of the vesicles of one population in one cell.
pub const FATE: Purpose = Purpose(0x0301);
/// Decay of what is in the cytosol of one cell.
pub const CYTOSOL: Purpose = Purpose(0x0302);
/// Sharing of a mother's contents.
pub const DIVISION: Purpose = Purpose(0x0303);
/// Vesicles that a dead cell gives back.
pub const SPILL: Purpose = Purpose(0x0304);
/// Key of the particles' own numbers.
pub const PARTICLE: Purpose = Purpose(0x0305);
/// Life and first pause of a particle.
pub const LIFE: Purpose = Purpose(0x0306);
/// Later pauses of a particle.
pub const PAUSE: Purpose = Purpose(0x0307);
/// Time and place of birth of a free vesicle.
pub const BIRTH: Purpose = Purpose(0x0308);
/// Sizes of the vesicles of one release.
pub const SIZES: Purpose = Purpose(0x0309);
/// Copies that pass between touching cells.
pub const CONTACT: Purpose = Purpose(0x030A);

/// Identity of one part of a cell, so that populations and sizes never share numbers.
pub fn part(id: u64, population: usize, bin: usize) -> u64 {
    let which = (population as u32) << 16 | bin as u32;
    let [a, b, _, _] = philox([id as u32, (id >> 32) as u32, which, 0x7061_7274], [0x7665_7369, 0x636c_6573]);
    (u64::from(b) << 32) | u64::from(a)
}
