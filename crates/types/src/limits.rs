//! Every limit in one place, with how they relate.

use crate::Duration;

/// The most bytes one gRPC message may have.
pub const MESSAGE_BYTES: usize = 1_280 * 1024;
/// The most bytes all sections of one envelope may have, sealed and padded.
pub const ENVELOPE_BODY_BYTES: usize = 768 * 1024;
/// The most bytes the plaintext of one section may have.
pub const SECTION_BYTES: usize = 512 * 1024;
/// The most sections one envelope may have.
pub const SECTIONS: usize = 16;
/// The most recipients one envelope may have.
pub const RECIPIENTS: usize = 256;
/// The most bytes a header core may have.
pub const HEADER_BYTES: usize = 4 * 1024;
/// The most bytes one slot may have: X-Wing encapsulation 1,120 + sixteen granted keys + tag.
pub const SLOT_BYTES: usize = 2 * 1024;
/// The most members or groups that one set of an addressing may name: more than there can be of either.
pub const ADDRESSING_SET: usize = 4 * RECIPIENTS;
/// The most bytes the addressing of one envelope may have: room for as many codes, exceptions and groups as a
/// request may name.
pub const ADDRESSING_BYTES: usize = 16 * 1024;
/// The most bytes one directory entry may have.
pub const DIRECTORY_ENTRY_BYTES: usize = 16 * 1024;
/// The most receipts one receipt record may list.
pub const RECEIPTS_PER_RECORD: usize = 256;
/// The most attachments one envelope may list.
pub const ATTACHMENTS: usize = 16;
/// The most bytes one attachment may have.
pub const ATTACHMENT_BYTES: u64 = 256 * 1024 * 1024;
/// The most bytes the attachments of one envelope may have together, padded.
pub const ATTACHMENTS_BYTES: u64 = 1024 * 1024 * 1024;
/// The most bytes of an attachment that one message carries.
pub const ATTACHMENT_PIECE_BYTES: usize = 256 * 1024;
/// How many bytes of an attachment may be written before they are made durable and acknowledged.
pub const ATTACHMENT_SYNC_BYTES: u64 = 4 * 1024 * 1024;
/// How long an attachment waits for the notice that lists it.
pub const ATTACHMENT_WINDOW: Duration = Duration::from_days(1);
/// Bytes of a disk that attachments leave free.
pub const DISK_RESERVE_BYTES: u64 = 256 * 1024 * 1024;
/// The most uploads of one agency that wait for a notice.
pub const UPLOADS_PER_AGENCY: usize = 64;
/// The most bytes of all of them.
pub const UPLOADS_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// The most bytes one draft may have, as much as a notice file.
pub const DRAFT_BYTES: usize = 2 * SECTION_BYTES;
/// The most drafts one agency may have at a node.
pub const DRAFTS_PER_AGENCY: usize = 200;
/// How long a draft stays after it was last saved.
pub const DRAFT_RETENTION: Duration = Duration::from_days(90);
/// The most hashes of abuse media that one notice may give.
pub const ABUSE_MEDIA: usize = 256;
/// How far `created` may lie from the hub's clock in the future.
pub const CLOCK_SKEW: Duration = Duration::from_seconds(5 * 60);
/// How old an envelope may be when it reaches the hub: an outbox survives this long without a hub.
pub const SUBMISSION_WINDOW: Duration = Duration::from_days(30);
/// The most versions that one notice may have: they are walked from one to the next.
pub const VERSIONS: usize = 256;
/// The longest retention of a notice.
pub const RETENTION: Duration = Duration::from_days(5 * 366);

/// The most characters of a line: a name, a place, a carrier, a warrant reference.
pub const LINE_CHARS: usize = 200;
/// The most characters of a subject, in one language.
pub const SUBJECT_CHARS: usize = 200;
/// The most characters of a narrative, in one language.
pub const NARRATIVE_CHARS: usize = 20_000;
/// The most characters of a remark or a handling condition, in one language.
pub const REMARK_CHARS: usize = 5_000;
/// The most languages in which one text can be given.
pub const LANGUAGES_PER_TEXT: usize = 16;
/// The most persons of one notice.
pub const PERSONS: usize = 100;
/// The most names, documents, telephone numbers or e-mail addresses of one person, each.
pub const IDENTIFIERS_PER_PERSON: usize = 32;
/// The most nationalities of one person.
pub const NATIONALITIES_PER_PERSON: usize = 8;
/// The most offences of one notice.
pub const OFFENCES: usize = 8;
/// The most forms of exploitation of one notice.
pub const EXPLOITATION_FORMS: usize = 16;
/// The most legs of a route.
pub const ROUTE_LEGS: usize = 64;
/// The most vehicles, organisations, places, assets or events of one notice, each.
pub const ENTITIES: usize = 64;
/// The most keywords of a bulletin.
pub const KEYWORDS: usize = 32;
/// The largest count of a report of figures.
pub const TALLY_COUNT: u64 = 1_000_000_000;
/// The most sorts of notices, each of one sender, that a closing report counts.
pub const NOTICE_COUNTS: usize = 1024;
/// The most links of one notice.
pub const LINKS: usize = 256;
/// The most persons or things that one hit names.
pub const MATCHES: usize = 64;
/// The most bytes of all texts of one notice together, each counted with [`BYTES_PER_ITEM`] more.
pub const NOTICE_TEXT_BYTES: usize = 256 * 1024;
/// The most problems of one notice that are told.
pub const PROBLEMS: usize = 256;
/// The most bytes the file of a trail may have.
pub const TRAIL_BYTES: usize = 64 * 1024 * 1024;
/// The most records of the log that a trail may prove: three receipts of each recipient, versions, reviews.
pub const TRAIL_STEPS: usize = 4 * RECIPIENTS;
/// The most entries of the directory that a trail may carry.
pub const TRAIL_ENTRIES: usize = 16 * 1024;
/// How many bytes of a trail's file go in one message.
pub const TRAIL_PART_BYTES: usize = 64 * 1024;
/// What one text or list item costs beside its bytes when it is written.
pub const BYTES_PER_ITEM: usize = 16;

const _: () = assert!(NOTICE_TEXT_BYTES * 2 <= SECTION_BYTES);
const _: () = assert!(NARRATIVE_CHARS * 4 * 2 < NOTICE_TEXT_BYTES);
const _: () = assert!(SECTION_BYTES < ENVELOPE_BODY_BYTES);
const _: () = assert!(256 + SECTIONS * 69 + ATTACHMENTS * 40 < HEADER_BYTES);
const _: () = assert!(ATTACHMENT_BYTES <= ATTACHMENTS_BYTES && ATTACHMENTS_BYTES <= UPLOADS_BYTES);
const _: () = assert!(ATTACHMENT_PIECE_BYTES < MESSAGE_BYTES);
