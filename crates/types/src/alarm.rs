//! What a node raises an alarm about. An alarm refuses nothing: a person has to look.

use crate::codes;

codes! {
    /// What an alarm is about. The code is stable.
    pub enum AlarmKind in "alarm" {
        /// The directory has keys for this member that its node did not make.
        OwnKeysChanged = "OWN_KEYS_CHANGED",
        /// A member enrolled again by leave of the exchange, and not of its own keys.
        MemberEnrolledAgain = "MEMBER_ENROLLED_AGAIN",
        /// An entry of the directory does not hold.
        DirectoryEntryRefused = "DIRECTORY_ENTRY_REFUSED",
        /// The log contradicts what was verified of it.
        LogContradictsItself = "LOG_CONTRADICTS_ITSELF",
        /// The hub delivered a record of a kind that this version does not know. It was skipped.
        RecordUnknown = "RECORD_UNKNOWN",
        /// Two versions of a notice take the place of the same one.
        NoticeForked = "NOTICE_FORKED",
        /// A withdrawal was refused: the recipients keep the notice.
        WithdrawalNotSent = "WITHDRAWAL_NOT_SENT",
        /// A suspension or resumption was refused: the recipients keep the notice as it was.
        SuspensionNotSent = "SUSPENSION_NOT_SENT",
    }
}
