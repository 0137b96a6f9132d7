//! What every room shares. Knows no biology and no files.
