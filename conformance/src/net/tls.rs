//! TLS by rustls: whom to trust, and what to show.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, InvalidMessage,
    RootCertStore, ServerConfig, ServerConnection, SignatureScheme,
};

/// Which certificates of a server are taken.
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// Those in this PEM file and those that they vouch for; without a file, those that the system's
    /// vouch for.
    ///
    /// # Errors
    /// The file cannot be read or holds no certificate.
    pub fn of(file: Option<&Path>) -> io::Result<Self> {
        let Some(file) = file else { return Ok(Self::of_the_system()) };
        let known = certificates(file)?;
        let mut roots = RootCertStore::empty();
        for certificate in &known {
            roots.add(certificate.clone()).map_err(io::Error::other)?;
        }
        let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
        Ok(Self::by(Taken::These(known, chain.build().map_err(io::Error::other)?)))
    }

    fn of_the_system() -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self(Arc::new(client().with_root_certificates(roots).with_no_client_auth()))
    }

    /// Any certificate at all.
    pub fn anything() -> Self {
        Self::by(Taken::Any)
    }

    fn by(taken: Taken) -> Self {
        let verifier = Arc::new(Verifier { taken, provider: provider() });
        let config = client().dangerous().with_custom_certificate_verifier(verifier);
        Self(Arc::new(config.with_no_client_auth()))
    }

    /// A client's side of a connection to the server of this name.
    pub(crate) fn connect(&self, host: &str) -> io::Result<ClientConnection> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let mut connection =
            ClientConnection::new(Arc::clone(&self.0), name).map_err(io::Error::other)?;
        connection.set_buffer_limit(None);
        Ok(connection)
    }
}

/// What a server shows.
#[derive(Clone, Debug)]
pub struct Identity(Arc<ServerConfig>);

impl Identity {
    /// The certificates and the key in these PEM files.
    ///
    /// # Errors
    /// A file cannot be read or does not hold what it should, or the two do not fit.
    pub fn of(certificate: &Path, key: &Path) -> io::Result<Self> {
        let chain = certificates(certificate)?;
        let key = in_file(key, |octets| PrivateKeyDer::from_pem_slice(&octets))?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key));
        Ok(Self(Arc::new(config.map_err(io::Error::other)?)))
    }

    /// A server's side of a connection.
    pub(crate) fn accept(&self) -> io::Result<ServerConnection> {
        let mut connection =
            ServerConnection::new(Arc::clone(&self.0)).map_err(io::Error::other)?;
        connection.set_buffer_limit(None);
        Ok(connection)
    }
}

/// What went wrong, in words that say what to do about a certificate or a wrong URL.
pub(super) fn told(error: &rustls::Error) -> io::Error {
    let way_out = "--tls-ca FILE takes those in a file, --tls-insecure takes any";
    io::Error::other(match error {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            format!("the certificate is one that nobody vouches for who is trusted; {way_out}")
        }
        rustls::Error::InvalidCertificate(CertificateError::Other(why))
            if why.0.to_string() == "CaUsedAsEndEntity" =>
        {
            format!(
                "the certificate says that it is an authority's (CA:TRUE), which a server must not \
                 show as its own; {way_out}"
            )
        }
        rustls::Error::InvalidCertificate(_) => format!("{error}; {way_out}"),
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "what answers speaks no TLS; the URL of a server without it begins with ws://"
                .to_owned()
        }
        error => error.to_string(),
    })
}

fn certificates(file: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    in_file(file, |octets| match CertificateDer::pem_slice_iter(&octets).collect() {
        Ok(found) if Vec::is_empty(&found) => Err(pem::Error::NoItemsFound),
        found => found,
    })
}

/// What is in a PEM file.
fn in_file<T>(file: &Path, read: fn(Vec<u8>) -> Result<T, pem::Error>) -> io::Result<T> {
    let fail =
        |why: &dyn core::fmt::Display| io::Error::other(format!("{}: {why}", file.display()));
    let octets = crate::file::written(file).map_err(|error| fail(&error))?;
    read(octets).map_err(|error| match error {
        pem::Error::NoItemsFound => fail(&"what is looked for is not in it"),
        error => fail(&error),
    })
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn client() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("the provider has what the default versions need")
}

/// Which certificates are taken.
#[derive(Debug)]
enum Taken {
    Any,
    /// These, which may be a server's and an authority's at once, as those made by hand are, and
    /// those of a chain that ends in one of them.
    These(Vec<CertificateDer<'static>>, Arc<WebPkiServerVerifier>),
}

/// Takes certificates, and holds their owner to the key in them.
#[derive(Debug)]
struct Verifier {
    taken: Taken,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match &self.taken {
            Taken::These(known, chain) if !known.contains(shown) => {
                chain.verify_server_cert(shown, between, name, ocsp, now)
            }
            Taken::These(..) | Taken::Any => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
