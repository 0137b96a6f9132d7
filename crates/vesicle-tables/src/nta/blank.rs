//! Taking the blank (the diluent alone) off a measurement, bin by bin, in the liquid that was measured.

use vesicle_base::Problem;

use super::{Capture, Dilution, SizeMeasurement};

/// The measurement without what its blank contains.
///
/// The diluent's particles are in the measured liquid, so the blank is subtracted there and not after multiplying by
/// the dilution. Bins that would fall below 0 become 0 for the shape; the number per mL keeps its sign down to 0, so
/// that noise around 0 does not add up.
///
/// # Errors
/// The two have different bins, or the blank measured nothing.
pub fn subtract_blank(sample: &SizeMeasurement, blank: &SizeMeasurement) -> Result<SizeMeasurement, Problem> {
    if sample.bin_centre_nm != blank.bin_centre_nm {
        let shown = |m: &SizeMeasurement| {
            format!("{} bins from {:?} nm", m.bin_centre_nm.len(), m.bin_centre_nm.first())
        };
        let problem = Problem::new("blank with other size bins than its sample");
        return Err(problem.expected(shown(sample)).found(shown(blank)));
    }
    let usable: Vec<&Capture> = blank.usable().collect();
    if usable.is_empty() {
        return Err(Problem::new(format!("blank {} without a usable capture", blank.sample)));
    }
    let scale = blank.to_measured() / sample.to_measured();
    let n = usable.len() as f64;
    let bins = 0..sample.bin_centre_nm.len();
    let background: Vec<f64> =
        bins.map(|bin| scale * usable.iter().map(|capture| capture.per_ml[bin]).sum::<f64>() / n).collect();
    let total = scale * usable.iter().map(|capture| capture.total_per_ml).sum::<f64>() / n;
    let mut out = sample.clone();
    let mut cut = 0;
    for capture in &mut out.captures {
        for (own, blank) in capture.per_ml.iter_mut().zip(&background) {
            cut += usize::from(*own < *blank);
            *own = (*own - blank).max(0.0);
        }
        capture.total_per_ml = (capture.total_per_ml - total).max(0.0);
    }
    out.notes.say(format!("blank {} taken off: {total:.3e} per mL of the measured liquid", blank.sample));
    out.notes.add("bins in which the blank exceeds the sample, set to 0", cut);
    if blank.dilution == Dilution::NotRecorded {
        out.notes.say("the blank's dilution is not recorded: taken as undiluted diluent");
    }
    Ok(out)
}
