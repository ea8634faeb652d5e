//! Works only while it holds the lease: acquires it, renews it, releases it. What to write is decided by
//! [`super::record`].

use super::Error;
use super::config::{LeaderElectionConfig, Mode};
use super::record::{Decision, ObservedRecord};
use crate::runtime::text;
use futures::FutureExt;
use futures::future::{pending, select_all};
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, DeleteParams, PostParams, Preconditions};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

/// How long giving the lease up may take; if it fails, the others wait until it has run out.
const GRACE: Duration = Duration::from_secs(2);

/// Acquires the lease, then does `work` for as long as the lease is ours. `work` is first polled once it is; it is to
/// end soon after `stop` is cancelled, and the lease is released after that. `leading` is told the lease's name and whether
/// it is ours, whenever that changes.
///
/// # Errors
/// [`Error::LeaseLost`] when the lease is somebody else's, or could not be renewed in time: `work` has been dropped by
/// then, and its requests with it. [`Error::Lease`] when the Lease may not be used at all. [`Error::LeaseHeld`] when
/// somebody else holds it and the config does not stand by. What `work` returns.
pub async fn lead<E: From<Error>>(
    client: kube::Client,
    config: LeaderElectionConfig,
    leading: &impl Fn(&str, bool),
    stop: &CancellationToken,
    work: impl Future<Output = Result<(), E>>,
) -> Result<(), E> {
    lead_all(client, vec![config], leading, stop, work).await
}

/// The same for several leases at once, in that order: `work` is done while all of them are ours.
///
/// # Errors
/// Those of [`lead`].
pub async fn lead_all<E: From<Error>>(
    client: kube::Client,
    configs: Vec<LeaderElectionConfig>,
    leading: &impl Fn(&str, bool),
    stop: &CancellationToken,
    work: impl Future<Output = Result<(), E>>,
) -> Result<(), E> {
    let mut electors: Vec<_> = configs.into_iter().map(|config| LeaderElector::new(client.clone(), config)).collect();
    for elector in &electors {
        leading(&elector.config.name, false);
    }
    let result = match stop.run_until_cancelled(acquire_all(&mut electors)).await {
        None => Ok(()),
        Some(Err(refused)) => Err(refused.into()),
        Some(Ok(())) => work_while_held(&mut electors, leading, work).await,
    };
    for elector in electors.iter().filter(|elector| elector.is_acquired) {
        elector.release().await;
    }
    result
}

async fn acquire_all(electors: &mut [LeaderElector]) -> Result<(), Error> {
    for elector in electors {
        elector.acquire().await?;
    }
    Ok(())
}

async fn work_while_held<E: From<Error>>(
    electors: &mut [LeaderElector],
    leading: &impl Fn(&str, bool),
    work: impl Future<Output = Result<(), E>>,
) -> Result<(), E> {
    let names: Vec<_> = electors.iter().map(|elector| elector.config.name.clone()).collect();
    let tell = |is_leading| names.iter().for_each(|name| leading(name, is_leading));
    tell(true);
    let ended = {
        let renewals: Vec<_> = electors.iter_mut().map(|elector| elector.renew().boxed()).collect();
        // Where no lease is asked for, none can be lost.
        let holding = async { if renewals.is_empty() { pending().await } else { select_all(renewals).await } };
        tokio::select! {
            // A process that was asleep must find out that it has lost the lease before it goes on with the work.
            biased;
            (lost, index, _) = holding => Err((lost, index)),
            ended = work => Ok(ended),
        }
    };
    tell(false);
    ended.unwrap_or_else(|(lost, index)| {
        electors[index].is_acquired = false;
        Err(lost.into())
    })
}

/// Whose the lease is after a try for it.
enum Attempt {
    Acquired,
    Held(String),
}

struct LeaderElector {
    api: Api<Lease>,
    config: LeaderElectionConfig,
    observed: Option<ObservedRecord>,
    /// When the last write that made the lease ours was sent.
    renewed: Instant,
    /// It was ours, and it is not known that it no longer is.
    is_acquired: bool,
}

impl LeaderElector {
    fn new(client: kube::Client, config: LeaderElectionConfig) -> Self {
        let api = Api::namespaced(client, &config.namespace);
        Self { api, config, observed: None, renewed: Instant::now(), is_acquired: false }
    }

    /// Tries until the lease is ours, or until its holder was observed to renew it where we do not stand by.
    async fn acquire(&mut self) -> Result<(), Error> {
        let mut told = None;
        let mut first: Option<ObservedRecord> = None;
        loop {
            match self.attempt().await {
                Ok(Attempt::Acquired) => {
                    self.is_acquired = true;
                    tracing::info!(lease = %self.config, identity = self.config.identity, "got the lease");
                    return Ok(());
                }
                Ok(Attempt::Held(holder)) => {
                    let renewed =
                        first.as_ref().zip(self.observed.as_ref()).is_some_and(|(a, b)| b.is_renewed_since(a));
                    if renewed && self.config.mode == Mode::Exclusive {
                        return Err(Error::LeaseHeld { lease: self.config.to_string(), holder });
                    }
                    first = first.or_else(|| self.observed.clone());
                    if told.as_ref() != Some(&holder) {
                        tracing::info!(lease = %self.config, holder, "waiting for the lease");
                        told = Some(holder);
                    }
                }
                Err(source) if is_refusal(&source) => {
                    return Err(Error::Lease { lease: self.config.to_string(), source });
                }
                Err(error) => {
                    tracing::warn!(lease = %self.config, error = %text(&error), "the lease could not be tried for");
                }
            }
            sleep(self.config.timing.jittered_retry(rand::random())).await;
        }
    }

