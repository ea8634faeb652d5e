//! What was typed and shown in the course of a scenario, as a terminal would show it.

use super::{Cluster, Invocation, mask};

pub struct Transcript<'a> {
    cluster: &'a Cluster,
    told: String,
}

impl<'a> Transcript<'a> {
    pub fn new(cluster: &'a Cluster) -> Self {
        Self { cluster, told: String::new() }
    }

    /// Runs kubectl with these words.
    pub async fn kubectl(&mut self, words: &str) {
        self.add(self.cluster.kubectl(words)).await;
    }

    /// Runs `kubectl vmirs` with these words.
    pub async fn vmirs(&mut self, words: &str) {
        self.add(self.cluster.vmirs(words)).await;
    }

    pub async fn add(&mut self, invocation: Invocation) {
        let ended = mask(invocation.run().await).replace(env!("CARGO_MANIFEST_DIR"), "…");
        self.told.push_str(&ended.replace(&self.cluster.namespace, "<namespace>"));
        self.told.push_str("\n\n");
    }

    /// All of it, with masked what changes from run to run.
    pub fn text(self) -> String {
        self.told
    }
}
