//! Several controllers at once: one leads, the next takes over, and there is never a VMI too many.

use crate::support::{Cluster, ClusterKind, FaultLayer, Outcome, Running};
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, Patch, PatchParams};
use kubectl_vmirs::controller::LEASE;
use kubectl_vmirs::runtime::leader_election::{Error, LeaderElectionConfig, Mode, Timing, lead};
use rustix::process::Signal;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// A controller for the scenario's namespace, somewhat impatient; returns it, and where it serves its probes.
async fn controller(cluster: &Cluster) -> (Running, String) {
    let periods = "--leader-elect-lease-duration=6s --leader-elect-renew-deadline=5s --leader-elect-retry-period=500ms";
    let mut controller = cluster.vmirs(&format!("controller --bind-address=0 {periods}")).start();
    let line = controller.tells("Serving /healthz, /readyz and /metrics at http://").await;
    let address = line.rsplit("http://").next().unwrap().trim_end_matches('.').to_owned();
    (controller, address)
}

/// The status and the body.
async fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

async fn becomes(cluster: &Cluster, size: usize) {
    let words = format!("wait vmirs/web --for=jsonpath={{.status.replicas}}={size} --timeout=60s");
    cluster.kubectl(&words).run().await.success();
}

/// The set has exactly so many VMIs, and none was ever made that had to be deleted again.
async fn exactly(cluster: &Cluster, size: usize) {
    assert_eq!(cluster.vmirs("get --vmis -o name").run().await.success().lines().count(), size);
    let deleted = "get events --field-selector reason=SuccessfulDelete,involvedObject.kind=VirtualMachineInstanceReplicaSet -o name";
    assert_eq!(cluster.kubectl(deleted).run().await.success(), "");
}

async fn holder(cluster: &Cluster) -> String {
    let words = format!("get lease {LEASE} -o jsonpath={{.spec.holderIdentity}}");
    cluster.kubectl(&words).run().await.success()
}

