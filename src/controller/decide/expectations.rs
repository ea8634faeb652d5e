//! What of our own writes has not been observed yet.
//!
//! A watch lags behind. Whoever counts VMIs in a cache that does not hold its own last creations creates them again.
//! So a set is not scaled before everything that was created for it has been observed to be there, and everything
//! deleted to be terminating. KubeVirt's controller counts creations in one number, which a later deletion overwrites, and
//! trusts its cache again after five minutes; here each write is remembered by its UID, and after that time the VMIs are
//! listed anew: a cache that has missed an event does not become right by waiting.
//!
//! A write whose answer was lost is *unconfirmed*: it may have taken effect, or may yet. Names of VMIs are chosen here and
//! not by the server, so a creation can be asked about by its name, and be repeated without making a second VMI.

use super::index::Effect;
use crate::runtime::Tick;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// After this long an event must have been missed. The value is KubeVirt's.
pub const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// The writes that are waited for, by the UID of their set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Expectations {
    sets: BTreeMap<String, Pending>,
}

/// What is waited for, for one set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Pending {
    /// UIDs of VMIs that were created and have not been observed.
    created: BTreeSet<String>,
    /// UIDs of VMIs that were deleted and have not been observed to be terminating.
    deleted: BTreeSet<String>,
    /// When an event must have been missed: long after the last of them was added.
    deadline: Option<Tick>,
    /// Creations that have been sent and not been answered.
    in_flight: usize,
    /// What was observed to be gone meanwhile: perhaps what an answer is about to name.
    gone: BTreeSet<String>,
    /// Names of VMIs whose creation was not answered.
    unconfirmed_creations: BTreeSet<String>,
    /// Names of VMIs whose creation was not answered, and that are not there: the next creations take them.
    reserved: BTreeSet<String>,
    /// Names by UID of the VMIs whose deletion was not answered.
    unconfirmed_deletions: BTreeMap<String, String>,
    /// UIDs of VMIs whose deletion was not answered and had not taken effect: the first to be deleted if any.
    doubtful: BTreeSet<String>,
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.is_observed() && self.in_flight == 0 && self.reserved.is_empty() && self.doubtful.is_empty()
    }

    fn is_observed(&self) -> bool {
        self.created.is_empty()
            && self.deleted.is_empty()
            && self.unconfirmed_creations.is_empty()
            && self.unconfirmed_deletions.is_empty()
    }
}

/// Writes of a set that were not answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unconfirmed {
    /// Names of VMIs that may have been created.
    pub creations: Vec<String>,
    /// UIDs and names of VMIs that may have been deleted.
    pub deletions: Vec<(String, String)>,
}

impl Expectations {
    /// A creation is about to be sent; [`creation_completed`](Self::creation_completed) or
    /// [`creation_unconfirmed`](Self::creation_unconfirmed) is to follow.
    pub fn expect_creation(&mut self, set: &str) {
        self.pending(set).in_flight += 1;
    }

    /// The answer to a creation: the VMI's UID if there is one now and it has not been observed. A VMI that was observed to
    /// be gone while the answer was on its way is not waited for.
    pub fn creation_completed(&mut self, set: &str, created: Option<&str>, now: Tick) {
        let pending = self.pending(set);
        pending.in_flight = pending.in_flight.saturating_sub(1);
        if let Some(vmi) = created.filter(|vmi| !pending.gone.contains(*vmi)) {
            pending.created.insert(vmi.to_owned());
            pending.deadline = Some(now + PATIENCE);
        }
        self.tidy(set);
    }

    /// A creation was not answered: a VMI of that name may be there, or may yet come to be.
    pub fn creation_unconfirmed(&mut self, set: &str, name: &str) {
        let pending = self.pending(set);
        pending.in_flight = pending.in_flight.saturating_sub(1);
        pending.unconfirmed_creations.insert(name.to_owned());
    }

