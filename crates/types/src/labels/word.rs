//! The words of the command line's own output: headings, verdicts, what is said about a step; and lists of
//! codes that only travel as text.

use crate::codes;

codes! {
    /// A word or phrase that people are shown beside codes and fields.
    pub enum Word in "word" {
        /// Who tells a trail.
        ToldBy = "TOLD_BY",
        /// What nobody but the maker of a trail vouches for.
        OwnWord = "OWN_WORD",
        /// A draft was saved.
        DraftSaved = "DRAFT_SAVED",
        /// A draft was destroyed.
        DraftDiscarded = "DRAFT_DISCARDED",
        /// How many mistakes there are.
        Mistakes = "MISTAKES",
        /// Heading: a draft.
        Draft = "DRAFT",
        /// How often a draft was saved.
        Revision = "REVISION",
        /// Heading: when it was saved.
        Saved = "SAVED",
        /// By another version or envelope.
        By = "BY",
        /// Taking the place of another version.
        InPlaceOf = "IN_PLACE_OF",
        /// Since a moment.
        Since = "SINCE",
        /// It has not gone out yet, and why.
        WaitsFor = "WAITS_FOR",
        /// When it is tried again.
        NextTry = "NEXT_TRY",
        /// Every proof holds, and the log only grew.
        TrailHolds = "TRAIL_HOLDS",
        /// Every proof holds; that the log only grew could not be shown.
        TrailNotJoined = "TRAIL_NOT_JOINED",
        /// The language in which a text was written.
        Original = "ORIGINAL",
        /// The other languages in which a text exists.
        AlsoIn = "ALSO_IN",
        /// Heading: a member.
        Member = "MEMBER",
        /// Heading: where it stands.
        State = "STATE",
        /// Whoever may read a notice may open its attachment.
        EveryReader = "EVERY_READER",
        /// Heading: when it was delivered.
        Delivered = "DELIVERED",
        /// Heading: when it was read.
        Read = "READ",
        /// Heading: when it was erased.
        Erased = "ERASED",
        /// Heading: by which rule.
        Because = "BECAUSE",
        /// A member that receives.
        Receives = "RECEIVES",
        /// A member that does not.
        DoesNotReceive = "DOES_NOT_RECEIVE",
        /// Where in the audit log it is.
        InTheLogAt = "IN_THE_LOG_AT",
        /// A debtor, and since when.
        OwesErasureSince = "OWES_ERASURE_SINCE",
        /// The review desk's decision is made and not in the log yet.
        Decided = "DECIDED",
        /// The first of two officers passed it.
        PassedByOne = "PASSED_BY_ONE",
        /// The first of two passes.
        Proposed = "PROPOSED",
        /// Why another officer has to pass it.
        SecondOfficer = "SECOND_OFFICER",
        /// The review desk passed it.
        Passed = "PASSED",
        /// The review desk refused it.
        Refused = "REFUSED",
        /// Who hears of a refusal.
        SenderTold = "SENDER_TOLD",
        /// Who can open it.
        SealedFor = "SEALED_FOR",
        /// The same request came before.
        PublishedBefore = "PUBLISHED_BEFORE",
        /// It was taken back.
        Withdrawn = "WITHDRAWN",
        /// Who is told to erase it.
        ToBeErasedBy = "TO_BE_ERASED_BY",
        /// A received notice is marked as read.
        Acknowledged = "ACKNOWLEDGED",
        /// An empty list.
        Nothing = "NOTHING",
        /// Between a notice and its sender.
        Of = "OF",
        /// Between a notice and a log.
        IsInTheLogOf = "IS_IN_THE_LOG_OF",
        /// Before a place in a log.
        At = "AT",
        /// Before the moment at which the hub took it in.
        Accepted = "ACCEPTED",
        /// Heading: what was looked at.
        Checked = "CHECKED",
        /// Heading: what was found.
        Found = "FOUND",
        /// It works.
        Works = "WORKS",
        /// It does not work.
        Fails = "FAILS",
        /// Who leads an operation.
        Lead = "LEAD",
        /// Heading: how a member stands to a group.
        Stands = "STANDS",
        /// Heading: since which place in the log.
        SinceIndex = "SINCE_INDEX",
        /// Notices that were addressed to a group.
        AddressedToIt = "ADDRESSED_TO_IT",
        /// How many of the invited take part.
        TakePart = "TAKE_PART",
        /// When an operation ends.
        Ends = "ENDS",
        /// A reply came after its time.
        Late = "LATE",
        /// Its time is over.
        Overdue = "OVERDUE",
        /// It was sent and is not there yet.
        OnItsWay = "ON_ITS_WAY",
        /// Heading: which sections a member may open.
        Opens = "OPENS",
        /// The newest version of a notice.
        Newest = "NEWEST",
        /// Two versions take the place of the same one.
        Fork = "FORK",
        /// Which version it takes the place of.
        InThePlaceOf = "IN_THE_PLACE_OF",
        /// Two versions say the same.
        NoChanges = "NO_CHANGES",
        /// A reader that may not see identities sees no change of them.
        IdentitiesWithheld = "IDENTITIES_WITHHELD",
        /// About which notice.
        For = "FOR",
        /// Until when the owner permits something.
        GrantedUntil = "GRANTED_UNTIL",
        /// The same reply was said before.
        SaidBefore = "SAID_BEFORE",
        /// By which handling code a reply goes.
        HandledAs = "HANDLED_AS",
        /// Why that is stricter than was asked.
        Inherited = "INHERITED",
        /// The same amendment was made before.
        AmendedBefore = "AMENDED_BEFORE",
        /// A notice is taken out of sight.
        Suspended = "SUSPENDED",
        /// Who is told to hide it.
        ToBeHiddenBy = "TO_BE_HIDDEN_BY",
        /// A notice is brought back.
        Resumed = "RESUMED",
        /// Who is told to show it again.
        ToBeShownBy = "TO_BE_SHOWN_BY",
        /// To whom something is permitted.
        GrantedTo = "GRANTED_TO",
        /// Whose grant was taken back.
        RevokedFor = "REVOKED_FOR",
        /// It is passed on under the owner's grant.
        ByGrant = "BY_GRANT",
        /// Into which file a notice was written.
        ExportedTo = "EXPORTED_TO",
        /// That the node remembers it.
        RecordKept = "RECORD_KEPT",
        /// That the owner hears of it.
        OwnerTold = "OWNER_TOLD",
        /// A group or an operation was made.
        GroupMade = "GROUP_MADE",
        /// The terms of a group were changed.
        GroupChanged = "GROUP_CHANGED",
        /// An operation was ended.
        OperationEnded = "OPERATION_ENDED",
        /// Who is invited takes part once it accepts.
        InvitedHaveToAccept = "INVITED_HAVE_TO_ACCEPT",
        /// A flag that is set.
        Yes = "YES",
        /// A flag that is not set.
        No = "NO",
    }
}

