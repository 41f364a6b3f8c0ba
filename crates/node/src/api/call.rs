//! One call: who asks and why is judged, the work is done with the permit in hand, and a refusal is said in the
//! language of whoever asked.

use amana_kit::serve::Peer;
use amana_policy::Permit;
use amana_types::{Action, Language};
use amana_wire::{Accessed, v1};
use tonic::{Request, Response, Status};

use crate::api::agency::AgencyApi;
use crate::api::error::{CallError, status};

/// The most languages of a reader that are looked at.
const LANGUAGES: usize = 8;

/// Judges a call and answers it.
pub(crate) async fn answer<Q, A, W>(
    api: &AgencyApi,
    request: Request<Q>,
    action: Action,
    work: impl FnOnce(Permit, Q) -> W + Send,
) -> Result<Response<A>, Status>
where
    Q: Accessed + Send,
    W: Future<Output = Result<A, CallError>> + Send,
{
    let access = request.get_ref().access();
    let language = language(access);
    let answer = match api.gate.permit(Peer::of(&request), action, access) {
        Ok(permit) => work(permit, request.into_inner()).await,
        Err(refused) => Err(refused.into()),
    };
    answer.map(Response::new).map_err(|error| status(error, language))
}

/// The first language of the reader that this node speaks.
pub(crate) fn language(access: Option<&v1::AccessContext>) -> Option<Language> {
    let wanted = access?.languages.iter().take(LANGUAGES);
    let mut known = wanted.filter_map(|tag| tag.split('-').next()?.to_ascii_lowercase().parse().ok());
    known.find(|language| Language::OFFICIAL.contains(language))
}

/// A service of the contract: each method with its request, its answer, and what it is judged as. The work is the
/// API's method of the same name; it takes the permit, so that nothing is done without one.
macro_rules! service {
    ($calls:ident: $service:ident [$($stream:ident = $item:ty),*] {
        $($method:ident($request:ident) -> $answer:ty: $action:ident;)*
    } $($more:tt)*) => {
        /// The service. Cheap to clone.
        #[derive(Clone)]
        pub(crate) struct $calls(pub(crate) std::sync::Arc<crate::api::agency::AgencyApi>);

        #[tonic::async_trait]
        impl $service for $calls {
            $(type $stream = crate::api::agency::Out<$item>;)*
            $(async fn $method(
                &self,
                request: tonic::Request<v1::$request>,
            ) -> Result<tonic::Response<$answer>, tonic::Status> {
                let work = |permit, message| self.0.$method(permit, message);
                crate::api::call::answer(&self.0, request, amana_types::Action::$action, work).await
            })*
            $($more)*
        }
    };
}
pub(crate) use service;
