//! What the border to C costs: the same echo of 125 octets by `Session` and by the thirteen functions,
//! and by `Session` behind calls that no compiler sees through, as no caller of a library does.
//!
//! Each round takes a masked text message out of a read and sends it back, in the call pattern of a
//! server: receive, read, result, send, write, completion. The three take turns, so that whatever else
//! the machine does falls on all of them. Prints nanoseconds per message, the median of all rounds.
//!
//! With the name of one of the three and a number it does as many echoes and prints nothing, for
//! counting instructions; `names` prints the names. With `threads` in front, all of it is done in a
//! process with a second thread, where the library's locks cost more.

use core::hint::black_box;
use core::ptr;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Instant;

use wsproof_capi_abi::library::Library;
use wsproof_capi_abi::{
    Buffer, Functions, Handle, HttpHeader, S_OK, WEB_SOCKET_ALL_ACTION_QUEUE,
    WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION, WEB_SOCKET_NO_ACTION,
    WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION, WEB_SOCKET_SEND_TO_NETWORK_ACTION,
    WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE,
};
use wsproof_engine::{Action, ActionQueue, Completed, Config, Header, Outgoing, Session, Ticket};

const ROUNDS: usize = 201;
const MESSAGES: usize = 5000;
const PAYLOAD: usize = 125;

