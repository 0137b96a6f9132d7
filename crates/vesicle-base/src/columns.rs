//! Stores with one row per cell: columns by name that grow, split and close up together.

use crate::turnover::Turnover;

/// Makes room for so many more rows, and for a thirty-second more than there are, so that a growing tissue copies its columns
/// seldom and wastes little.
pub fn room_for<T>(column: &mut Vec<T>, more: usize) {
    if column.capacity() - column.len() < more {
        column.reserve_exact(more.max(column.len() / 32));
    }
}

/// Gives a column so many rows, and room for a thirty-second more where it grows; new rows are `fill`.
pub fn fit<T: Clone>(column: &mut Vec<T>, n_rows: usize, fill: T) {
    room_for(column, n_rows.saturating_sub(column.len()));
    column.resize(n_rows, fill);
}

/// A column: one value a row.
pub trait Column {
    /// What a row holds.
    type Value;
    /// Appends one row.
    fn push(&mut self, value: Self::Value);
    /// Number of rows.
    fn len(&self) -> usize;
    /// Whether there are no rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// A copy of one row.
    fn row(&self, row: usize) -> Self::Value;
    /// Makes room for so many more rows.
    fn reserve(&mut self, more: usize);
    /// Appends a copy of each mother's row.
    fn append(&mut self, turnover: &Turnover);
    /// Closes the gaps of the rows that went.
    fn close(&mut self, turnover: &Turnover);
    /// Puts the rows into a new order: row `k` becomes what row `order[k]` was.
    fn reorder(&mut self, order: &[u32]);
}

impl<T: Clone> Column for Vec<T> {
    type Value = T;

    fn push(&mut self, value: T) {
        room_for(self, 1);
        self.push(value);
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn row(&self, row: usize) -> T {
        self[row].clone()
    }

    fn reserve(&mut self, more: usize) {
        room_for(self, more);
    }

    fn append(&mut self, turnover: &Turnover) {
        turnover.append(self);
    }

    fn close(&mut self, turnover: &Turnover) {
        turnover.close(self);
    }

    fn reorder(&mut self, order: &[u32]) {
        *self = order.iter().map(|row| self[*row as usize].clone()).collect();
    }
}

/// Declares a store of columns with one row per cell, its row, and the calls that keep the columns aligned.
///
/// ```
/// vesicle_base::columns! {
///     /// Two properties of a cell.
///     pub struct Sizes,
///     /// One row of [`Sizes`].
///     row SizesRow {
///         /// Radius, µm.
///         pub radius_um: Vec<f64>,
///         /// Divisions so far.
///         pub divisions: Vec<u32>,
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
        pub struct $name { $($(#[$doc])* pub $field: $ty),+ }

        $(#[$row_meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $row { $($(#[$doc])* pub $field: <$ty as $crate::columns::Column>::Value),+ }

        impl $name {
            /// Number of rows.
            pub fn len(&self) -> usize {
                [$($crate::columns::Column::len(&self.$field)),+][0]
            }

            /// Whether there are no rows.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Appends one row.
            pub fn push(&mut self, row: $row) {
                $($crate::columns::Column::push(&mut self.$field, row.$field);)+
            }

            /// Makes room for so many more rows.
            pub fn reserve(&mut self, more: usize) {
                $($crate::columns::Column::reserve(&mut self.$field, more);)+
            }

            /// A copy of one row.
            pub fn row(&self, row: usize) -> $row {
                $row { $($field: $crate::columns::Column::row(&self.$field, row)),+ }
            }

            /// Appends a copy of each mother's row.
            pub fn append(&mut self, turnover: &$crate::Turnover) {
                $($crate::columns::Column::append(&mut self.$field, turnover);)+
            }

            /// Closes the gaps of the rows that went.
            pub fn close(&mut self, turnover: &$crate::Turnover) {
                $($crate::columns::Column::close(&mut self.$field, turnover);)+
            }

            /// Puts the rows into a new order: row `k` becomes what row `order[k]` was.
            pub fn reorder(&mut self, order: &[u32]) {
                $($crate::columns::Column::reorder(&mut self.$field, order);)+
            }
        }
    };
}
