//! The garbage collector: owner references and the finalizers `foregroundDeletion` and `orphan`; and the end of
//! namespaces. An ordinary client, as in a real cluster, where kube-controller-manager does this.
//!
//! [`graph`] decides; this file watches and writes.

mod graph;
mod namespaces;

use super::registry::{KINDS, Kind, StorageKind, namespace};
use crate::api::group_version::refers_to;
use crate::runtime::{text, watcher_text};
use futures::stream::{BoxStream, FuturesUnordered, SelectAll};
use futures::{StreamExt, TryStreamExt};
use graph::{Action, Graph, Object, Owner, Uid};
use kube::api::{
    Api, DeleteParams, DynamicObject, PartialObjectMeta, Patch, PatchParams, Preconditions, PropagationPolicy,
};
use kube::core::ApiResource;
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many objects are worked on at once. Enough to hide a request's latency, few enough not to crowd out users.
const CONCURRENCY: usize = 32;
/// How long a failed piece of work rests before it is decided anew.
const RETRY: Duration = Duration::from_millis(200);

type Metadata = PartialObjectMeta<DynamicObject>;
type Seen = (&'static Kind, watcher::Event<Metadata>);

/// Collects garbage until `stop` is cancelled. Failures are retried; none ends the loop.
pub async fn run(client: kube::Client, stop: CancellationToken) {
    let watches: Vec<_> = stored_kinds().map(|kind| watch(&client, kind)).collect();
    let mut events: SelectAll<BoxStream<'static, Seen>> = futures::stream::select_all(watches);
    let mut collector = Collector::new(client);
    let mut work = FuturesUnordered::new();
    loop {
        while work.len() < CONCURRENCY
            && let Some((uid, task)) = collector.next()
        {
            let client = collector.client.clone();
            work.push(async move {
                let result = carry_out(&client, task).await;
                if let Err(error) = &result {
                    tracing::debug!(%uid, error = %text(error), "collecting garbage failed");
                    tokio::time::sleep(RETRY).await;
                }
                (uid, result.is_ok())
            });
        }
        tokio::select! {
            () = stop.cancelled() => return,
            Some((kind, event)) = events.next() => collector.observe(kind, event),
            Some((uid, done)) = work.next() => collector.finished(uid, done),
        }
    }
}

/// What is known, what is to be looked at, and what is being done.
struct Collector {
    client: kube::Client,
    graph: Graph,
    terminating: HashMap<String, Uid>,
    /// What a running list has not shown again yet, for each kind that is being listed.
    unseen: HashMap<&'static str, BTreeSet<Uid>>,
    dirty: VecDeque<Uid>,
    queued: HashSet<Uid>,
    busy: HashSet<Uid>,
}

enum Task {
    Dependents(Action, Vec<PropagationPolicy>),
    Namespace { name: String, is_empty: bool },
}

impl Collector {
    fn new(client: kube::Client) -> Self {
        Self {
            client,
            graph: Graph::default(),
            terminating: HashMap::new(),
            unseen: HashMap::new(),
            dirty: VecDeque::new(),
            queued: HashSet::new(),
            busy: HashSet::new(),
        }
    }

    fn observe(&mut self, kind: &'static Kind, event: watcher::Event<Metadata>) {
        match event {
            watcher::Event::Init => {
                self.unseen.insert(kind.plural, self.graph.of_kind(kind));
            }
            watcher::Event::InitApply(object) => {
                if let (Some(unseen), Some(uid)) = (self.unseen.get_mut(kind.plural), &object.metadata.uid) {
                    unseen.remove(uid);
                }
                self.apply(kind, &object);
            }
            watcher::Event::InitDone => {
                for uid in self.unseen.remove(kind.plural).unwrap_or_default() {
                    self.remove(&uid);
                }
            }
            watcher::Event::Apply(object) => self.apply(kind, &object),
            watcher::Event::Delete(object) => {
                if let Some(uid) = &object.metadata.uid {
                    self.remove(uid);
                }
            }
        }
    }

    fn apply(&mut self, kind: &'static Kind, metadata: &Metadata) {
        let Some(object) = known(kind, metadata) else { return };
        if *kind == namespace::KIND && object.deleting {
            self.terminating.insert(object.name.clone(), object.uid.clone());
        }
        let namespace = object.namespace.clone();
        let affected = self.graph.apply(object);
        self.look_at(affected);
        self.look_at_namespace(namespace);
    }

    fn remove(&mut self, uid: &str) {
        let namespace = self.graph.namespace_of(uid);
        let affected = self.graph.remove(uid);
        self.terminating.retain(|_, namespace| namespace != uid);
        self.look_at(affected);
        self.look_at_namespace(namespace);
    }

    /// Whatever happens in a namespace on its way out may be the last thing it waited for.
    fn look_at_namespace(&mut self, namespace: Option<String>) {
        let uid = namespace.and_then(|namespace| self.terminating.get(&namespace).cloned());
        self.look_at(uid.into_iter().collect());
    }

    fn look_at(&mut self, uids: Vec<Uid>) {
        for uid in uids {
            if self.queued.insert(uid.clone()) {
                self.dirty.push_back(uid);
            }
        }
    }

    /// The next thing to do, or `None` when nothing is left that is not being done already.
    fn next(&mut self) -> Option<(Uid, Task)> {
        for _ in 0..self.dirty.len() {
            let uid = self.dirty.pop_front()?;
            if self.busy.contains(&uid) {
                self.dirty.push_back(uid);
                continue;
            }
            self.queued.remove(&uid);
            if let Some(task) = self.task(&uid) {
                self.busy.insert(uid.clone());
                return Some((uid, task));
            }
        }
        None
    }

    fn task(&self, uid: &str) -> Option<Task> {
        if let Some((name, _)) = self.terminating.iter().find(|(_, namespace)| *namespace == uid) {
            return Some(Task::Namespace { name: name.clone(), is_empty: self.graph.is_empty(name) });
        }
        let action = self.graph.decide(uid)?;
        let policies = match &action {
            Action::DeleteDependents(objects) => objects.iter().map(|object| self.graph.policy(&object.uid)).collect(),
            _ => Vec::new(),
        };
        Some(Task::Dependents(action, policies))
    }

    fn finished(&mut self, uid: Uid, done: bool) {
        self.busy.remove(&uid);
        if !done {
            self.look_at(vec![uid]);
        }
    }
}

fn stored_kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| kind.storage != StorageKind::Virtual)
}

