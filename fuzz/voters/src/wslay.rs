//! wslay, a C library, asked through its event interface. Needs libwslay; with the feature `wslay`.

#![expect(unsafe_code, reason = "the library is C's")]

use core::ffi::{c_int, c_void};
use core::{ptr, slice};

use wsproof_cases::Role;
use wsproof_cases::step::Kind;

use crate::Told;

/// `WSLAY_ERR_WOULDBLOCK` of `wslay.h`.
const WOULD_BLOCK: c_int = -401;

/// `wslay_event_context_ptr`.
type Context = *mut c_void;

/// `wslay_event_on_msg_recv_arg`.
#[repr(C)]
struct Received {
    rsv: u8,
    opcode: u8,
    message: *const u8,
    length: usize,
    status_code: u16,
}

/// `wslay_event_callbacks`: those that are left out may be null.
#[repr(C)]
struct Callbacks {
    receive: extern "C" fn(Context, *mut u8, usize, c_int, *mut c_void) -> isize,
    others: [*const c_void; 5],
    received: extern "C" fn(Context, *const Received, *mut c_void),
}

#[link(name = "wslay")]
unsafe extern "C" {
    fn wslay_event_context_server_init(
        context: *mut Context,
        callbacks: *const Callbacks,
        user: *mut c_void,
    ) -> c_int;
    fn wslay_event_context_client_init(
        context: *mut Context,
        callbacks: *const Callbacks,
        user: *mut c_void,
    ) -> c_int;
    fn wslay_event_recv(context: Context) -> c_int;
    fn wslay_event_set_error(context: Context, error: c_int);
    fn wslay_event_get_read_enabled(context: Context) -> c_int;
    fn wslay_event_get_close_received(context: Context) -> c_int;
    fn wslay_event_context_free(context: Context);
}

/// What the callbacks see: the rest of the stream, and what was told.
struct User<'a> {
    rest: &'a [u8],
    told: Vec<Told>,
}

extern "C" fn receive(
    context: Context,
    room: *mut u8,
    length: usize,
    _: c_int,
    user: *mut c_void,
) -> isize {
    // SAFETY: `user` is the `User` of `ask`, which outlives the context and is not used meanwhile.
    let user = unsafe { &mut *user.cast::<User<'_>>() };
    let (octets, rest) = user.rest.split_at(user.rest.len().min(length));
    if octets.is_empty() {
        // SAFETY: the context is the one that has called.
        unsafe { wslay_event_set_error(context, WOULD_BLOCK) };
        return -1;
    }
    // SAFETY: the library offers `length` octets of room, and there are no more octets than that.
    unsafe { ptr::copy_nonoverlapping(octets.as_ptr(), room, octets.len()) };
    user.rest = rest;
    octets.len() as isize
}

extern "C" fn received(_: Context, argument: *const Received, user: *mut c_void) {
    // SAFETY: as in `receive`; the argument lives as long as the call.
    let (user, argument) = unsafe { (&mut *user.cast::<User<'_>>(), &*argument) };
    let octets = if argument.length == 0 {
        Vec::new()
    } else {
        // SAFETY: the library says that there are so many octets.
        unsafe { slice::from_raw_parts(argument.message, argument.length) }.to_vec()
    };
    user.told.push(match argument.opcode {
        1 => Told::Message(Kind::Text, octets),
        2 => Told::Message(Kind::Binary, octets),
        9 => Told::Ping(octets),
        10 => Told::Pong(octets),
        _ if argument.status_code == 0 => Told::Close(1005),
        _ => Told::Close(argument.status_code),
    });
}

/// What the library tells of a stream.
pub(crate) fn ask(role: Role, stream: &[u8]) -> Vec<Told> {
    let callbacks = Callbacks { receive, others: [ptr::null(); 5], received };
    let mut user = User { rest: stream, told: Vec::new() };
    let pointer: *mut c_void = ptr::from_mut(&mut user).cast();
    let mut context: Context = ptr::null_mut();
    let create = match role {
        Role::Client => wslay_event_context_client_init,
        Role::Server => wslay_event_context_server_init,
    };
    // SAFETY: the library copies the callbacks; the user's data outlives the context, which is
    // freed below and used nowhere else.
    let fault = unsafe {
        if create(&raw mut context, &raw const callbacks, pointer) != 0 {
            return Vec::new();
        }
        let failed = wslay_event_recv(context) != 0;
        let deaf = wslay_event_get_read_enabled(context) == 0;
        let closed = wslay_event_get_close_received(context) != 0;
        wslay_event_context_free(context);
        failed || deaf && !closed
    };
    user.told.extend(fault.then_some(Told::Fault));
    user.told
}
