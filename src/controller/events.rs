//! Events about sets, with KubeVirt's reasons and texts.
//!
//! They are written as core/v1 events, as KubeVirt's controller writes them, so that `kubectl describe` shows them alike.
//! A failure to write one is logged and changes nothing else.

use super::decide::message::EventMessage;
use super::execute::bounded;
use super::text;
use crate::api::API_VERSION;
use crate::api::vmirs::{self, ReplicaSet};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Event, EventSource, ObjectReference};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::api::{Api, ObjectMeta, Patch, PatchParams, PostParams};
use serde_json::json;
use std::collections::HashMap;
use tokio::sync::mpsc;

/// How many different events one set may cause before further ones are left out. client-go's recorder has the same
/// limit (a burst of 25, refilled by one every five minutes).
const BURST: u32 = 25;
const REFILL: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

/// How many events are remembered; beyond that the memory starts anew, which costs a count that begins at 1 again.
const REMEMBERED: usize = 4096;

/// Takes messages and writes them in the background, in order.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    messages: mpsc::UnboundedSender<(ObjectReference, EventMessage)>,
}

impl Recorder {
    /// A recorder, and the task that writes; the task ends when every recorder is gone and all is written.
    pub(super) fn new(client: kube::Client, component: String) -> (Self, impl Future<Output = ()>) {
        let (messages, mut received) = mpsc::unbounded_channel();
        let writing = async move {
            let mut writer = Writer { client, component, known: HashMap::new(), budgets: HashMap::new() };
            while let Some((about, message)) = received.recv().await {
                if let Err(error) = writer.write(&about, &message, Timestamp::now()).await {
                    tracing::warn!(set = about.name, reason = message.reason, error = %text(&error), "the event could not be written");
                }
            }
        };
        (Self { messages }, writing)
    }

    pub(super) fn event(&self, set: &ReplicaSet, message: EventMessage) {
        let about = ObjectReference {
            api_version: Some(API_VERSION.to_owned()),
            kind: Some(vmirs::KIND.to_owned()),
            namespace: set.metadata.namespace.clone(),
            name: set.metadata.name.clone(),
            uid: set.metadata.uid.clone(),
            resource_version: set.metadata.resource_version.clone(),
            ..ObjectReference::default()
        };
        // The writer outlives all recorders; should it be gone, the process is ending.
        let _ = self.messages.send((about, message));
    }
}

struct Writer {
    client: kube::Client,
    component: String,
    /// Name and count of the event that already says the same, by the set's UID and the message.
    known: HashMap<(String, &'static str, String), (String, i32)>,
    /// How many events a set may still cause, and since when it has had that many.
    budgets: HashMap<String, (u32, Timestamp)>,
}

impl Writer {
    async fn write(&mut self, about: &ObjectReference, message: &EventMessage, now: Timestamp) -> kube::Result<()> {
        let uid = about.uid.clone().unwrap_or_default();
        if !spend(self.budgets.entry(uid.clone()).or_insert((BURST, now)), now) {
            return Ok(());
        }
        let namespace = about.namespace.as_deref().unwrap_or("default");
        let api: Api<Event> = Api::namespaced(self.client.clone(), namespace);
        let key = (uid, message.reason, message.message.clone());
        if let Some((name, count)) = self.known.get_mut(&key) {
            *count += 1;
            let again = Patch::Merge(json!({"count": count, "lastTimestamp": Time(now)}));
            match bounded(api.patch(name, &PatchParams::default(), &again)).await {
                // Events live for an hour; what is still true then is told anew.
                Err(kube::Error::Api(status)) if status.is_not_found() => {}
                other => return other.map(|_| ()),
            }
        }
        if self.known.len() >= REMEMBERED || self.budgets.len() >= REMEMBERED {
            self.known.clear();
            self.budgets.clear();
        }
        let event = self.event(about, message, now);
        let created = bounded(api.create(&PostParams::default(), &event)).await?;
        self.known.insert(key, (created.metadata.name.unwrap_or_default(), 1));
        Ok(())
    }

