//! Who asks and why, from arguments and context to the contract.

use amana_notice::Purpose;
use amana_types::Coded;
use amana_wire::{convert, v1};

use crate::args::ReasonArgs;
use crate::context;
use crate::exit::{Exit, Failure};
use crate::settings::Settings;
use crate::show;

/// What a read carries: why and for which case.
pub(crate) fn reason(args: &ReasonArgs, settings: &Settings) -> Result<Option<v1::AccessContext>, Failure> {
    let purpose = match &args.purpose {
        Some(purpose) => Some(purpose.clone()),
        None => context::purpose(settings)?,
    };
    let purpose = purpose.ok_or_else(|| {
        Failure::new(Exit::Usage, "why is it read? the node records it").hint(
            "give --purpose, such as CRIMINAL_INVESTIGATION, or set `purpose` in the context's agency.toml",
        )
    })?;
    let purpose = convert::number(code::<Purpose>(&purpose, "--purpose")?);
    let case_reference = args.case_reference.clone();
    let access = access(settings).unwrap_or_default();
    Ok(Some(v1::AccessContext { purpose, case_reference, ..access }))
}

/// What a request carries that reads no case: the language that the caller reads.
pub(crate) fn access(settings: &Settings) -> Option<v1::AccessContext> {
    let languages = vec![show::language(settings.out.lang).to_string()];
    Some(v1::AccessContext { languages, ..v1::AccessContext::default() })
}

/// Reads a code of the domain; a wrong one is answered with all right ones.
pub(crate) fn code<C: Coded>(text: &str, flag: &str) -> Result<C, Failure> {
    C::all().iter().find(|code| code.as_code() == text).copied().ok_or_else(|| {
        let known = C::all().iter().map(|code| code.as_code()).collect::<Vec<_>>().join(", ");
        Failure::new(Exit::Usage, format_args!("{flag}: {text:?} is not a known code"))
            .hint(format!("one of {known}"))
    })
}
