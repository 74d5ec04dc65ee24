//! Closes of the subject's own application: what it may say, and what may follow.

use crate::case::{Case, Ending, Event, Finish, Plays};
use crate::interface::{Action, Answer, Call, Interface, Queue, Sending};
use crate::payload::Payload;
use crate::step::{Kind, Step, text};

pub(super) fn add(cases: &mut Vec<Case>) {
    cases.extend(refused());
    cases.extend(told());
    cases.extend(followed());
    cases.push(while_writing());
    cases.extend(crossing());
}

fn case(id: impl core::fmt::Display, title: String) -> Case {
    Case::new(format!("api/close/{id}"), title)
        .clauses(&["6455#5.5.1", "6455#7.4.1"])
        .interface(Interface::OPEN)
}

fn close(code: u16, reason: Payload) -> Sending {
    Sending::Close { code: Some(code), reason }
}

fn hello() -> Payload {
    Payload::octets(&b"Hello"[..])
}

/// Closes that cannot be sent. Nothing changes: the connection goes on to echo.
fn refused() -> Vec<Case> {
    let refused = |id: String, title: String, sending: Sending| {
        case(id, title)
            .step(Call::Send(sending))
            .step(text(&b"Hello"[..]))
            .sees([Event::Answered(Answer::InvalidArgument), Event::Message(Kind::Text, hello())])
    };
    let codes = [0, 1, 999, 1004, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 9999, 65_535];
    let mut cases: Vec<Case> = codes
        .into_iter()
        .map(|code| {
            let title = format!("The application closes with {code}, which must not be sent.");
            refused(format!("code/{code}"), title, close(code, Payload::EMPTY))
        })
        .collect();
    let long = |length| Payload::repeat(&b"x"[..], length);
    let reasons = [
        ("of-124", "one octet too long", 1000, long(124)),
        ("of-64-kib", "far too long", 1000, long(65_536)),
        ("not-utf8", "not UTF-8", 1000, Payload::octets(&b"\xff"[..])),
        ("cut", "cut inside a code point", 1000, Payload::octets(&b"caf\xc3"[..])),
        ("surrogate", "not UTF-8, but a surrogate", 1000, Payload::octets(&b"\xed\xa0\x80"[..])),
        ("without-code", "there without a status code", 1005, Payload::octets(&b"bye"[..])),
    ];
    cases.extend(reasons.into_iter().map(|(id, what, code, reason)| {
        let title = format!("The application closes with a reason that is {what}.");
        refused(format!("reason/{id}"), title, close(code, reason))
    }));
    cases
}

/// Closes that are sent as the application says.
fn told() -> Vec<Case> {
    let told = |id: String, title: String, sending: Sending, ending: Ending| {
        case(id, title)
            .step(Call::Send(sending))
            .sees([Event::Answered(Answer::Accepted)])
            .ends(ending)
    };
    let codes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
    let mut cases: Vec<Case> = codes
        .into_iter()
        .map(|code| {
            let title = format!("The application closes with {code}.");
            let ending = Ending::begun(Some((code, Payload::EMPTY)));
            told(format!("told/{code}"), title, close(code, Payload::EMPTY), ending)
        })
        .collect();
    let none = Ending::begun(None);
    cases.push(told(
        "told/nothing".to_owned(),
        "The application closes without a status code.".to_owned(),
        Sending::Close { code: None, reason: Payload::EMPTY },
        none.clone(),
    ));
    cases.push(told(
        "told/1005".to_owned(),
        "The application closes with 1005, which stands for no status code.".to_owned(),
        close(1005, Payload::EMPTY),
        none,
    ));
    let reasons = [
        ("bye", 4001, Payload::octets(&b"bye"[..])),
        ("of-123", 1000, Payload::repeat(&b"x"[..], 123)),
        ("in-three-octets-each", 1000, Payload::repeat("\u{20ac}".as_bytes(), 123)),
        ("with-nul", 3000, Payload::octets(&b"a\0b"[..])),
    ];
    cases.extend(reasons.into_iter().map(|(id, code, reason)| {
        let title = format!("The application closes with a reason: {id}.");
        let ending = Ending::begun(Some((code, reason.clone())));
        told(format!("told/reason-{id}"), title, close(code, reason), ending)
    }));
    cases
}

