//! Keeps a set at its size.
