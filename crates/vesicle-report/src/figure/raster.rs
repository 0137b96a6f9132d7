//! Values on a grid as an embedded picture of one pixel per voxel.

use super::tone::Tone;

/// The grid as a data address, its first row at the bottom; none when `values` are not `nx * ny` or it cannot be
/// written as a picture.
pub(crate) fn address(nx: usize, ny: usize, values: &[f64], tone: &Tone) -> Option<String> {
    if nx == 0 || ny == 0 || nx.checked_mul(ny) != Some(values.len()) {
        return None;
    }
    let rows = values.chunks(nx).rev();
    let pixels: Vec<u8> = rows.flatten().flat_map(|v| tone.colour(*v).0).collect();
    let picture = encode(u32::try_from(nx).ok()?, u32::try_from(ny).ok()?, &pixels)?;
    Some(format!("data:image/png;base64,{}", base64(&picture)))
}

fn encode(nx: u32, ny: u32, pixels: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, nx, ny);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels).ok()?;
    writer.finish().ok()?;
    Some(out)
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0, |w, i| (w << 8) | u32::from(three.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * i)) as usize & 63];
            out.push(if i > three.len() { '=' } else { char::from(digit) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_known_words() {
        let seen: Vec<String> =
            ["", "f", "fo", "foo", "foobar"].iter().map(|w| base64(w.as_bytes())).collect();
        assert_eq!(seen, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmFy"]);
    }

    #[test]
    fn wrong_shapes_are_no_picture() {
        let tone = Tone::of_field([0.0, 1.0].into_iter());
        assert!(address(2, 2, &[1.0; 3], &tone).is_none());
        assert!(address(0, 2, &[], &tone).is_none());
        assert!(address(usize::MAX, 2, &[1.0; 2], &tone).is_none());
        let flat = Tone::of_field([0.0].into_iter());
        assert!(address(2, 1, &[f64::NAN, 1.0], &flat).is_some());
    }
}
