#!/usr/bin/env bash
# Builds every fuzz target into $OUT, each with its seeds, its dictionary and its options. Serves
# ClusterFuzzLite and OSS-Fuzz alike.
set -euo pipefail
cd "$SRC/wsproof"

# Optimising across crates takes minutes per target and makes none of them noticeably faster.
export CARGO_PROFILE_RELEASE_LTO=off

# What the targets are is asked of a program that is built as usual.
targets=$(env -u RUSTFLAGS cargo run --quiet --package wsproof-fuzz --example list -- targets)
RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/config/rustc-fuzz cargo fuzz build -O
folder=$(cargo metadata --format-version 1 --no-deps | grep -oP '"target_directory":"\K[^"]+')
host=$(rustc -vV | sed -n 's/^host: //p')

while IFS=$'\t' read -r name seeds dictionary longest; do
  cp "$folder/$host/release/$name" "$OUT/"
  cp "fuzz/dict/$dictionary" "$OUT/$name.dict"
  printf '[libfuzzer]\nmax_len = %s\ntimeout = 5\n' "$longest" >"$OUT/$name.options"
  corpus=("fuzz/seeds/$seeds")
  [ ! -d "fuzz/regressions/$name" ] || corpus+=("fuzz/regressions/$name")
  rm -f "$OUT/${name}_seed_corpus.zip"
  find "${corpus[@]}" -type f | LC_ALL=C sort | zip -q -j -@ "$OUT/${name}_seed_corpus.zip"
done <<<"$targets"
