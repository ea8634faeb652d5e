//! Kubernetes' own autoscaler and a set: its controller reads the load, writes the set's size, and the reconciler follows.

use crate::support::{Cluster, Metrics};

const SET_AND_AUTOSCALER: &str = "\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstanceReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      domain: {devices: {disks: [{name: d, disk: {bus: virtio}}]}, resources: {requests: {memory: 64M}}}
      volumes: [{name: d, containerDisk: {image: x}}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: kubevirt.io/v1, kind: VirtualMachineInstanceReplicaSet, name: web}
  minReplicas: 2
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
  # The usual one is five minutes.
  behavior: {scaleDown: {stabilizationWindowSeconds: 2}}
";

/// Waits until the autoscaler has seen that load and that size, and the set has become that large.
async fn follows(cluster: &Cluster, percent: u64, size: usize) {
    for words in [
        format!(
            "wait hpa/web --for=jsonpath={{.status.currentMetrics[0].resource.current.averageUtilization}}={percent}"
        ),
        format!("wait hpa/web --for=jsonpath={{.status.desiredReplicas}}={size}"),
        format!("wait vmirs/web --for=jsonpath={{.status.readyReplicas}}={size}"),
        format!("wait vmirs/web --for=jsonpath={{.status.replicas}}={size}"),
        format!("wait hpa/web --for=jsonpath={{.status.currentReplicas}}={size}"),
    ] {
        cluster.kubectl(&format!("{words} --timeout=60s")).run().await.success();
    }
    // Those that were given up take a moment to shut down.
    let going = "get vmi -o jsonpath={.items[?(@.metadata.deletionTimestamp)].metadata.name}";
    for name in cluster.kubectl(going).run().await.success().split_whitespace() {
        cluster.kubectl(&format!("wait vmi/{name} --for=delete --timeout=60s")).run().await.success();
    }
    assert_eq!(cluster.vmirs("get --vmis -o name").run().await.success().lines().count(), size);
}

/// Our table of autoscalers and kubectl's are the same bytes, whatever second it is; returns it.
async fn same_table(cluster: &Cluster) -> String {
    loop {
        let before = cluster.kubectl("get hpa").run().await.success();
        let ours = cluster.vmirs("get --hpas").run().await.success();
        if before == cluster.kubectl("get hpa").run().await.success() {
            assert_eq!(ours, before);
            return ours;
        }
    }
}

/// The row of the autoscaler in `describe`, with single spaces.
async fn described(cluster: &Cluster) -> String {
    let described = cluster.vmirs("describe web").run().await.success();
    let mut rows = described.lines().skip_while(|line| *line != "HPAs:");
    let row = rows.nth(3).unwrap_or_else(|| panic!("{described}"));
    row.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `status` and `reason` of the autoscaler's condition.
async fn condition(cluster: &Cluster, r#type: &str) -> String {
    let found = format!(".status.conditions[?(@.type==\"{type}\")]");
    let path = format!("get hpa web -o 'jsonpath={{range {found}}}{{.status}} {{.reason}}{{end}}'");
    cluster.kubectl(&path).run().await.success()
}

#[tokio::test]
async fn the_autoscaler_of_kubernetes_moves_a_set_up_and_down() {
    let cluster = Cluster::metered("autoscaling").await;
    let metrics = Metrics::start(&cluster).await;
    metrics.load(30);
    cluster.vmirs("create -f -").stdin(SET_AND_AUTOSCALER).run().await.success();
    for (percent, size, limited) in
        [(30, 2, "False DesiredWithinRange"), (300, 5, "True TooManyReplicas"), (5, 2, "True TooFewReplicas")]
    {
        metrics.load(percent);
        follows(&cluster, percent, size).await;
        let table = same_table(&cluster).await;
        assert!(table.contains(&format!("cpu: {percent}%/50%")), "{table}");
        assert_eq!(described(&cluster).await, format!("web cpu: {percent}%/50% 2 5 {size}"));
        assert_eq!(condition(&cluster, "ScalingActive").await, "True ValidMetricFound");
        assert_eq!(condition(&cluster, "ScalingLimited").await, limited);
    }
    let told = async |reason: &str| {
        let words = format!("get events --field-selector reason={reason} -o jsonpath={{.items[*].message}}");
        cluster.kubectl(&words).run().await.success()
    };
    let rescaled = told("SuccessfulRescale").await;
    for size in ["New size: 5; reason: cpu resource utilization (percentage of request) above target", "New size: 2;"] {
        assert!(rescaled.contains(size), "{rescaled}");
    }
    let count = async |reason: &str| {
        let kind = "involvedObject.kind=VirtualMachineInstanceReplicaSet";
        let words = format!("get events --field-selector reason={reason},{kind} -o name");
        cluster.kubectl(&words).run().await.success().lines().count()
    };
    assert_eq!((count("SuccessfulCreate").await, count("SuccessfulDelete").await), (5, 3), "not one too many");
}
