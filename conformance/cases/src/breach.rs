//! The rules for what an endpoint sends, as the tester holds subjects to them.

use crate::clauses::ClauseId;

macro_rules! breaches {
    ($( $of:ident {
        $( $name:ident $(($sample:literal))?, $slug:literal, $clause:literal, $what:literal; )+
    } )+) => {
        /// A rule for what an endpoint sends, broken by the subject.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Breach {
            $($( #[doc = $what] $name $( (#[doc = concat!("The status code, such as ", $sample, ".")] u16) )?, )+)+
        }

        impl Breach {
            /// All of them, those that carry a value with a sample of it.
            pub const ALL: &[Self] = &[ $($( Self::$name $(($sample))?, )+)+ ];

            /// The stable word used in reports.
            pub const fn slug(self) -> &'static str {
                match self { $($( Self::$name { .. } => $slug, )+)+ }
            }

            /// The rule.
            pub const fn clause(self) -> ClauseId {
                ClauseId(match self { $($( Self::$name { .. } => $clause, )+)+ })
            }

            /// What the subject did, in one line.
            pub const fn what(self) -> &'static str {
                match self { $($( Self::$name { .. } => $what, )+)+ }
            }

            const fn of(self) -> Of {
                match self { $($( Self::$name { .. } => Of::$of, )+)+ }
            }
        }
    };
}

breaches! {
    Frames {
        ReservedBit, "sent-reserved-bit", "6455#5.2", "A reserved bit is set and no extension gave it a meaning.";
        Unmasked, "sent-unmasked", "6455#5.1", "A client's frame is not masked.";
        Masked, "sent-masked", "6455#5.1", "A server's frame is masked.";
        ControlFragmented, "sent-control-fragmented", "6455#5.5", "A control frame has FIN clear.";
        ControlTooLong, "sent-control-too-long", "6455#5.5", "A control frame carries more than 125 octets.";
        ReservedOpcode, "sent-reserved-opcode", "6455#5.2", "The opcode has no meaning.";
        CloseBodyOfOne, "sent-close-body-of-one", "6455#5.5.1", "A Close body has one octet.";
        NothingToContinue, "sent-nothing-to-continue", "6455#5.4", "A continuation frame continues nothing.";
        MessageInterrupted, "sent-message-interrupted", "6455#5.4", "A new message begins inside another.";
        LengthNotShortest, "sent-length-not-shortest", "6455#5.2", "A length is not written in its shortest form.";
        LengthTopBit, "sent-length-top-bit", "6455#5.2", "A 64-bit length has its top bit set.";
        CloseCode(1005), "close-code-forbidden", "6455#7.4.1", "The status code must not be sent in a Close.";
        CloseReasonNotUtf8, "sent-close-reason-not-utf8", "6455#5.5.1", "The reason of a Close is not UTF-8.";
        MisplacedRsv1, "sent-misplaced-compressed-bit", "7692#6.1", "RSV1 is set on a frame that begins no message.";
        DataCorrupt, "sent-corrupt-data", "7692#7.2.1", "The data of a compressed message cannot be inflated.";
        DataUnfinished, "sent-unfinished-data", "7692#7.2.1", "The data of a compressed message does not end where a flush ends, less its last four octets.";
        WindowExceeded, "sent-beyond-window", "7692#7.2.1", "Compressed data refers further back than the window that was agreed on.";
        ContextUsed, "sent-used-context", "7692#7.2.1", "Compressed data refers to an earlier message, against what was agreed on.";
        TextNotUtf8, "sent-text-not-utf8", "6455#8.1", "A text message is not UTF-8.";
        TextEndsEarly, "sent-text-ends-early", "6455#8.1", "A text message does not end as UTF-8 does.";
        AfterClose, "sent-after-close", "6455#5.5.1", "Something was sent after a Close.";
        FrameCutShort, "sent-frame-cut-short", "6455#5.2", "The stream ends inside a frame.";
        MaskPredictable, "sent-predictable-masks", "6455#5.3", "The masking keys of a client can be foreseen.";
        MasksRepeated, "sent-repeated-masks", "6455#5.3", "The masking keys of a connection begin as those of an earlier one.";
    }
    Opening {
        RequestMalformed, "sent-malformed-request", "9112#2.1", "A request is not the head of a message of HTTP/1.1.";
        RequestLine, "sent-wrong-request-line", "6455#4.1", "A request does not begin with GET, a path and HTTP/1.1.";
        RequestHost, "sent-wrong-host", "6455#4.1", "A request has no Host, several, or one that is no host.";
        RequestUpgrade, "sent-wrong-upgrade", "6455#4.1", "A request does not ask for an upgrade to websocket.";
        RequestConnection, "sent-wrong-connection", "6455#4.1", "A request's Connection does not list Upgrade.";
        RequestVersion, "sent-wrong-version", "6455#4.1", "A request has another Sec-WebSocket-Version than one 13.";
        RequestKey, "sent-wrong-key", "6455#4.1", "A request has no Sec-WebSocket-Key, several, or one that is not the base64 of 16 octets.";
        RequestKeyKnown, "sent-known-key", "6455#4.1", "A request has the key of an example, or one octet over and over in its key, instead of a random one.";
        RequestKeyRepeated, "sent-repeated-key", "6455#4.1", "A request has the key of an earlier connection.";
        RequestBody, "sent-body-in-request", "9112#6.3", "A request of the opening handshake announces a body.";
        RequestSubprotocols, "sent-wrong-subprotocols", "6455#4.1", "A request offers a subprotocol twice, or one that is no token.";
        RequestExtensions, "sent-wrong-extensions", "6455#9.1", "A request's Sec-WebSocket-Extensions is not a list of extensions.";
        OfferParameters, "offered-wrong-parameters", "7692#7.1", "A request offers permessage-deflate with parameters that it cannot have.";
        SentBeforeAnswer, "sent-before-answer", "6455#4.1", "A client sent something before the server had answered.";
        AnswerMalformed, "sent-malformed-answer", "9112#2.1", "An answer is not the head of a message of HTTP/1.1.";
        AnswerCutShort, "sent-answer-cut-short", "9112#2.1", "The stream ends inside an answer.";
        AnswerNeverEnds, "sent-answer-without-end", "9112#9.6", "An answer needs or announces the end of the stream, and it does not come.";
        AnswerFollowed, "sent-behind-refusal", "6455#7.2.2", "Something that is no answer follows the one that refuses.";
        AnswerVersion, "answered-old-version", "6455#4.2.2", "An answer 101 is of HTTP/1.0, which knows no such status.";
        AnswerUpgrade, "answered-wrong-upgrade", "6455#4.2.2", "An answer 101 has another Upgrade than websocket.";
        AnswerConnection, "answered-wrong-connection", "6455#4.2.2", "An answer 101 has a Connection that does not list Upgrade.";
        AcceptMissing, "answered-without-accept", "6455#4.2.2", "An answer 101 has no Sec-WebSocket-Accept.";
        AcceptRepeated, "answered-accept-twice", "6455#4.2.2", "An answer 101 has several Sec-WebSocket-Accept fields.";
        AcceptWrong, "answered-wrong-accept", "6455#4.2.2", "A Sec-WebSocket-Accept does not answer the key.";
        AnswerBody, "answered-with-body", "9112#6.1", "An answer 101 announces a body.";
        AnswerSubprotocol, "answered-wrong-subprotocol", "6455#4.2.2", "An answer 101 names a subprotocol that was not offered, or several.";
        AnswerExtension, "answered-wrong-extension", "6455#4.2.2", "An answer 101 names an extension that was not offered, or that nobody knows, or none.";
        AnswerParameters, "answered-wrong-parameters", "7692#7.1", "An answer 101 accepts permessage-deflate in a way that fits no offer.";
        UpgradeUnnamed, "refused-without-upgrade", "9110#15.5.22", "An answer 426 does not name the protocol to upgrade to.";
        MethodsUnnamed, "refused-without-allow", "9110#15.5.6", "An answer 405 does not say which methods are allowed.";
    }
}

