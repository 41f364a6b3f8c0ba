//! Whom to address: what the file says, unless flags say otherwise.

use amana_types::Region;
use amana_wire::{convert, v1};

use crate::args::AddressingArgs;
use crate::exit::{Exit, Failure};

/// The addressing in force. One flag is enough to put the file's aside, so that nobody is addressed
/// whom the person at the keyboard did not name.
pub(crate) fn choose(args: &AddressingArgs, file: Option<v1::Addressing>) -> Result<v1::Addressing, Failure> {
    let given = args.all_members
        || [&args.countries, &args.regions, &args.groups, &args.except].iter().any(|list| !list.is_empty());
    if !given {
        return Ok(file.unwrap_or_default());
    }
    let regions = args
        .regions
        .iter()
        .map(|region| region.parse::<Region>().map(convert::region_number))
        .collect::<Result<_, _>>()
        .map_err(|e| Failure::new(Exit::Usage, format_args!("--to-region: {e}")))?;
    Ok(v1::Addressing {
        countries: args.countries.clone(),
        regions,
        groups: args.groups.clone(),
        all_members: args.all_members,
        except: args.except.clone(),
    })
}
