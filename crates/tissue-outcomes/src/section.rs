//! A virtual section: what a microscope would see of the middle of the tissue.
//!
//! Cells are spheres; inside the slab each shows the largest disc that the slab cuts from it. The area is counted on
//! pixels of 0.5 µm, a pixel belonging to a kind when its middle lies in a disc of that kind.

use tissue_sim::{CellFrame, Frame};

/// Edge of a pixel, µm.
const PIXEL_UM: f64 = 0.5;

/// A slab around the middle of the box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Section {
    /// Edges of the box, µm.
    pub size_um: [f64; 3],
    /// Thickness of the slab, µm.
    pub thickness_um: f64,
}

impl Section {
    /// Radius of the disc that a cell shows, µm; 0 when the slab misses it.
    pub fn disc_um(&self, cell: &CellFrame) -> f64 {
        let off = (f64::from(cell.at_um[2]) - 0.5 * self.size_um[2]).abs() - 0.5 * self.thickness_um;
        let radius = f64::from(cell.radius_um);
        let off = off.max(0.0);
        (radius * radius - off * off).max(0.0).sqrt()
    }

    /// Whether the slab cuts a cell.
    pub fn cuts(&self, cell: &CellFrame) -> bool {
        self.disc_um(cell) > 0.0
    }

    fn pixels(&self) -> [usize; 2] {
        [0, 1].map(|axis| ((self.size_um[axis] / PIXEL_UM).round() as usize).max(1))
    }

    /// Share of the area that one pixel is.
    pub fn pixel_share(&self) -> f64 {
        let [nx, ny] = self.pixels();
        1.0 / (nx * ny) as f64
    }
}

/// Share of the section's area that live cells of a kind cover.
pub fn area_fraction(frame: &Frame, kind: u16, section: &Section) -> f64 {
    let [nx, ny] = section.pixels();
    let mut covered = vec![false; nx * ny];
    let pixel = [section.size_um[0] / nx as f64, section.size_um[1] / ny as f64];
    for cell in frame.cells.iter().filter(|cell| cell.kind == kind && !cell.dead) {
        let r = section.disc_um(cell);
        let at = [f64::from(cell.at_um[0]), f64::from(cell.at_um[1])];
        let range = |axis: usize, n: usize| {
            let low = ((at[axis] - r) / pixel[axis]).floor().max(0.0) as usize;
            let high = ((at[axis] + r) / pixel[axis]).ceil().max(0.0) as usize;
            low.min(n)..high.min(n)
        };
        for y in range(1, ny) {
            for x in range(0, nx) {
                let dx = (x as f64 + 0.5) * pixel[0] - at[0];
                let dy = (y as f64 + 0.5) * pixel[1] - at[1];
                covered[x + nx * y] |= dx * dx + dy * dy < r * r;
            }
        }
    }
    covered.iter().filter(|covered| **covered).count() as f64 / (nx * ny) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sphere_in_the_middle_covers_its_disc_and_overlap_counts_once() {
        let cell = CellFrame { kind: 0, at_um: [50.0, 50.0, 10.0], radius_um: 8.0, ..CellFrame::default() };
        let section = Section { size_um: [100.0, 100.0, 20.0], thickness_um: 5.0 };
        let mut frame = Frame { cells: vec![cell.clone()], ..Frame::default() };
        let area = core::f64::consts::PI * 64.0 / 1e4;
        let one = area_fraction(&frame, 0, &section);
        assert!((one / area - 1.0).abs() < 0.03, "{one} {area}");
        frame.cells.push(cell);
        assert_eq!(area_fraction(&frame, 0, &section), one);
        assert_eq!(area_fraction(&frame, 1, &section), 0.0);
    }

    #[test]
    fn a_sphere_outside_the_slab_is_not_seen() {
        let section = Section { size_um: [100.0, 100.0, 100.0], thickness_um: 5.0 };
        let at = |z| CellFrame { at_um: [50.0, 50.0, z], radius_um: 8.0, ..CellFrame::default() };
        assert!(section.cuts(&at(45.0)) && !section.cuts(&at(30.0)));
        assert_eq!(section.disc_um(&at(50.0)), 8.0);
    }
}
