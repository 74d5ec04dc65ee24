//! Names near a misspelt one.

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

/// How many characters must be put in, left out or replaced to make one word of the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in b.chars().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(a != b)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, wanted) in [
            ("", "", 0),
            ("abc", "", 3),
            ("abc", "abd", 1),
            ("kitten", "sitting", 3),
            ("ab", "ba", 2),
        ] {
            assert_eq!((distance(a, b), distance(b, a)), (wanted, wanted), "{a} {b}");
        }
    }

    #[test]
    fn misspelt_ids_folders_and_last_parts_are_found() {
        assert_eq!(near("close"), ["close/*"]);
        assert_eq!(near("close/code/"), ["close/code/*"]);
        assert_eq!(near("close/code/reserved-1O05")[0], "close/code/reserved-1005");
        assert_eq!(near("reserved-1005")[0], "close/code/reserved-1005");
        assert!(near("zzzzzzzzzzzz").is_empty());
    }
}