/// What a breach concerns.
#[derive(Clone, Copy)]
enum Of {
    Frames,
    Opening,
}

impl Breach {
    /// Whether it concerns the opening handshake.
    pub const fn is_of_opening(self) -> bool {
        matches!(self.of(), Of::Opening)
    }

    /// The status code with which the tester fails the connection, if it does. These are the
    /// breaches that the Autobahn test suite knows.
    pub const fn fails_with(self) -> Option<u16> {
        match self {
            breach if breach.is_of_opening() => None,
            Self::AfterClose | Self::FrameCutShort => None,
            Self::MaskPredictable | Self::MasksRepeated => None,
            Self::WindowExceeded | Self::ContextUsed => None,
            Self::CloseReasonNotUtf8
            | Self::TextNotUtf8
            | Self::TextEndsEarly
            | Self::DataCorrupt
            | Self::DataUnfinished => Some(1007),
            _ => Some(1002),
        }
    }

    /// Whether a case in which nothing else is wrong passes leniently: what was sent can be
    /// understood, and no clause says outright that it must not be.
    pub const fn is_lenient(self) -> bool {
        matches!(self, Self::AnswerVersion)
    }

    /// Whether the breach counts at all. Codes 1012 to 1014 were registered after the RFC and are
    /// right to send; the tester's reaction to them is the Autobahn test suite's, not ours.
    pub const fn counts(self) -> bool {
        !matches!(self, Self::CloseCode(1012..=1014))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaches_of_frames_are_told_from_those_of_the_opening() {
        let frames = ["6455#5.", "6455#7.4.1", "6455#8.1", "7692#6.1", "7692#7.2.1"];
        for breach in Breach::ALL {
            let of_frames =
                frames.iter().any(|clause| breach.clause().to_string().starts_with(clause));
            assert_eq!(breach.is_of_opening(), !of_frames, "{}", breach.slug());
            assert!(of_frames || breach.fails_with().is_none(), "{}", breach.slug());
        }
        // What can be understood all the same is noted, and the connection goes on.
        assert_eq!(
            [Breach::WindowExceeded, Breach::ContextUsed].map(Breach::fails_with),
            [None; 2]
        );
    }
}
