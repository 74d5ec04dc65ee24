# What the scripts that fuzz have in common; sourced from the top folder.
#
# SANITIZER chooses how targets are built: `none` (any tool chain) unless it is set, or `address`,
# which needs a nightly one or RUSTC_BOOTSTRAP=1.

SANITIZER=${SANITIZER:-none}
# Optimising across crates takes minutes per target and makes none of them noticeably faster.
export CARGO_PROFILE_RELEASE_LTO=off

# Under AddressSanitizer, stacks of their own for locals cost a tenth of the time and can find nothing
# in safe code; nor does an input need memory held back, or stacks told, of thousands of inputs before.
ASAN_OPTIONS=detect_stack_use_after_return=0:quarantine_size_mb=16:malloc_context_size=4${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export ASAN_OPTIONS

# Builds the targets. The oracles compare far more than the engine does, and every comparison that
# is traced costs time: without traces the targets run two to four times as fast.
fuzz_build() {
  fuzz_cargo build "$@"
}

# fuzz_cargo COMMAND ARGUMENT...: cargo-fuzz with the options of this build.
fuzz_cargo() {
  local command=$1
  shift
  RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/config/rustc-fuzz \
    cargo fuzz "$command" --sanitizer "$SANITIZER" --no-trace-compares "$@"
}

# Installs cargo-fuzz where it is missing.
fuzz_tool() {
  cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz@0.13.2
}

# One line per target: name, folder of seeds, dictionary, longest input, with tabs between them.
# Arguments choose some by name.
fuzz_targets() {
  local all name
  all=$(cargo run --quiet --locked --package wsproof-fuzz --example list -- targets)
  if [ $# -eq 0 ]; then
    echo "$all"
    return
  fi
  for name in "$@"; do
    grep -P "^$name\t" <<<"$all" || { echo "there is no target $name" >&2; return 2; }
  done
}

# fuzz_run NAME SEEDS DICTIONARY LONGEST CORPUS SECONDS [OPTION]...: runs a target that is built.
# New inputs go to CORPUS; a finding is decoded, and how to see it again is said.
fuzz_run() {
  local name=$1 seeds=$2 dictionary=$3 longest=$4 corpus=$5 seconds=$6 log status=0 artifact
  shift 6
  log=$(mktemp)
  local inputs=("$corpus" "fuzz/seeds/$seeds")
  [ ! -d "fuzz/regressions/$name" ] || inputs+=("fuzz/regressions/$name")
  fuzz_cargo run "$name" "${inputs[@]}" -- \
    -max_total_time="$seconds" -dict="fuzz/dict/$dictionary" -max_len="$longest" -timeout=5 \
    -rss_limit_mb=2048 -print_final_stats=1 "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 60 "$log"
    artifact=$(grep -oE 'fuzz/artifacts/[^ ]+' "$log" | tail -n 1 || true)
    rm -f "$log"
    echo "$name: a finding" >&2
    if [ -n "$artifact" ]; then
      echo "see it again: cargo run --package wsproof-fuzz --bin $name -- $artifact" >&2
      cargo run --quiet --package wsproof-fuzz --bin "$name" -- "$artifact" >&2 || true
    fi
    return 1
  fi
  awk -v name="$name" '
    /^stat::number_of_executed_units/ { runs = $2 }
    /^stat::average_exec_per_sec/ { speed = $2 }
    / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
    END { printf "%-26s %10d runs %8d/s %6d edges\n", name, runs, speed, cov }' "$log"
  rm -f "$log"
}
