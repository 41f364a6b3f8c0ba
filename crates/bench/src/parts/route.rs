//! Routing: who receives, in a directory of 196 members.

use std::hint::black_box;

use amana_policy::route as recipients_of;
use amana_types::{Addressing, MemberCode, Region};
use serde_json::{Value, json};

use crate::exchange::{Exchange, NOW, RECEIVERS};
use crate::measure::{Compared, Outcome};

/// The 195 recipients worked out, beside their codes copied out of the directory.
pub(crate) fn route(exchange: &Exchange) -> Outcome<Vec<Value>> {
    let codes = exchange.receivers.iter().map(|(code, _)| *code);
    let by = [
        ("all_members", Addressing { all_members: true, ..Addressing::default() }),
        ("region", Addressing { regions: [Region::Europe].into(), ..Addressing::default() }),
        ("countries", Addressing { countries: codes.collect(), ..Addressing::default() }),
    ];
    let directory = &exchange.directory;
    let mut all = Vec::new();
    for (name, addressing) in &by {
        let found = recipients_of(addressing, exchange.sender, false, directory, NOW)?.recipients().len();
        if found != RECEIVERS {
            return Err(format!("{found} recipients by {name}").into());
        }
        let ceiling = || {
            let members = black_box(directory).members.keys();
            black_box(members.copied().filter(|code| *code != exchange.sender).collect::<Vec<MemberCode>>());
            Ok(())
        };
        let part = || {
            black_box(recipients_of(black_box(addressing), exchange.sender, false, directory, NOW)?);
            Ok(())
        };
        all.push(Compared::often(ceiling, part)?.view(json!({ "by": name, "recipients": found })));
    }
    Ok(all)
}