const REQUEST: [(&str, &str); 5] = [
    ("Host", "localhost"),
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

fn main() {
    let mut frame = vec![0x81, 0x80 | 125, 1, 2, 3, 4];
    frame.extend((0..PAYLOAD).map(|index| b'a' ^ [1, 2, 3, 4][index % 4]));

    // The library as C programs get it, beside this program.
    let name = format!("{DLL_PREFIX}websocket{DLL_SUFFIX}");
    let path = std::env::current_exe().expect("a path of this program").with_file_name(name);
    let library = Library::open(&path).expect("the library beside this program");
    let functions = library.functions();

    let (mut inlined, mut called) = (session(), Called(session()));
    let handle = c_server(functions);
    let (mut spare, mut wire) = (Vec::new(), Vec::with_capacity(4096));
    let mut echo = |what: What, times: usize| match what {
        What::Inlined => {
            (0..times).for_each(|_| echo_safe(&mut inlined, &frame, &mut spare, &mut wire));
        }
        What::Called => {
            (0..times).for_each(|_| echo_safe(&mut called, &frame, &mut spare, &mut wire));
        }
        What::C => {
            (0..times).for_each(|_| echo_c(functions, handle, &frame, &mut spare, &mut wire));
        }
    };
    // The first argument may be Cargo's.
    let arguments: Vec<_> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let (arguments, _second) = match &*arguments {
        [threads, rest @ ..] if threads == "threads" => (rest, Some(second_thread())),
        all => (all, None),
    };
    match arguments {
        [] => compare(echo),
        [names] if names == "names" => WHAT.iter().for_each(|(name, ..)| println!("{name}")),
        [name, times] => {
            let what = WHAT.iter().find(|(known, ..)| known == name).expect("a name").2;
            echo(what, times.parse().expect("a number"));
        }
        _ => panic!("nothing, `names`, or a name and a number"),
    }
    // SAFETY: the handle is not used any more.
    unsafe { (functions.WebSocketDeleteHandle)(handle) };
}

/// Starts a thread that waits until what this returns is dropped.
fn second_thread() -> Sender<()> {
    let (end, wait) = channel();
    thread::spawn(move || wait.recv());
    end
}

/// Who makes an echo.
#[derive(Clone, Copy)]
enum What {
    Inlined,
    Called,
    C,
}

const WHAT: [(&str, &str, What); 3] = [
    ("inlined", "`Session`, with the compiler looking through every call", What::Inlined),
    ("called", "`Session`, no call inlined", What::Called),
    ("c", "the C functions", What::C),
];

fn compare(mut echo: impl FnMut(What, usize)) {
    let mut rounds = WHAT.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (times, (.., what)) in rounds.iter_mut().zip(WHAT) {
            let start = Instant::now();
            echo(what, MESSAGES);
            times.push(start.elapsed().as_nanos() as f64 / MESSAGES as f64);
        }
    }
    let medians = rounds.map(median);
    println!("| what | ns per message | against `Session` |");
    println!("|---|--:|--:|");
    for (time, (_, text, _)) in medians.into_iter().zip(WHAT) {
        println!("| {text} | {time:.1} | {:.2} |", time / medians[0]);
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

type Server = Session<(), Vec<u8>>;

fn session() -> Server {
    let mut session = Session::create_server(Config::server()).expect("a server");
    let request = REQUEST.map(|(name, value)| Header::new(name, value));
    session.begin_server_handshake(&Default::default(), &request).expect("a request");
    session.end_server_handshake().expect("an open session");
    session
}

/// A session's calls that change something.
trait Calls {
    fn session(&mut self) -> &mut Server;

    #[inline(always)]
    fn receive(&mut self) {
        self.session().receive(None, ()).expect("a receive");
    }

    #[inline(always)]
    fn send(&mut self, outgoing: Outgoing<Vec<u8>>) {
        self.session().send(outgoing, ()).expect("a send");
    }

    #[inline(always)]
    fn get_action(&mut self) -> Action {
        self.session().get_action(ActionQueue::All).expect("no fault")
    }

    #[inline(always)]
    fn complete(&mut self, ticket: Ticket, octets: usize) -> Completed<(), Vec<u8>, Vec<u8>> {
        self.session().complete_action(ticket, octets).expect("a completion")
    }
}

impl Calls for Server {
    fn session(&mut self) -> &mut Server {
        self
    }
}

/// A session none of whose calls is inlined.
struct Called(Server);

impl Calls for Called {
    fn session(&mut self) -> &mut Server {
        &mut self.0
    }

    #[inline(never)]
    fn receive(&mut self) {
        self.0.receive(None, ()).expect("a receive");
    }

    #[inline(never)]
    fn send(&mut self, outgoing: Outgoing<Vec<u8>>) {
        self.0.send(outgoing, ()).expect("a send");
    }

    #[inline(never)]
    fn get_action(&mut self) -> Action {
        self.0.get_action(ActionQueue::All).expect("no fault")
    }

    #[inline(never)]
    fn complete(&mut self, ticket: Ticket, octets: usize) -> Completed<(), Vec<u8>, Vec<u8>> {
        self.0.complete_action(ticket, octets).expect("a completion")
    }
}

/// One echo through `Session`; `spare` is the payload's memory, which comes home each time.
fn echo_safe(calls: &mut impl Calls, frame: &[u8], spare: &mut Vec<u8>, wire: &mut Vec<u8>) {
    wire.clear();
    calls.receive();
    loop {
        match calls.get_action() {
            Action::NoAction => break,
            Action::ReceiveFromNetwork(ticket) => {
                let buffer = calls.session().buffer_mut(ticket).expect("a read");
                buffer[..frame.len()].copy_from_slice(frame);
                calls.complete(ticket, frame.len());
            }
            Action::IndicateReceiveComplete(ticket, _) => {
                let mut echo = core::mem::take(spare);
                echo.clear();
                let result = calls.session().incoming(ticket).expect("a result");
                echo.extend_from_slice(result.data());
                calls.complete(ticket, 0);
                calls.send(Outgoing::Utf8Message(echo));
            }
            Action::SendToNetwork(ticket, _) => {
                let mut written = 0;
                for slice in calls.session().slices(ticket).expect("a write") {
                    wire.extend_from_slice(slice);
                    written += slice.len();
                }
                calls.complete(ticket, written);
            }
            Action::IndicateSendComplete(ticket, _) => {
                let Completed::Send { outgoing, .. } = calls.complete(ticket, 0) else {
                    panic!("a completion");
                };
                *spare = outgoing.into_payload().expect("a payload");
            }
        }
    }
    assert_eq!(black_box(&*wire).len(), PAYLOAD + 2);
}

/// A server handle of the loaded library, open.
fn c_server(functions: &Functions) -> Handle {
    let field = |(name, value): (&str, &str)| HttpHeader {
        name: name.as_ptr().cast_mut(),
        name_length: u32::try_from(name.len()).expect("a short name"),
        value: value.as_ptr().cast_mut(),
        value_length: u32::try_from(value.len()).expect("a short value"),
    };
    let request = REQUEST.map(field);
    let (mut handle, mut headers, mut count) = (ptr::null_mut(), ptr::null_mut(), 0);
    // SAFETY: no properties, and a place for the handle.
    let created =
        unsafe { (functions.WebSocketCreateServerHandle)(ptr::null(), 0, &raw mut handle) };
    assert_eq!(created, S_OK);
    // SAFETY: the request lives on, the other inputs are absent, and the outputs have places.
    let begun = unsafe {
        (functions.WebSocketBeginServerHandshake)(
            handle,
            ptr::null(),
            ptr::null(),
            0,
            request.as_ptr(),
            5,
            &raw mut headers,
            &raw mut count,
        )
    };
    assert_eq!(begun, S_OK);
    // SAFETY: any handle will do.
    assert_eq!(unsafe { (functions.WebSocketEndServerHandshake)(handle) }, S_OK);
    handle
}

/// The same echo through the functions.
fn echo_c(
    functions: &Functions,
    handle: Handle,
    frame: &[u8],
    spare: &mut Vec<u8>,
    wire: &mut Vec<u8>,
) {
    wire.clear();
    // SAFETY: no buffer.
    let queued = unsafe { (functions.WebSocketReceive)(handle, ptr::null_mut(), ptr::null_mut()) };
    assert_eq!(queued, S_OK);
    // Outputs, which a program need not initialise each time.
    let mut buffers = [Buffer::NOTHING; 2];
    let (mut action, mut kind) = (0, 0);
    let (mut context, mut token) = (ptr::null_mut(), ptr::null_mut());
    loop {
        let mut count = 2;
        // SAFETY: room for two entries, and places for the outputs.
        let result = unsafe {
            (functions.WebSocketGetAction)(
                handle,
                WEB_SOCKET_ALL_ACTION_QUEUE,
                buffers.as_mut_ptr(),
                &raw mut count,
                &raw mut action,
                &raw mut kind,
                &raw mut context,
                &raw mut token,
            )
        };
        assert_eq!(result, S_OK);
        let mut octets = 0;
        match action {
            WEB_SOCKET_NO_ACTION => break,
            WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION => {
                octets = frame.len();
                // SAFETY: the read is outstanding and has room for more than a frame.
                let data = unsafe { buffers[0].data };
                // SAFETY: the same.
                unsafe { data.buffer.copy_from_nonoverlapping(frame.as_ptr(), octets) };
            }
            WEB_SOCKET_SEND_TO_NETWORK_ACTION => {
                for buffer in &buffers[..count as usize] {
                    wire.extend_from_slice(octets_of(buffer));
                    octets += octets_of(buffer).len();
                }
            }
            WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION => {
                spare.clear();
                spare.extend_from_slice(octets_of(&buffers[0]));
            }
            _ => {}
        }
        // SAFETY: any action context will do.
        unsafe {
            (functions.WebSocketCompleteAction)(handle, token, octets as u32);
        }
        if action == WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION {
            let mut echo = Buffer::of_data(spare.as_mut_ptr(), spare.len() as u32);
            // SAFETY: the payload stays as it is until the next round.
            let sent = unsafe {
                (functions.WebSocketSend)(
                    handle,
                    WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE,
                    &raw mut echo,
                    ptr::null_mut(),
                )
            };
            assert_eq!(sent, S_OK);
        }
    }
    assert_eq!(black_box(&*wire).len(), PAYLOAD + 2);
}

fn octets_of(buffer: &Buffer) -> &[u8] {
    // SAFETY: an entry the library filled, of an action that is outstanding.
    let data = unsafe { buffer.data };
    // SAFETY: the same.
    unsafe { core::slice::from_raw_parts(data.buffer, data.length as usize) }
}
