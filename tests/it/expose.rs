//! `expose`: Services on the VMIs of a set.

use crate::support::{Cluster, Transcript};
use insta::assert_snapshot;

async fn created(cluster: &Cluster, template: &str) {
    let set = format!(
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\n\
         metadata: {{name: web, labels: {{tier: front}}}}\n\
         spec: {{replicas: 0, selector: {{matchLabels: {{app: web}}}}, template: {template}}}\n"
    );
    cluster.kubectl("create -f -").stdin(set).run().await.success();
}

on_each_cluster! {
    async fn a_service_of_every_type(cluster) {
        created(&cluster, "{metadata: {labels: {app: web, v: '2'}}, spec: {domain: {devices: {}}}}").await;
        let mut told = Transcript::new(&cluster);
        for words in [
            "expose web --port=80 --target-port=8080 --dry-run=client -o yaml",
            "expose web --port=80 --target-port=8080 --dry-run=server",
            "expose web --port=80 --target-port=8080",
            "expose web --port=80",
            "expose web --port=22 --type=NodePort --node-port=30022 --port-name=ssh --name=web-ssh -o name",
            "expose web --port=80,443 --type=LoadBalancer --load-balancer-ip=192.0.2.1 --protocol=UDP --name=web-outside",
            "expose web --cluster-ip=None --name=web-vmis --session-affinity=ClientIP --labels=a=b",
            "expose web --port=80 --ip-family=ipv4 --ip-family-policy=SingleStack --external-ip=192.0.2.2 --selector=a=b --name=web-other",
            "expose web nothing --port=80 --name=again",
        ] {
            told.vmirs(words).await;
        }
        let fields = "{.metadata.name}{.metadata.labels}{.spec.type}{.spec.selector}{.spec.ports[*].name} {.spec.ports[*].port} \
                      {.spec.ports[*].targetPort} {.spec.ports[*].protocol} {.spec.ipFamilies} {.spec.externalIPs} \
                      {.spec.loadBalancerIP} {.spec.sessionAffinity}{\"\\n\"}";
        let listed = cluster.kubectl(&format!("get services -o 'jsonpath={{range .items[*]}}{fields}{{end}}'"));
        told.add(listed).await;
        let one = "get service web-ssh -o jsonpath={.spec.ports[0].nodePort}";
        assert_eq!(cluster.kubectl(one).run().await.success(), "30022");
        let headless = "get service web-vmis -o jsonpath={.spec.clusterIP}";
        assert_eq!(cluster.kubectl(headless).run().await.success(), "None");
        assert_snapshot!("a_service_of_every_type", told.text());
    }

    async fn a_service_is_deleted_with_its_set(cluster) {
        created(&cluster, "{metadata: {labels: {app: web}}, spec: {domain: {devices: {}}}}").await;
        let uid = cluster.kubectl("get vmirs web -o jsonpath={.metadata.uid}").run().await.success();
        cluster.vmirs("expose web --port=80").run().await.success();
        // The uid in a file is that of another day.
        let file = cluster.kubectl("get vmirs web -o yaml").run().await.success().replace(&uid, "f6e1a4f0-0000-4000-8000-000000000001");
        cluster.vmirs("expose -f - --port=81 --name=from-file").stdin(file.clone()).run().await.success();
        let owners = "get service -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.ownerReferences}{\"\\n\"}{end}'";
        let owner = format!(r#"[{{"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineInstanceReplicaSet","name":"web","uid":"{uid}"}}]"#);
        let told = cluster.kubectl(owners).run().await.success();
        assert_eq!(told, format!("from-file {owner}\nweb {owner}\n"));
        let dry = cluster.vmirs("expose web --port=80 --name=x --dry-run=server -o json").run().await.success();
        assert!(dry.contains(&uid), "{dry}");
        // What is written down for another day or another cluster cannot name this one's set.
        for words in ["expose web --port=80 --dry-run=client -o json", "expose -f - --port=80 --dry-run=client -o json"] {
            let dry = cluster.vmirs(words).stdin(file.clone()).run().await;
            assert!(!dry.stdout.contains("ownerReferences"), "{dry}");
        }
        cluster.vmirs("delete web").run().await.success();
        cluster.kubectl("wait --for=delete service/web service/from-file --timeout=60s").run().await.success();
    }

    async fn a_service_of_no_set_is_not_made(cluster) {
        let set = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\nmetadata: {name: nothing}\n\
                   spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}\n";
        let told = cluster.vmirs("expose -f - --port=80").stdin(set).run().await.failure();
        let words = "Error from server (NotFound): virtualmachineinstancereplicasets.kubevirt.io \"nothing\" not found\n";
        assert_eq!(told, words);
    }

    async fn the_templates_own_ports_and_labels(cluster) {
        let ports = "[{port: 53, protocol: UDP, name: dns}, {port: 80}]";
        let interfaces = format!("[{{name: default, masquerade: {{}}, ports: {ports}}}]");
        let spec = format!("{{domain: {{devices: {{interfaces: {interfaces}}}}}, networks: [{{name: default, pod: {{}}}}]}}");
        created(&cluster, &format!("{{metadata: {{labels: {{app: web}}}}, spec: {spec}}}")).await;
        cluster.vmirs("expose web").run().await.success();
        let ports = "get service web -o jsonpath={.spec.ports[*].name}:{.spec.ports[*].port}:{.spec.ports[*].protocol}";
        assert_eq!(cluster.kubectl(ports).run().await.success(), "dns port-2:53 80:UDP TCP");
    }

    async fn a_service_that_cannot_be_is_refused(cluster) {
        created(&cluster, "{metadata: {labels: {app: web}}, spec: {domain: {devices: {}}}}").await;
        let bare = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\nmetadata: {name: bare}\n\
                    spec: {replicas: 0, selector: {}, template: {spec: {domain: {devices: {}}}}}\n";
        cluster.kubectl("create -f -").stdin(bare).run().await.success();
        let mut told = Transcript::new(&cluster);
        for words in [
            "expose",
            "expose web",
            "expose nothing --port=80",
            "expose bare --port=80",
            "expose bare --port=80 --selector=a=b --dry-run=client -o name",
            "expose web --port=http",
            "expose web --port=99999",
            "expose web --port=80 --type=Door",
            "expose web --port=80 --protocol=PIGEON",
            "expose web --port=80 --node-port=30080",
            "expose web --port=80 --node-port=80 --type=NodePort",
            "expose web --port=80 --node-port=many --type=NodePort",
            "expose web --port=80 --target-port=No_Name",
            "expose web --port=80 --cluster-ip=nowhere",
            "expose web --port=80 --external-ip=nowhere",
            "expose web --port=80 --ip-family=ipv5",
            "expose web --port=80 --ip-family-policy=Triple",
            "expose web --port=80 --session-affinity=Always",
            "expose web --port=80 --labels=oops",
            "expose web --port=80 --selector=oops",
            "expose web --port=80 --name=Bad_Name",
            "expose web --port=80 --dry-run=maybe",
            "expose web --port=80 -o table",
            "expose web -l a=b --all",
            "expose -f nothing.yaml --port=80",
        ] {
            told.vmirs(words).await;
        }
        assert_snapshot!("a_service_that_cannot_be_is_refused", told.text());
        assert_eq!(cluster.kubectl("get services -o name").run().await.success(), "");
    }
}
