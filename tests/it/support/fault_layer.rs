//! The sandbox's API server in this process, behind a layer that records what is asked and can answer instead of it.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use kube::client::Body;
use kubectl_vmirs::apiserver::{Options, Server};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

/// What happens to one request.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The server answers.
    Pass,
    /// This status and body instead.
    Refuse(u16, Value),
    /// The server does what is asked, and its answer is lost.
    DropResponse,
    /// The server does what is asked, and its answer comes so much later.
    Late(Duration),
    /// No answer, and nothing is done.
    Silence,
    /// The connection breaks after the first time, and the server does what was asked after the second.
    Afterwards(Duration, Duration),
    /// A watch that is open and tells nothing.
    Deaf,
}

type Policy = Box<dyn FnMut(&str) -> Outcome + Send>;

/// A server whose clients' requests are recorded as `METHOD path?query`.
#[derive(Clone)]
pub struct FaultLayer {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
    done: Arc<Mutex<Vec<String>>>,
    policy: Arc<Mutex<Policy>>,
}

impl FaultLayer {
    pub fn new() -> Self {
        let policy: Policy = Box::new(|_| Outcome::Pass);
        let (asked, done) = (Arc::default(), Arc::default());
        Self { server: Server::new(Options::default()), asked, done, policy: Arc::new(Mutex::new(policy)) }
    }

    /// A client whose requests are recorded and judged.
    pub fn client(&self) -> kube::Client {
        kube::Client::new(self.clone(), "default")
    }

    /// A client that goes straight to the server.
    pub fn direct(&self) -> kube::Client {
        self.server.client()
    }

    /// From now on `policy` is asked about each request.
    pub fn policy(&self, policy: impl FnMut(&str) -> Outcome + Send + 'static) {
        *self.policy.lock().unwrap() = Box::new(policy);
    }

    /// What was asked since the last call.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// What of it took effect since the last call, whatever the client was told.
    pub fn done(&self) -> Vec<String> {
        std::mem::take(&mut self.done.lock().unwrap())
    }
}

impl tower::Service<Request<Body>> for FaultLayer {
    type Response = Response<http_body_util::combinators::UnsyncBoxBody<Bytes, tower::BoxError>>;
    type Error = tower::BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let line = format!("{} {}", request.method(), request.uri());
        self.asked.lock().unwrap().push(line.clone());
        let outcome = (self.policy.lock().unwrap())(&line);
        let (server, done) = (self.server.clone(), Arc::clone(&self.done));
        let serve = async move {
            let response = server.handle(request).await;
            if response.status().is_success() {
                done.lock().unwrap().push(line);
            }
            response.map(|body| body.map_err(Into::into).boxed_unsync())
        };
        Box::pin(async move {
            match outcome {
                Outcome::Pass => Ok(serve.await),
                Outcome::Late(delay) => {
                    let response = serve.await;
                    tokio::time::sleep(delay).await;
                    Ok(response)
                }
                Outcome::Refuse(status, body) => {
                    let body = Full::new(Bytes::from(body.to_string())).map_err(|never| match never {}).boxed_unsync();
                    let response = Response::builder().status(StatusCode::from_u16(status).unwrap());
                    Ok(response.header("content-type", "application/json").body(body).unwrap())
                }
                Outcome::DropResponse => {
                    drop(serve.await);
                    Err("the answer was lost".into())
                }
                Outcome::Silence => std::future::pending().await,
                Outcome::Afterwards(broken, done) => {
                    tokio::spawn(async move {
                        tokio::time::sleep(done).await;
                        drop(serve.await);
                    });
                    tokio::time::sleep(broken).await;
                    Err("the connection broke".into())
                }
                Outcome::Deaf => {
                    let frames = futures::stream::pending::<Result<hyper::body::Frame<Bytes>, tower::BoxError>>();
                    Ok(Response::new(http_body_util::StreamBody::new(frames).boxed_unsync()))
                }
            }
        })
    }
}
