//! The mistakes that can be planted.

use core::fmt;

/// What a planted mistake does to the cases that meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Cases fail.
    Fails,
    /// Cases pass leniently at best: the habit is allowed, but not the preferred way.
    Lenient,
    /// Nothing: the habit is unusual and right.
    Nothing,
    /// Nothing yet: the catalogue has no case for it. Fuzzing finds it.
    Unseen,
}

macro_rules! bugs {
    ($( $name:ident, $slug:literal, $effect:ident, $what:literal; )+) => {
        /// One planted mistake or habit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Bug { $( #[doc = $what] $name, )+ }

        impl Bug {
            /// All of them.
            pub const ALL: &[Self] = &[ $( Self::$name, )+ ];

            /// The name used on the command line and in reports.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => $slug, )+ }
            }

            /// What it does, in one line.
            pub const fn what(self) -> &'static str {
                match self { $( Self::$name => $what, )+ }
            }

            /// What cases make of it.
            pub const fn effect(self) -> Effect {
                match self { $( Self::$name => Effect::$effect, )+ }
            }
        }
    };
}

bugs! {
    // What is read.
    AcceptsReservedBits, "accepts-reserved-bits", Fails, "Takes frames with reserved bits as if they were clear.";
    SkipsReservedOpcodes, "skips-reserved-opcodes", Fails, "Skips frames with reserved opcodes.";
    AcceptsFragmentedControl, "accepts-fragmented-control", Fails, "Takes control frames with FIN clear.";
    AcceptsLongControl, "accepts-long-control", Fails, "Takes control frames of more than 125 octets and keeps the first 125.";
    SkipsLonelyContinuations, "skips-lonely-continuations", Fails, "Skips continuation frames outside of a message.";
    RestartsMessages, "restarts-messages", Fails, "Lets a new message replace an unfinished one.";
    ForgetsFragments, "forgets-fragments", Fails, "Keeps only the last frame of a message.";
    EndsMessagesEarly, "ends-messages-early", Fails, "Takes every frame of a message for a message.";
    NeverChecksText, "never-checks-text", Fails, "Takes any octets for text.";
    ChecksTextLate, "checks-text-late", Lenient, "Looks at text only when the message is complete.";
    ChecksFramesApart, "checks-frames-apart", Fails, "Wants every frame of a text to be UTF-8 by itself.";
    AcceptsSurrogates, "accepts-surrogates", Fails, "Takes surrogates for code points.";
    AcceptsOverlong, "accepts-overlong", Fails, "Takes code points in more octets than needed.";
    AcceptsBeyondUnicode, "accepts-beyond-unicode", Fails, "Takes sequences beyond U+10FFFF.";
    AcceptsCutText, "accepts-cut-text", Fails, "Takes text that ends inside a code point.";
    RefusesNoncharacters, "refuses-noncharacters", Fails, "Refuses text with noncharacters.";
    RefusesNul, "refuses-nul", Fails, "Refuses text with NUL.";
    RefusesEmptyFrames, "refuses-empty-frames", Fails, "Refuses data frames without payload.";
    RefusesUnsolicitedPongs, "refuses-unsolicited-pongs", Fails, "Refuses Pongs.";
    RefusesLength127, "refuses-64-bit-lengths", Fails, "Refuses lengths in the 64-bit form.";
    AcceptsAnyCloseCode, "accepts-any-close-code", Fails, "Takes status codes that must not be sent.";
    AcceptsCloseBodyOfOne, "accepts-close-body-of-one", Fails, "Takes a Close body of one octet.";
    AcceptsAnyCloseReason, "accepts-any-close-reason", Lenient, "Does not look at the reason of a Close.";
    RefusesCloseReasons, "refuses-close-reasons", Fails, "Refuses a Close with a reason.";
    RefusesPrivateCodes, "refuses-private-codes", Fails, "Refuses the status codes 3000 to 4999.";
    ReadsAfterClose, "reads-after-close", Fails, "Goes on after a Close as if there was none.";
    IgnoresCloseInMessages, "ignores-close-in-messages", Fails, "Skips a Close inside a message.";
    AcceptsUnmasked, "accepts-unmasked", Fails, "Takes frames of a client without a mask.";
    AcceptsMasked, "accepts-masked", Fails, "Takes frames of a server with a mask.";
    AcceptsLongLengths, "accepts-long-lengths", Lenient, "Takes lengths in a longer form than needed.";
    AcceptsTopBit, "accepts-top-bit", Fails, "Takes 64-bit lengths with their top bit set.";
    SignsLength16, "signs-16-bit-lengths", Fails, "Takes 16-bit lengths from 32768 for negative.";
    SignsLength32, "signs-32-bit-lengths", Fails, "Takes 64-bit lengths from 2^31 for negative.";
    LimitsFramesApart, "limits-frames-apart", Fails, "Forgets what a message has already when a frame begins.";
    LimitsOneTooFew, "limits-one-too-few", Fails, "Refuses messages of exactly the limit.";
    ChecksOnlyRsv1, "checks-only-rsv1", Fails, "Looks at the first reserved bit only.";
    SkipsReservedControls, "skips-reserved-controls", Fails, "Skips control frames with reserved opcodes.";
    AcceptsLongPongs, "accepts-long-pongs", Fails, "Wants Pings and Closes to be short, and takes 125 octets of any Pong.";
    AcceptsWholeMessagesInside, "accepts-whole-messages-inside", Fails, "Lets a message of one frame replace an unfinished one.";
    AcceptsFirstFramesInside, "accepts-first-frames-inside", Fails, "Lets a message of several frames replace an unfinished one.";
    RefusesEmptyControls, "refuses-empty-controls", Fails, "Refuses control frames without payload.";
    RefusesControlsInside, "refuses-controls-inside", Fails, "Refuses control frames inside messages.";
    ControlsChangeKind, "controls-change-kind", Fails, "Takes a text for binary after a control frame inside of it.";
    ControlsForget, "controls-forget", Fails, "Loses what a message has already at a control frame inside of it.";
    LosesFinalBinaries, "loses-final-binaries", Fails, "Loses the last frame of a fragmented binary message.";
    MissesEmptyFinals, "misses-empty-finals", Fails, "Does not see that an empty last frame ends a message.";
    RestartsKeys, "restarts-keys", Fails, "Begins with the first octet of the key in every delivery.";
    RotatesKeysBack, "rotates-keys-back", Fails, "Turns the key the wrong way when a frame goes on in another delivery.";
    LeavesControlsMasked, "leaves-controls-masked", Fails, "Does not unmask control frames.";
    ReadsOneFrameAtATime, "reads-one-frame-at-a-time", Fails, "Loses what follows a frame in the same delivery.";
    LosesFirstOctets, "loses-first-octets", Fails, "Loses a header of which only the first octet has come.";
    LosesCutHeaders, "loses-cut-headers", Fails, "Loses a header that has not come in one delivery.";
    ChecksDeliveriesApart, "checks-deliveries-apart", Fails, "Wants the text in every delivery to be UTF-8 by itself.";
    SkipsInReasons, "skips-in-reasons", Fails, "Skips two octets of a Close in every delivery when it checks the reason.";
    RefusesEmptyCloses, "refuses-empty-closes", Fails, "Refuses a Close without a body.";
    RefusesLateCodes, "refuses-late-codes", Lenient, "Refuses the status codes 1012 to 1014, which were registered later.";
    RefusesLibraryCodes, "refuses-library-codes", Fails, "Refuses the status codes 3000 to 3999.";
    AcceptsCode1005, "accepts-code-1005", Fails, "Takes a Close that says there is no status code.";
    AcceptsCode1015, "accepts-code-1015", Fails, "Takes a Close that says the TLS handshake failed.";
    RefusesEmptyMiddles, "refuses-empty-middles", Fails, "Refuses empty frames in the middle of a message.";
    RefusesEmptyFirsts, "refuses-empty-firsts", Fails, "Refuses empty first frames of a message.";
    RefusesLongestControls, "refuses-longest-controls", Fails, "Refuses control frames of exactly 125 octets.";
    RefusesLength126, "refuses-16-bit-lengths", Fails, "Refuses lengths in the 16-bit form.";
    RefusesFragmentedBinaries, "refuses-fragmented-binaries", Fails, "Refuses binary messages of several frames.";
    RefusesPongsInside, "refuses-pongs-inside", Fails, "Refuses Pongs inside messages.";
    RefusesZeroKeys, "refuses-zero-keys", Fails, "Takes a masking key of zero for none.";
    CutsLengths32, "cuts-lengths-to-32-bits", Fails, "Reads only the lower half of a 64-bit length.";
    SwapsLengths16, "swaps-16-bit-lengths", Fails, "Reads 16-bit lengths with the octets swapped.";
    ReadsShortControlLengths, "reads-short-control-lengths", Fails, "Reads 126 and 127 in a control frame as lengths.";
    KeepsFirstKey, "keeps-first-key", Fails, "Unmasks every frame with the key of the first.";
    UnmasksWholeWords, "unmasks-whole-words", Fails, "Leaves the last octets masked when they are fewer than four.";
    JoinsMessages, "joins-messages", Fails, "Takes a new message inside another for its continuation.";
    LetsMessagesGoOn, "lets-messages-go-on", Fails, "Takes a continuation behind a message for a message of the same kind.";
    TakesLonelyForBinary, "takes-lonely-for-binary", Fails, "Takes continuation frames outside of a message for binary messages.";
    KeepsOldMessages, "keeps-old-messages", Fails, "Begins a message with the octets of the one before.";
    EndsAtEmptyFrames, "ends-at-empty-frames", Fails, "Takes an empty frame for the last of its message.";
    AppendsControls, "appends-controls", Fails, "Adds the payload of a control frame to the message around it.";
    DecodesControls, "decodes-controls", Fails, "Reads the payload of a control frame as part of the text around it.";
    ChecksPings, "checks-pings", Fails, "Wants the payload of a Ping to be UTF-8.";
    ChecksBinaries, "checks-binaries", Fails, "Wants binary messages to be UTF-8.";
    ChecksWholeBlocks, "checks-whole-blocks", Fails, "Checks text in blocks of 16 octets and forgets the rest.";
    ChecksTextAtFrameEnd, "checks-text-at-frame-end", Lenient, "Looks at text only when its frame is complete.";
    RefusesFourOctets, "refuses-four-octets", Fails, "Refuses code points beyond U+FFFF.";
    RefusesControlCharacters, "refuses-control-characters", Fails, "Refuses text with control characters.";
    AcceptsLowCodes, "accepts-low-codes", Fails, "Takes status codes below 1000.";
    AcceptsCode1004, "accepts-code-1004", Fails, "Takes the status code 1004.";
    AcceptsCode1006, "accepts-code-1006", Fails, "Takes a Close that says there was no Close.";
    AcceptsUnassignedCodes, "accepts-unassigned-codes", Fails, "Takes the status codes 1016 to 2999.";
    AcceptsHighCodes, "accepts-high-codes", Fails, "Takes status codes from 5000 on.";
    RefusesGoingAway, "refuses-going-away", Fails, "Refuses the status code 1001.";
    RefusesApplicationCodes, "refuses-application-codes", Fails, "Refuses the status codes 4000 to 4999.";
    RefusesExtensionCode, "refuses-extension-code", Fails, "Refuses the status code 1010.";
    ReadsAfterFailing, "reads-after-failing", Fails, "Goes on behind a frame that fails the connection.";
    BreaksDownOnHugeLengths, "breaks-down-on-huge-lengths", Fails, "Breaks down for want of memory at a header of 2^31 octets or more.";
    // What is answered.
    Silent, "silent", Fails, "Never writes an octet and never closes.";
    ClosesOnOpen, "closes-on-open", Fails, "Sends Close 1000 at once and reads nothing.";
    NeverPongs, "never-pongs", Fails, "Does not answer Pings.";
    PongsWithoutPayload, "pongs-without-payload", Fails, "Answers Pings with empty Pongs.";
    PongsAtMostOnce, "pongs-once", Fails, "Answers only the first Ping.";
    PongsAfterMessage, "pongs-after-message", Fails, "Holds a Pong back until the message around its Ping is complete.";
    PingsOnOpen, "pings-on-open", Fails, "Sends a Ping of its own before it reads the first octets.";
    NeverEchoes, "never-echoes", Fails, "Does not answer messages.";
    CorruptsFirstOctet, "corrupts-first-octet", Fails, "Changes the first octet of every echo, of text only if it is ASCII.";
    CorruptsLargeMessages, "corrupts-large-messages", Fails, "Changes one octet in the middle of echoes of more than 64 KiB.";
    CutsLargeMessages, "cuts-large-messages", Fails, "Echoes at most 65535 octets.";
    SwapsKinds, "swaps-kinds", Fails, "Echoes text as binary and binary as text.";
    FragmentsEchoes, "fragments-echoes", Nothing, "Cuts every echo into two frames.";
    StopsAfterManyMessages, "stops-after-500-messages", Fails, "Answers only the first 500 messages.";
    BreaksDownOnEmptyPings, "breaks-down-on-empty-pings", Fails, "Breaks down at an empty Ping.";
    BreaksDownOnEmptyCloses, "breaks-down-on-empty-closes", Fails, "Breaks down at an empty Close.";
    BreaksDownOnEmptyMessages, "breaks-down-on-empty-messages", Fails, "Breaks down at an empty message.";
    BreaksDownInFrames, "breaks-down-in-frames", Fails, "Breaks down when the stream ends inside a frame or a message.";
    BreaksDownWithoutClose, "breaks-down-without-close", Fails, "Breaks down when the stream ends without a Close.";
    KeepsStreamAtEnd, "keeps-stream-at-end", Fails, "Keeps its side of the stream open when the peer ends the other.";
    DeliversCutMessages, "delivers-cut-messages", Fails, "Echoes what it has of a message when the stream ends.";
    WritesCode1006, "writes-code-1006", Fails, "Writes a Close with 1006 when the stream ends without one.";
    DeliversPartsAtClose, "delivers-parts-at-close", Fails, "Echoes what it has of a message when a Close comes.";
    AnswersPongs, "answers-pongs", Fails, "Answers Pongs with Pongs.";
    AnswersWithPings, "answers-with-pings", Fails, "Answers Pings with Pings.";
    CutsPongs, "cuts-pongs", Fails, "Puts at most 64 octets into a Pong.";
    PongsInReverse, "pongs-in-reverse", Fails, "Answers the last Ping of a delivery first.";
    PongsLatestOnly, "pongs-latest-only", Nothing, "Answers only the last Ping of a delivery.";
    PongsFirstFew, "pongs-first-few", Fails, "Answers only the first 16 Pings of a delivery.";
    RefusesManyPings, "refuses-many-pings", Fails, "Closes with 1008 at the 51st Ping.";
    LosesEmptyMessages, "loses-empty-messages", Fails, "Does not echo empty messages.";
    EchoesTwice, "echoes-twice", Fails, "Echoes every message twice.";
    LosesOctet4096, "loses-octet-4096", Fails, "Loses the 4096th octet of a message.";
    StripsByteOrderMarks, "strips-byte-order-marks", Fails, "Leaves out a byte order mark at the beginning of a text.";
    CutsTextAtNul, "cuts-text-at-nul", Fails, "Takes NUL for the end of a text.";
    TrimsText, "trims-text", Fails, "Leaves out blanks at both ends of a text.";
    ChangesLineEnds, "changes-line-ends", Fails, "Writes line ends of one octet.";
    ReplacesInvalidText, "replaces-invalid-text", Fails, "Takes any octets for text and puts U+FFFD where they are not.";
    ComposesText, "composes-text", Fails, "Writes composed letters for decomposed ones.";
    EchoesAfterClose, "echoes-after-close", Fails, "Sends a text behind its Close.";
    // How it is written.
    MasksWrongly, "masks-wrongly", Fails, "Masks as server and does not mask as client.";
    SetsReservedBits, "sets-reserved-bits", Fails, "Sets RSV1 in every echo.";
    WritesLongLengths, "writes-long-lengths", Fails, "Writes every length in 64 bits.";
    ContinuesWithText, "continues-with-text", Fails, "Cuts echoes into two frames of which the second has no continuation opcode.";
    UnmasksControls, "unmasks-controls", Fails, "Does not mask control frames as client.";
    MasksCloses, "masks-closes", Fails, "Masks Closes as server.";
    KeepsKey, "keeps-key", Fails, "Masks every frame with the same key.";
    CountsKeys, "counts-keys", Fails, "Counts masking keys up.";
    ZeroesEmptyKeys, "zeroes-empty-keys", Fails, "Masks empty frames with the key zero.";
    MasksWithOtherKey, "masks-with-other-key", Fails, "Masks with the octets of the key in reverse.";
    LeavesPayloadBare, "leaves-payload-bare", Fails, "Writes a key and leaves the payload as it is.";
    SetsReservedBitsOnControls, "sets-reserved-bits-on-controls", Fails, "Sets RSV3 in every control frame.";
    WritesLength125In16, "writes-125-in-16-bits", Fails, "Writes the length 125 in 16 bits.";
    WritesLength65535In64, "writes-65535-in-64-bits", Fails, "Writes the length 65535 in 64 bits.";
    WritesLength126In7, "writes-126-in-7-bits", Fails, "Writes the lengths 126 and 127 in seven bits.";
    FragmentsPongs, "fragments-pongs", Fails, "Clears FIN in Pongs.";
    PadsPongs, "pads-pongs", Fails, "Writes Pongs of 126 octets.";
    WritesReservedOpcodes, "writes-reserved-opcodes", Fails, "Writes binary messages with the opcode 3.";
    WritesLonely, "writes-lonely", Fails, "Writes text messages as continuation frames.";
    WritesOpenTexts, "writes-open-texts", Fails, "Clears FIN in the last frame of a text.";
    PadsWithEmptyFrames, "pads-with-empty-frames", Nothing, "Begins every echo with an empty frame.";
    // How it ends.
    DropsOnError, "drops-on-error", Lenient, "Ends the stream without a Close when the peer breaks a rule.";
    IgnoresErrors, "ignores-errors", Fails, "Stops reading when the peer breaks a rule and says nothing.";
    FailsWith1000, "fails-with-1000", Fails, "Fails the connection with 1000.";
    FailsWith1002, "fails-with-1002", Fails, "Fails the connection with 1002 whatever the reason.";
    NeverAnswersClose, "never-answers-close", Fails, "Does not answer a Close and keeps the stream open.";
    AnswersCloseByDrop, "answers-close-by-drop", Fails, "Ends the stream instead of answering a Close.";
    AnswersCloseWith1001, "answers-close-with-1001", Lenient, "Answers every Close with 1001.";
    AnswersCloseWith1002, "answers-close-with-1002", Fails, "Answers every Close with 1002.";
    AnswersCloseWith1005, "answers-close-with-1005", Fails, "Writes 1005 into the reply to a Close without a status code.";
    AnswersCloseWithBody, "answers-close-with-body", Nothing, "Answers a Close with the same body.";
    AnswersCloseTwice, "answers-close-twice", Fails, "Answers a Close twice.";
    KeepsStreamOpen, "keeps-stream-open", Fails, "Does not end the stream after the closing handshake as server.";
    FailsWithoutCode, "fails-without-code", Fails, "Fails the connection with an empty Close.";
    FailsWith1006, "fails-with-1006", Fails, "Fails the connection with 1006 on the wire.";
    FailsWith1011, "fails-with-1011", Fails, "Fails the connection with 1011 whatever the reason.";
    FailsTextWith1003, "fails-text-with-1003", Fails, "Calls text that is not UTF-8 a type it does not take.";
    FailsSizeWith1008, "fails-size-with-1008", Lenient, "Calls a message that is too large a breach of policy.";
    FailsTwice, "fails-twice", Fails, "Writes two Closes when it fails the connection.";
    SwapsCloseCodes, "swaps-close-codes", Fails, "Writes status codes with their octets swapped.";
    AnswersCloseEmpty, "answers-close-empty", Nothing, "Answers every Close with an empty one.";
    AnswersCloseWith1000, "answers-close-with-1000", Nothing, "Answers every Close with 1000.";
    AnswersCloseWithOneOctet, "answers-close-with-one-octet", Fails, "Answers every Close with a body of one octet.";
    EchoesCloseUnread, "echoes-close-unread", Fails, "Answers a Close with the same body, whatever its reason.";
    EndsInsideFrames, "ends-inside-frames", Fails, "Ends the stream inside its last Close.";
    // How the opening handshake is read.
    AcceptsAnyMethod, "accepts-any-method", Fails, "Takes requests with any method.";
    AcceptsAnyHttp, "accepts-any-http", Fails, "Takes requests of any version of HTTP.";
    AcceptsBareLineFeeds, "accepts-bare-line-feeds", Nothing, "Takes a line feed for the end of a line.";
    UnfoldsRequests, "unfolds-requests", Nothing, "Takes folded lines in requests.";
    AcceptsMissingHost, "accepts-missing-host", Fails, "Takes requests without Host.";
    AcceptsRepeatedHost, "accepts-repeated-host", Fails, "Takes requests with several Hosts.";
    AcceptsAnyUpgrade, "accepts-any-upgrade", Fails, "Does not look at Upgrade.";
    ComparesUpgradeWhole, "compares-upgrade-whole", Fails, "Wants the Upgrade of a request to be websocket and nothing else.";
    FindsUpgradeInWords, "finds-upgrade-in-words", Fails, "Looks for upgrade anywhere in Connection.";
    ReadsFirstConnectionOnly, "reads-first-connection-only", Fails, "Looks at the first Connection line only.";
    ComparesConnectionWhole, "compares-connection-whole", Fails, "Wants Connection to be Upgrade and nothing else.";
    ComparesConnectionCase, "compares-connection-case", Fails, "Wants Connection to say Upgrade with this capital.";
    AcceptsAnyVersion, "accepts-any-version", Fails, "Takes any Sec-WebSocket-Version.";
    AcceptsVersionLists, "accepts-version-lists", Fails, "Takes a list of versions that has 13.";
    AcceptsAnyKey, "accepts-any-key", Fails, "Does not look at Sec-WebSocket-Key.";
    ChecksKeyLengthOnly, "checks-key-length-only", Fails, "Wants the key to have 24 octets of any kind.";
    AcceptsRepeatedKeys, "accepts-repeated-keys", Fails, "Takes the first of several keys.";
    AcceptsRepeatedSubprotocols, "accepts-repeated-subprotocols", Nothing, "Takes requests that offer a subprotocol twice.";
    HashesOnlyKeys, "hashes-only-keys", Fails, "Answers keys without the GUID, and expects such answers.";
    LosesOctetsBehindHeads, "loses-octets-behind-heads", Fails, "Loses what follows a head in the same delivery.";
    AcceptsAnyStatus, "accepts-any-status", Fails, "Takes responses with any final status.";
    AcceptsAnyAccept, "accepts-any-accept", Fails, "Takes any Sec-WebSocket-Accept.";
    AcceptsMissingAccept, "accepts-missing-accept", Fails, "Takes responses without Sec-WebSocket-Accept.";
    ReadsFirstAcceptOnly, "reads-first-accept-only", Fails, "Looks at the first of several Sec-WebSocket-Accept lines only.";
    ComparesAcceptWithoutCase, "compares-accept-without-case", Fails, "Compares Sec-WebSocket-Accept without case.";
    AcceptsUnofferedSubprotocol, "accepts-unoffered-subprotocol", Fails, "Takes a subprotocol that was not offered.";
    AcceptsUnofferedExtensions, "accepts-unoffered-extensions", Fails, "Takes extensions that were not offered.";
    FindsWebsocketInWords, "finds-websocket-in-words", Fails, "Looks for websocket anywhere in Upgrade.";
    ReadsFirstUpgradeOnly, "reads-first-upgrade-only", Fails, "Looks at the first Upgrade line only.";
    ComparesUpgradeCase, "compares-upgrade-case", Fails, "Wants Upgrade to say websocket in small letters.";
    AcceptsAnyConnection, "accepts-any-connection", Fails, "Does not look at Connection.";
    AcceptsMissingVersion, "accepts-missing-version", Fails, "Takes requests without Sec-WebSocket-Version.";
    AcceptsRepeatedVersions, "accepts-repeated-versions", Fails, "Takes the first of several versions.";
    ReadsNumbersAsVersions, "reads-numbers-as-versions", Fails, "Takes 013 for 13.";
    HashesBlanks, "hashes-blanks", Fails, "Takes the blanks around a key for a part of it, and those around an answer.";
    HashesOctetsOfKeys, "hashes-octets-of-keys", Fails, "Hashes what a key stands for, and expects such answers.";
    ComparesNamesCase, "compares-names-case", Fails, "Wants the names of fields in the spelling of the standard.";
    WantsHostFirst, "wants-host-first", Fails, "Wants Host to be the first field.";
    ReadsFirstSubprotocolLineOnly, "reads-first-subprotocol-line-only", Fails, "Looks at the first Sec-WebSocket-Protocol line only.";
    SelectsFirstSubprotocol, "selects-first-subprotocol", Fails, "Selects the first subprotocol offered, whatever it is.";
    SelectsWithoutCase, "selects-without-case", Fails, "Compares subprotocols without case.";
    SelectsUnofferedSubprotocol, "selects-unoffered-subprotocol", Fails, "Names its own subprotocol even if it was not offered.";
    NeverSelects, "never-selects", Fails, "Speaks no subprotocol.";
    AcceptsAnySubprotocol, "accepts-any-subprotocol", Lenient, "Takes subprotocols that are no tokens.";
    AcceptsAnyExtensions, "accepts-any-extensions", Lenient, "Takes extensions that break the grammar for none.";
    EchoesExtensions, "echoes-extensions", Fails, "Accepts every extension that is offered.";
    AcceptsBlanksBeforeColons, "accepts-blanks-before-colons", Fails, "Takes names with blanks behind them.";
    EndsValuesAtNul, "ends-values-at-nul", Fails, "Reads values up to the first NUL.";
    AcceptsControlOctets, "accepts-control-octets", Fails, "Takes control octets in values.";
    AcceptsAnyTarget, "accepts-any-target", Fails, "Does not look at the target of a request.";
    RefusesAbsoluteTargets, "refuses-absolute-targets", Fails, "Refuses targets with scheme and host.";
    RefusesLongTargets, "refuses-long-targets", Fails, "Refuses targets of more than 1024 octets.";
    IgnoresBodies, "ignores-bodies", Fails, "Takes the body of a request for frames.";
    IgnoresPaths, "ignores-paths", Fails, "Serves every path.";
    IgnoresOrigins, "ignores-origins", Fails, "Admits every origin.";
    ComparesOriginsByPrefix, "compares-origins-by-prefix", Fails, "Admits origins that begin as the right one.";
    RefusesHigherMinors, "refuses-higher-minors", Lenient, "Refuses HTTP/1.2.";
    RefusesEmptyElements, "refuses-empty-elements", Lenient, "Refuses lists with empty elements.";
    RefusesEmptyLines, "refuses-empty-lines", Lenient, "Refuses an empty line in front of a request.";
    RefusesNonAscii, "refuses-non-ascii", Lenient, "Refuses octets beyond ASCII in any field of a request.";
    RefusesEmptyValues, "refuses-empty-values", Fails, "Refuses fields without a value.";
    RefusesForeignFields, "refuses-foreign-fields", Fails, "Refuses fields that it does not know.";
    NeverLimitsHeads, "never-limits-heads", Fails, "Waits for the end of a head for ever.";
    AcceptsAnyAuthority, "accepts-any-authority", Fails, "Takes any Host.";
    ReadsHeadsAtOnce, "reads-heads-at-once", Fails, "Wants a head to end with the octets that have come.";
    AnswersWithoutAccept, "answers-without-accept", Fails, "Answers 101 without Sec-WebSocket-Accept.";
    AnswersAcceptTwice, "answers-accept-twice", Fails, "Answers 101 with two Sec-WebSocket-Accept lines.";
    AnswersWithoutUpgrade, "answers-without-upgrade", Fails, "Answers 101 without Upgrade.";
    AnswersWithoutConnection, "answers-without-connection", Fails, "Answers 101 without Connection.";
    AnswersWithLength, "answers-with-length", Fails, "Answers 101 with Content-Length.";
    AnswersWithLineFeeds, "answers-with-line-feeds", Fails, "Ends the lines of its heads with a line feed only.";
    AnswersUnofferedExtension, "answers-unoffered-extension", Fails, "Answers 101 with an extension that nobody offered.";
    AnswersSubprotocolTwice, "answers-subprotocol-twice", Fails, "Answers 101 with two Sec-WebSocket-Protocol lines.";
    AnswersWith200, "answers-with-200", Fails, "Opens the connection with status 200.";
    NeverAnswers, "never-answers", Fails, "Does not answer requests.";
    RefusesSilently, "refuses-silently", Fails, "Ends the stream instead of refusing a request.";
    RefusesWithFrames, "refuses-with-frames", Fails, "Sends a Close behind the answer that refuses.";
    RefusesWithoutEnd, "refuses-without-end", Fails, "Says that it ends the stream and does not.";
    RefusesWithoutUpgrade, "refuses-without-upgrade", Fails, "Does not say in an answer 426 which protocol it wants.";
    RefusesWithoutVersion, "refuses-without-version", Fails, "Does not say which version it speaks.";
    RefusesWithoutAllow, "refuses-without-allow", Fails, "Does not say in an answer 405 which methods it allows.";
    CutsRefusals, "cuts-refusals", Fails, "Ends the stream inside the body of its refusals.";
    RequestsWithPost, "requests-with-post", Fails, "Sends POST.";
    RequestsOldHttp, "requests-old-http", Fails, "Sends requests of HTTP/1.0.";
    RequestsWithoutHost, "requests-without-host", Fails, "Sends no Host.";
    RequestsWithoutUpgrade, "requests-without-upgrade", Fails, "Sends no Upgrade.";
    RequestsWithoutConnection, "requests-without-connection", Fails, "Sends no Connection.";
    RequestsVersion8, "requests-version-8", Fails, "Asks for version 8.";
    RequestsWithoutKey, "requests-without-key", Fails, "Sends no Sec-WebSocket-Key.";
    RequestsShortKeys, "requests-short-keys", Fails, "Sends keys of 15 octets.";
    RequestsPadBits, "requests-pad-bits", Fails, "Sets the four bits that the last digit of a key has too many.";
    RequestsWithBody, "requests-with-body", Fails, "Announces a body in its request.";
    RequestsFolded, "requests-folded", Fails, "Folds a line of its request.";
    RequestsFragments, "requests-fragments", Fails, "Sends the fragment of its URI.";
    RequestsSubprotocolsTwice, "requests-subprotocols-twice", Fails, "Offers its subprotocols twice.";
    RequestsBadExtensions, "requests-bad-extensions", Fails, "Offers an extension without a name.";
    SendsEarly, "sends-early", Fails, "Sends a Ping before the server has answered.";
    AcceptsUpgradeLists, "accepts-upgrade-lists", Lenient, "Takes responses that upgrade to something else as well.";
    RefusesInterim, "refuses-interim", Lenient, "Takes an interim response for a refusal.";
    OpensOnInterim, "opens-on-interim", Fails, "Takes an interim response for an answer.";
    AcceptsOldAnswers, "accepts-old-answers", Lenient, "Takes responses 101 of HTTP/1.0.";
    AcceptsAnyStatusLine, "accepts-any-status-line", Fails, "Looks for 101 anywhere in the first line.";
    WantsReasons, "wants-reasons", Fails, "Wants the reason Switching Protocols behind 101.";
    AcceptsRepeatedAnswers, "accepts-repeated-answers", Fails, "Takes the first of several Sec-WebSocket-Protocol lines.";
    ComparesSubprotocolsWithoutCase, "compares-subprotocols-without-case", Fails, "Takes a subprotocol that was offered in other letters.";
    FindsSubprotocolInLists, "finds-subprotocol-in-lists", Fails, "Takes a list of subprotocols that begins with one offered.";
    AcceptsEmptySubprotocol, "accepts-empty-subprotocol", Lenient, "Takes an empty Sec-WebSocket-Protocol for none.";
    ReadsFirstExtensionLineOnly, "reads-first-extension-line-only", Fails, "Looks at the first Sec-WebSocket-Extensions line only.";
    RefusesFoldedAnswers, "refuses-folded-answers", Fails, "Refuses responses with folded lines.";
    SkipsAnnouncedBodies, "skips-announced-bodies", Fails, "Takes octets behind a response 101 for the body that it announces.";
    RefusesObsText, "refuses-obs-text", Fails, "Refuses responses with octets beyond ASCII.";
    KeepsFailedStreams, "keeps-failed-streams", Fails, "Keeps the stream when the opening handshake has failed.";
    ClosesFailedHandshakes, "closes-failed-handshakes", Fails, "Sends a Close when the opening handshake has failed.";
    NeverRequests, "never-requests", Fails, "Connects and sends nothing.";
}

