//! A metrics server: what an autoscaler reads of the load of pods, which here is what the scenario says it is.
//!
//! It is registered as metrics-server is, by an APIService, so the API server passes requests on to it. That is one for
//! the whole cluster.

use super::Cluster;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams};
use kubectl_vmirs::text::quantity::Quantity;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer};

const PATH: &str = "/apis/metrics.k8s.io/v1beta1";
/// The name that the API server looks for in the certificate: the service's.
const NAME: &str = "metrics.kube-system.svc";

/// Serves as long as it lives.
pub struct Metrics {
    percent: Arc<AtomicU64>,
    serving: tokio::task::JoinHandle<()>,
}

impl Metrics {
    /// Starts it on loopback and registers it with the cluster; returns when the cluster passes requests on to it.
    pub async fn start(cluster: &Cluster) -> Self {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let percent = Arc::default();
        let serving =
            serve(listener, TlsAcceptor::from(Arc::new(config)), cluster.client.clone(), Arc::clone(&percent));
        let serving = tokio::spawn(serving);
        register(cluster, port, &made.cert.pem()).await;
        Self { percent, serving }
    }

    /// From now on every running pod uses so many per cent of the CPU that it requests.
    pub fn load(&self, percent: u64) {
        self.percent.store(percent, Ordering::Relaxed);
    }
}

impl Drop for Metrics {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn register(cluster: &Cluster, port: u16, certificate: &str) {
    use base64::Engine;
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "metrics", "namespace": "kube-system"},
        "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]},
    });
    let api_service = json!({
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1beta1.metrics.k8s.io"},
        "spec": {
            "group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
            "service": {"name": "metrics", "namespace": "kube-system", "port": port},
            "caBundle": base64::engine::general_purpose::STANDARD.encode(certificate),
        },
    });
    let both = json!({"apiVersion": "v1", "kind": "List", "items": [service, api_service]}).to_string();
    let words = |words: &str| cluster.kubectl(words);
    // The service's namespace, instead of the scenario's.
    words("create -f - -n kube-system").stdin(both).run().await.success();
    words("wait --for=condition=Available apiservice/v1beta1.metrics.k8s.io --timeout=30s").run().await.success();
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, client: kube::Client, percent: Arc<AtomicU64>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, client, percent) = (acceptor.clone(), client.clone(), Arc::clone(&percent));
        tokio::spawn(async move {
            // The API server probes with connections that it does not use.
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(|request| answer(request, client.clone(), percent.load(Ordering::Relaxed)));
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    client: kube::Client,
    percent: u64,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().trim_end_matches('/');
    let segments: Vec<_> = path.strip_prefix(PATH).unwrap_or("/elsewhere").split('/').skip(1).collect();
    let (status, body) = match segments[..] {
        [] => (200, resources()),
        ["namespaces", namespace, "pods"] => {
            (200, pod_metrics(client, namespace, request.uri().query().unwrap_or_default(), percent).await)
        }
        _ => (404, super::refusal(404, "NotFound", "the server could not find the requested resource")),
    };
    let body = Full::new(Bytes::from(body.to_string()));
    Ok(Response::builder().status(status).header("content-type", "application/json").body(body).unwrap())
}

fn resources() -> Value {
    let pods =
        json!({"name": "pods", "singularName": "", "namespaced": true, "kind": "PodMetrics", "verbs": ["get", "list"]});
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1", "resources": [pods]})
}

/// The load of the running pods that the query selects.
async fn pod_metrics(client: kube::Client, namespace: &str, query: &str, percent: u64) -> Value {
    let parameter = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
        values.next().map(|value| value.replace("%3D", "=").replace("%2C", ",").replace("%2F", "/"))
    };
    let selected = ListParams::default().labels(&parameter("labelSelector").unwrap_or_default());
    let pods = Api::<Pod>::namespaced(client, namespace).list(&selected).await.unwrap();
    let running =
        pods.items.iter().filter(|pod| pod.status.as_ref().and_then(|s| s.phase.as_deref()) == Some("Running"));
    let items: Vec<_> = running.map(|pod| sample(pod, percent)).collect();
    json!({"kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}, "items": items})
}

fn sample(pod: &Pod, percent: u64) -> Value {
    let containers = &pod.spec.as_ref().unwrap().containers;
    let requests = containers.iter().map(|container| {
        let requested = container.resources.as_ref().and_then(|r| r.requests.as_ref()?.get("cpu"));
        let requested = requested.unwrap_or_else(|| panic!("container {} requests no CPU", container.name));
        u64::try_from(Quantity::parse(&requested.0).unwrap().milli()).unwrap()
    });
    // Rounded up, since what is made of it is rounded down. The VMI itself is the first container.
    let used = (requests.sum::<u64>() * percent).div_ceil(100);
    let usage = containers.iter().enumerate().map(|(index, container)| {
        let cpu = if index == 0 { used } else { 0 };
        json!({"name": container.name, "usage": {"cpu": format!("{cpu}m"), "memory": "64Mi"}})
    });
    json!({
        "metadata": {"name": pod.metadata.name, "namespace": pod.metadata.namespace, "labels": pod.metadata.labels},
        "timestamp": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        // A sample that is not older than its window since a pod became ready counts at once.
        "window": "1s",
        "containers": usage.collect::<Vec<_>>(),
    })
}
