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
    let mut words: Vec<&str> = items()
        .iter()
        .flat_map(|item| item.alias.as_deref().into_iter().chain([&*item.case.id]))
        .chain(items().iter().flat_map(|item| item.tags.iter().map(String::as_str)))
        .collect();
    words.sort_unstable();
    words.dedup();
    let wanted = filter.strip_prefix("tag:").unwrap_or(filter);
    // The last part of an id is what people remember.
    let far = |word: &str| {
        let last = word.rsplit('/').next().unwrap_or(word);
        distance(wanted, word).min(distance(wanted, last) + 1)
    };
    let limit = wanted.chars().count() / 3 + 1;
    let mut found: Vec<_> =
        words.into_iter().map(|word| (far(word), word)).filter(|(far, _)| *far <= limit).collect();
    found.sort_unstable();
    found.into_iter().take(MOST).map(|(_, word)| word.to_owned()).collect()
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
        assert!(near("zzzzzzzzzzzz").is_empty());
    }
}