    /// No VMI of that name is there, though one may yet come to be: the next creation takes the name, so that there will be
    /// one of it in any case.
    pub fn reserve(&mut self, set: &str, name: &str) {
        let pending = self.pending(set);
        pending.unconfirmed_creations.remove(name);
        pending.reserved.insert(name.to_owned());
    }

    /// A VMI of that name is there: as the UID says if it is ours, or else somebody else's.
    pub fn creation_confirmed(&mut self, set: &str, name: &str, created: Option<&str>, now: Tick) {
        let pending = self.pending(set);
        pending.unconfirmed_creations.remove(name);
        if let Some(vmi) = created.filter(|vmi| !pending.gone.contains(*vmi)) {
            pending.created.insert(vmi.to_owned());
            pending.deadline = Some(now + PATIENCE);
        }
        self.tidy(set);
    }

    /// A name that an earlier creation of the set has left, if any.
    pub fn take_reserved(&mut self, set: &str) -> Option<String> {
        let name = self.sets.get_mut(set)?.reserved.pop_first();
        self.tidy(set);
        name
    }

    /// A deletion is about to be sent.
    pub fn expect_deletion(&mut self, set: &str, vmi: &str, now: Tick) {
        let pending = self.pending(set);
        pending.deleted.insert(vmi.to_owned());
        pending.doubtful.remove(vmi);
        pending.deadline = Some(now + PATIENCE);
    }

    /// The server has refused the deletion.
    pub fn deletion_refused(&mut self, set: &str, vmi: &str) {
        self.pending(set).deleted.remove(vmi);
        self.tidy(set);
    }

    /// A deletion was not answered.
    pub fn deletion_unconfirmed(&mut self, set: &str, vmi: &str, name: &str) {
        self.pending(set).unconfirmed_deletions.insert(vmi.to_owned(), name.to_owned());
    }

    /// The deletion has taken effect: the VMI is terminating, which the watch is about to show.
    pub fn deletion_confirmed(&mut self, set: &str, vmi: &str) {
        self.pending(set).unconfirmed_deletions.remove(vmi);
        self.tidy(set);
    }

    /// The deletion has not taken effect, though it may yet: no other VMI is to be deleted instead.
    pub fn deletion_doubtful(&mut self, set: &str, vmi: &str) {
        let pending = self.pending(set);
        pending.unconfirmed_deletions.remove(vmi);
        pending.deleted.remove(vmi);
        pending.doubtful.insert(vmi.to_owned());
    }

    /// UIDs of VMIs whose deletion may yet take effect.
    pub fn doubtful(&self, set: &str) -> BTreeSet<String> {
        self.sets.get(set).map(|pending| pending.doubtful.clone()).unwrap_or_default()
    }

    /// Writes of the set that were not answered.
    pub fn unconfirmed(&self, set: &str) -> Unconfirmed {
        let Some(pending) = self.sets.get(set) else { return Unconfirmed::default() };
        let deletions = pending.unconfirmed_deletions.iter();
        Unconfirmed {
            creations: pending.unconfirmed_creations.iter().cloned().collect(),
            deletions: deletions.map(|(uid, name)| (uid.clone(), name.clone())).collect(),
        }
    }

    /// The VMI was observed to be there, or to have changed. A deletion that was asked for before names the state that the
    /// VMI had then, and can no longer take effect.
    pub fn creation_observed(&mut self, set: &str, vmi: &str, name: &str) {
        let Some(pending) = self.sets.get_mut(set) else { return };
        pending.created.remove(vmi);
        pending.doubtful.remove(vmi);
        pending.unconfirmed_creations.remove(name);
        pending.reserved.remove(name);
        self.tidy(set);
    }

    /// The VMI was observed to be terminating, or gone.
    pub fn deletion_observed(&mut self, set: &str, vmi: &str) {
        let Some(pending) = self.sets.get_mut(set) else { return };
        if pending.in_flight > 0 {
            pending.gone.insert(vmi.to_owned());
        }
        pending.created.remove(vmi);
        pending.deleted.remove(vmi);
        pending.unconfirmed_deletions.remove(vmi);
        pending.doubtful.remove(vmi);
        self.tidy(set);
    }

