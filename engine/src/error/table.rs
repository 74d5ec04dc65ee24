//! Errors as tables: a line for each, with all that is known of it.

/// Makes an error's enum from a table.
///
/// A line is a variant's documentation, its name, and its facts, which are what the tuple named
/// behind the enum is made of.
macro_rules! error_table {
    (
        $(#[$about:meta])+
        $error:ident: $facts:ident;

        $( $(#[doc = $doc:literal])+ $name:ident: $($fact:expr),+; )+
    ) => {
        $(#[$about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $error { $( $(#[doc = $doc])+ $name, )+ }

        impl $error {
            /// Every variant, in the order of the table.
            pub const ALL: &[Self] = &[ $( Self::$name, )+ ];

            /// The variant's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => stringify!($name), )+ }
            }

            const fn facts(self) -> $facts {
                match self { $( Self::$name => $facts($($fact),+), )+ }
            }
        }
    };
}

pub(crate) use error_table;
