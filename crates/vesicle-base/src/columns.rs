//! Stores with one row per cell: plain vectors by name that grow, split and close up together.

/// Declares a store of columns with one row per cell, its row, and the calls that keep the columns aligned.
///
/// ```
/// vesicle_base::columns! {
///     /// Two properties of a cell.
///     pub struct Sizes,
///     /// One row of [`Sizes`].
///     row SizesRow {
///         /// Radius, µm.
///         pub radius_um: f64,
///         /// Divisions so far.
///         pub divisions: u32,
///     }
/// }
/// let mut sizes = Sizes::default();
/// sizes.push(SizesRow { radius_um: 8.4, divisions: 0 });
/// assert_eq!(sizes.len(), 1);
/// assert_eq!(sizes.row(0).radius_um, 8.4);
/// ```
#[macro_export]
macro_rules! columns {
    ($(#[$meta:meta])* pub struct $name:ident, $(#[$row_meta:meta])* row $row:ident {
        $($(#[$doc:meta])* pub $field:ident : $ty:ty),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name { $($(#[$doc])* pub $field: Vec<$ty>),+ }

        $(#[$row_meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $row { $($(#[$doc])* pub $field: $ty),+ }

        impl $name {
            /// Number of rows.
            pub fn len(&self) -> usize {
                [$(self.$field.len()),+][0]
            }

            /// Whether there are no rows.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Appends one row.
            pub fn push(&mut self, row: $row) {
                $(self.$field.push(row.$field);)+
            }

            /// Makes room for so many more rows.
            pub fn reserve(&mut self, more: usize) {
                $(self.$field.reserve(more);)+
            }

            /// A copy of one row.
            pub fn row(&self, row: usize) -> $row {
                $row { $($field: self.$field[row].clone()),+ }
            }

            /// Appends a copy of each mother's row.
            pub fn append(&mut self, turnover: &$crate::Turnover) {
                $(turnover.append(&mut self.$field);)+
            }

            /// Closes the gaps of the rows that went.
            pub fn close(&mut self, turnover: &$crate::Turnover) {
                $(turnover.close(&mut self.$field);)+
            }

            /// Puts the rows into a new order: row `k` becomes what row `order[k]` was.
            pub fn reorder(&mut self, order: &[u32]) {
                $(self.$field = order.iter().map(|row| self.$field[*row as usize].clone()).collect();)+
            }
        }
    };
}
