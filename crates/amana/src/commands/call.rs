//! Calls to a node or a hub: their deadline, and what their refusals mean for the exit code.

use std::time::Duration;

use amana_client::ClientError;
use amana_kit::connect::ConnectError;
use amana_types::Reason;
use amana_wire::status::RemoteError;
use tonic::{Code, Response, Status};

use crate::exit::{Exit, Failure};

/// Waits for an answer, but not for ever.
pub(crate) async fn within<T>(
    time: Duration,
    call: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(time, call).await {
        Ok(Ok(response)) => Ok(response.into_inner()),
        Ok(Err(status)) => Err(refused(&RemoteError::from(&status))),
        Err(_) => Err(late(time)),
    }
}

/// Waits for a typed client's answer, but not for ever.
pub(crate) async fn client<T>(
    time: Duration,
    call: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(time, call).await {
        Ok(answer) => answer.map_err(|error| failed(&error)),
        Err(_) => Err(late(time)),
    }
}

/// What a client's error means at the command line.
pub(crate) fn failed(error: &ClientError) -> Failure {
    match error {
        ClientError::Remote(remote) => refused(remote),
        ClientError::Connect(error) => unconnected(error),
        ClientError::Closed { .. } => Failure::new(Exit::Unavailable, error),
        ClientError::Audit(_) => Failure::new(Exit::Verification, error),
        ClientError::Protocol(_) => {
            Failure::new(Exit::Failed, error).because(Reason::ProtocolUnsupported.code())
        }
        ClientError::Malformed { .. } => Failure::new(Exit::Failed, error),
    }
}

/// What a missing connection means at the command line. Trying again helps only where nothing answers:
/// what answers and does not prove to be the server will not prove it the next time either.
pub(crate) fn unconnected(error: &ConnectError) -> Failure {
    let exit = if error.is_passing() {
        Exit::Unavailable
    } else if error.is_refusal() {
        Exit::NoIdentity
    } else {
        Exit::Verification
    };
    Failure::new(exit, error)
}

fn late(time: Duration) -> Failure {
    Failure::new(Exit::Cancelled, format_args!("no answer within {} s", time.as_secs()))
        .hint("it may have been done all the same; --timeout waits longer")
}

/// What a refusal means at the command line: by its code, since reasons may be added.
pub(crate) fn refused(error: &RemoteError) -> Failure {
    let exit = match error.code {
        Code::InvalidArgument | Code::OutOfRange => Exit::Usage,
        Code::Cancelled | Code::DeadlineExceeded => Exit::Cancelled,
        Code::Unauthenticated => Exit::NoIdentity,
        Code::PermissionDenied | Code::FailedPrecondition | Code::AlreadyExists => Exit::Refused,
        Code::NotFound => Exit::NotFound,
        Code::DataLoss => Exit::Verification,
        Code::Unavailable | Code::ResourceExhausted | Code::Aborted => Exit::Unavailable,
        _ => Exit::Failed,
    };
    let failure = Failure::new(exit, error).because(&error.reason);
    if error.is_retryable() { failure.hint("trying again is safe") } else { failure }
}