    /// What a VMI's event means for what is waited for.
    pub fn observe(&mut self, effect: &Effect, vmi: &str, name: &str) {
        if let Some(set) = &effect.created {
            self.creation_observed(set, vmi, name);
        }
        if let Some(set) = &effect.deleted {
            self.deletion_observed(set, vmi);
        }
    }

    /// UIDs of the VMIs that the set waits for, created or deleted. A list that begins now shows what became of them.
    pub fn awaited(&self, set: &str) -> Vec<String> {
        let pending = self.sets.get(set).into_iter();
        pending.flat_map(|pending| pending.created.iter().chain(&pending.deleted).cloned()).collect()
    }

    /// The set is gone.
    pub fn forget(&mut self, set: &str) {
        self.sets.remove(set);
    }

    /// Whether nothing is waited for, of no set.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Whether writes of the set have not been observed.
    pub fn is_waiting(&self, set: &str) -> bool {
        self.sets.get(set).is_some_and(|pending| !pending.is_observed())
    }

    /// How long the set has to wait before an event must have been missed; zero once that is so, `None` where nothing is
    /// waited for.
    pub fn patience(&self, set: &str, now: Tick) -> Option<Duration> {
        let pending = self.sets.get(set).filter(|pending| !pending.is_observed())?;
        Some(pending.deadline.unwrap_or(now + PATIENCE).since(now))
    }

    /// Something was done to find out what was missed: the wait begins anew.
    pub fn renew_patience(&mut self, set: &str, now: Tick) {
        if let Some(pending) = self.sets.get_mut(set) {
            pending.deadline = Some(now + PATIENCE);
        }
    }

    /// The same expectations as somebody sees them who began to count at `origin`.
    pub fn rebase(&mut self, origin: Tick) {
        for deadline in self.sets.values_mut().filter_map(|pending| pending.deadline.as_mut()) {
            *deadline = deadline.rebased(origin);
        }
    }

    fn pending(&mut self, set: &str) -> &mut Pending {
        self.sets.entry(set.to_owned()).or_default()
    }

