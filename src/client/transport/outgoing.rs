//! What every request gets before it leaves: the server's address, and the headers of who sends it.
//!
//! kube has layers for this that panic over what they cannot use (`BaseUriLayer`, tower-http's `AddAuthorizationLayer`),
//! and what they are given stands in a kubeconfig.

use crate::client::Error;
use base64::Engine as _;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::uri::{PathAndQuery, Uri};
use http::{Request, Response};
use kube::client::Body;
use kube::config::AuthInfo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use secrecy::ExposeSecret as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{BoxError, Service};

/// What may stand in the name of a header, but for the percent sign (client-go's `headerKeyEscape`).
const HEADER_NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Addresses requests and adds headers to them.
#[derive(Clone, Debug)]
pub(super) struct Outgoing<S> {
    inner: S,
    server: Uri,
    headers: Arc<HeaderMap>,
}

impl<S> Outgoing<S> {
    /// Requests for `config`'s server, as `config`'s user.
    ///
    /// # Errors
    /// [`Error::Unsendable`] for what no header can hold, in kubectl's words.
    pub(super) fn new(inner: S, config: &kube::Config) -> Result<Self, Error> {
        let mut headers = headers_of(&config.auth_info)?;
        for (name, value) in &config.headers {
            headers.try_append(name, value.clone()).map_err(Error::config)?;
        }
        Ok(Self { inner, server: config.cluster_url.clone(), headers: Arc::new(headers) })
    }

    fn complete(&self, request: &mut Request<Body>) -> Result<(), http::Error> {
        *request.uri_mut() = addressed(&self.server, request.uri().path_and_query())?;
        for (name, value) in &*self.headers {
            request.headers_mut().try_append(name, value.clone())?;
        }
        Ok(())
    }
}

impl<S, R> Service<Request<Body>> for Outgoing<S>
where
    S: Service<Request<Body>, Response = Response<R>>,
    S::Error: Into<BoxError> + 'static,
    S::Future: Send + 'static,
    R: 'static,
{
    type Response = Response<R>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        if let Err(why) = self.complete(&mut request) {
            return Box::pin(async move { Err(why.into()) });
        }
        let answer = self.inner.call(request);
        Box::pin(async move { answer.await.map_err(Into::into) })
    }
}

/// The path below the server's address, which may have a path of its own.
fn addressed(server: &Uri, path: Option<&PathAndQuery>) -> Result<Uri, http::Error> {
    let mut parts = server.clone().into_parts();
    let below = server.path().trim_end_matches('/');
    let path = path.map_or("/", PathAndQuery::as_str);
    parts.path_and_query = Some(format!("{below}{path}").parse::<PathAndQuery>()?);
    Ok(Uri::from_parts(parts)?)
}

fn headers_of(user: &AuthInfo) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let mut add = |name: HeaderName, text: &str| {
        let value = value(&name, text)?;
        headers.try_append(name, value).map(|_| ()).map_err(Error::config)
    };
    if let Some(authorization) = authorization(user) {
        add(AUTHORIZATION, &authorization)?;
    }
    if let Some(name) = &user.impersonate {
        add(HeaderName::from_static("impersonate-user"), name)?;
    }
    if let Some(uid) = &user.impersonate_uid {
        add(HeaderName::from_static("impersonate-uid"), uid)?;
    }
    for group in user.impersonate_groups.iter().flatten() {
        add(HeaderName::from_static("impersonate-group"), group)?;
    }
    for (key, values) in user.impersonate_user_extra.iter().flatten() {
        let escaped = format!("impersonate-extra-{}", percent_encode(key.as_bytes(), HEADER_NAME));
        let name = HeaderName::try_from(&escaped).map_err(|_| invalid("name", &escaped))?;
        for text in values {
            add(name.clone(), text)?;
        }
    }
    Ok(headers)
}

/// A name and a password count more than a token; both together have been refused before.
fn authorization(user: &AuthInfo) -> Option<String> {
    if let Some(name) = &user.username {
        let password = user.password.as_ref().map(|password| password.expose_secret()).unwrap_or_default();
        let both = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
        return Some(format!("Basic {both}"));
    }
    user.token.as_ref().map(|token| format!("Bearer {}", token.expose_secret()))
}

