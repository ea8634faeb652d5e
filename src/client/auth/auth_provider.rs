//! `auth-provider` of a kubeconfig, the forerunner of credential plugins (client-go's `plugin/pkg/client/auth`). Only
//! `oidc` is left there.

use crate::client::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use kube::config::{AuthInfo, AuthProviderConfig};
use serde_json::Value;
use std::time::Duration;

/// A token that ends sooner counts as expired, as in client-go.
const MARGIN: Duration = Duration::from_secs(10);

/// The user with the provider's token in the provider's place; a token or a name that is written down counts more.
///
/// An expired token is not renewed: whoever renews it must write the new refresh token into the kubeconfig, or the next
/// kubectl cannot log in any more, and this program writes no kubeconfig.
///
/// # Errors
/// [`Error::Input`] for a provider that is none, and for a token that has expired.
pub(crate) fn resolve(mut user: AuthInfo, now: Timestamp) -> Result<AuthInfo, Error> {
    let Some(provider) = user.auth_provider.take() else { return Ok(user) };
    if user.exec.is_some() {
        return Err(Error::input("execProvider and authProvider cannot be used in combination"));
    }
    known(&provider)?;
    if user.token.is_some() || user.username.is_some() {
        return Ok(user);
    }
    let token = setting(&provider, "id-token");
    if token.is_empty() || ends(token)? <= now + MARGIN {
        return Err(Error::input(
            "the id-token of the kubeconfig has expired, and only kubectl may renew it: run 'kubectl version' once, or \
             use a credential plugin such as https://github.com/int128/kubelogin",
        ));
    }
    Ok(AuthInfo { token: Some(token.into()), ..user })
}

fn setting<'a>(provider: &'a AuthProviderConfig, key: &str) -> &'a str {
    provider.config.get(key).map(String::as_str).unwrap_or_default()
}

fn known(provider: &AuthProviderConfig) -> Result<(), Error> {
    let fault = match provider.name.as_str() {
        "oidc" => match ["idp-issuer-url", "client-id"].into_iter().find(|key| setting(provider, key).is_empty()) {
            None => return Ok(()),
            Some(key) => format!("Must provide {key}"),
        },
        "gcp" => "The gcp auth plugin has been removed.\nPlease use the \"gke-gcloud-auth-plugin\" kubectl/client-go \
                  credential plugin instead.\nSee \
                  https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further \
                  details"
            .to_owned(),
        "azure" => "The azure auth plugin has been removed.\nPlease use the https://github.com/Azure/kubelogin \
                    kubectl/client-go credential plugin instead.\nSee \
                    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins \
                    for further details"
            .to_owned(),
        other => format!("no Auth Provider found for name {other:?}"),
    };
    Err(Error::input(fault))
}

/// When the token (a JWT, RFC 7519) expires.
fn ends(token: &str) -> Result<Timestamp, Error> {
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok());
    let claims = claims.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let seconds = claims.as_ref().and_then(|claims| claims["exp"].as_i64());
    let end = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    end.ok_or_else(|| Error::input("ID Token is not a valid JWT"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A token that ends at that second.
    fn token(end: i64) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.signature", part(json!({"alg": "none"})), part(json!({"exp": end})))
    }

    fn resolved(user: Value, now: i64) -> Result<AuthInfo, String> {
        let user = serde_json::from_value(user).unwrap();
        resolve(user, Timestamp::from_second(now).unwrap()).map_err(|error| error.to_string())
    }

    fn oidc(token: &str) -> Value {
        json!({"auth-provider": {"name": "oidc", "config": {
            "idp-issuer-url": "https://issuer.invalid", "client-id": "me", "id-token": token,
        }}})
    }

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        assert!(resolved(oidc(&token(100)), 89).unwrap().token.is_some());
        for (token, now) in [(token(100), 90), (token(100), 200), (String::new(), 0)] {
            assert!(resolved(oidc(&token), now).unwrap_err().starts_with("the id-token of the kubeconfig has expired"));
        }
        assert_eq!(resolved(oidc("x"), 0).unwrap_err(), "ID Token is not a valid JWT");
    }

    #[test]
    fn what_is_written_down_counts_more() {
        let mut user = oidc("x");
        user["token"] = json!("t");
        assert!(resolved(user, 0).unwrap().auth_provider.is_none());
    }

    #[test]
    fn what_client_go_refuses_is_refused() {
        let named = |name: &str| json!({"auth-provider": {"name": name, "config": {}}});
        assert_eq!(resolved(named("oidc"), 0).unwrap_err(), "Must provide idp-issuer-url");
        assert_eq!(resolved(named("x"), 0).unwrap_err(), "no Auth Provider found for name \"x\"");
        let mut both = oidc("x");
        both["exec"] = json!({"command": "x"});
        assert!(resolved(both, 0).unwrap_err().starts_with("execProvider and authProvider"));
    }
}
