//! Actions of the subject's interface: taken twice, completed wrongly, left outstanding, and the
//! abort.

use crate::case::{Case, Ending, Event, Finish, Grade, Plays};
use crate::interface::{Action, Answer, Call, Interface, Queue, Sending};
use crate::payload::Payload;
use crate::step::{Kind, Step, ping, text};

pub(super) fn add(cases: &mut Vec<Case>) {
    cases.extend(taken());
    cases.extend(completed());
    cases.extend(pongs());
    cases.extend(aborted());
}

fn case(id: impl core::fmt::Display, title: impl Into<std::borrow::Cow<'static, str>>) -> Case {
    Case::new(format!("api/action/{id}"), title)
        .clauses(&["6455#6.1", "6455#6.2"])
        .interface(Interface::OPEN)
}

fn message(octets: &'static [u8]) -> Call {
    Call::Send(Sending::Message(Kind::Text, Payload::octets(octets)))
}

fn seen(octets: &'static [u8]) -> Event {
    Event::Message(Kind::Text, Payload::octets(octets))
}

/// More than a client writes at once.
fn large(octets: u64) -> Payload {
    Payload::repeat(&b"0123456789"[..], octets)
}

/// A client that has written a part of a frame of so many octets, and writes the next.
fn inside_frame(octets: u64, case: Case) -> Case {
    let send = Call::Send(Sending::Message(Kind::Binary, large(octets)));
    case.plays(Plays::Client).steps([
        send,
        Call::Take(Queue::Send),
        Call::Complete,
        Call::Take(Queue::Send),
    ])
}

const ACCEPTED: Event = Event::Answered(Answer::Accepted);
const REFUSED: Event = Event::Answered(Answer::InvalidOperation);

const fn action(action: Action) -> Event {
    Event::Answered(Answer::Action(action))
}

/// Actions that are asked for.
fn taken() -> Vec<Case> {
    let nothing = || action(Action::None);
    let idle = |id: &str, queue, title: &'static str| {
        case(format!("idle/{id}"), title)
            .step(Call::Take(queue))
            .step(text(&b"Hello"[..]))
            .sees([nothing(), seen(b"Hello")])
    };
    let write = || action(Action::SendToNetwork);
    let over = || action(Action::IndicateSendComplete);
    vec![
        idle("send", Queue::Send, "Nothing is to be sent."),
        idle("receive", Queue::Receive, "A read is outstanding already."),
        idle("all", Queue::All, "Nothing is to be done but the read that is outstanding."),
        case("one-at-a-time", "A second action of the send queue while one is outstanding.")
            .steps([message(b"a"), message(b"b")])
            .steps([Call::Take(Queue::Send), Call::Take(Queue::Send), Call::Complete])
            .sees([ACCEPTED, ACCEPTED, write(), nothing(), seen(b"a"), seen(b"b")]),
        case("order", "A message is written, and then said to be over.")
            .steps([
                message(b"a"),
                Call::Take(Queue::Send),
                Call::Complete,
                Call::Take(Queue::Send),
                Call::Complete,
                Call::Take(Queue::Send),
            ])
            .sees([ACCEPTED, write(), over(), nothing(), seen(b"a")]),
        case("other-queue", "A write is asked for in the queue of reads.")
            .steps([message(b"a"), Call::Take(Queue::Receive)])
            .sees([ACCEPTED, nothing(), seen(b"a")]),
        case("both-queues", "A write comes before everything but a Pong.")
            .steps([message(b"a"), Call::Take(Queue::All), Call::Complete])
            .sees([ACCEPTED, write(), seen(b"a")]),
        case("receives", "Operations to receive are queued ahead.")
            .steps([Call::Receive, Call::Receive, Call::Receive])
            .steps([text(&b"a"[..]), text(&b"b"[..])])
            .sees([ACCEPTED, ACCEPTED, ACCEPTED, seen(b"a"), seen(b"b")]),
    ]
}

/// Actions that are completed wrongly.
fn completed() -> Vec<Case> {
    let short = |id: &str, octets, title: &'static str| {
        case(format!("short/{id}"), title)
            .steps([message(b"Hello"), Call::Take(Queue::Send), Call::CompleteWith(octets)])
            .steps([Call::Take(Queue::Send), Call::Complete, message(b"again")])
            .sees([
                ACCEPTED,
                action(Action::SendToNetwork),
                action(Action::IndicateSendComplete),
                ACCEPTED,
                seen(b"Hello"),
                seen(b"again"),
            ])
    };
    vec![
        short("nothing", 0, "A write completed with no octets, after which sending works."),
        short(
            "header",
            2,
            "A write completed with those of the header, after which sending works.",
        ),
        short("more", 9999, "A write completed with too many octets, after which sending works."),
        case("again", "An action completed twice, which changes nothing.")
            .interface(Interface::STALE)
            .steps([message(b"a"), Call::Take(Queue::Send), Call::Complete])
            .steps([Call::CompleteAgain, message(b"b"), Call::CompleteAgain])
            .step(text(&b"c"[..]))
            .sees([
                ACCEPTED,
                action(Action::SendToNetwork),
                ACCEPTED,
                seen(b"a"),
                seen(b"b"),
                seen(b"c"),
            ]),
        case("stale", "The completion of an action that is over while another is outstanding.")
            .interface(Interface::STALE)
            .steps([message(b"a"), message(b"b"), Call::Take(Queue::Send), Call::Complete])
            .steps([Call::Take(Queue::Send), Call::CompleteAgain, Call::Take(Queue::Send)])
            .step(Call::Complete)
            .sees([
                ACCEPTED,
                ACCEPTED,
                action(Action::SendToNetwork),
                action(Action::IndicateSendComplete),
                action(Action::None),
                seen(b"a"),
                seen(b"b"),
            ]),
        case("empty-read", "A read of no octets, after which reading works.")
            .step(Call::CancelRead)
            .step(text(&b"Hello"[..]))
            .sees([seen(b"Hello")]),
        case("empty-read-in-frame", "A read of no octets inside a frame, which then goes on.")
            .step(Step::Header(text(&b"Hello"[..])))
            .step(Call::CancelRead)
            .step(Step::Part(Payload::octets(&b"Hello"[..])))
            .sees([seen(b"Hello")]),
    ]
}

