//! Credentials that change while the program runs: those of exec plugins and of token files.

use super::exec_plugin::{self, Credential};
use http::{HeaderValue, Request, Response, StatusCode, header::AUTHORIZATION};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use kube::client::Body;
use kube::config::{AuthInfo, ExecConfig};
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio_rustls::rustls;
use tokio_rustls::rustls::client::ResolvesClientCert;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use tower::{BoxError, Service};

/// A token's file is read again after so long, as by client-go (`transport/token_source.go`).
const FILE_LASTS: Duration = Duration::from_secs(60);

/// No credentials could be had.
#[derive(Debug, thiserror::Error)]
#[error("getting credentials: {0}")]
struct Unobtainable(String);

/// The token holds what no header can, such as a line end.
#[derive(Debug, thiserror::Error)]
#[error("net/http: invalid header field value for \"Authorization\"")]
struct Unsendable;

/// Where they come from.
#[derive(Clone)]
pub(crate) enum Source {
    /// `quiet`: nobody sees what it writes to stderr.
    Plugin {
        config: Box<ExecConfig>,
        quiet: bool,
    },
    File(PathBuf),
}

impl Source {
    /// Takes out of the configuration what would change; kube then sends none of its own. What is written down (a token,
    /// a name, a certificate) counts more, as in client-go.
    pub(crate) fn take(auth: &mut AuthInfo, quiet: bool) -> Option<Self> {
        let (plugin, file) = (auth.exec.take(), auth.token_file.take().filter(|path| !path.is_empty()));
        let written = auth.token.is_some() || auth.username.is_some();
        let certified = auth.client_certificate.is_some() || auth.client_certificate_data.is_some();
        match (file, plugin) {
            _ if written => None,
            (Some(file), _) => Some(Self::File(file.into())),
            (None, Some(plugin)) if !certified => Some(Self::Plugin { config: Box::new(plugin), quiet }),
            _ => None,
        }
    }

    fn read(&self, now: Timestamp) -> Result<Credential, String> {
        match self {
            Self::Plugin { config, quiet } => exec_plugin::run(config, *quiet),
            Self::File(path) => {
                let token =
                    std::fs::read_to_string(path).map_err(|error| format!("open {}: {error}", path.display()))?;
                Ok(Credential { token: Some(token.trim().to_owned()), identity: None, expires: Some(now + FILE_LASTS) })
            }
        }
    }
}

/// The certificate to show at a handshake, if the latest credential has one.
#[derive(Debug, Default)]
pub(crate) struct ClientCertResolver(Mutex<Option<Arc<CertifiedKey>>>);

impl ResolvesClientCert for ClientCertResolver {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// The latest credential; whoever needs one while another is fetched waits for that.
struct CredentialCache {
    source: Source,
    latest: Option<Credential>,
    shown: Arc<ClientCertResolver>,
}

impl CredentialCache {
    /// The credential to use now, and whether connections that were made with another certificate are of no use any more.
    async fn current(&mut self, now: Timestamp) -> Result<(Credential, bool), Unobtainable> {
        if let Some(latest) = &self.latest
            && latest.expires.is_none_or(|expires| now < expires)
        {
            return Ok((latest.clone(), false));
        }
        let source = self.source.clone();
        let read = tokio::task::spawn_blocking(move || source.read(now)).await;
        let fresh = match (read.map_err(|error| Unobtainable(error.to_string()))?, &self.latest) {
            (Ok(fresh), _) => fresh,
            // A file that has gone leaves the last token in use: kubernetes issue 68164.
            (Err(_), Some(latest)) if matches!(self.source, Source::File(_)) => latest.clone(),
            (Err(why), _) => return Err(Unobtainable(why)),
        };
        let changed = self.latest.as_ref().is_some_and(|latest| latest.identity != fresh.identity);
        let certified = fresh.identity.as_ref().map(certified).transpose().map_err(Unobtainable)?;
        *self.shown.0.lock().unwrap_or_else(PoisonError::into_inner) = certified.map(Arc::new);
        self.latest = Some(fresh.clone());
        Ok((fresh, changed))
    }

    /// The server does not know this one: the next request needs another.
    fn refused(&mut self, used: &Credential) {
        if self.latest.as_ref() == Some(used) {
            self.latest = self.latest.take().map(|latest| Credential { expires: Some(Timestamp::MIN), ..latest });
        }
    }
}

fn certified((certificates, key): &(String, String)) -> Result<CertifiedKey, String> {
    let lead = "failed parsing client key/certificate: tls:";
    let chain: Vec<_> = CertificateDer::pem_slice_iter(certificates.as_bytes()).filter_map(Result::ok).collect();
    if chain.is_empty() {
        return Err(format!("{lead} failed to find any PEM data in certificate input"));
    }
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())
        .map_err(|_| format!("{lead} failed to find any PEM data in key input"))?;
    let provider = rustls::crypto::ring::default_provider();
    CertifiedKey::from_der(chain, key, &provider).map_err(|fault| format!("{lead} {fault}"))
}