fn watch(client: &kube::Client, kind: &'static Kind) -> BoxStream<'static, Seen> {
    let api: Api<Metadata> = Api::all_with(client.clone(), &resource(kind));
    let events = watcher(api, watcher::Config::default()).default_backoff();
    let events = events
        .inspect_err(move |error| tracing::debug!(kind = kind.kind, error = %watcher_text(error), "watch interrupted"));
    events.filter_map(move |event| async move { Some((kind, event.ok()?)) }).boxed()
}

fn resource(kind: &Kind) -> ApiResource {
    let (group, version) = kind.served.first().copied().unwrap_or_default();
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    ApiResource {
        group: group.into(),
        version: version.into(),
        api_version,
        kind: kind.kind.into(),
        plural: kind.plural.into(),
    }
}

fn known(kind: &'static Kind, object: &Metadata) -> Option<Object> {
    let metadata = &object.metadata;
    let owners = metadata.owner_references.iter().flatten().map(|owner| Owner {
        api_version: owner.api_version.clone(),
        kind: owner.kind.clone(),
        name: owner.name.clone(),
        uid: owner.uid.clone(),
        blocks: owner.block_owner_deletion == Some(true),
    });
    Some(Object {
        kind,
        namespace: metadata.namespace.clone(),
        name: metadata.name.clone()?,
        uid: metadata.uid.clone()?,
        owners: owners.collect(),
        finalizers: metadata.finalizers.clone().unwrap_or_default(),
        deleting: metadata.deletion_timestamp.is_some(),
    })
}

fn api(client: &kube::Client, object: &Object) -> Api<Metadata> {
    let resource = resource(object.kind);
    match &object.namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    }
}