// No VMIs: what is there to count is there.
scenarios! {
    (sandbox: |name| Cluster::bare(ClusterKind::Sandbox, name))
    (real: |name| Cluster::bare(ClusterKind::Real, name))

    async fn the_next_one_takes_over_from_one_that_was_killed(cluster) {
        cluster.vmirs("create web --image=x --replicas=20").run().await.success();
        let (mut first, first_address) = controller(&cluster).await;
        first.tells("Reconciling the sets in namespace").await;
        let (mut second, address) = controller(&cluster).await;
        let waiting = second.tells("waiting for the lease").await;
        assert!(waiting.contains(&holder(&cluster).await), "{waiting}");
        assert_eq!(get(&address, "/readyz").await, (200, "ok".to_owned()), "who waits is ready to take over");
        becomes(&cluster, 20).await;
        let told = get(&first_address, "/metrics").await.1;
        for line in ["vmirs_controller_vmis_created_total 20", "vmirs_controller_watches_synced 1",
            "leader_election_master_status{name=\"kubectl-vmirs-controller\"} 1"] {
            assert!(told.lines().any(|told| told == line), "{line}: {told}");
        }
        let told = get(&address, "/metrics").await.1;
        assert!(told.contains("leader_election_master_status{name=\"kubectl-vmirs-controller\"} 0\n"), "{told}");

        cluster.vmirs("scale web --replicas=60").run().await.success();
        first.signal(Signal::KILL);
        second.tells("Reconciling the sets in namespace").await;
        becomes(&cluster, 60).await;
        exactly(&cluster, 60).await;
        assert_eq!(get(&address, "/healthz").await, (200, "ok".to_owned()));
        assert_eq!(get(&address, "/readyz").await, (200, "ok".to_owned()));

        second.signal(Signal::TERM);
        let (code, told) = second.ended().await;
        assert_eq!(code, Some(0), "{told}");
        assert_eq!(holder(&cluster).await, "", "the next one need not wait");
    }

    async fn one_that_was_asleep_finds_out_that_it_no_longer_leads(cluster) {
        let (mut first, _) = controller(&cluster).await;
        first.tells("Reconciling the sets in namespace").await;
        let (mut second, _) = controller(&cluster).await;
        second.tells("waiting for the lease").await;
        first.signal(Signal::STOP);
        second.tells("Reconciling the sets in namespace").await;
        // Both are asked to fill it: one as it wakes up, one that leads.
        cluster.vmirs("create web --image=x --replicas=30").run().await.success();
        first.signal(Signal::CONT);
        let (code, told) = first.ended().await;
        assert_eq!(code, Some(1), "{told}");
        let lost = format!("error: lost the lease {}/{LEASE}: ", cluster.namespace);
        assert!(told.contains(&lost), "{told}");
        becomes(&cluster, 30).await;
        exactly(&cluster, 30).await;
        second.signal(Signal::INT);
        assert_eq!(second.ended().await.0, Some(0));
    }

    async fn a_controller_is_not_fought_by_another_of_ours(cluster) {
        cluster.vmirs("create web --image=x --replicas=1").run().await.success();
        let (mut keeper, _) = controller(&cluster).await;
        keeper.tells("Reconciling the sets in namespace").await;
        for words in ["scale web --replicas=2 --local", "controller --leader-elect-resource-name=another", "controller --leader-elect=false"] {
            let refused = cluster.vmirs(words).run().await.failure();
            assert!(refused.contains("is refused: another kubectl vmirs controller already manages these sets"), "{refused}");
            assert!(refused.contains(&holder(&cluster).await) && refused.contains("--force"), "{refused}");
        }
        assert_eq!(cluster.kubectl("get leases -o name").run().await.success().lines().count(), 1);
        keeper.signal(Signal::TERM);
        assert_eq!(keeper.ended().await.0, Some(0));
    }

    async fn of_two_that_do_not_stand_by_one_is_refused(cluster) {
        cluster.vmirs("create web --image=x --replicas=20").run().await.success();
        let mut both: Vec<_> = (0..2).map(|_| cluster.vmirs("controller --leader-elect=false").start()).collect();
        becomes(&cluster, 20).await;
        // The one that is refused looks on for one renewal, which is due every two seconds.
        let until = Instant::now() + Duration::from_secs(60);
        while !both.iter_mut().any(|controller| controller.has_ended()) && Instant::now() < until {
            sleep(Duration::from_millis(100)).await;
        }
        let mut ended = Vec::new();
        for mut controller in both {
            if !controller.has_ended() {
                controller.signal(Signal::TERM);
            }
            ended.push(controller.ended().await);
        }
        ended.sort();
        assert_eq!([ended[0].0, ended[1].0], [Some(0), Some(1)], "{ended:?}");
        assert!(ended[0].1.contains("Reconciling the sets in namespace"), "{ended:?}");
        let refused = &ended[1].1;
        assert!(refused.contains("is refused: another kubectl vmirs controller already manages these sets"), "{refused}");
        assert!(refused.contains("--force") && !refused.contains("Reconciling"), "{refused}");
        exactly(&cluster, 20).await;
        assert_eq!(cluster.kubectl("get leases -o name").run().await.success(), "", "none is left behind");
    }

    async fn local_beside_local_or_beside_a_controller_that_starts_makes_no_vmi_twice(cluster) {
        cluster.vmirs("create web --image=x --replicas=0").run().await.success();
        for (size, beside) in [(40, "scale web --replicas=40 --local --timeout=6s"), (80, "controller")] {
            cluster.vmirs(&format!("scale web --replicas={size}")).run().await.success();
            let beside = cluster.vmirs(beside).start();
            let local = cluster.vmirs(&format!("scale web --replicas={size} --local --timeout=6s")).run().await;
            // Without VMIs none becomes ready, so whoever does the work runs out of time.
            let refused = local.stderr.contains("--local is refused: another kubectl vmirs controller already manages these sets");
            assert!(refused || local.stderr.contains("to become ready"), "{local}");
            becomes(&cluster, size).await;
            beside.signal(Signal::INT);
            beside.ended().await;
            exactly(&cluster, size).await;
        }
    }
}

