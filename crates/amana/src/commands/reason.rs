//! Why something is read, from arguments to the contract.

use amana_notice::Purpose;
use amana_types::Coded;
use amana_wire::{convert, v1};

use crate::args::ReasonArgs;
use crate::exit::{Exit, Failure};

/// The access reason that a read carries.
pub(crate) fn reason(args: &ReasonArgs) -> Result<v1::AccessReason, Failure> {
    let purpose: Purpose = code(&args.purpose, "--purpose")?;
    Ok(v1::AccessReason { purpose: convert::number(purpose), case_reference: args.case_reference.clone() })
}

/// Reads a code of the domain; a wrong one is answered with all right ones.
pub(crate) fn code<C: Coded>(text: &str, flag: &str) -> Result<C, Failure> {
    C::all().iter().find(|code| code.as_code() == text).copied().ok_or_else(|| {
        let known = C::all().iter().map(|code| code.as_code()).collect::<Vec<_>>().join(", ");
        Failure::new(Exit::Usage, format_args!("{flag}: {text:?} is not a known code"))
            .hint(format!("one of {known}"))
    })
}
