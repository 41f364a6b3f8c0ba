//! The words of access at a node: who asks, and for what.

use crate::codes;

codes! {
    /// What an officer or system of an agency is.
    pub enum Role in "role" {
        /// Investigates cases.
        Investigator = "INVESTIGATOR",
        /// Checks at a border.
        Border = "BORDER",
        /// Protects children and victims; the only role that opens their identities.
        ChildProtection = "CHILD_PROTECTION",
        /// Analyses.
        Analyst = "ANALYST",
        /// A partner outside the police: social service, NGO.
        Partner = "PARTNER",
        /// Supervises a unit.
        Supervisor = "SUPERVISOR",
        /// Audits; sees what happened, never a case.
        Auditor = "AUDITOR",
    }
}

codes! {
    /// What is asked of a node.
    pub enum Action in "action" {
        /// Say what is wrong with a notice and who would receive it.
        Check = "CHECK",
        /// Save, list, read and discard notices that are still being written.
        KeepDraft = "KEEP_DRAFT",
        /// Publish a notice.
        Publish = "PUBLISH",
        /// Publish the closing report of an operation, which is made from cases.
        PublishReport = "PUBLISH_REPORT",
        /// Take a notice back.
        Withdraw = "WITHDRAW",
        /// Put a newer version in the place of a notice.
        Amend = "AMEND",
        /// Take a notice out of sight for a while, or bring it back.
        Suspend = "SUSPEND",
        /// See which versions of a notice there are.
        ListVersions = "LIST_VERSIONS",
        /// Read one notice.
        Read = "READ",
        /// List notices.
        List = "LIST",
        /// Search notices.
        Search = "SEARCH",
        /// Follow notices as they come in.
        Watch = "WATCH",
        /// Mark a received notice as read by its addressee.
        Acknowledge = "ACKNOWLEDGE",
        /// See where a sent notice stands.
        ListReceipts = "LIST_RECEIPTS",
        /// Get the proof that a notice is in the audit log.
        Prove = "PROVE",
        /// See what waits for the review desk.
        ListReviews = "LIST_REVIEWS",
        /// Let a held notice through, or not.
        DecideReview = "DECIDE_REVIEW",
        /// Read bulletins.
        ReadLibrary = "READ_LIBRARY",
        /// See groups and operations, and who takes part.
        ListGroups = "LIST_GROUPS",
        /// Answer a notice.
        Reply = "REPLY",
        /// See what was said back to a notice.
        ListReplies = "LIST_REPLIES",
        /// See what is due: answers, permissions, erasures, notices to look at again.
        ListDue = "LIST_DUE",
        /// Take a notice out of the node, for an investigation or for a court.
        Export = "EXPORT",
        /// Pass a received notice on.
        Forward = "FORWARD",
        /// Permit what the handling code of a notice of ours forbids.
        Grant = "GRANT",
        /// See the node's own state.
        Status = "STATUS",
    }
}