/// Pongs and what is written besides.
fn pongs() -> Vec<Case> {
    let pong = || Event::Pong(Payload::octets(&b"now"[..]));
    let answered = |pings: &[&'static [u8]]| {
        let writes = [ACCEPTED, action(Action::SendToNetwork), action(Action::SendToNetwork)];
        let pongs = pings.iter().map(|ping| Event::Pong(Payload::octets(*ping)));
        let message = [Event::Message(Kind::Binary, large(10_000))];
        writes.into_iter().chain(message).chain(pongs).chain([seen(b"Hello")]).collect::<Vec<_>>()
    };
    vec![
        inside_frame(
            10_000,
            case("pong/inside-frame", "A Ping while a part of a client's frame is written."),
        )
        .clauses(&["6455#5.4", "6455#5.5.2"])
        .steps([Step::from(ping(&b"now"[..])), Step::Settle])
        .step(Call::Complete)
        // The read that is outstanding holds the Pong back until octets come.
        .steps([Step::Settle, text(&b"Hello"[..]).into()])
        .sees(answered(&[b"now"])),
        inside_frame(
            10_000,
            case(
                "pong/several-inside-frame",
                "Three Pings while a part of a client's frame is written.",
            ),
        )
        .clauses(&["6455#5.4", "6455#5.5.2", "6455#5.5.3"])
        .steps([ping(&b"one"[..]), ping(&b"two"[..]), ping(&b"three"[..])])
        .step(Step::Settle)
        .step(Call::Complete)
        .steps([Step::Settle, text(&b"Hello"[..]).into()])
        .sees(answered(&[b"one", b"two", b"three"]))
        .ours(Grade::Strict, answered(&[b"three"])),
        case("pong/between-messages", "A Ping while a message is queued.")
            .clauses(&["6455#5.5.2"])
            .steps([message(b"a"), Call::Take(Queue::Send)])
            .steps([Step::from(ping(&b"now"[..])), Step::Settle])
            .steps([Call::Complete, message(b"b")])
            .sees([
                ACCEPTED,
                action(Action::SendToNetwork),
                seen(b"a"),
                pong(),
                ACCEPTED,
                seen(b"b"),
            ]),
        case("pong/receive-goes-on", "A Ping does not end the operation to receive.")
            .clauses(&["6455#5.5.2"])
            .steps([Step::from(ping(&b"now"[..])), Step::from(text(&b"Hello"[..]))])
            .step(Call::Take(Queue::Receive))
            .sees([action(Action::None), pong(), seen(b"Hello")]),
    ]
}

/// The abort.
fn aborted() -> Vec<Case> {
    let gone = |case: Case, events: Vec<Event>| {
        case.sees(events).finishes(Finish::Never).ends(Ending::cut_off())
    };
    let after = |id: &str, call: Call| {
        gone(
            case(format!("abort/{id}"), format!("After an abort: {call}."))
                .steps([Call::Abort, call]),
            vec![REFUSED],
        )
    };
    vec![
        after("send", message(b"late")),
        after("close", Call::Send(Sending::Close { code: None, reason: Payload::EMPTY })),
        after("ping", Call::Send(Sending::Ping)),
        after("receive", Call::Receive),
        gone(
            case("abort/twice", "Two aborts.").steps([Call::Abort, Call::Abort, Call::Receive]),
            vec![REFUSED],
        ),
        gone(
            case("abort/queued", "An abort while messages are queued: each is said to be over.")
                .steps([message(b"a"), message(b"b"), Call::Abort])
                .steps([Call::Take(Queue::Send), Call::Complete])
                .steps([Call::Take(Queue::Send), Call::Complete, Call::Take(Queue::Send)]),
            vec![
                ACCEPTED,
                ACCEPTED,
                action(Action::IndicateSendComplete),
                action(Action::IndicateSendComplete),
                action(Action::None),
            ],
        ),
        gone(
            // The second part is the last.
            inside_frame(
                6000,
                case(
                    "abort/owing-a-pong",
                    "An abort while a Pong waits for the end of a client's frame: it is lost.",
                ),
            )
            .steps([Step::from(ping(&b"now"[..])), Step::Settle])
            .steps([
                Call::Abort,
                Call::Take(Queue::Receive),
                Call::Complete,
                Call::Complete,
            ]),
            vec![
                ACCEPTED,
                action(Action::SendToNetwork),
                action(Action::SendToNetwork),
                Event::Message(Kind::Binary, large(6000)),
                action(Action::IndicateReceiveComplete),
            ],
        ),
        gone(
            case(
                "abort/waiting",
                "An abort while an operation to receive waits: it is said to be over.",
            )
            .steps([Call::Abort, Call::Take(Queue::Receive), Call::Complete])
            .step(Call::Take(Queue::Receive)),
            vec![action(Action::IndicateReceiveComplete), action(Action::None)],
        ),
    ]
}
