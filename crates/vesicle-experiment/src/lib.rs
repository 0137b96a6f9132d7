//! The parameter registry, patches, arms, mechanisms, draws and evidence. Knows no formats and no figures.

pub mod path;
pub mod said;