#[tokio::test]
async fn a_lease_that_may_not_be_used_is_told_at_once() {
    let cluster = Cluster::bare(ClusterKind::Sandbox, "election-refused").await;
    let told = cluster.vmirs("controller --leader-elect-resource-namespace=nowhere").run().await.failure();
    let expected =
        "error: unable to use the lease nowhere/kubectl-vmirs-controller: namespaces \"nowhere\" not found\n";
    assert_eq!(told, expected);
    let told = cluster.vmirs("controller --leader-elect-renew-deadline=15s").run().await.failure();
    assert_eq!(told, "error: leaseDuration must be greater than renewDeadline\n");
}

#[tokio::test]
async fn a_real_server_takes_what_runs_it_as_a_service() {
    use kubectl_vmirs::manifests::{CONTROLLER, RBAC};
    let cluster = Cluster::bare(ClusterKind::Real, "election-manifests").await;
    let namespace = format!("namespace: {}", cluster.namespace);
    let manifests = format!("{RBAC}---\n{CONTROLLER}").replace("namespace: kubevirt", &namespace);
    let told = cluster.kubectl("create --dry-run=server --validate=strict -f -").stdin(manifests).run().await;
    assert_eq!((told.stderr.as_str(), told.stdout.lines().count()), ("", 6), "{told}");
}

/// A candidate for a lease on a server in this process, with the usual periods on a clock that runs as fast as it can.
struct Contest {
    faults: FaultLayer,
    mode: Mode,
    leading: Arc<AtomicBool>,
}

impl Contest {
    fn new() -> Self {
        Self { faults: FaultLayer::new(), mode: Mode::Standby, leading: Arc::default() }
    }

    fn leads(&self) -> bool {
        self.leading.load(Ordering::SeqCst)
    }

    fn lease(&self) -> Api<Lease> {
        Api::namespaced(self.faults.direct(), "default")
    }

    /// Its work is to say that it works; nobody else may be doing so.
    fn candidate(
        &self,
        identity: &str,
        client: kube::Client,
        stop: &CancellationToken,
    ) -> tokio::task::JoinHandle<Result<(), Error>> {
        struct Working(Arc<AtomicBool>);
        impl Drop for Working {
            fn drop(&mut self) {
                self.0.store(false, Ordering::SeqCst);
            }
        }
        let (name, namespace) = (LEASE.to_owned(), "default".to_owned());
        let (identity, timing) = (identity.to_owned(), Timing::default());
        let labels = [].into();
        let candidate = LeaderElectionConfig { namespace, name, identity, labels, timing, mode: self.mode };
        let (leading, stop) = (Arc::clone(&self.leading), stop.clone());
        tokio::spawn(async move {
            let until = stop.clone();
            let work = async move {
                assert!(!leading.swap(true, Ordering::SeqCst), "two at once");
                let _working = Working(leading);
                until.cancelled().await;
                Ok(())
            };
            lead(client, candidate, &|_, _| (), &stop, work).await
        })
    }

