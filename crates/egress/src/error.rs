//! Why no whole answer came back, under stable codes. The words of libraries stay out; they may hold addresses.

/// Why a request brought no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The name could not be looked up, or nobody listens, or the connection was refused. Nothing was sent.
    #[error("the server could not be reached: {host} {why}")]
    Unreachable {
        /// Who was to be reached: the server, or the proxy before it.
        host: String,
        /// Why not.
        why: WhyUnreached,
    },
    /// The server's certificate is not one that this computer trusts for that name. Nothing was sent.
    #[error("the server's certificate is not trusted: {0}")]
    CertificateRefused(&'static str),
    /// The encrypted connection broke before it stood. Nothing was sent.
    #[error("the encrypted connection could not be made")]
    HandshakeFailed,
    /// The connection broke on the way; whether the server acted is not known.
    #[error("the connection broke before the answer was complete")]
    CutOff,
    /// The time ran out; whether the server acted is not known.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The answer is larger than any answer of the protocol.
    #[error("the answer is larger than {} bytes", gatefold_keygen::MAX_BODY_BYTES)]
    TooLarge,
    /// What came back is not HTTP.
    #[error("the server's answer is not HTTP")]
    NotHttp,
    /// The request could not be handed over as it was sealed. Nothing was sent.
    #[error("the request could not be handed over unchanged")]
    Altered,
    /// The system's trust store or network library could not be used. Nothing was sent.
    #[error("the network cannot be used on this computer")]
    Unusable,
    /// The user took the consent back while it was being sent; whether all of it had left is not known.
    #[error("the consent was taken back while it was being sent")]
    Withdrawn,
    /// Sharing was locked off while it was being sent, by the user, by `DO_NOT_TRACK` or by the administrator; whether all of it had
    /// left is not known.
    #[error("sharing usage was locked off while it was being sent")]
    Locked,
    /// The answer came, but the ledger could not note it; the entry will read unknown.
    #[error("the answer came, but the ledger could not note it")]
    NotNoted,
}

/// Why there was no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WhyUnreached {
    /// The name leads to no address.
    #[error("has no address that can be found")]
    NoAddress,
    /// Nobody listens there.
    #[error("refused the connection")]
    Refused,
    /// Nobody answered in time.
    #[error("did not answer")]
    Silent,
    /// Whatever else was in the way.
    #[error("could not be connected to")]
    NoConnection,
}

/// Every code that [`SendError::code`] can return, and those of [`crate::ProxyError`].
pub const CODES: &[&str] = &[
    "network.unreachable",
    "network.certificate_refused",
    "network.handshake_failed",
    "network.cut_off",
    "network.timed_out",
    "network.answer_too_large",
    "network.answer_not_http",
    "network.request_altered",
    "network.unusable",
    "network.withdrawn",
    "network.locked_off",
    "network.not_noted",
    "network.proxy_malformed",
];

impl SendError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "network.unreachable",
            Self::CertificateRefused(_) => "network.certificate_refused",
            Self::HandshakeFailed => "network.handshake_failed",
            Self::CutOff => "network.cut_off",
            Self::TimedOut => "network.timed_out",
            Self::TooLarge => "network.answer_too_large",
            Self::NotHttp => "network.answer_not_http",
            Self::Altered => "network.request_altered",
            Self::Unusable => "network.unusable",
            Self::Withdrawn => "network.withdrawn",
            Self::Locked => "network.locked_off",
            Self::NotNoted => "network.not_noted",
        }
    }

    /// Whether it is certain that no byte of the request reached the server.
    pub const fn is_before_sending(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::CertificateRefused(_)
                | Self::HandshakeFailed
                | Self::Altered
                | Self::Unusable
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed() {
        for error in [
            SendError::Unreachable { host: "x".to_owned(), why: WhyUnreached::Refused },
            SendError::CertificateRefused("x"),
            SendError::HandshakeFailed,
            SendError::CutOff,
            SendError::TimedOut,
            SendError::TooLarge,
            SendError::NotHttp,
            SendError::Altered,
            SendError::Unusable,
            SendError::Withdrawn,
            SendError::Locked,
            SendError::NotNoted,
        ] {
            assert!(CODES.contains(&error.code()), "{error}");
        }
        assert!(CODES.contains(&crate::ProxyError("x".into()).code()));
    }
}