    /// Renews the lease until it is lost; returns how.
    async fn renew(&mut self) -> Error {
        let timing = self.config.timing;
        let mut last = None;
        loop {
            let deadline = self.renewed + timing.renew_deadline;
            let again = async {
                sleep(timing.retry_period).await;
                self.attempt().await
            };
            let why = match timeout_at(deadline, again).await {
                // It may have taken long to arrive.
                Ok(Ok(Attempt::Acquired)) if Instant::now() < deadline => {
                    last = None;
                    continue;
                }
                Ok(Ok(Attempt::Held(holder))) => format!("{holder:?} holds it now"),
                Ok(Err(error)) if Instant::now() < deadline => {
                    tracing::warn!(lease = %self.config, error = %text(&error), "the lease could not be renewed");
                    last = Some(text(&error));
                    continue;
                }
                _ => {
                    let last = last.as_deref().unwrap_or("no answer came");
                    format!("it could not be renewed within {:?} ({last})", timing.renew_deadline)
                }
            };
            return Error::LeaseLost { lease: self.config.to_string(), why };
        }
    }

    /// One try, for at most half the time that the holder has, so that there is a second one.
    async fn attempt(&mut self) -> kube::Result<Attempt> {
        let limit = self.config.timing.renew_deadline / 2;
        let tried = timeout(limit, self.read_and_write()).await;
        tried.unwrap_or_else(|_| Err(kube::Error::Service(format!("no answer came within {limit:?}").into())))
    }

    async fn read_and_write(&mut self) -> kube::Result<Attempt> {
        let sent = Instant::now();
        if let Some(observed) =
            self.observed.clone().filter(|observed| observed.holder() == Some(&self.config.identity))
        {
            // The holder knows what it wrote last. Where that is no longer so, the server says it.
            match self.write(&observed, sent).await {
                Err(kube::Error::Api(status)) if status.is_conflict() || status.is_not_found() => self.observed = None,
                other => return other,
            }
        }
        let Some(lease) = self.api.get_opt(&self.config.name).await? else {
            let lease = self.config.new_lease(Timestamp::now());
            let created = self.api.create(&PostParams::default(), &lease).await?;
            return Ok(self.ours(created, sent));
        };
        let observed = ObservedRecord::new(lease, self.observed.as_ref(), Instant::now());
        self.observed = Some(observed.clone());
        self.write(&observed, sent).await
    }

    /// Takes or renews the lease, if it may be.
    async fn write(&mut self, observed: &ObservedRecord, sent: Instant) -> kube::Result<Attempt> {
        match self.config.decide(observed, Instant::now(), Timestamp::now()) {
            Decision::Held(holder) => Ok(Attempt::Held(holder)),
            Decision::Write(lease) => {
                let written = self.api.replace(&self.config.name, &PostParams::default(), &lease).await?;
                Ok(self.ours(written, sent))
            }
        }
    }

    fn ours(&mut self, written: Lease, sent: Instant) -> Attempt {
        self.observed = Some(ObservedRecord::new(written, None, sent));
        self.renewed = sent;
        Attempt::Acquired
    }

    /// Deletes the Lease as it was read.
    async fn delete(&self, lease: &Lease) -> kube::Result<()> {
        let (uid, resource_version) = (lease.metadata.uid.clone(), lease.metadata.resource_version.clone());
        let preconditions = Some(Preconditions { uid, resource_version });
        let params = DeleteParams { preconditions, ..DeleteParams::default() };
        self.api.delete(&self.config.name, &params).await.map(drop)
    }

    /// Lets the next one have it at once.
    async fn release(&self) {
        let releasing = async {
            let Some(lease) = self.api.get_opt(&self.config.name).await? else { return Ok(()) };
            let Some(released) = self.config.released(&lease, Timestamp::now()) else { return Ok(()) };
            if self.config.mode == Mode::Exclusive && self.delete(&lease).await.is_ok() {
                return Ok(());
            }
            self.api.replace(&self.config.name, &PostParams::default(), &released).await.map(drop)
        };
        match timeout(GRACE, releasing).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(lease = %self.config, error = %text(&error), "the lease could not be released");
            }
            Err(_) => tracing::warn!(lease = %self.config, "the lease could not be released: no answer came"),
        }
    }
}

/// Whether trying again is of no use: a right is missing, or the namespace is.
fn is_refusal(error: &kube::Error) -> bool {
    let kube::Error::Api(status) = error else { return false };
    let of_namespace = status.details.as_ref().is_some_and(|details| details.kind == "namespaces");
    status.is_forbidden() || status.code == 401 || (status.is_not_found() && of_namespace)
}