    async fn until(&self, leading: bool) -> Duration {
        let begun = Instant::now();
        while self.leads() != leading {
            sleep(Duration::from_millis(10)).await;
        }
        begun.elapsed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_vanishes_is_followed_when_its_lease_has_run_out() {
    let contest = Contest::new();
    let stop = CancellationToken::new();
    let first = contest.candidate("first", contest.faults.client(), &stop);
    contest.until(true).await;
    let second = contest.candidate("second", contest.faults.client(), &stop);
    sleep(Duration::from_secs(60)).await;
    first.abort();
    contest.until(false).await;
    let took = contest.until(true).await;
    // The last renewal is up to 2 s old; the other one looks at it every 2 to 4.4 s.
    assert!((13..=20).contains(&took.as_secs()), "{took:?}");
    assert_eq!(contest.lease().get(LEASE).await.unwrap().spec.unwrap().lease_transitions, Some(1));
    stop.cancel();
    second.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_clean_stop_hands_over_without_a_wait() {
    let contest = Contest::new();
    let (stop, other) = (CancellationToken::new(), CancellationToken::new());
    let first = contest.candidate("first", contest.faults.client(), &stop);
    contest.until(true).await;
    let second = contest.candidate("second", contest.faults.client(), &other);
    sleep(Duration::from_secs(60)).await;
    stop.cancel();
    first.await.unwrap().unwrap();
    assert!(contest.until(true).await <= Duration::from_millis(4410));
    other.cancel();
    second.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_somebody_else_took_is_lost_at_the_next_look() {
    let contest = Contest::new();
    let running = contest.candidate("first", contest.faults.client(), &CancellationToken::new());
    contest.until(true).await;
    let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.000000Z").to_string();
    let taken = json!({"spec": {"holderIdentity": "intruder", "renewTime": now}});
    contest.lease().patch(LEASE, &PatchParams::default(), &Patch::Merge(taken)).await.unwrap();
    assert!(contest.until(false).await <= Duration::from_millis(2010));
    let lost = running.await.unwrap().unwrap_err().to_string();
    assert_eq!(lost, "lost the lease default/kubectl-vmirs-controller: \"intruder\" holds it now");
    let left = contest.lease().get(LEASE).await.unwrap().spec.unwrap();
    assert_eq!(left.holder_identity.as_deref(), Some("intruder"), "it is not given up by one who does not hold it");
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_reaches_nobody_stops_before_others_may_start() {
    for (outcome, why) in [
        (Outcome::Silence, "no answer came within 5s"),
        (Outcome::Refuse(500, crate::support::refusal(500, "InternalError", "etcd is gone")), "etcd is gone"),
    ] {
        let contest = Contest::new();
        let running = contest.candidate("first", contest.faults.client(), &CancellationToken::new());
        contest.until(true).await;
        sleep(Duration::from_secs(5)).await;
        contest.faults.policy(move |_| outcome.clone());
        let took = contest.until(false).await;
        // Ten seconds after the last renewal, which is up to two seconds old; five before the lease runs out.
        assert!((7..=10).contains(&took.as_secs()), "{took:?}");
        let lost = timeout(Duration::from_secs(1), running).await.unwrap().unwrap().unwrap_err().to_string();
        assert!(lost.contains("it could not be renewed within 10s") && lost.contains(why), "{lost}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_outage_costs_nobody_the_lease() {
    let contest = Contest::new();
    let stop = CancellationToken::new();
    let running = contest.candidate("first", contest.faults.client(), &stop);
    contest.until(true).await;
    for outcome in [
        Outcome::Refuse(503, json!({})),
        Outcome::DropResponse,
        Outcome::Refuse(409, crate::support::refusal(409, "Conflict", "x")),
    ] {
        let until = Instant::now() + Duration::from_secs(5);
        contest.faults.policy(move |asked| {
            let out = Instant::now() < until && !asked.starts_with("GET");
            if out { outcome.clone() } else { Outcome::Pass }
        });
        sleep(Duration::from_secs(60)).await;
        assert!(contest.leads() && !running.is_finished());
    }
    // A Lease that is deleted is made anew.
    contest.lease().delete(LEASE, &Default::default()).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    assert!(contest.leads() && contest.lease().get(LEASE).await.is_ok());
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_stand_by_is_refused_by_one_that_renews_and_not_by_one_that_is_dead() {
    let contest = Contest { mode: Mode::Exclusive, ..Contest::new() };
    let stop = CancellationToken::new();
    let first = contest.candidate("first", contest.faults.client(), &stop);
    contest.until(true).await;
    let begun = Instant::now();
    let second = contest.candidate("second", contest.faults.client(), &CancellationToken::new());
    let refused = second.await.unwrap().unwrap_err().to_string();
    assert_eq!(refused, "\"first\" holds the lease default/kubectl-vmirs-controller and renews it");
    assert!(begun.elapsed() <= Duration::from_secs(9), "{:?}", begun.elapsed());
    first.abort();
    contest.until(false).await;
    let third = contest.candidate("third", contest.faults.client(), &stop);
    let took = contest.until(true).await;
    assert!((13..=20).contains(&took.as_secs()), "{took:?}");
    stop.cancel();
    third.await.unwrap().unwrap();
    assert!(contest.lease().get_opt(LEASE).await.unwrap().is_none(), "nobody waits for it, so it is not left behind");
}
