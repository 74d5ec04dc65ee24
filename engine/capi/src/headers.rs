//! Header fields on their way to C and back.

use wsproof_capi_abi::HttpHeader;
use wsproof_engine::{Header, HeaderList};

use crate::hresult::Failure;
use crate::memory;

/// The fields of an array of the caller's.
///
/// # Safety
///
/// As for [`memory::values`], for the array and for each name and value in it.
pub(crate) unsafe fn read<'a>(
    start: *const HttpHeader,
    count: u32,
) -> Result<Vec<Header<'a>>, Failure> {
    // SAFETY: the caller vouches for the array.
    let fields: &'a [HttpHeader] = unsafe { memory::values(start, count) }?;
    let header = |field: &HttpHeader| {
        // SAFETY: the caller vouches for the name.
        let name: &'a [u8] = unsafe { memory::values(field.name, field.name_length) }?;
        // SAFETY: the caller vouches for the value.
        let value: &'a [u8] = unsafe { memory::values(field.value, field.value_length) }?;
        Ok(Header::new(name, value))
    };
    fields.iter().map(header).collect()
}

/// Header fields a C program was given, which stay where they are until the handle is deleted. Names
/// and values have terminators behind them, since programs use them as strings.
#[derive(Debug, Default)]
pub(crate) struct HeaderMemory {
    text: Vec<u8>,
    fields: Vec<HttpHeader>,
}

// SAFETY: the pointers lead into `text`, which moves along with them.
unsafe impl Send for HeaderMemory {}

impl HeaderMemory {
    /// Keeps these fields and says where they are and how many.
    pub(crate) fn keep(&mut self, headers: &HeaderList) -> (*mut HttpHeader, u32) {
        self.text = headers
            .pairs()
            .flat_map(|(name, value)| [name, value])
            .flat_map(|text| text.bytes().chain([0]))
            .collect();
        let mut rest: &mut [u8] = &mut self.text;
        let mut take = |octets: usize| {
            let (string, behind) = core::mem::take(&mut rest).split_at_mut(octets + 1);
            rest = behind;
            (string.as_mut_ptr(), u32::try_from(octets).unwrap_or(u32::MAX))
        };
        let field = |(name, value): (&str, &str)| {
            let ((name, name_length), (value, value_length)) =
                (take(name.len()), take(value.len()));
            HttpHeader { name, name_length, value, value_length }
        };
        self.fields = headers.pairs().map(field).collect();
        (self.fields.as_mut_ptr(), u32::try_from(self.fields.len()).unwrap_or(u32::MAX))
    }
}
