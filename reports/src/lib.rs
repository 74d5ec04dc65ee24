//! The report contract of wsproof.
