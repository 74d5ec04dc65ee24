//! What errors tell: each in words that fit behind "failed to", with its clause or its argument, and
//! with the class that somebody else wrote down here.

use core::fmt::{Debug, Display};
use core::sync::atomic::{AtomicU64, Ordering};

use wsproof_engine::handshake::{HandshakeClass, HandshakeError};
use wsproof_engine::http1::{HeadError, Refusal, write_refusal};
use wsproof_engine::{
    ActionError, ConfigError, Fault, FaultClass, Misuse, MisuseClass, OpeningError, Violation,
};

/// The misuses that depend on what was called before; all others lie in an argument.
const OF_ORDER: [Misuse; 8] = [
    Misuse::NotOpen,
    Misuse::HandshakeOrder,
    Misuse::RoleMismatch,
    Misuse::Aborted,
    Misuse::CloseSent,
    Misuse::MessageKindChanged,
    Misuse::FragmentOrder,
    Misuse::QueueFull,
];

/// The violations that depend on the frames before; all others lie in a frame.
const OF_STATE: [Violation; 3] = [
    Violation::ContinuationWithoutStart,
    Violation::MessageInterrupted,
    Violation::ExtensionAnswerUnfit,
];

/// The statuses that refuse a request, with their reason phrases (RFC 9110 §15.5, §15.6; RFC 6585
/// §4, §5).
const PHRASES: [(u16, &str); 13] = [
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (408, "Request Timeout"),
    (414, "URI Too Long"),
    (426, "Upgrade Required"),
    (429, "Too Many Requests"),
    (431, "Request Header Fields Too Large"),
    (500, "Internal Server Error"),
    (503, "Service Unavailable"),
    (505, "HTTP Version Not Supported"),
];

/// Checks what a fault of the peer tells.
///
/// # Errors
/// What it does not tell.
pub(crate) fn fault(fault: Fault) -> Result<(), String> {
    let violation = fault.violation();
    if is_known(&fault) {
        return Ok(());
    }
    let text = fragment(&fault)?;
    let operation = OF_STATE.contains(&violation);
    let whole = text.starts_with(&fragment(&violation)?)
        && text.contains(&format!("octet {} ", fault.offset()))
        && text.ends_with(&format!("({})", fault.clause()))
        && of_a_standard(fault.clause())
        && fault.close_code().may_be_sent()
        && violation.name() == format!("{violation:?}")
        && (violation.class() == FaultClass::Operation) == operation
        && ActionError::Fault(fault).to_string() == text;
    told(whole, &fault, &text)
}

/// Whether the text of such a fault was looked at before, at an offset of as many binary digits.
/// Texts cost more than most streams.
fn is_known(fault: &Fault) -> bool {
    static KNOWN: [AtomicU64; 32] = [const { AtomicU64::new(0) }; 32];
    let place = Violation::ALL.iter().position(|violation| *violation == fault.violation());
    let Some(known) = place.and_then(|place| KNOWN.get(place)) else { return false };
    let bit = 1u64 << fault.offset().checked_ilog2().unwrap_or(0);
    known.fetch_or(bit, Ordering::Relaxed) & bit != 0
}

/// Checks what a misuse of the interface tells.
///
/// # Errors
/// What it does not tell.
pub(crate) fn misuse(misuse: Misuse) -> Result<(), String> {
    let text = fragment(&misuse)?;
    let whole = (misuse.class() == MisuseClass::Operation) == OF_ORDER.contains(&misuse)
        && Misuse::ALL.iter().filter(|other| other.to_string() == text).eq([&misuse])
        && ActionError::Misuse(misuse).to_string() == text
        && OpeningError::Misuse(misuse).to_string() == text;
    told(whole, &misuse, &text)
}

/// Checks what an opening handshake that fails tells.
///
/// # Errors
/// What it does not tell.
pub(crate) fn handshake(error: HandshakeError) -> Result<(), String> {
    let text = fragment(&error)?;
    let by_caller = error.name().starts_with("Argument");
    let whole = error.name() == format!("{error:?}")
        && (error.class() == HandshakeClass::InvalidArgument) == by_caller
        && error.field().is_none_or(|field| text.contains(&field.to_ascii_lowercase()))
        && text.ends_with(&format!("({})", error.clause()))
        && of_a_standard(error.clause())
        && [400, 426, 500].contains(&error.http_status())
        && (!by_caller || error.http_status() == 500)
        && OpeningError::Handshake(error).to_string() == text;
    told(whole, &error, &text)?;
    let of_version = error.field() == Some("Sec-WebSocket-Version");
    refusal(error.http_status(), of_version, &Refusal::from(error))
}

/// Checks what a head that cannot be read or written tells.
///
/// # Errors
/// What it does not tell.
pub(crate) fn head(error: HeadError) -> Result<(), String> {
    let text = fragment(&error)?;
    let whole = error.name() == format!("{error:?}")
        && text.ends_with(&format!("({})", error.clause()))
        && of_a_standard(error.clause())
        && (400..600).contains(&error.http_status())
        && (!error.name().starts_with("Argument") || error.http_status() == 500);
    told(whole, &error, &text)?;
    refusal(error.http_status(), false, &Refusal::from(error))
}

/// Checks what a refusal tells: its status in figures and words, and the version that would be
/// understood if that is what is wrong (RFC 6455 §4.4).
///
/// # Errors
/// What it does not tell.
pub(crate) fn refusal(status: u16, of_version: bool, refusal: &Refusal) -> Result<(), String> {
    let written = write_refusal(refusal);
    let text = String::from_utf8_lossy(&written);
    let known = PHRASES.iter().find(|(known, _)| *known == status);
    let first = format!("HTTP/1.1 {status} {}\r\n", known.map_or("", |(_, phrase)| phrase));
    let names_version = text.contains("\r\nSec-WebSocket-Version: 13\r\n");
    let whole = text.starts_with(&first) && names_version == (of_version || status == 426);
    told(whole, refusal, &text)
}

/// Checks what a configuration that is refused tells: the setting, and the range it left.
///
/// # Errors
/// What it does not tell.
pub(crate) fn config(
    error: &ConfigError,
    setting: &str,
    least: usize,
    most: usize,
) -> Result<(), String> {
    let text = fragment(error)?;
    told(text == format!("{setting} is not between {least} and {most}"), error, &text)
}

/// The text of an error, if it is a fragment: lower case at the front, no full stop at the end.
fn fragment(error: &(impl Display + Debug)) -> Result<String, String> {
    let text = error.to_string();
    let fits = text.starts_with(|first: char| first.is_ascii_lowercase()) && !text.ends_with('.');
    told(fits, error, &text).map(|()| text)
}

fn of_a_standard(clause: &str) -> bool {
    ["6455#", "7692#", "9110#", "9112#"].iter().any(|standard| clause.starts_with(standard))
}

fn told(whole: bool, error: &impl Debug, text: &str) -> Result<(), String> {
    if whole {
        Ok(())
    } else {
        Err(format!("tells too little or another thing of {error:?}: {text}"))
    }
}
