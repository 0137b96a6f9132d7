//! Any export of measured cargo to one table.

use vesicle_base::Problem;

use crate::counts::matrix::{self, Known};
use crate::counts::{excerpt, featurecounts, maxquant, mirdeep2, mirge, mirgff3, mirtop};
use crate::ct::{biomark, cfx, lightcycler, openarray, quantstudio, rdml, sds};
use crate::detect::{detect, is_cargo, raw_fluorescence, unknown, wrong};
use crate::document::Document;
use crate::format::Format;
use crate::reading::{Options, ReadTable};

/// Reads Ct values, counts or intensities from whatever format the file is in.
///
/// "Not detected" stays that in every format; what was read as it is counted in the notes.
///
/// # Errors
/// Every problem of the file with its place: an unknown format, a format of something else, cells that are no
/// values, samples or features without name, numbers that can be read in two ways.
pub fn read_cargo(document: &Document, options: &Options) -> Result<ReadTable, Vec<Problem>> {
    if raw_fluorescence(document) {
        return Err(unknown(document));
    }
    let Some(detected) = detect(document).filter(|found| found.format != Format::SampleSheet) else {
        let known = Known { kind: None, format: None, because: "the kind was declared".to_owned() };
        return with_storage(document, matrix::read(document, &known, options));
    };
    if !is_cargo(detected.format) {
        return Err(wrong(document, &detected, "table of measured cargo"));
    }
    let read = match detected.format {
        Format::Sds => sds::read(document, detected, options),
        Format::QuantStudio => quantstudio::read(document, detected, options),
        Format::Cfx => cfx::read(document, detected, options),
        Format::Rdml => rdml::read(document, detected, options),
        Format::LightCycler => lightcycler::read(document, detected, options),
        Format::BioMark => biomark::read(document, detected, options),
        Format::OpenArray => openarray::read(document, detected, options),
        Format::Excerpt => excerpt::read(document, detected),
        Format::Mirge => mirge::read(document, detected, options),
        Format::MirDeep2 => mirdeep2::read(document, detected),
        Format::Mirtop => mirtop::read(document, detected),
        Format::MirGff3 => mirgff3::read(document, detected),
        Format::FeatureCounts => featurecounts::read(document, detected),
        Format::MaxQuant => maxquant::read(document, detected, options),
        _ => Err(unknown(document)),
    };
    with_storage(document, read)
}

fn with_storage(
    document: &Document,
    read: Result<ReadTable, Vec<Problem>>,
) -> Result<ReadTable, Vec<Problem>> {
    read.map(|mut read| {
        read.notes.say(format!("stored as {}", document.stored_as()));
        read
    })
}
