//! A refusal on its way out: status and errors in the shape of protocol reference 1.4.

use gatefold_keygen::{ApiError, ErrorDocument, ErrorMeta, Source};

/// A request that is refused. It may name several errors at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) errors: Vec<ApiError>,
}

/// One error of a document that was understood and cannot be carried out (422).
pub(crate) fn invalid(code: &str, pointer: &str, detail: &str) -> ApiError {
    ApiError {
        title: "Unprocessable resource".into(),
        detail: detail.into(),
        code: Some(code.into()),
        source: Some(Source { pointer: Some(pointer.into()), ..Source::default() }),
        meta: None,
    }
}

impl Failure {
    fn one(status: u16, title: &str, detail: &str) -> Self {
        let error = ApiError { title: title.into(), detail: detail.into(), ..ApiError::default() };
        Self { status, errors: vec![error] }
    }

    /// 400, without a code unless one is added.
    pub(crate) fn bad_request(detail: &str) -> Self {
        Self::one(400, "Bad request", detail)
    }

    /// 401.
    pub(crate) fn unauthorized(code: &str, detail: &str) -> Self {
        Self::one(401, "Unauthorized", detail).code(code)
    }

    /// 403, without a code unless one is added.
    pub(crate) fn forbidden(detail: &str) -> Self {
        Self::one(403, "Access denied", detail)
    }

    /// 404: there is no such object, or none that the bearer may see.
    pub(crate) fn not_found() -> Self {
        Self::one(404, "Not found", "The requested resource was not found").code("NOT_FOUND")
    }

    /// 422 with everything that is wrong.
    pub(crate) fn unprocessable(errors: Vec<ApiError>) -> Self {
        Self { status: 422, errors }
    }

    /// 429.
    pub(crate) fn too_many_requests() -> Self {
        Self::one(429, "Too many requests", "Throttle limit has been reached for your client")
            .code("TOO_MANY_REQUESTS")
    }

    /// 500: a fault of ours.
    pub(crate) fn internal() -> Self {
        Self::one(500, "Internal server error", "Looks like something went wrong")
    }

    pub(crate) fn code(mut self, code: &str) -> Self {
        self.errors.iter_mut().for_each(|error| error.code = Some(code.into()));
        self
    }

    pub(crate) fn pointer(self, pointer: &str) -> Self {
        self.source(Source { pointer: Some(pointer.into()), ..Source::default() })
    }

    pub(crate) fn parameter(self, parameter: &str) -> Self {
        self.source(Source { parameter: Some(parameter.into()), ..Source::default() })
    }

    pub(crate) fn header(self, header: &str) -> Self {
        self.source(Source { header: Some(header.into()), ..Source::default() })
    }

    fn source(mut self, source: Source) -> Self {
        self.errors.iter_mut().for_each(|error| error.source = Some(source.clone()));
        self
    }

    /// The body.
    pub(crate) fn document(self, request_id: &str) -> ErrorDocument {
        ErrorDocument { meta: Some(ErrorMeta { id: request_id.into() }), errors: self.errors }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(_: rusqlite::Error) -> Self {
        Self::internal()
    }
}