/// What the application may and may not send behind its Close.
fn followed() -> Vec<Case> {
    let data = |kind| Sending::Message(kind, hello());
    let accepted = Answer::Accepted;
    let (refused, nothing) = (Answer::InvalidOperation, Payload::EMPTY);
    let table = [
        ("text", data(Kind::Text), refused),
        ("binary", data(Kind::Binary), refused),
        ("fragment", Sending::Fragment(Kind::Text, hello()), refused),
        ("close", close(1001, nothing.clone()), refused),
        ("empty-close", Sending::Close { code: None, reason: Payload::EMPTY }, refused),
        ("wrong-close", close(1006, nothing.clone()), refused),
        ("custom", Sending::Custom(0xc2, hello()), refused),
    ];
    let mut cases: Vec<Case> = table
        .into_iter()
        .map(|(id, sending, answer)| {
            case(format!("then/{id}"), format!("The application closes, and then: {sending}."))
                .steps([Call::Send(close(1000, Payload::EMPTY)), Call::Send(sending)])
                .sees([Event::Answered(accepted), Event::Answered(answer)])
                .ends(Ending::begun(Some((1000, Payload::EMPTY))))
        })
        .collect();
    cases.push(
        case(
            "then/pings",
            "The application closes, sends a Ping and a Pong, and aborts.".to_owned(),
        )
        .steps([close(1000, nothing.clone()), Sending::Ping, Sending::Pong].map(Call::Send))
        .step(Call::Abort)
        .sees([accepted, accepted, accepted].map(Event::Answered))
        .ends(Ending::cut_off()),
    );
    let queued = [data(Kind::Text), close(4000, nothing)].map(Call::Send);
    cases.push(
        case("queued", "The application sends a text and closes at once.".to_owned())
            .steps(queued)
            .sees([
                Event::Answered(accepted),
                Event::Answered(accepted),
                Event::Message(Kind::Text, hello()),
            ])
            .ends(Ending::begun(Some((4000, Payload::EMPTY)))),
    );
    cases.push(
        case("in-message", "The application closes inside a message of its own.".to_owned())
            .steps(
                [Sending::Fragment(Kind::Text, hello()), close(1000, Payload::EMPTY)]
                    .map(Call::Send),
            )
            .sees([accepted, accepted].map(Event::Answered))
            .ends(Ending::begun(Some((1000, Payload::EMPTY)))),
    );
    cases.push(
        case("after-close", "The application closes when both sides have.".to_owned())
            .step(Step::Close { code: Some(1000), reason: Payload::EMPTY })
            .step(Call::Send(close(1000, Payload::EMPTY)))
            .finishes(Finish::Never)
            .sees([Event::Answered(refused)]),
    );
    cases.push(
        case("data-after-close", "The application sends a text when both have closed.".to_owned())
            .step(Step::Close { code: Some(1000), reason: Payload::EMPTY })
            .step(Call::Send(data(Kind::Text)))
            .finishes(Finish::Never)
            .sees([Event::Answered(refused)]),
    );
    cases
}

/// A Close that comes while a client writes.
fn while_writing() -> Case {
    let large = || Payload::repeat(&b"0123456789"[..], 10_000);
    case("while-writing", "A Close while a part of a client's frame is written.".to_owned())
        .plays(Plays::Client)
        .steps([
            Call::Send(Sending::Message(Kind::Binary, large())),
            Call::Take(Queue::Send),
            Call::Complete,
            Call::Take(Queue::Send),
        ])
        .steps([Step::Close { code: Some(1000), reason: Payload::EMPTY }, Call::Complete.into()])
        .finishes(Finish::Never)
        .sees([
            Event::Answered(Answer::Accepted),
            Event::Answered(Answer::Action(Action::SendToNetwork)),
            Event::Answered(Answer::Action(Action::SendToNetwork)),
            Event::Message(Kind::Binary, large()),
        ])
}

/// Closes that are under way in both directions.
fn crossing() -> Vec<Case> {
    let table =
        [("same-code", 1000, Some(1000)), ("other-code", 1000, Some(1001)), ("empty", 4000, None)];
    let crossing = |(id, own, other): (&str, u16, Option<u16>)| {
        let reply = Step::Close { code: other, reason: Payload::EMPTY };
        case(
            format!("crossing/{id}"),
            "Both sides close before either has seen the other's Close.".to_owned(),
        )
        .step(Call::Send(close(own, Payload::EMPTY)))
        .step(reply)
        .finishes(Finish::Never)
        .sees([Event::Answered(Answer::Accepted)])
        .ends(Ending {
            tolerated: (&[]).into(),
            without_code: None,
            ..Ending::answered(vec![own])
        })
    };
    table.into_iter().map(crossing).collect()
}
