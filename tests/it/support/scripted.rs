//! A server that answers by script and remembers what it was asked: for the days on which a cluster misbehaves.

use super::invocation::Invocation;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// What is done about one request.
#[derive(Clone)]
pub enum Reply {
    /// An answer with this status and body.
    Json(u16, Value),
    /// The same with a header.
    With(u16, (&'static str, &'static str), Value),
    /// Bytes that are no JSON.
    Bytes(u16, &'static [u8]),
    /// Half an answer, then the connection is closed.
    Half(&'static str),
    /// The beginning of an answer, and then nothing within the test's patience.
    Stall(&'static str),
    /// The connection is closed without an answer.
    HangUp,
    /// No answer within the test's patience.
    Silence,
}

/// Longer than any test waits.
const PATIENCE: Duration = Duration::from_secs(60);

type Script = Box<dyn Fn(&str, usize) -> Reply + Send + Sync>;

pub struct Scripted {
    /// `METHOD PATH?QUERY BODY`, in the order of their coming.
    asked: Arc<Mutex<Vec<String>>>,
    kubeconfig: PathBuf,
    _folder: tempfile::TempDir,
}

impl Scripted {
    /// Starts it. The script is given `METHOD PATH?QUERY` and how often that very request was made before.
    pub async fn start(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = folder.path().join("kubeconfig");
        let address = listener.local_addr().unwrap();
        let content = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": format!("http://{address}")}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": {}}],
        });
        std::fs::write(&kubeconfig, content.to_string()).unwrap();
        let asked = Arc::default();
        tokio::spawn(serve(listener, Arc::new(Box::new(script)), Arc::clone(&asked)));
        Self { asked, kubeconfig, _folder: folder }
    }

    /// Runs `kubectl vmirs` against it.
    pub fn vmirs(&self, words: &str) -> Invocation {
        let program = env!("CARGO_BIN_EXE_kubectl-vmirs");
        Invocation::new(program, "kubectl vmirs", words).env("KUBECONFIG", &self.kubeconfig)
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(listener: TcpListener, script: Arc<Script>, asked: Arc<Mutex<Vec<String>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (script, asked) = (Arc::clone(&script), Arc::clone(&asked));
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &script, &asked));
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // An error is a connection that was cut on purpose.
            let _ = connection.without_shutdown().await.map(|mut parts| async move {
                let _ = parts.io.inner_mut().shutdown().await;
            });
        });
    }
}

/// Ends the connection: hyper drops it when a service fails.
#[derive(Debug, thiserror::Error)]
#[error("cut on purpose")]
struct Cut;

type Body = http_body_util::combinators::BoxBody<Bytes, Cut>;

async fn answer(
    request: Request<Incoming>,
    script: &Script,
    asked: &Mutex<Vec<String>>,
) -> Result<Response<Body>, Cut> {
    let line = format!("{} {}", request.method(), request.uri());
    let body = request.into_body().collect().await.map_err(|_| Cut)?.to_bytes();
    let earlier = {
        let mut asked = asked.lock().unwrap();
        let earlier =
            asked.iter().filter(|earlier| **earlier == line || earlier.starts_with(&format!("{line} "))).count();
        asked.push(format!("{line} {}", String::from_utf8_lossy(&body)).trim_end().to_owned());
        earlier
    };
    let full = |status: u16, body: Vec<u8>| {
        let body = Full::new(Bytes::from(body)).map_err(|never: Infallible| match never {}).boxed();
        Response::builder().status(status).header("content-type", "application/json").body(body).unwrap()
    };
    match script(&line, earlier) {
        Reply::Json(status, value) => Ok(full(status, value.to_string().into_bytes())),
        Reply::With(status, (name, value), body) => {
            let mut response = full(status, body.to_string().into_bytes());
            response.headers_mut().insert(name, value.parse().unwrap());
            Ok(response)
        }
        Reply::Bytes(status, bytes) => Ok(full(status, bytes.to_vec())),
        // What is still in hyper's buffer when the body fails is lost.
        Reply::Half(text) => Ok(cut_after(text, Duration::from_millis(100))),
        Reply::Stall(text) => Ok(cut_after(text, PATIENCE)),
        Reply::HangUp => Err(Cut),
        Reply::Silence => {
            tokio::time::sleep(PATIENCE).await;
            Err(Cut)
        }
    }
}

/// An answer that ends so long after its beginning, before it is complete.
fn cut_after(text: &'static str, pause: Duration) -> Response<Body> {
    let sent = futures::stream::iter([Ok(hyper::body::Frame::data(Bytes::from(text)))]);
    let cut = futures::stream::once(async move {
        tokio::time::sleep(pause).await;
        Err(Cut)
    });
    let frames = futures::StreamExt::chain(sent, cut);
    let body = http_body_util::BodyExt::boxed(http_body_util::StreamBody::new(frames));
    Response::builder().header("content-type", "application/json").body(body).unwrap()
}

/// A refusal as an API server words it.
pub fn refusal(code: u16, reason: &str, message: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": reason, "message": message, "code": code})
}
