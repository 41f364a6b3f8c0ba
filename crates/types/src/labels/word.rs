//! The words of the command line's own output: headings, verdicts, what is said about a step; and lists of
//! codes that only travel as text.

use crate::codes;

words! {
    /// A word or phrase that people are shown beside codes and fields.
    pub enum Word in "word" {
        ToldBy = "TOLD_BY",
        OwnWord = "OWN_WORD",
        DraftSaved = "DRAFT_SAVED",
        DraftDiscarded = "DRAFT_DISCARDED",
        Mistakes = "MISTAKES",
        Draft = "DRAFT",
        Revision = "REVISION",
        Saved = "SAVED",
        By = "BY",
        InPlaceOf = "IN_PLACE_OF",
        Since = "SINCE",
        WaitsFor = "WAITS_FOR",
        NextTry = "NEXT_TRY",
        TrailHolds = "TRAIL_HOLDS",
        TrailNotJoined = "TRAIL_NOT_JOINED",
        Original = "ORIGINAL",
        AlsoIn = "ALSO_IN",
        Member = "MEMBER",
        State = "STATE",
        EveryReader = "EVERY_READER",
        Delivered = "DELIVERED",
        Read = "READ",
        Erased = "ERASED",
        Because = "BECAUSE",
        Receives = "RECEIVES",
        DoesNotReceive = "DOES_NOT_RECEIVE",
        InTheLogAt = "IN_THE_LOG_AT",
        OwesErasureSince = "OWES_ERASURE_SINCE",
        Decided = "DECIDED",
        PassedByOne = "PASSED_BY_ONE",
        Proposed = "PROPOSED",
        SecondOfficer = "SECOND_OFFICER",
        Passed = "PASSED",
        Refused = "REFUSED",
        SenderTold = "SENDER_TOLD",
        SealedFor = "SEALED_FOR",
        PublishedBefore = "PUBLISHED_BEFORE",
        Withdrawn = "WITHDRAWN",
        ToBeErasedBy = "TO_BE_ERASED_BY",
        Acknowledged = "ACKNOWLEDGED",
        Nothing = "NOTHING",
        Of = "OF",
        IsInTheLogOf = "IS_IN_THE_LOG_OF",
        At = "AT",
        Accepted = "ACCEPTED",
        Checked = "CHECKED",
        Found = "FOUND",
        Works = "WORKS",
        Fails = "FAILS",
        Lead = "LEAD",
        Stands = "STANDS",
        SinceIndex = "SINCE_INDEX",
        AddressedToIt = "ADDRESSED_TO_IT",
        TakePart = "TAKE_PART",
        Ends = "ENDS",
        Late = "LATE",
        Overdue = "OVERDUE",
        OnItsWay = "ON_ITS_WAY",
        Opens = "OPENS",
        Newest = "NEWEST",
        Fork = "FORK",
        InThePlaceOf = "IN_THE_PLACE_OF",
        NoChanges = "NO_CHANGES",
        IdentitiesWithheld = "IDENTITIES_WITHHELD",
        For = "FOR",
        GrantedUntil = "GRANTED_UNTIL",
        SaidBefore = "SAID_BEFORE",
        HandledAs = "HANDLED_AS",
        Inherited = "INHERITED",
        AmendedBefore = "AMENDED_BEFORE",
        Suspended = "SUSPENDED",
        ToBeHiddenBy = "TO_BE_HIDDEN_BY",
        Resumed = "RESUMED",
        ToBeShownBy = "TO_BE_SHOWN_BY",
        GrantedTo = "GRANTED_TO",
        RevokedFor = "REVOKED_FOR",
        ByGrant = "BY_GRANT",
        ExportedTo = "EXPORTED_TO",
        RecordKept = "RECORD_KEPT",
        OwnerTold = "OWNER_TOLD",
        GroupMade = "GROUP_MADE",
        GroupChanged = "GROUP_CHANGED",
        OperationEnded = "OPERATION_ENDED",
        InvitedHaveToAccept = "INVITED_HAVE_TO_ACCEPT",
        Yes = "YES",
        No = "NO",
    }
}

words! {
    /// How far a notice has come, to one recipient or to all.
    pub enum DeliveryState in "delivery_state" {
        Queued = "QUEUED",
        Accepted = "ACCEPTED",
        Delivered = "DELIVERED",
        Read = "READ",
        Refused = "REFUSED",
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

words! {
    /// A figure of a node's state.
    pub enum StatusField in "status_field" {
        Member = "MEMBER",
        Exchange = "EXCHANGE",
        Version = "VERSION",
        HubConnected = "HUB_CONNECTED",
        OutboxWaiting = "OUTBOX_WAITING",
        InboxTotal = "INBOX_TOTAL",
        VerifiedLogSize = "VERIFIED_LOG_SIZE",
        Alarms = "ALARMS",
        NextLogIndex = "NEXT_LOG_INDEX",
        SequenceBreaks = "SEQUENCE_BREAKS",
        Waiting = "WAITING",
        WaitingTotal = "WAITING_TOTAL",
        WaitingNeedsSomebody = "WAITING_NEEDS_SOMEBODY",
        ClockAheadMs = "CLOCK_AHEAD_MS",
        Hub = "HUB",
    }
}
