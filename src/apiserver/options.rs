//! What a server is made with.

/// What a server is made with; the defaults are those of the real one.
#[derive(Clone, Debug)]
pub struct Options {
    /// The clock behind `creationTimestamp` and `deletionTimestamp`.
    pub now: fn() -> jiff::Timestamp,
    /// The source of uids, and of the random end of generated names.
    pub uid: fn() -> uuid::Uuid,
    /// How many writes a watch can go back to.
    pub history: usize,
    /// What `/version` says, for instance `v1.37.2`.
    pub version: String,
    /// Who the one user is, in the answers to access reviews.
    pub user: String,
    /// The time between two bookmarks of a watch.
    pub bookmark_period: std::time::Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            now: jiff::Timestamp::now,
            uid: uuid::Uuid::new_v4,
            history: 10_000,
            version: "v1.37.2".to_owned(),
            user: "admin".to_owned(),
            bookmark_period: std::time::Duration::from_secs(60),
        }
    }
}