    fn event(&self, about: &ObjectReference, message: &EventMessage, now: Timestamp) -> Event {
        // client-go's form: the object's name and the time in hexadecimal.
        let name = format!("{}.{:x}", about.name.as_deref().unwrap_or_default(), now.as_nanosecond());
        Event {
            metadata: ObjectMeta { name: Some(name), namespace: about.namespace.clone(), ..ObjectMeta::default() },
            involved_object: about.clone(),
            type_: Some(message.r#type.to_owned()),
            reason: Some(message.reason.to_owned()),
            message: Some(message.message.clone()),
            source: Some(EventSource { component: Some(self.component.clone()), host: None }),
            reporting_component: Some(self.component.clone()),
            reporting_instance: Some(String::new()),
            first_timestamp: Some(Time(now)),
            last_timestamp: Some(Time(now)),
            count: Some(1),
            ..Event::default()
        }
    }
}

/// Takes one from the budget; says whether there was one.
fn spend((left, since): &mut (u32, Timestamp), now: Timestamp) -> bool {
    while *left < BURST && now.duration_since(*since) >= REFILL {
        *left += 1;
        *since += REFILL;
    }
    if *left == BURST {
        *since = now;
    }
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_set_may_cause_so_many_events_and_later_one_more() {
        let start = Timestamp::UNIX_EPOCH;
        let mut budget = (BURST, start);
        assert_eq!((0..40).filter(|_| spend(&mut budget, start)).count(), 25);
        assert!(spend(&mut budget, start + REFILL));
        assert!(!spend(&mut budget, start + REFILL));
    }

    /// A writer whose server answers by `answer`, from `METHOD path` to a status; what is asked is gathered.
    fn writer(answer: impl Fn(&str) -> u16 + Clone + Send + 'static) -> (Writer, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let gathered = Arc::clone(&asked);
        let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
            let line = format!("{} {}", request.method(), request.uri().path());
            let status = answer(&line);
            gathered.lock().unwrap().push(line);
            async move {
                let body = request.into_body().collect_bytes().await?;
                let sent: serde_json::Value = serde_json::from_slice(&body)?;
                let body = match status {
                    200 => json!({"metadata": sent["metadata"], "involvedObject": {}}),
                    code => {
                        json!({"kind": "Status", "status": "Failure", "reason": "NotFound", "message": "", "code": code})
                    }
                };
                let body = http_body_util::Full::new(bytes::Bytes::from(body.to_string()));
                Ok::<_, tower::BoxError>(http::Response::builder().status(status).body(body)?)
            }
        });
        let client = kube::Client::new(service, "default");
        (Writer { client, component: "it".into(), known: HashMap::new(), budgets: HashMap::new() }, asked)
    }

    fn about(uid: &str) -> ObjectReference {
        ObjectReference { name: Some("web".into()), uid: Some(uid.into()), ..ObjectReference::default() }
    }

    #[tokio::test]
    async fn the_same_note_is_counted_and_one_that_has_expired_is_written_anew() {
        let (mut writer, asked) = writer(|line| if line.starts_with("PATCH") { 404 } else { 200 });
        let (a, now) = (about("a"), Timestamp::UNIX_EPOCH);
        writer.write(&a, &EventMessage::create_failed("quota"), now).await.unwrap();
        writer.write(&a, &EventMessage::create_failed("quota"), now).await.unwrap();
        let methods: Vec<_> =
            asked.lock().unwrap().iter().filter_map(|line| line.split(' ').next().map(str::to_owned)).collect();
        assert_eq!(methods, ["POST", "PATCH", "POST"]);
        let counts: Vec<_> = writer.known.values().map(|(_, count)| *count).collect();
        assert_eq!(counts, [1], "the count begins anew with the new event");
    }

    #[tokio::test]
    async fn a_note_that_was_told_before_is_told_as_a_count() {
        let (mut writer, asked) = writer(|_| 200);
        let (a, b, now) = (about("a"), about("b"), Timestamp::UNIX_EPOCH);
        for set in [&a, &a, &b, &a] {
            writer.write(set, &EventMessage::create_failed("quota"), now).await.unwrap();
        }
        let patches = asked.lock().unwrap().iter().filter(|line| line.starts_with("PATCH")).count();
        assert_eq!(patches, 2, "another set's is another event");
        let mut counts: Vec<_> = writer.known.values().map(|(_, count)| *count).collect();
        counts.sort_unstable();
        assert_eq!(counts, [1, 3]);
    }

    #[tokio::test]
    async fn the_memory_of_events_is_bounded_whether_they_can_be_written_or_not() {
        for status in [200, 404] {
            let (mut writer, _) = writer(move |_| status);
            for uid in 0..=REMEMBERED {
                let written =
                    writer.write(&about(&uid.to_string()), &EventMessage::paused(true), Timestamp::UNIX_EPOCH).await;
                assert_eq!(written.is_ok(), status == 200);
            }
            assert!(writer.known.len() <= REMEMBERED && writer.budgets.len() <= REMEMBERED);
        }
    }
}
