//! What every call of a C program passes through.

use core::mem;
use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use wsproof_capi_abi::{E_UNEXPECTED, Hresult};

use crate::hresult::{Failure, of_result};

/// Makes a result of a call: `S_OK`, its error, or `E_UNEXPECTED` for a panic.
///
/// An endpoint that panicked stays locked out by its broken lock, so nothing half done is seen
/// again.
#[inline(always)]
pub(crate) fn boundary(call: impl FnOnce() -> Result<(), Failure>) -> Hresult {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => of_result(result),
        Err(payload) => {
            // Dropping what was panicked with could panic again, outside of this boundary.
            mem::forget(payload);
            E_UNEXPECTED
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wsproof_capi_abi::{E_INVALIDARG, S_OK};

    #[test]
    fn results_pass_and_panics_do_not() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("a second time");
            }
        }
        assert_eq!(boundary(|| Ok(())), S_OK);
        assert_eq!(boundary(|| Err(Failure::INVALID_ARGUMENT)), E_INVALIDARG);
        assert_eq!(boundary(|| std::panic::panic_any(Bomb)), E_UNEXPECTED);
    }
}