/// Sends requests with the credential of the hour.
pub(crate) struct AuthLayer<C> {
    known: Arc<tokio::sync::Mutex<CredentialCache>>,
    connector: C,
    client: Arc<Mutex<HttpClient<C, Body>>>,
}

impl<C: Clone> Clone for AuthLayer<C> {
    fn clone(&self) -> Self {
        let Self { known, connector, client } = self;
        Self { known: known.clone(), connector: connector.clone(), client: client.clone() }
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> AuthLayer<C> {
    /// `connector` shows the certificate of `shown` at its handshakes.
    pub(crate) fn new(source: Source, shown: Arc<ClientCertResolver>, connector: C) -> Self {
        let client = Arc::new(Mutex::new(client(connector.clone())));
        Self {
            known: Arc::new(tokio::sync::Mutex::new(CredentialCache { source, latest: None, shown })),
            connector,
            client,
        }
    }

    fn client(&self) -> HttpClient<C, Body> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn send(self, mut request: Request<Body>) -> Result<Response<Incoming>, BoxError> {
        let (credential, changed) = self.known.lock().await.current(Timestamp::now()).await?;
        if changed {
            *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client(self.connector.clone());
        }
        if let Some(token) = &credential.token {
            let mut value = HeaderValue::from_bytes(format!("Bearer {token}").as_bytes()).map_err(|_| Unsendable)?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let response = self.client().request(request).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            self.known.lock().await.refused(&credential);
        }
        Ok(response)
    }
}

/// A client with connections of its own.
pub(crate) fn client<C: Connect + Clone + Send + Sync + 'static>(connector: C) -> HttpClient<C, Body> {
    HttpClient::builder(TokioExecutor::new()).build(connector)
}

impl<C: Connect + Clone + Send + Sync + 'static> Service<Request<Body>> for AuthLayer<C> {
    type Response = Response<Incoming>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(file: &std::path::Path) -> CredentialCache {
        CredentialCache { source: Source::File(file.to_owned()), latest: None, shown: Arc::default() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn a_tokens_file_is_read_again_each_minute_and_may_go() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let mut known = known(&file);
        let missing = known.current(at(0)).await.err().unwrap().to_string();
        assert!(missing.starts_with("getting credentials: open "), "{missing}");
        std::fs::write(&file, "one\n").unwrap();
        let (first, _) = known.current(at(0)).await.unwrap();
        assert_eq!(first.token.as_deref(), Some("one"));
        std::fs::write(&file, "two").unwrap();
        assert_eq!(known.current(at(59)).await.unwrap().0.token.as_deref(), Some("one"));
        assert_eq!(known.current(at(60)).await.unwrap().0.token.as_deref(), Some("two"));
        std::fs::remove_file(&file).unwrap();
        assert_eq!(known.current(at(300)).await.unwrap().0.token.as_deref(), Some("two"));
    }

    #[tokio::test]
    async fn what_the_server_refused_is_fetched_anew_but_not_what_replaced_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let mut known = known(&file);
        std::fs::write(&file, "one").unwrap();
        let (first, _) = known.current(at(0)).await.unwrap();
        std::fs::write(&file, "two").unwrap();
        known.refused(&first);
        let (second, _) = known.current(at(1)).await.unwrap();
        assert_eq!(second.token.as_deref(), Some("two"));
        std::fs::write(&file, "three").unwrap();
        known.refused(&first);
        assert_eq!(known.current(at(2)).await.unwrap().0.token.as_deref(), Some("two"));
    }

    #[test]
    fn what_is_written_down_counts_more_than_what_changes() {
        let of = |text: &str| Source::take(&mut serde_json::from_str(text).unwrap(), false);
        let exec = r#""exec": {"command": "x"}"#;
        assert!(matches!(of(&format!("{{{exec}}}")), Some(Source::Plugin { .. })));
        assert!(matches!(of(&format!(r#"{{"tokenFile": "f", {exec}}}"#)), Some(Source::File(_))));
        for written in [r#""token": "t""#, r#""username": "u""#, r#""client-certificate": "c""#] {
            assert!(of(&format!("{{{written}, {exec}}}")).is_none(), "{written}");
        }
    }
}