/// What HTTP allows in a value, which is more than ASCII.
///
/// # Errors
/// [`Error::Unsendable`] in kubectl's words.
fn value(name: &HeaderName, text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| invalid("value for", name.as_str()))?;
    value.set_sensitive(*name == AUTHORIZATION);
    Ok(value)
}

/// Go's words for a header that cannot be sent, with Go's spelling of its name.
pub(super) fn invalid(what: &str, name: &str) -> Error {
    let part = |part: &str| part.get(..1).unwrap_or_default().to_uppercase() + part.get(1..).unwrap_or_default();
    let name = name.split('-').map(part).collect::<Vec<_>>().join("-");
    Error::Unsendable(format!("net/http: invalid header field {what} {name:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn user(fields: serde_json::Value) -> AuthInfo {
        serde_json::from_value(fields).unwrap()
    }

    fn told(fields: serde_json::Value) -> Vec<String> {
        let headers = headers_of(&user(fields)).unwrap();
        headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))).collect()
    }

    #[test]
    fn a_user_is_told_by_headers() {
        assert_eq!(told(json!({})), [""; 0]);
        assert_eq!(told(json!({"token": "t"})), ["authorization: Bearer t"]);
        assert_eq!(told(json!({"username": "me", "password": "x"})), ["authorization: Basic bWU6eA=="]);
        assert_eq!(told(json!({"username": "me"})), ["authorization: Basic bWU6"]);
        let impersonating = json!({
            "as": "jäne", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": {"Scopes/x y%": ["view", "edit"]},
        });
        assert_eq!(
            told(impersonating),
            [
                "impersonate-user: jäne",
                "impersonate-uid: 7",
                "impersonate-group: a",
                "impersonate-group: b",
                "impersonate-extra-scopes%2fx%20y%25: view",
                "impersonate-extra-scopes%2fx%20y%25: edit",
            ]
        );
    }

    #[test]
    fn what_no_header_can_hold_is_refused_in_gos_words() {
        for (fields, name) in [
            (json!({"token": "t\n"}), "Authorization"),
            (json!({"token": "a\u{0}b"}), "Authorization"),
            (json!({"as": "a\nb"}), "Impersonate-User"),
            (json!({"as-uid": "a\rb"}), "Impersonate-Uid"),
            (json!({"as-groups": ["a\nb"]}), "Impersonate-Group"),
        ] {
            let refused = headers_of(&user(fields)).unwrap_err().to_string();
            let expected = format!("net/http: invalid header field value for {name:?}");
            assert_eq!(refused, expected);
        }
    }

    #[test]
    fn more_headers_than_a_request_can_hold_are_refused() {
        let extra: std::collections::BTreeMap<_, _> = (0..40_000).map(|key| (format!("k{key}"), ["v"])).collect();
        assert!(headers_of(&user(json!({"as-user-extra": extra}))).is_err());
    }

    #[test]
    fn a_path_is_below_the_servers_own() {
        let whole = |server: &str, path: &str| {
            addressed(&server.parse().unwrap(), path.parse::<Uri>().unwrap().path_and_query())
                .map(|uri| uri.to_string())
        };
        assert_eq!(whole("https://a:1", "/api?x=y").unwrap(), "https://a:1/api?x=y");
        assert_eq!(whole("https://a:1/k8s/c/?q=1", "/api").unwrap(), "https://a:1/k8s/c/api");
        // Each of them can be, and both together cannot.
        let long = format!("/{}", "a".repeat(40_000));
        assert!(whole(&format!("https://a{long}"), &long).is_err());
        assert!(whole("a:1", "/api").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_header_or_refused(text in any::<String>()) {
            for field in ["token", "username", "password", "as", "as-uid"] {
                let _ = headers_of(&user(json!({field: text})));
            }
            let _ = headers_of(&user(json!({"as-groups": [text], "as-user-extra": {&text: [&text]}})));
        }
    }
}
