//! Pages of lists. A token is opaque, holds for the same request of the same agency alone, and cannot be made up.

use amana_policy::Permit;
use amana_wire::v1;
use prost::{Message, Name};

use crate::api::agency::AgencyApi;
use crate::api::error::CallError;

/// Entries of a page when nothing is said.
const USUAL: usize = 50;
/// Entries of a page at most.
const MOST: usize = 200;
/// Characters of a token that say the place; as many say that it was given here.
const PLACE: usize = 16;

/// A request for one page of a list.
pub(crate) trait Paged: Message + Name + Clone {
    fn page_size(&self) -> u32;
    fn page_token(&self) -> &str;
    /// What is asked, whoever asks and whichever page.
    fn question(&self) -> Self;
}

macro_rules! paged {
    ($($request:ident)+) => {$(
        impl Paged for v1::$request {
            fn page_size(&self) -> u32 {
                self.page_size
            }

            fn page_token(&self) -> &str {
                &self.page_token
            }

            fn question(&self) -> Self {
                let mut question = self.clone();
                question.access = None;
                question.page_size = 0;
                question.page_token.clear();
                question
            }
        }
    )+};
}

paged! {
    ListDeadlinesRequest ListGroupsRequest ListItemsRequest ListNoticesRequest ListRepliesRequest
    ListReviewsRequest ListVersionsRequest ListWaitingRequest SearchCasesRequest
}

/// Which part of a list is asked for.
pub(crate) struct Page {
    pub(crate) size: usize,
    /// Where it begins; nothing for the first.
    pub(crate) from: Option<u64>,
    /// What a token of it holds for.
    bound: Vec<u8>,
}

impl Page {
    /// One more than the page holds shows whether there is another page.
    pub(crate) const fn with_one_more(&self) -> usize {
        self.size + 1
    }
}

impl AgencyApi {
    pub(crate) fn page<M: Paged>(&self, permit: &Permit, request: &M) -> Result<Page, CallError> {
        let size = match usize::try_from(request.page_size()).unwrap_or(MOST) {
            0 => USUAL,
            size => size.min(MOST),
        };
        let (name, agency) = (M::full_name(), &permit.caller().name);
        let bound =
            [name.as_bytes(), &[0], agency.as_bytes(), &[0], &request.question().encode_to_vec()].concat();
        let from = self.place(&bound, request.page_token())?;
        Ok(Page { size, from, bound })
    }

    /// The token of the page that begins at a place.
    pub(crate) fn next_page(&self, page: &Page, at: u64) -> String {
        self.token(&page.bound, at)
    }

    /// One page of a list that is at hand whole, the token of the next one, and how many entries there are.
    pub(crate) fn cut<T>(&self, page: &Page, mut all: Vec<T>) -> (Vec<T>, String, u64) {
        let total = all.len();
        let from = page.from.and_then(|from| usize::try_from(from).ok()).unwrap_or_default().min(total);
        let to = (from + page.size).min(total);
        let token = if to < total { self.next_page(page, to as u64) } else { String::new() };
        all.truncate(to);
        (all.split_off(from), token, total as u64)
    }

    /// A token for a place that holds for nothing but what it is bound to.
    pub(crate) fn token(&self, bound: &[u8], at: u64) -> String {
        let digest = self.bytes_digest("page", &[bound, &at.to_be_bytes()].concat());
        let tag = u128::from_be_bytes(digest) >> 64;
        format!("{at:016x}{tag:016x}")
    }

    /// The place of a token; nothing for an empty one.
    pub(crate) fn place(&self, bound: &[u8], token: &str) -> Result<Option<u64>, CallError> {
        if token.is_empty() {
            return Ok(None);
        }
        let at = token.get(..PLACE).and_then(|at| u64::from_str_radix(at, 16).ok());
        let at = at.filter(|at| self.token(bound, *at) == token);
        at.map(Some).ok_or(CallError::PageToken)
    }
}
