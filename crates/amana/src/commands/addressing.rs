//! Whom to address: what the file says, unless flags say otherwise.

use amana_types::Addressing;
use amana_wire::v1;

use super::operator::parsed;
use crate::args::AddressingArgs;
use crate::exit::Failure;

/// The addressing in force. One flag is enough to put the file's aside, so that nobody is addressed
/// whom the person at the keyboard did not name.
pub(crate) fn choose(args: &AddressingArgs, file: Option<v1::Addressing>) -> Result<v1::Addressing, Failure> {
    let given = args.all_members
        || [&args.countries, &args.regions, &args.groups, &args.except].iter().any(|list| !list.is_empty());
    if !given {
        return Ok(file.unwrap_or_default());
    }
    let addressing = Addressing {
        countries: args.countries.iter().map(|code| parsed(code, "--to")).collect::<Result<_, _>>()?,
        regions: args.regions.iter().map(|region| parsed(region, "--to-region")).collect::<Result<_, _>>()?,
        groups: args.groups.iter().map(|name| parsed(name, "--to-group")).collect::<Result<_, _>>()?,
        all_members: args.all_members,
        except: args.except.iter().map(|code| parsed(code, "--except")).collect::<Result<_, _>>()?,
    };
    Ok(v1::Addressing::from(&addressing))
}