async fn carry_out(client: &kube::Client, task: Task) -> kube::Result<()> {
    match task {
        Task::Namespace { name, is_empty } => namespaces::advance(client, &name, is_empty).await,
        Task::Dependents(Action::Collect(object), _) => collect(client, &object).await,
        Task::Dependents(Action::DeleteDependents(objects), policies) => {
            for (object, policy) in objects.iter().zip(policies) {
                delete(client, object, policy).await?;
            }
            Ok(())
        }
        Task::Dependents(Action::OrphanDependents(owner, objects), _) => {
            for object in &objects {
                edit(client, object, |metadata| {
                    let owners: Vec<_> =
                        metadata.owner_references.iter().flatten().filter(|o| o.uid != owner).collect();
                    // None left: the field goes, as it does with the real collector.
                    json!({"ownerReferences": (!owners.is_empty()).then_some(owners)})
                })
                .await?;
            }
            Ok(())
        }
        Task::Dependents(Action::Finish(object, finalizer), _) => {
            edit(client, &object, |metadata| {
                let others = metadata.finalizers.iter().flatten().filter(|other| *other != finalizer);
                json!({"finalizers": others.collect::<Vec<_>>()})
            })
            .await
        }
    }
}

/// Deletes an object whose owners are unknown to the graph, once the API server has confirmed that they are gone: the
/// watch of the owner's kind may simply be behind.
async fn collect(client: &kube::Client, object: &Object) -> kube::Result<()> {
    for owner in &object.owners {
        let Some(kind) = owner_kind(owner) else { return Ok(()) };
        let namespace = object.namespace.clone().filter(|_| kind.namespaced);
        let probe = Object { kind, namespace, name: owner.name.clone(), ..object.clone() };
        let found = api(client, &probe).get_opt(&owner.name).await?;
        if found.is_some_and(|found| found.metadata.uid.as_ref() == Some(&owner.uid)) {
            return Ok(());
        }
    }
    delete(client, object, PropagationPolicy::Background).await
}

fn owner_kind(owner: &Owner) -> Option<&'static Kind> {
    let is_of = |kind: &Kind, group: &str| refers_to(&owner.api_version, &owner.kind, group, kind.kind);
    KINDS.iter().find(|kind| kind.served.iter().any(|(group, _)| is_of(kind, group)))
}

async fn delete(client: &kube::Client, object: &Object, policy: PropagationPolicy) -> kube::Result<()> {
    let only_this = Preconditions { uid: Some(object.uid.clone()), resource_version: None };
    let params =
        DeleteParams { propagation_policy: Some(policy), preconditions: Some(only_this), ..DeleteParams::default() };
    tolerate_gone(api(client, object).delete(&object.name, &params).await.map(|_| ()))
}

/// Changes an object's metadata as it is now; a change in between is a conflict, and the work is decided anew.
async fn edit(
    client: &kube::Client,
    object: &Object,
    change: impl Fn(&kube::api::ObjectMeta) -> serde_json::Value,
) -> kube::Result<()> {
    let api = api(client, object);
    let Some(found) = api.get_opt(&object.name).await? else { return Ok(()) };
    if found.metadata.uid.as_ref() != Some(&object.uid) {
        return Ok(());
    }
    let mut metadata = change(&found.metadata);
    metadata["resourceVersion"] = json!(found.metadata.resource_version);
    let patch = Patch::Merge(json!({"metadata": metadata}));
    tolerate_gone(api.patch(&object.name, &PatchParams::default(), &patch).await.map(|_| ()))
}

/// Gone, or another object of that name: what was wanted is so already.
fn tolerate_gone(result: kube::Result<()>) -> kube::Result<()> {
    match result {
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        Err(kube::Error::Api(status)) if status.is_conflict() && status.message.contains("UID in precondition") => {
            Ok(())
        }
        other => other,
    }
}
