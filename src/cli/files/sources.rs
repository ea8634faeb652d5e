//! Getting the bytes.

use super::kustomize;
use super::paths::FileSource;
use crate::cli::error::Error;
use crate::client;
use crate::client::config_for;
use crate::client::transport;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use kube::client::Body;
use std::io::Read;
use std::time::Duration;

const ATTEMPTS: u32 = 3;

/// Reads all of it.
pub(super) async fn bytes(source: &FileSource) -> Result<Vec<u8>, Error> {
    match source {
        FileSource::Stdin => {
            let read = tokio::task::spawn_blocking(|| {
                let mut bytes = Vec::new();
                std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
            });
            let failed = |error: &dyn std::fmt::Display| Error::plain(format!("error reading STDIN: {error}"));
            read.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
        }
        FileSource::File(path) => tokio::fs::read(path).await.map_err(|error| {
            let why = if error.kind() == std::io::ErrorKind::PermissionDenied {
                "permission denied".to_owned()
            } else {
                error.to_string()
            };
            Error::plain(format!("open {}: {why}", path.display()))
        }),
        FileSource::Kustomization(folder) => kustomize::build(folder).await,
        FileSource::Url(url) => download(url).await,
    }
}

/// As kubectl: up to three attempts, a second apart, and only for faults of the server. No credentials go along.
async fn download(url: &str) -> Result<Vec<u8>, Error> {
    let mut attempt = 1;
    loop {
        let (status, body) = get(url).await?;
        if status == StatusCode::OK {
            return Ok(body);
        }
        if !status.is_server_error() || attempt == ATTEMPTS {
            let reason = status.canonical_reason().unwrap_or_default();
            let code = status.as_u16();
            return Err(Error::plain(format!(
                "unable to read URL {url:?}, server reported {code} {reason}, status code={code}"
            )));
        }
        attempt += 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn get(url: &str) -> Result<(StatusCode, Vec<u8>), Error> {
    let uri: http::Uri = url.parse().map_err(|error| Error::plain(format!("the URL {url:?} is not valid: {error}")))?;
    let origin = format!("{}://{}", uri.scheme_str().unwrap_or("http"), uri.authority().map_or("", |a| a.as_str()));
    let server = origin.parse().map_err(|error| Error::plain(format!("the URL {url:?} is not valid: {error}")))?;
    let transport = |source| client::Error::Transport { server: origin.clone(), source: Box::new(source) };
    let mut config = config_for(server)?;
    config.default_retry = false;
    if uri.scheme() == Some(&http::uri::Scheme::HTTP) {
        config.root_cert = Some(Vec::new());
    }
    let client = transport::client(config, true)?;
    let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let request = Request::builder().method(Method::GET).uri(target).body(Body::empty());
    let request = request.map_err(|source| client::Error::BadRequest { target: url.to_owned(), source })?;
    let response = client.send(request).await.map_err(transport)?;
    let status = response.status();
    let body = response.into_body().collect().await.map_err(transport)?;
    Ok((status, body.to_bytes().to_vec()))
}
