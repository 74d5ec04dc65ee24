//! What both sides agree on, and which offer an answer belongs to (RFC 6455 §4.1, §9.1).

use super::extension::Extension;

/// What both sides of a handshake agreed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    pub(crate) subprotocol: Option<usize>,
    pub(crate) extensions: Vec<AgreedExtension>,
}

impl Agreed {
    /// The subprotocol in use, as an index into the client's offer.
    #[must_use]
    pub const fn subprotocol(&self) -> Option<usize> {
        self.subprotocol
    }

    /// The extensions in use, in the server's order, which is the order they transform data in.
    #[must_use]
    pub fn extensions(&self) -> &[AgreedExtension] {
        &self.extensions
    }
}

/// An extension in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedExtension {
    index: usize,
    text: String,
    /// The offers of its name, all of them.
    offers: Vec<String>,
}

impl AgreedExtension {
    /// Which extension of the client's offer this accepts.
    ///
    /// An extension may be offered several times with different parameters. The first acceptance of
    /// its name counts for the first offer of that name, the second for the second, and so on.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// The server's answer, parameters included; [`Extension::parse`] reads it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The offers of its name, all of them, in their order: what the answer has to fit.
    pub fn offers(&self) -> impl Iterator<Item = &str> {
        self.offers.iter().map(String::as_str)
    }
}

/// Why an answer does not fit an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unmatched {
    /// The name was never offered.
    NotOffered,
    /// The name was offered, but each of its offers has been accepted already.
    Repeated,
}

/// Finds for each answer the first offer of its name that has not been accepted yet.
///
/// Ends at the first answer without one, so it looks at no more than `offered.len() + 1` answers. On
/// a client the offers are its own, on a server the answers are: the work is linear in the list of
/// the peer.
pub(crate) fn match_extensions(
    offered: &[Extension<'_>],
    answers: &[Extension<'_>],
) -> Result<Vec<AgreedExtension>, Unmatched> {
    let mut taken = vec![false; offered.len()];
    let mut agreed = Vec::new();
    for answer in answers {
        let mut unmatched = Unmatched::NotOffered;
        let mut slots = offered.iter().zip(&mut taken).enumerate();
        let slot = slots.find(|(_, (offer, taken))| {
            if offer.name() != answer.name() {
                return false;
            }
            unmatched = Unmatched::Repeated;
            !**taken
        });
        let (index, (_, taken)) = slot.ok_or(unmatched)?;
        *taken = true;
        let offers = offered.iter().filter(|offer| offer.name() == answer.name());
        let offers = offers.map(|offer| offer.text().to_owned()).collect();
        agreed.push(AgreedExtension { index, text: answer.text().to_owned(), offers });
    }
    Ok(agreed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_accepted_once_per_time_it_was_made() {
        let matched = |names: &[&str]| {
            let answers: Vec<_> =
                names.iter().map(|name| Extension::parse(name).unwrap()).collect();
            let offers = ["foo", "bar", "foo"].map(|name| Extension::parse(name).unwrap());
            match_extensions(&offers, &answers)
                .map(|agreed| agreed.iter().map(AgreedExtension::index).collect::<Vec<_>>())
        };
        assert_eq!(matched(&["bar", "foo", "foo; x"]), Ok(vec![1, 0, 2]));
        assert_eq!(matched(&["foo", "foo", "foo"]), Err(Unmatched::Repeated));
        assert_eq!(matched(&["bar", "Foo"]), Err(Unmatched::NotOffered));
    }
}