codes! {
    /// How far a notice has come, to one recipient or to all.
    pub enum DeliveryState in "delivery_state" {
        /// In the node's outbox.
        Queued = "QUEUED",
        /// In the hub's log.
        Accepted = "ACCEPTED",
        /// The recipient's node signed that it holds it.
        Delivered = "DELIVERED",
        /// The recipient's node signed that an officer read it.
        Read = "READ",
        /// The hub or the review desk refused it.
        Refused = "REFUSED",
        /// The recipient's node signed that it erased it.
        Erased = "ERASED",
    }
}

codes! {
    /// Why a member receives a notice, or does not.
    pub enum AudienceRule in "audience_rule" {
        /// It was named.
        Country = "COUNTRY",
        /// Its region was addressed.
        Region = "REGION",
        /// The region of the country that it belongs to was addressed.
        ParentRegion = "PARENT_REGION",
        /// A group that it is in was addressed.
        Group = "GROUP",
        /// All members were addressed.
        AllMembers = "ALL_MEMBERS",
        /// It is the review desk that has to pass it.
        ReviewDesk = "REVIEW_DESK",
        /// It sends it.
        Sender = "SENDER",
        /// It was excepted.
        Except = "EXCEPT",
        /// The country that it belongs to was excepted.
        ExceptParent = "EXCEPT_PARENT",
        /// It is suspended.
        Suspended = "SUSPENDED",
        /// The country that it belongs to is suspended.
        ParentSuspended = "PARENT_SUSPENDED",
        /// It is reached by name or group only.
        NamedOnly = "NAMED_ONLY",
        /// It was invited to the group addressed, and did not accept.
        InvitedOnly = "INVITED_ONLY",
        /// Nothing addresses it.
        NotAddressed = "NOT_ADDRESSED",
    }
}

codes! {
    /// A figure of a node's state.
    pub enum StatusField in "status_field" {
        /// Member.
        Member = "MEMBER",
        /// Exchange.
        Exchange = "EXCHANGE",
        /// Version.
        Version = "VERSION",
        /// Hub connected.
        HubConnected = "HUB_CONNECTED",
        /// Outbox waiting.
        OutboxWaiting = "OUTBOX_WAITING",
        /// Inbox total.
        InboxTotal = "INBOX_TOTAL",
        /// Verified log size.
        VerifiedLogSize = "VERIFIED_LOG_SIZE",
        /// Alarm.
        Alarm = "ALARM",
        /// Cursor.
        Cursor = "CURSOR",
        /// Sequence breaks.
        SequenceBreaks = "SEQUENCE_BREAKS",
        /// What waits for a reason of its own.
        Waiting = "WAITING",
        /// How much that is.
        WaitingTotal = "WAITING_TOTAL",
        /// How much of it needs somebody.
        WaitingNeedsSomebody = "WAITING_NEEDS_SOMEBODY",
        /// How far the clock is ahead of the hub's.
        ClockAheadMs = "CLOCK_AHEAD_MS",
        /// Why there is no connection to the hub.
        Hub = "HUB",
    }
}