    fn tidy(&mut self, set: &str) {
        let Some(pending) = self.sets.get_mut(set) else { return };
        if pending.in_flight == 0 {
            pending.gone.clear();
        }
        if pending.is_observed() {
            pending.deadline = None;
        }
        if pending.is_empty() {
            self.sets.remove(set);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: &str = "set";

    /// Expectations of a set for which these were created.
    fn created(vmis: &[&str], now: Tick) -> Expectations {
        let mut expectations = Expectations::default();
        for vmi in vmis {
            expectations.expect_creation(SET);
            expectations.creation_completed(SET, Some(vmi), now);
        }
        expectations
    }

    #[test]
    fn a_set_waits_until_all_it_created_has_been_observed() {
        let now = Tick(0);
        let mut expectations = created(&["a", "b"], now);
        expectations.creation_observed(SET, "a", "name-a");
        expectations.creation_observed("other", "b", "name-b");
        assert!(expectations.is_waiting(SET));
        expectations.creation_observed(SET, "b", "name-b");
        assert!(expectations.is_empty(), "{expectations:?}");
    }

    #[test]
    fn a_deletion_does_not_cover_up_a_creation() {
        let now = Tick(0);
        let mut expectations = created(&["new"], now);
        expectations.expect_deletion(SET, "old", now);
        expectations.deletion_observed(SET, "old");
        assert!(expectations.is_waiting(SET));
        expectations.creation_observed(SET, "new", "new");
        assert!(!expectations.is_waiting(SET));
    }

    #[test]
    fn a_vmi_that_went_before_the_answer_named_it_is_not_waited_for() {
        let now = Tick(0);
        let mut expectations = Expectations::default();
        expectations.expect_creation(SET);
        expectations.expect_creation(SET);
        expectations.deletion_observed(SET, "fast");
        expectations.creation_completed(SET, Some("fast"), now);
        assert!(!expectations.is_waiting(SET));
        expectations.creation_completed(SET, Some("slow"), now);
        assert_eq!(expectations.awaited(SET), ["slow"]);
        expectations.creation_observed(SET, "slow", "slow");
        assert!(expectations.is_empty(), "{expectations:?}");
    }

    #[test]
    fn a_refused_write_leaves_nothing_behind() {
        let now = Tick(0);
        let mut expectations = Expectations::default();
        expectations.expect_creation(SET);
        expectations.deletion_observed(SET, "other");
        expectations.creation_completed(SET, None, now);
        expectations.expect_deletion(SET, "a", now);
        expectations.deletion_refused(SET, "a");
        assert!(expectations.is_empty(), "{expectations:?}");
    }

    #[test]
    fn a_creation_that_was_not_answered_is_waited_for_by_its_name() {
        let now = Tick(0);
        for observed in [true, false] {
            let mut expectations = Expectations::default();
            expectations.expect_creation(SET);
            expectations.creation_unconfirmed(SET, "web1");
            assert!(expectations.is_waiting(SET));
            assert_eq!(expectations.unconfirmed(SET).creations, ["web1"]);
            match observed {
                true => expectations.creation_observed(SET, "uid", "web1"),
                false => {
                    expectations.creation_confirmed(SET, "web1", Some("uid"), now);
                    assert_eq!(expectations.awaited(SET), ["uid"]);
                    expectations.creation_observed(SET, "uid", "web1");
                }
            }
            assert!(expectations.is_empty(), "{expectations:?}");
        }
    }

    #[test]
    fn a_creation_that_has_not_taken_effect_leaves_its_name_to_the_next_one() {
        let mut expectations = Expectations::default();
        expectations.expect_creation(SET);
        expectations.creation_unconfirmed(SET, "web1");
        expectations.reserve(SET, "web1");
        assert!(!expectations.is_waiting(SET) && expectations.unconfirmed(SET).creations.is_empty());
        assert_eq!(expectations.take_reserved(SET).as_deref(), Some("web1"));
        assert_eq!(expectations.take_reserved(SET), None);
        assert!(expectations.is_empty(), "{expectations:?}");
    }

    #[test]
    fn a_deletion_that_was_not_answered_is_waited_for_and_tried_again_on_the_same_vmi() {
        let now = Tick(0);
        let mut expectations = Expectations::default();
        expectations.expect_deletion(SET, "a", now);
        expectations.deletion_unconfirmed(SET, "a", "web1");
        assert!(expectations.is_waiting(SET));
        assert_eq!(expectations.unconfirmed(SET).deletions, [("a".to_owned(), "web1".to_owned())]);
        expectations.deletion_doubtful(SET, "a");
        assert!(!expectations.is_waiting(SET));
        assert_eq!(expectations.doubtful(SET), BTreeSet::from(["a".to_owned()]));
        expectations.expect_deletion(SET, "a", now);
        expectations.deletion_observed(SET, "a");
        assert!(expectations.is_empty(), "{expectations:?}");
    }

    #[test]
    fn when_patience_ends_the_set_still_waits() {
        let now = Tick(0);
        let mut expectations = created(&["a"], now);
        assert_eq!(expectations.patience(SET, now + PATIENCE / 2), Some(PATIENCE / 2));
        assert_eq!(expectations.patience(SET, now + PATIENCE * 2), Some(Duration::ZERO));
        assert!(expectations.is_waiting(SET));
        expectations.renew_patience(SET, now + PATIENCE);
        assert_eq!(expectations.patience(SET, now + PATIENCE), Some(PATIENCE));
        expectations.creation_observed(SET, "a", "a");
        assert_eq!(expectations.patience(SET, now), None);
    }
}