impl Bug {
    /// Whether it concerns what is read of frames.
    pub fn is_of_reception(self) -> bool {
        self < Self::Silent
    }

    /// Whether it concerns the opening handshake.
    pub fn is_of_handshake(self) -> bool {
        self >= Self::AcceptsAnyMethod
    }

    /// The bug with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of bugs; the empty one makes the model right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bugs([u128; 3]);

impl Bugs {
    /// No bug at all.
    pub const NONE: Self = Self([0; 3]);

    /// This bug alone, or several.
    pub const fn of(bugs: &[Bug]) -> Self {
        let mut set = [0; 3];
        let mut i = 0;
        while i < bugs.len() {
            set[bugs[i] as usize / 128] |= 1 << (bugs[i] as usize % 128);
            i += 1;
        }
        Self(set)
    }

    /// Whether the bug is planted.
    pub const fn has(self, bug: Bug) -> bool {
        self.0[bug as usize / 128] & (1 << (bug as usize % 128)) != 0
    }
}

impl From<Bug> for Bugs {
    fn from(bug: Bug) -> Self {
        Self::of(&[bug])
    }
}

const _: () = assert!(Bug::ALL.len() <= 3 * 128, "a set of bugs has 384 bits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (i, bug) in Bug::ALL.iter().enumerate() {
            assert_eq!(Bug::by_name(bug.name()), Some(*bug));
            assert!(Bugs::from(*bug).has(*bug) && !Bugs::NONE.has(*bug));
            assert!(Bug::ALL[..i].iter().all(|other| !Bugs::from(*bug).has(*other)));
            assert!(bug.what().ends_with('.'));
        }
        assert_eq!(Bug::by_name("none"), None);
    }
}
