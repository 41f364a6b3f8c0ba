//! Answering a group's invitation.
//!
//! The answer is an entry of the directory, signed by the member's identity key. A running node does not hold
//! that key: it is the one with which a member takes back control after all its other keys were stolen. So the
//! answer is made beside the node, by whoever has the passphrase, and sent to the hub with the node's own
//! certificate.

use amana_client::{ClientError, directory};
use amana_kit::connect::ConnectError;
use amana_seal::directory::{Entry, EntryRefused, GroupAnswer, fold};
use amana_types::group::{Answer, Membership};
use amana_types::{Directory, ExchangeName, GroupName, MemberCode, Seq};

use crate::run::{RunError, hub_link};
use crate::setup::config::{ExchangeTrust, NodeConfig, TrustError};
use crate::setup::keys::{KeysError, passphrase, signing_pair};
use crate::setup::layout::{KeyName, Layout};

/// The invitation was not answered; trying again is safe.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The node's folder, keys or trust do not serve.
    #[error(transparent)]
    Node(Box<RunError>),
    /// The hub could not be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The hub refused.
    #[error(transparent)]
    Client(Box<ClientError>),
    /// The directory that the hub showed does not hold.
    #[error("the hub's directory does not hold: {0}; ask the exchange")]
    Directory(EntryRefused),
    /// The answer does not fit how the member stands.
    #[error(transparent)]
    Refused(EntryRefused),
}

impl From<ClientError> for AnswerError {
    fn from(error: ClientError) -> Self {
        Self::Client(Box::new(error))
    }
}

impl<E: Into<RunError>> From<E> for AnswerError
where
    E: NodeProblem,
{
    fn from(error: E) -> Self {
        Self::Node(Box::new(error.into()))
    }
}

/// What is wrong with the node itself.
trait NodeProblem {}

impl NodeProblem for RunError {}
impl NodeProblem for KeysError {}
impl NodeProblem for TrustError {}
impl NodeProblem for amana_kit::config::ConfigError {}

/// What became of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Who answered.
    pub member: MemberCode,
    /// How it stands to the group now.
    pub membership: Membership,
    /// Where in the exchange's log the answer is.
    pub index: Seq,
}

/// Answers the invitation of a group in the name of the node's member.
///
/// # Errors
/// [`AnswerError`].
pub async fn answer_invitation(
    layout: &Layout,
    group: &GroupName,
    answer: Answer,
    secret: &[u8],
) -> Result<Answered, AnswerError> {
    let member = NodeConfig::load(layout, |layers| layers)?.member_code()?;
    let trust = ExchangeTrust::load(layout)?;
    let exchange: ExchangeName = ExchangeTrust::parsed(layout, "exchange", &trust.exchange)?;
    let passphrase = passphrase(secret)?;
    let identity = signing_pair(layout, KeyName::Identity, &passphrase)?;
    let channel = hub_link(layout, &trust, &exchange, &passphrase)?.connect().await?;

    let mut known = Directory::new(exchange, trust.root_keys(layout)?);
    for listed in directory::entries(channel.clone(), 0).await? {
        fold(&mut known, &listed.entry, listed.index, listed.accepted_at).map_err(AnswerError::Directory)?;
    }
    let told = known.groups.get(group);
    let told = told.ok_or_else(|| AnswerError::Refused(EntryRefused::UnknownGroup(group.clone())))?;
    let standing = told.membership(member);
    let standing =
        standing.ok_or_else(|| AnswerError::Refused(EntryRefused::NotInvited(group.clone(), member)))?;
    let membership = standing.after(answer).ok_or_else(|| {
        let (group, membership) = (group.clone(), standing);
        AnswerError::Refused(EntryRefused::AnswerDoesNotFit { group, membership, answer })
    })?;
    let signed = GroupAnswer {
        exchange: known.exchange.clone(),
        code: member,
        number: known.member_entries.get(&member).copied().unwrap_or(0),
        group: group.clone(),
        invitation: told.invitation,
        answer,
    };
    let entry = Entry::Answer(signed.sign(&identity)).encode();
    let index = directory::submit(channel, entry.into()).await?;
    Ok(Answered { member, membership, index })
}
