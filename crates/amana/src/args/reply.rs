//! Arguments of what is said back to notices, and of what is due.

use std::path::PathBuf;

use clap::Args;

use super::ReasonArgs;

/// What is said back to a notice.
#[derive(Debug, Args)]
pub(crate) struct ReplyArgs {
    /// The notice.
    pub(crate) id: String,
    /// The reply as a TOML or JSON file instead of the options below; `-` for stdin.
    pub(crate) file: Option<PathBuf>,
    /// What it says: ANSWER, HIT, NO_HIT, REFUSAL, INTERIM, FURTHER_QUESTION, REFERRAL_ACCEPTED, REFERRAL_DECLINED,
    /// REFERRAL_DONE or PERMISSION_REFUSED.
    #[arg(long = "type", value_name = "TYPE", required_unless_present = "file")]
    pub(crate) reply_type: Option<String>,
    /// In words, with their language, such as fr="nous la connaissons"; may be given again.
    #[arg(long, value_name = "LANG=TEXT")]
    pub(crate) text: Vec<String>,
    /// Why not, for what says no: LEGAL_BAR, NOT_COMPETENT, ONGOING_INVESTIGATION, NATIONAL_SECURITY,
    /// FUNDAMENTAL_RIGHTS, NOT_PROPORTIONATE, NO_CAPACITY, CONSENT_WITHHELD or OTHER.
    #[arg(long, value_name = "GROUND")]
    pub(crate) ground: Option<String>,
    /// What its reader may do with it; never looser than the notice.
    #[arg(long, value_name = "CODE")]
    pub(crate) handling: Option<String>,
    /// Conditions, with H3, shown first; may be given again.
    #[arg(long, value_name = "LANG=TEXT")]
    pub(crate) conditions: Vec<String>,
    /// Our own reference of the case.
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) reference: Option<String>,
    /// Of a hit: a label of the notice, and by which identifier it is known here, such as p1=X1234567.
    #[arg(long = "match", value_name = "LABEL[=IDENTIFIER]")]
    pub(crate) matches: Vec<String>,
    /// Of a hit: whom to ask.
    #[arg(long, value_name = "WHO")]
    pub(crate) contact: Option<String>,
    /// To a notice of our own: to which recipient; may be given again.
    #[arg(long = "to", value_name = "CODE")]
    pub(crate) to: Vec<String>,
    /// Makes a retry safe: the same id with the same reply sends it once.
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
    #[command(flatten)]
    pub(crate) reason: ReasonArgs,
}

/// `amana due`.
#[derive(Debug, Args)]
pub(crate) struct DueArgs {
    /// Also what comes due within this many days.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub(crate) within: u32,
    /// Whatever comes due, however late.
    #[arg(long, conflicts_with = "within")]
    pub(crate) all: bool,
}
