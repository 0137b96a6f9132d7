//! Slope of a field at a voxel: central differences, one-sided at edges and beside obstacles, 0 where both sides
//! are missing. Proved by `a_plane_has_its_slope_everywhere`.

use vesicle_base::Grid;

/// Gradient at `voxel`, value per µm.
pub fn at(grid: &Grid, values: &[f64], solid: Option<&[bool]>, voxel: usize) -> [f64; 3] {
    let is_open = |index: usize| solid.is_none_or(|solid| !solid[index]);
    if !is_open(voxel) {
        return [0.0; 3];
    }
    let place = grid.at(voxel);
    let strides = [1, grid.n[0], grid.n[0] * grid.n[1]];
    [0, 1, 2].map(|axis| {
        let below = Some(voxel.wrapping_sub(strides[axis])).filter(|&i| place[axis] > 0 && is_open(i));
        let above = Some(voxel + strides[axis]).filter(|&i| place[axis] + 1 < grid.n[axis] && is_open(i));
        let steps = f64::from(u8::from(below.is_some()) + u8::from(above.is_some()));
        if steps == 0.0 {
            return 0.0;
        }
        (values[above.unwrap_or(voxel)] - values[below.unwrap_or(voxel)]) / (steps * grid.voxel_um[axis])
    })
}
