//! The contract as its users see it: through the public interface only.

mod autobahn;
mod diff;
mod expect;
mod kill;
mod made;
mod read;
mod schema;
mod snapshots;
mod source;
