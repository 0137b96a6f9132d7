//! The formats that are told apart.

use std::fmt;

/// A format of a measured table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Applied Biosystems SDS 2.x results, and TaqMan low-density array exports with or without header.
    Sds,
    /// QuantStudio, ViiA 7, 7500 and StepOne results.
    QuantStudio,
    /// Bio-Rad CFX quantification results.
    Cfx,
    /// RDML.
    Rdml,
    /// Roche LightCycler 480 results.
    LightCycler,
    /// Fluidigm BioMark table results.
    BioMark,
    /// OpenArray results.
    OpenArray,
    /// Ct values of features by samples.
    CtMatrix,
    /// Counts of features by samples.
    CountMatrix,
    /// Intensities of features by samples.
    IntensityMatrix,
    /// exceRpt read counts of one sample.
    Excerpt,
    /// miRge counts.
    Mirge,
    /// miRDeep2 counts.
    MirDeep2,
    /// mirtop counts by isomiR (nf-core/smrnaseq, mirtop).
    Mirtop,
    /// miRGFF3.
    MirGff3,
    /// featureCounts.
    FeatureCounts,
    /// MaxQuant protein or peptide groups.
    MaxQuant,
    /// DESeq2 results.
    Deseq2,
    /// edgeR results.
    EdgeR,
    /// limma results.
    Limma,
    /// Other results: fold change with p values, perhaps of several contrasts.
    Results,
    /// Gene (or miRNA) sets, one a line.
    Gmt,
    /// TargetScan predictions.
    TargetScan,
    /// miRTarBase interactions.
    MirTarBase,
    /// NanoSight experiment summary.
    NanoSight,
    /// ZetaView size distribution.
    ZetaView,
    /// Sample sheet.
    SampleSheet,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sds => "SDS 2.x or TaqMan array export",
            Self::QuantStudio => "QuantStudio, ViiA 7, 7500 or StepOne export",
            Self::Cfx => "CFX export",
            Self::Rdml => "RDML",
            Self::LightCycler => "LightCycler 480 export",
            Self::BioMark => "BioMark export",
            Self::OpenArray => "OpenArray export",
            Self::CtMatrix => "matrix of Ct values",
            Self::CountMatrix => "matrix of counts",
            Self::IntensityMatrix => "matrix of intensities",
            Self::Excerpt => "exceRpt read counts",
            Self::Mirge => "miRge counts",
            Self::MirDeep2 => "miRDeep2 counts",
            Self::Mirtop => "mirtop isomiR counts",
            Self::MirGff3 => "miRGFF3",
            Self::FeatureCounts => "featureCounts",
            Self::MaxQuant => "MaxQuant groups",
            Self::Deseq2 => "DESeq2 results",
            Self::EdgeR => "edgeR results",
            Self::Limma => "limma results",
            Self::Results => "result table",
            Self::Gmt => "GMT sets",
            Self::TargetScan => "TargetScan table",
            Self::MirTarBase => "miRTarBase table",
            Self::NanoSight => "NanoSight experiment summary",
            Self::ZetaView => "ZetaView size distribution",
            Self::SampleSheet => "sample sheet",
        })
    }
}

/// A format and the sentence that says why it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The format.
    pub format: Format,
    /// What in the file decided it.
    pub because: String,
}

impl Detected {
    pub(crate) fn new(format: Format, because: impl Into<String>) -> Self {
        Self { format, because: because.into() }
    }
}

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "detected: {}, because {}", self.format, self.because)
    }
}
