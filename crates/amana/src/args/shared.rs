//! Arguments of many commands.

use clap::Args;

/// Why something is read; recorded at the node before the answer comes.
#[derive(Clone, Debug, Args)]
pub(crate) struct ReasonArgs {
    /// The purpose of reading, such as CRIMINAL_INVESTIGATION or VICTIM_PROTECTION; else the context's `purpose`.
    #[arg(long)]
    pub(crate) purpose: Option<String>,
    /// The reference of the case it is read for.
    #[arg(long = "case", value_name = "REFERENCE")]
    pub(crate) case_reference: String,
}

/// Whom to address; what a file says is the default.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct AddressingArgs {
    /// A member to address; may be given again.
    #[arg(long = "to", value_name = "CODE")]
    pub(crate) countries: Vec<String>,
    /// A region to address; may be given again.
    #[arg(long = "to-region", value_name = "REGION")]
    pub(crate) regions: Vec<String>,
    /// A group or operation to address; may be given again.
    #[arg(long = "to-group", value_name = "NAME")]
    pub(crate) groups: Vec<String>,
    /// Address all members.
    #[arg(long)]
    pub(crate) all_members: bool,
    /// A member that must not receive it; may be given again.
    #[arg(long = "except", value_name = "CODE")]
    pub(crate) except: Vec<String>,
}
