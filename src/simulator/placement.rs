//! Which node a pod goes to: the one with the most free memory among those that have capacity.

use super::view::ResourceRequest;
use std::collections::BTreeMap;

/// What a node has, and what is taken of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeCapacity {
    pub(super) capacity: ResourceRequest,
    pub(super) pods: usize,
    pub(super) taken: ResourceRequest,
    pub(super) running: usize,
}

impl NodeCapacity {
    /// What the node lacks for the pod, in the words of the scheduler's NodeResourcesFit, which names all of it; empty
    /// where the pod fits.
    fn lacks(&self, wanted: ResourceRequest) -> Vec<&'static str> {
        let lacks = [
            (self.running >= self.pods, "Too many pods"),
            (self.taken.milli_cpu + wanted.milli_cpu > self.capacity.milli_cpu, "Insufficient cpu"),
            (self.taken.memory + wanted.memory > self.capacity.memory, "Insufficient memory"),
        ];
        lacks.into_iter().filter_map(|(lacking, words)| lacking.then_some(words)).collect()
    }
}

/// The node, or the scheduler's words on why there is none.
pub(super) fn place(nodes: &BTreeMap<String, NodeCapacity>, wanted: ResourceRequest) -> Result<String, String> {
    let mut refusals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut best: Option<(&String, i128)> = None;
    for (name, capacity) in nodes {
        let lacks = capacity.lacks(wanted);
        if lacks.is_empty() {
            let free = capacity.capacity.memory - capacity.taken.memory;
            if best.is_none_or(|(_, most)| free > most) {
                best = Some((name, free));
            }
        }
        for why in lacks {
            *refusals.entry(why).or_default() += 1;
        }
    }
    if let Some((name, _)) = best {
        return Ok(name.clone());
    }
    let total = nodes.len();
    let reasons: Vec<_> = refusals.iter().map(|(why, count)| format!("{count} {why}")).collect();
    let reasons =
        if reasons.is_empty() { "no nodes available to schedule pods".to_owned() } else { reasons.join(", ") };
    Err(format!(
        "0/{total} nodes are available: {reasons}. preemption: 0/{total} nodes are available: \
         {total} No preemption victims found for incoming pod."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capacity(milli_cpu: i128, memory: i128, pods: usize) -> NodeCapacity {
        NodeCapacity {
            capacity: ResourceRequest { milli_cpu, memory },
            pods,
            taken: ResourceRequest::default(),
            running: 0,
        }
    }

    fn wanted(milli_cpu: i128, memory: i128) -> ResourceRequest {
        ResourceRequest { milli_cpu, memory }
    }

    #[test]
    fn a_pod_goes_where_most_memory_is_free() {
        let nodes = [("a".to_owned(), capacity(10, 10, 5)), ("b".to_owned(), capacity(10, 20, 5))].into();
        assert_eq!(place(&nodes, wanted(1, 1)).as_deref(), Ok("b"));
        assert_eq!(place(&nodes, wanted(1, 20)).as_deref(), Ok("b"));
    }

    #[test]
    fn a_pod_that_fits_nowhere_is_told_why() {
        let nodes = [
            ("a".to_owned(), capacity(10, 10, 0)),
            ("b".to_owned(), capacity(10, 5, 5)),
            ("c".to_owned(), capacity(1, 5, 5)),
        ]
        .into();
        let why = place(&nodes, wanted(2, 10)).unwrap_err();
        assert_eq!(
            why,
            "0/3 nodes are available: 1 Insufficient cpu, 2 Insufficient memory, 1 Too many pods. preemption: 0/3 nodes \
             are available: 3 No preemption victims found for incoming pod."
        );
    }
}
