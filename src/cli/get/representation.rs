//! In which form the server sends what is asked for.

/// The form in which the server sends objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Representation {
    /// A Table with nothing but cells.
    Cells,
    /// A Table with the metadata of each row's object.
    Rows,
    /// A Table with whole objects.
    RowsAndObjects,
    /// The objects' metadata.
    Metadata,
    /// The objects.
    Objects,
}
