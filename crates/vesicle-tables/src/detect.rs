//! Which format a file is, from what stands in it; never from its name.

use vesicle_base::Problem;

use crate::counts::{excerpt, featurecounts, maxquant, mirdeep2, mirge, mirgff3, mirtop};
use crate::ct::{biomark, cfx, lightcycler, openarray, quantstudio, rdml, sds};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::nta::{nanosight, zetaview};
use crate::results;
use crate::samples;
use crate::sets;
use crate::targets::{mirtarbase, targetscan};

/// The tests, most specific first.
const TESTS: [fn(&Document) -> Option<Detected>; 21] = [
    rdml::detect,
    nanosight::detect,
    zetaview::detect,
    openarray::detect,
    biomark::detect,
    lightcycler::detect,
    cfx::detect,
    sds_with_preamble,
    quantstudio::detect,
    sds::detect,
    excerpt::detect,
    mirtop::detect,
    mirgff3::detect,
    featurecounts::detect,
    mirge::detect,
    mirdeep2::detect,
    maxquant::detect,
    mirtarbase::detect,
    targetscan::detect,
    results::detect,
    sets::detect,
];

/// The format of a file with the reason, or `None` when only a plain matrix or a sample sheet is left.
pub fn detect(document: &Document) -> Option<Detected> {
    TESTS.iter().find_map(|test| test(document)).or_else(|| samples::detect(document))
}

/// SDS goes before QuantStudio only when it says so: "Detector" and "Target Name" are otherwise what tells them apart.
fn sds_with_preamble(document: &Document) -> Option<Detected> {
    let says = document.sheets().any(|sheet| sheet.cells.row(0).get(0).starts_with("SDS "));
    says.then(|| sds::detect(document)).flatten()
}

/// The problem of a file that no reader knows.
pub(crate) fn unknown(document: &Document) -> Vec<Problem> {
    let first = document.sheets().next().map(|sheet| sheet.cells.row(0));
    let line = first.map(|row| row.cells().take(6).map(|cell| cell.text).collect::<Vec<_>>().join(" | "));
    let mut problem = Problem::new(format!("{} is in no known format ({})", document.name, document.how))
        .expected("an export with its header row, or a table of features by samples");
    if raw_fluorescence(document) {
        problem = problem.expected("called Cp values: export the results of Abs Quant, not the raw data");
    }
    vec![problem.found(line.unwrap_or_else(|| "no cells".to_owned()))]
}

/// A LightCycler file of fluorescence by cycle, in which no Cp has been called.
pub(crate) fn raw_fluorescence(document: &Document) -> bool {
    document.sheets().any(|sheet| {
        let rows = sheet.cells.rows().take(5);
        rows.into_iter().any(|row| row.get(0) == "SamplePos" && row.cells().any(|cell| cell.text == "Cycle#"))
    })
}

/// The problem of a file of one format where another was wanted.
pub(crate) fn wrong(document: &Document, detected: &Detected, wanted: &str) -> Vec<Problem> {
    vec![
        Problem::new(format!("{} is no {wanted}", document.name))
            .expected(wanted)
            .found(format!("{} ({})", detected.format, detected.because)),
    ]
}

/// Whether a format holds measured cargo.
pub(crate) fn is_cargo(format: Format) -> bool {
    use Format::{
        BioMark, Cfx, CountMatrix, CtMatrix, Excerpt, FeatureCounts, IntensityMatrix, LightCycler, MaxQuant,
        MirDeep2, MirGff3, Mirge, Mirtop, OpenArray, QuantStudio, Rdml, Sds,
    };
    matches!(
        format,
        Sds | QuantStudio
            | Cfx
            | Rdml
            | LightCycler
            | BioMark
            | OpenArray
            | CtMatrix
            | CountMatrix
            | IntensityMatrix
            | Excerpt
            | Mirge
            | MirDeep2
            | Mirtop
            | MirGff3
            | FeatureCounts
            | MaxQuant
    )
}
