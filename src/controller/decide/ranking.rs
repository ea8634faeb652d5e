//! Which VMIs go first when a set shrinks.
//!
//! KubeVirt's controller takes the first ones of a random order. Here the least useful ones go first: those that are
//! not ready, then the youngest; only between equals it is as good as random (by UID). Before all of them go those whose
//! deletion was asked for already and may yet take effect: to delete another one instead could make one too few.

use crate::api::vmi::Vmi;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The first `count` VMIs to give up; `doubtful` are the UIDs of those that may be going already.
pub fn choose(active: &[Arc<Vmi>], count: usize, doubtful: &BTreeSet<String>) -> Vec<Arc<Vmi>> {
    let mut order: Vec<_> = active.to_vec();
    order.sort_by_cached_key(|vmi| {
        let created = vmi.metadata.creation_timestamp.as_ref().map(|time| time.0);
        let settled = !vmi.metadata.uid.as_ref().is_some_and(|uid| doubtful.contains(uid));
        (settled, vmi.is_ready(), vmi.status.phase == "Running", Reverse(created), vmi.metadata.uid.clone())
    });
    order.truncate(count);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::decide::plan::fixtures::vmi;

    fn names(active: Vec<Vmi>, count: usize) -> Vec<String> {
        let active: Vec<_> = active.into_iter().map(Arc::new).collect();
        choose(&active, count, &BTreeSet::new()).iter().filter_map(|vmi| vmi.metadata.name.clone()).collect()
    }

    #[test]
    fn those_that_serve_nobody_go_before_those_that_do() {
        let active = vec![vmi("ready").ready(), vmi("booting").phase("Running"), vmi("waiting").phase("Scheduling")];
        assert_eq!(names(active, 2), ["waiting", "booting"]);
    }

    #[test]
    fn the_youngest_goes_before_the_oldest() {
        let active = vec![vmi("old").ready().age(300), vmi("young").ready().age(10), vmi("older").ready().age(900)];
        assert_eq!(names(active, 3), ["young", "old", "older"]);
    }
}
