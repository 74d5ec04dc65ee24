//! Masking (RFC 6455 §5.3).

/// Masks or unmasks `octets`, the first of which is number `at` of its frame's payload.
pub fn mask(octets: &mut [u8], key: [u8; 4], at: u64) {
    let shift = (at % 4) as usize;
    let key = [0, 1, 2, 3].map(|i| key[(i + shift) % 4]);
    let wide = u64::from_ne_bytes([0, 1, 2, 3, 0, 1, 2, 3].map(|i| key[i]));
    let (words, rest) = octets.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (octet, key) in rest.iter_mut().zip(key.iter().cycle()) {
        *octet ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_formula_of_the_rfc_at_every_offset() {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        for at in 0..9u64 {
            let plain: Vec<u8> = (0..40).collect();
            let mut masked = plain.clone();
            mask(&mut masked, key, at);
            for (i, octet) in plain.iter().enumerate() {
                assert_eq!(masked[i], octet ^ key[(at as usize + i) % 4]);
            }
        }
    }
}
