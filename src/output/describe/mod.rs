//! Objects told for a person, as kubectl tells them.
