//! Real exports, where a folder of them is named by the variable VESICLE_SHARED; skipped, and said, where it is not.

#![allow(clippy::unwrap_used)] // a helper of a test fails as the test does

mod common;

use std::path::PathBuf;

use common::shown;
use vesicle_cargo::Reading;
use vesicle_tables::names::ResolvedNames;
use vesicle_tables::nta::summarise;
use vesicle_tables::{
    Adjusted, Document, Format, Options, ReadTable, read_cargo, read_results, read_sets, read_sizes,
    read_targets,
};

fn path(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("VESICLE_SHARED") else {
        eprintln!("SKIPPED {name}: VESICLE_SHARED names no folder of real exports");
        return None;
    };
    let path = PathBuf::from(folder).join("data").join(name);
    if !path.exists() {
        eprintln!("SKIPPED {name}: not in the folder of VESICLE_SHARED");
        return None;
    }
    Some(path)
}

fn open(name: &str) -> Option<Document> {
    path(name)
        .map(|path| Document::open(&path).unwrap_or_else(|problems| panic!("{name}: {}", shown(&problems))))
}

fn cargo(name: &str) -> Option<ReadTable> {
    let read = read_cargo(&open(name)?, &Options::default());
    Some(read.unwrap_or_else(|problems| panic!("{name}: {}", shown(&problems))))
}

fn undetected(read: &ReadTable) -> usize {
    read.table.readings.iter().filter(|reading| matches!(reading, Reading::NotDetected { .. })).count()
}

/// Format, features, samples and wells without detection, counted in the files by other means.
#[test]
fn instruments() {
    let known = [
        ("ev_mirna_ct/readers/SDS_sample.txt.gz", Format::Sds, 192, 2, 31),
        ("ev_mirna_ct/readers/TaqMan_array_example_ReadqPCR.txt.gz", Format::Sds, 96, 8, 99),
        ("ev_mirna_ct/taqman_tlda/sample2.txt", Format::Sds, 192, 2, 72),
        ("ev_mirna_ct/readers/CFX_sample.txt", Format::Cfx, 3, 94, 3),
        ("ev_mirna_ct/readers/BioMark_sample.csv.gz", Format::BioMark, 4, 516, 310),
        ("ev_mirna_ct/readers/LightCycler_sample.txt", Format::LightCycler, 1, 384, 307),
        ("ev_mirna_ct/readers/OpenArray_sample.csv.gz", Format::OpenArray, 846, 6, 3376),
        ("ev_mirna_ct/thomou2017/ADicerKO-6mo-Ct.csv", Format::CtMatrix, 710, 8, 333),
        ("ev_mirna_ct/thomou2017/human-Ct.csv", Format::CtMatrix, 573, 12, 1890),
        ("ev_mirna_ct/openarray_mirna/mircomp_lifetech_ct.tsv.gz", Format::CtMatrix, 754, 40, 8981),
        (
            "ev_mirna_counts/other_formats/HepG2_PFAS_EV_miRNA_raw_counts.csv",
            Format::CountMatrix,
            1124,
            12,
            0,
        ),
        (
            "ev_mirna_counts/other_formats/GBM_serum_exosome_normalized_counts_CRlineends.txt.gz",
            Format::CountMatrix,
            1939,
            38,
            0,
        ),
        ("ev_mirna_counts/labelled/PRJNA779718.counts.csv.gz", Format::CountMatrix, 0, 290, 0),
    ];
    for (name, format, features, samples, none) in known {
        let Some(read) = cargo(name) else { continue };
        assert_eq!(read.detected.format, format, "{name}");
        assert!(
            features == 0 || read.table.features.len() == features,
            "{name}: {}",
            read.table.features.len()
        );
        assert_eq!(read.table.samples.len(), samples, "{name}");
        assert_eq!(undetected(&read), none, "{name}");
    }
    if let Some(raw) = open("ev_mirna_ct/readers/LC480_Example.txt.gz") {
        let problems = read_cargo(&raw, &Options::default()).unwrap_err();
        assert!(shown(&problems).contains("Cp"), "raw fluorescence is no Ct");
    }
}

