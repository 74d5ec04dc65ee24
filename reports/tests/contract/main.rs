//! The contract as its users see it: through the public interface only.

mod diff;
mod expect;
mod kill;
mod made;
mod read;
mod source;
