//! wslay, in C, by its functions for messages.

use core::ffi::{c_int, c_void};
use core::hint::black_box;
use core::ptr;

use wsproof_engine::Role;
use wsproof_engine::entropy::{Entropy, OsEntropy};

use crate::cell::{Sending, Stream, Work};
use crate::transport::Transport;

const WOULD_BLOCK: c_int = -401;
const BINARY: u8 = 2;

#[repr(C)]
struct Context(c_void);

#[repr(C)]
struct Received {
    rsv: u8,
    opcode: u8,
    message: *const u8,
    length: usize,
    status: u16,
}

#[repr(C)]
struct Queued {
    opcode: u8,
    message: *const u8,
    length: usize,
}

type Transfer = unsafe extern "C" fn(*mut Context, *mut u8, usize, c_int, *mut c_void) -> isize;

#[repr(C)]
struct Callbacks {
    receive: Transfer,
    send: Transfer,
    mask: unsafe extern "C" fn(*mut Context, *mut u8, usize, *mut c_void) -> c_int,
    frame_start: Option<unsafe extern "C" fn()>,
    frame_chunk: Option<unsafe extern "C" fn()>,
    frame_end: Option<unsafe extern "C" fn()>,
    message: unsafe extern "C" fn(*mut Context, *const Received, *mut c_void),
}

#[link(name = "wslay")]
unsafe extern "C" {
    fn wslay_event_context_server_init(
        context: *mut *mut Context,
        callbacks: *const Callbacks,
        user: *mut c_void,
    ) -> c_int;
    fn wslay_event_context_client_init(
        context: *mut *mut Context,
        callbacks: *const Callbacks,
        user: *mut c_void,
    ) -> c_int;
    fn wslay_event_context_free(context: *mut Context);
    fn wslay_event_recv(context: *mut Context) -> c_int;
    fn wslay_event_send(context: *mut Context) -> c_int;
    fn wslay_event_queue_msg(context: *mut Context, message: *const Queued) -> c_int;
    fn wslay_event_set_error(context: *mut Context, error: c_int);
}

/// What the callbacks are told of.
struct User {
    transport: Transport,
    octets: u64,
    entropy: OsEntropy,
}

struct Endpoint {
    context: *mut Context,
    user: *mut User,
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        // SAFETY: made by `open`, and not used any more.
        unsafe { wslay_event_context_free(self.context) };
        // SAFETY: likewise.
        drop(unsafe { Box::from_raw(self.user) });
    }
}

unsafe extern "C" fn receive_octets(
    context: *mut Context,
    buffer: *mut u8,
    length: usize,
    _: c_int,
    user: *mut c_void,
) -> isize {
    // SAFETY: wslay hands back what `open` gave it, and a buffer of this length.
    let (user, buffer) =
        unsafe { (&*user.cast::<User>(), core::slice::from_raw_parts_mut(buffer, length)) };
    let read = user.transport.read_into(buffer);
    if read == 0 {
        // SAFETY: the context that called.
        unsafe { wslay_event_set_error(context, WOULD_BLOCK) };
        return -1;
    }
    read as isize
}

unsafe extern "C" fn send_octets(
    _: *mut Context,
    octets: *mut u8,
    length: usize,
    _: c_int,
    user: *mut c_void,
) -> isize {
    // SAFETY: wslay hands back what `open` gave it, and octets of this length.
    let (user, octets) =
        unsafe { (&*user.cast::<User>(), core::slice::from_raw_parts(octets, length)) };
    user.transport.accept(octets);
    length as isize
}

unsafe extern "C" fn draw_mask(
    _: *mut Context,
    mask: *mut u8,
    length: usize,
    user: *mut c_void,
) -> c_int {
    // SAFETY: wslay hands back what `open` gave it, and room of this length.
    let (user, mask) =
        unsafe { (&mut *user.cast::<User>(), core::slice::from_raw_parts_mut(mask, length)) };
    user.entropy.fill(mask);
    0
}

unsafe extern "C" fn message(_: *mut Context, received: *const Received, user: *mut c_void) {
    // SAFETY: wslay hands back what `open` gave it, and a message that it received.
    let (user, received) = unsafe { (&mut *user.cast::<User>(), &*received) };
    user.octets += black_box(received.length) as u64;
}

fn open(transport: Transport, role: Role) -> Endpoint {
    let callbacks = Callbacks {
        receive: receive_octets,
        send: send_octets,
        mask: draw_mask,
        frame_start: None,
        frame_chunk: None,
        frame_end: None,
        message,
    };
    let user = Box::into_raw(Box::new(User { transport, octets: 0, entropy: OsEntropy::new() }));
    let mut context = ptr::null_mut();
    // SAFETY: the callbacks are copied, and the user outlives the context.
    let made = unsafe {
        match role {
            Role::Server => {
                wslay_event_context_server_init(&raw mut context, &callbacks, user.cast())
            }
            Role::Client => {
                wslay_event_context_client_init(&raw mut context, &callbacks, user.cast())
            }
        }
    };
    assert_eq!(made, 0);
    Endpoint { context, user }
}

pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let endpoint = open(transport.clone(), stream.role);
    Box::new(move || {
        // The whole of it, or it would be freed here.
        let endpoint = &endpoint;
        transport.rewind();
        // SAFETY: nobody else uses the context or its user meanwhile.
        unsafe {
            assert_eq!(wslay_event_recv(endpoint.context), 0);
            core::mem::take(&mut (*endpoint.user).octets)
        }
    })
}

pub(crate) fn send(sending: Sending) -> Work {
    let transport = Transport::new(&[], 0);
    let endpoint = open(transport.clone(), sending.role);
    Box::new(move || {
        let endpoint = &endpoint;
        for _ in 0..sending.messages {
            let (message, length) = (sending.payload.as_ptr(), sending.payload.len());
            let queued = Queued { opcode: BINARY, message, length };
            // SAFETY: the message is copied.
            unsafe {
                assert_eq!(wslay_event_queue_msg(endpoint.context, &queued), 0);
                assert_eq!(wslay_event_send(endpoint.context), 0);
            }
        }
        transport.take_sent()
    })
}