#[test]
fn cards_of_one_sample_name_join_by_file() {
    let cards = ["sample1", "sample2", "sample3"]
        .map(|stem| (stem, cargo(&format!("ev_mirna_ct/taqman_tlda/{stem}.txt"))));
    let parts: Vec<_> =
        cards.into_iter().filter_map(|(stem, read)| read.map(|read| (stem.to_owned(), read))).collect();
    if parts.len() < 3 {
        return;
    }
    let joined = ReadTable::join(parts).unwrap();
    assert_eq!(joined.table.samples.len(), 6);
    assert_eq!(joined.measured_as[0], "sample1");
}

#[test]
fn particle_sizes_agree_with_the_instrument() {
    // D10, D50, D90 and concentration are those that the summary file itself averages.
    if let Some(document) = open("nta_fcs/nanosight/MPC28_NoStretch_d200_2021-04-01-ExperimentSummary.csv.gz")
    {
        let found = summarise(&read_sizes(&document).unwrap()).unwrap();
        let near = |value: f64, wanted: f64| (value - wanted).abs() < 0.1;
        assert!(
            near(found.d10_nm.value, 57.5)
                && near(found.d50_nm.value, 71.6)
                && near(found.d90_nm.value, 122.4)
        );
        assert!((found.per_ml.value / 2e8 - 1.0).abs() < 0.005);
    }
    if let Some(document) = open("nta_fcs/nanosight/MPC28_Stretch_d200_2021-04-01-ExperimentSummary.csv.gz") {
        let measured = read_sizes(&document).unwrap();
        assert_eq!(measured.usable().count(), 4, "the failed first capture is no zero");
        assert!((summarise(&measured).unwrap().per_ml.value / 1.5225e8 - 1.0).abs() < 1e-6);
    }
    let zetaview = [
        ("20250219_0005_EV_ip_p1_F7-1000_size_488", 163.0, 87_185_400.0),
        ("20250228_0024_EV_IP_P2.1_F8-1000R_size_488", 118.888_889, 103_223_000.0),
        ("qEV_donor1_Sample1_35nm_1-5pool", 99.147_287, 86_161_600.0),
    ];
    for (name, median, number) in zetaview {
        let Some(document) = open(&format!("nta_fcs/zetaview/{name}.txt.gz")) else { continue };
        let found = summarise(&read_sizes(&document).unwrap()).unwrap();
        assert!(
            (found.d50_nm.value - median).abs() <= 2.6,
            "{name}: within half a bin, {}",
            found.d50_nm.value
        );
        assert!((found.per_ml.value - number).abs() < 1.0, "{name}");
    }
}

#[test]
fn published_tables() {
    if let Some(document) = open("ev_mirna_counts/other_formats/HepG2_PFAS_published_DESeq2_results.csv") {
        let table = read_results(&document).unwrap().remove(0);
        assert_eq!(table.rows.iter().filter(|row| row.adjusted == Adjusted::Filtered).count(), 140);
    }
    if let Some(document) = open("ev_mirna_ct/thomou2017/ST2_HIVvsCon-stats.csv") {
        let table = read_results(&document).unwrap().remove(0);
        assert_eq!((table.contrast.as_str(), table.rows.len()), ("HIVvsCon", 572));
    }
    if let Some(document) = open("gene_sets/msigdb_2023.1.Mm_MH_hallmark.symbols.gmt") {
        assert_eq!(read_sets(&document).unwrap().sets.len(), 50);
    }
    if let Some(document) = open("mirna_targets/miRTarBase_SE_WR.csv.gz") {
        let table = read_targets(&document).unwrap();
        assert_eq!(table.rows.len() + 546, 13_866);
    }
    if let Some(document) = open("mirna_targets/targetscan_mouse_conserved.tsv.gz") {
        assert_eq!(read_targets(&document).unwrap().rows.len(), 91_844);
    }
}

#[test]
fn old_names_resolve() {
    for (name, unresolved) in
        [("ev_mirna_ct/thomou2017/human-Ct.csv", 1), ("ev_mirna_ct/thomou2017/ADicerKO-6mo-Ct.csv", 1)]
    {
        let Some(read) = cargo(name) else { continue };
        let names = ResolvedNames::of(&read.table.features, &read.accessions, None, None);
        assert_eq!(
            (names.unresolved.len(), names.ambiguous.len()),
            (unresolved, 0),
            "{name}: {:?}",
            names.unresolved
        );
    }
}
