//! A certificate for this run, and what a client needs to trust it.

use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A self-signed certificate for 127.0.0.1 and localhost, with its key. It is no authority of its own: rustls refuses
/// such a one as a server's, while kubectl and rustls both accept a leaf that vouches for itself.
pub struct Identity {
    /// The certificate, for `certificate-authority-data` of a kubeconfig.
    pub certificate_pem: String,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate could not be made.
    #[error("cannot make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be used.
    #[error("cannot use the certificate")]
    Configuration(#[from] tokio_rustls::rustls::Error),
}

impl Identity {
    /// A fresh certificate and key.
    ///
    /// # Errors
    /// When the cryptography library fails.
    pub fn generate() -> Result<Self, TlsError> {
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names)?;
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        Ok(Self {
            certificate_pem: made.cert.pem(),
            certificate: made.cert.der().clone(),
            key: PrivateKeyDer::Pkcs8(key),
        })
    }

    /// What shakes hands with clients.
    ///
    /// # Errors
    /// When the cryptography library refuses the certificate.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, TlsError> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key())?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Identity").field("certificate_pem", &self.certificate_pem).finish_non_exhaustive()
    }
}
