//! The enum of reasons, made from the table of reasons and its labels.

use std::fmt::Write;

use amana_notice::number;
use amana_types::labels::label;
use amana_types::{Language, Reason};

const HEAD: &str = r#"// Made from the table of reasons (crates/types/src/reason/table.rs) by the test `generated` of amana-notice.
syntax = "proto3";

package amana.content.v1;

option csharp_namespace = "Amana.Content.V1";
option go_package = "amana/content/v1;contentv1";
option java_multiple_files = true;
option java_package = "amana.content.v1";
option php_namespace = "Amana\\Content\\V1";

// Why something is refused, waits or is set aside. A refused call carries the name without its prefix as the
// reason of a google.rpc.ErrorInfo of domain "amana". Beside each reason: the gRPC code of a call that is
// refused so, who must act (metadata key "acts"), and what may be tried again.
enum ErrorReason {
  // No reason.
  ERROR_REASON_UNSPECIFIED = 0;
"#;

/// The whole file.
pub(crate) fn file() -> String {
    let mut file = HEAD.to_owned();
    for reason in Reason::ALL {
        let label = label(*reason, Language::EN);
        let status = status(&format!("{:?}", reason.status()));
        let retry = match reason.retry_after() {
            Some(after) => format!("; the same again after {} s", after.as_millis() / 1000),
            None if reason.wants_resealing() => "; sealed anew over the newest directory".to_owned(),
            None => String::new(),
        };
        writeln!(file, "  // {}{}.", label[..1].to_uppercase(), &label[1..]).unwrap();
        writeln!(file, "  // {status}; acts: {}{retry}.", reason.actor()).unwrap();
        writeln!(file, "  ERROR_REASON_{reason} = {};", number(*reason)).unwrap();
    }
    file + "}\n"
}

/// `NotFound` gives `NOT_FOUND`.
fn status(name: &str) -> String {
    let words = name.char_indices().map(|(at, c)| match c.is_uppercase() && at > 0 {
        true => format!("_{c}"),
        false => c.to_uppercase().to_string(),
    });
    words.collect()
}
