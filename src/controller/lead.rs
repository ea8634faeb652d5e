//! Does the work only while it holds the lease: tries for it, renews it, gives it up. What to write is decided by
//! [`super::lease`].

use super::lease::{Candidate, Decision, Seen};
use super::metrics::Metrics;
use super::{Error, text};
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, PostParams};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

/// How long giving the lease up may take; if it fails, the others wait until it has run out.
const GRACE: Duration = Duration::from_secs(2);

/// Waits for the lease, then does `work` for as long as the lease is ours. `work` is first polled once it is; it is to
/// end soon after `stop` is cancelled, and the lease is given up after that.
///
/// # Errors
/// [`Error::LeaseLost`] when the lease is somebody else's, or could not be renewed in time: `work` has been dropped by
/// then, and its requests with it. [`Error::Lease`] when the Lease may not be used at all. What `work` returns.
pub async fn lead<E: From<Error>>(
    client: kube::Client,
    candidate: Candidate,
    metrics: &Metrics,
    stop: &CancellationToken,
    work: impl Future<Output = Result<(), E>>,
) -> Result<(), E> {
    let name = candidate.name.clone();
    metrics.lead(&name, false);
    let mut seat = Seat::new(client, candidate);
    let result = match stop.run_until_cancelled(seat.win()).await {
        None => Ok(()),
        Some(Err(refused)) => return Err(refused.into()),
        Some(Ok(())) => {
            metrics.lead(&name, true);
            let ended = tokio::select! {
                // A process that was asleep must find out that it has lost the lease before it goes on with the work.
                biased;
                lost = seat.hold() => Err(lost),
                ended = work => Ok(ended),
            };
            metrics.lead(&name, false);
            ended?
        }
    };
    seat.give_up().await;
    result
}

/// Whose the lease is after a try for it.
enum Outcome {
    Ours,
    Held(String),
}

struct Seat {
    api: Api<Lease>,
    candidate: Candidate,
    seen: Option<Seen>,
    /// When the last write that made the lease ours was sent.
    renewed: Instant,
}

impl Seat {
    fn new(client: kube::Client, candidate: Candidate) -> Self {
        let api = Api::namespaced(client, &candidate.namespace);
        Self { api, candidate, seen: None, renewed: Instant::now() }
    }

    /// Tries until the lease is ours.
    async fn win(&mut self) -> Result<(), Error> {
        let mut told = None;
        loop {
            match self.attempt().await {
                Ok(Outcome::Ours) => {
                    tracing::info!(lease = %self.candidate, identity = self.candidate.identity, "got the lease");
                    return Ok(());
                }
                Ok(Outcome::Held(holder)) => {
                    if told.as_ref() != Some(&holder) {
                        tracing::info!(lease = %self.candidate, holder, "waiting for the lease");
                        told = Some(holder);
                    }
                }
                Err(source) if is_refusal(&source) => {
                    return Err(Error::Lease { lease: self.candidate.to_string(), source });
                }
                Err(error) => {
                    tracing::warn!(lease = %self.candidate, error = %text(&error), "the lease could not be tried for");
                }
            }
            sleep(self.candidate.timing.rest(rand::random())).await;
        }
    }

    /// Renews the lease until it is lost; returns how.
    async fn hold(&mut self) -> Error {
        let timing = self.candidate.timing;
        let mut last = None;
        loop {
            let deadline = self.renewed + timing.renew_deadline;
            let again = async {
                sleep(timing.retry).await;
                self.attempt().await
            };
            let why = match timeout_at(deadline, again).await {
                // It may have taken long to arrive.
                Ok(Ok(Outcome::Ours)) if Instant::now() < deadline => {
                    last = None;
                    continue;
                }
                Ok(Ok(Outcome::Held(holder))) => format!("{holder:?} holds it now"),
                Ok(Err(error)) if Instant::now() < deadline => {
                    tracing::warn!(lease = %self.candidate, error = %text(&error), "the lease could not be renewed");
                    last = Some(text(&error));
                    continue;
                }
                _ => {
                    let last = last.as_deref().unwrap_or("no answer came");
                    format!("it could not be renewed within {:?} ({last})", timing.renew_deadline)
                }
            };
            return Error::LeaseLost { lease: self.candidate.to_string(), why };
        }
    }

    /// One try, for at most half the time that the holder has, so that there is a second one.
    async fn attempt(&mut self) -> kube::Result<Outcome> {
        let limit = self.candidate.timing.renew_deadline / 2;
        let tried = timeout(limit, self.read_and_write()).await;
        tried.unwrap_or_else(|_| Err(kube::Error::Service(format!("no answer came within {limit:?}").into())))
    }

    async fn read_and_write(&mut self) -> kube::Result<Outcome> {
        let sent = Instant::now();
        if let Some(seen) = self.seen.clone().filter(|seen| seen.holder() == Some(&self.candidate.identity)) {
            // The holder knows what it wrote last. Where that is no longer so, the server says it.
            match self.write(&seen, sent).await {
                Err(kube::Error::Api(status)) if status.is_conflict() || status.is_not_found() => self.seen = None,
                other => return other,
            }
        }
        let Some(lease) = self.api.get_opt(&self.candidate.name).await? else {
            let first = self.candidate.first(Timestamp::now());
            let created = self.api.create(&PostParams::default(), &first).await?;
            return Ok(self.ours(created, sent));
        };
        let seen = Seen::new(lease, self.seen.as_ref(), Instant::now());
        self.seen = Some(seen.clone());
        self.write(&seen, sent).await
    }

    /// Takes or renews the lease, if it may be.
    async fn write(&mut self, seen: &Seen, sent: Instant) -> kube::Result<Outcome> {
        match self.candidate.decide(seen, Instant::now(), Timestamp::now()) {
            Decision::Held(holder) => Ok(Outcome::Held(holder)),
            Decision::Write(lease) => {
                let written = self.api.replace(&self.candidate.name, &PostParams::default(), &lease).await?;
                Ok(self.ours(written, sent))
            }
        }
    }

    fn ours(&mut self, written: Lease, sent: Instant) -> Outcome {
        self.seen = Some(Seen::new(written, None, sent));
        self.renewed = sent;
        Outcome::Ours
    }

    /// Lets the next one have it at once.
    async fn give_up(&self) {
        let given_up = async {
            let Some(lease) = self.api.get_opt(&self.candidate.name).await? else { return Ok(()) };
            let Some(given_up) = self.candidate.given_up(&lease, Timestamp::now()) else { return Ok(()) };
            self.api.replace(&self.candidate.name, &PostParams::default(), &given_up).await.map(drop)
        };
        match timeout(GRACE, given_up).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(lease = %self.candidate, error = %text(&error), "the lease could not be given up");
            }
            Err(_) => tracing::warn!(lease = %self.candidate, "the lease could not be given up: no answer came"),
        }
    }
}

/// Whether trying again is of no use: a right is missing, or the namespace is.
fn is_refusal(error: &kube::Error) -> bool {
    let kube::Error::Api(status) = error else { return false };
    let of_namespace = status.details.as_ref().is_some_and(|details| details.kind == "namespaces");
    status.is_forbidden() || status.code == 401 || (status.is_not_found() && of_namespace)
}
