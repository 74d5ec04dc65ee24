//! Names near a misspelt one.

use wsproof_cases::distance::distance;

use super::item::items;

/// At most this many are suggested.
const MOST: usize = 4;

/// What a filter that names no case may have meant, the nearest first.
pub(super) fn near(filter: &str) -> Vec<String> {
    let folder = format!("{}/", filter.trim_end_matches(['/', '*']));
    if items().iter().any(|item| item.case.id.starts_with(&folder)) {
        return vec![format!("{folder}*")];
    }
    let mut words: Vec<String> = items()
        .iter()
        .flat_map(|item| item.alias.clone().into_iter().chain([item.case.id.to_string()]))
        .chain(items().iter().flat_map(|item| item.tags.iter().map(|tag| format!("tag:{tag}"))))
        .collect();
    words.sort_unstable();
    words.dedup();
    // The last part of an id, a number or a tag is what people remember.
    let far = |word: &str| {
        let last = word.rsplit(['/', ':']).next().unwrap_or(word);
        distance(filter, word).min(distance(filter, last) + 1)
    };
    let limit = filter.chars().count() / 3 + 1;
    let mut found: Vec<_> =
        words.into_iter().map(|word| (far(&word), word)).filter(|(far, _)| *far <= limit).collect();
    found.sort_unstable();
    found.into_iter().take(MOST).map(|(_, word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_ids_folders_and_last_parts_are_found() {
        assert_eq!(near("close"), ["close/*"]);
        assert_eq!(near("close/code/"), ["close/code/*"]);
        assert_eq!(near("close/code/reserved-1O05")[0], "close/code/reserved-1005");
        assert_eq!(near("reserved-1005")[0], "close/code/reserved-1005");
        assert_eq!(near("7.9.4")[0], "ab:7.9.4");
        assert_eq!(near("tag:larg")[0], "tag:large");
        assert_eq!(near("many-frame")[0], "tag:many-frames");
        assert!(near("zzzzzzzzzzzz").is_empty());
        assert!(near("tag:nope").is_empty());
    }
}
