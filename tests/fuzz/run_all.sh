#!/bin/sh
# Gives every fuzz target of a build folder many inputs; for a build with -DEIF_SANITIZE=….
#
#   tests/fuzz/run_all.sh BUILD_FOLDER [RUNS] [SEED]
#
# Inputs that crash are left in the current folder.
set -eu
if [ $# -lt 1 ]; then
  echo "usage: $0 BUILD_FOLDER [RUNS] [SEED]" >&2
  exit 2
fi
programs=$1/tests/fuzz
runs=${2:-250000}
seed=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)

failed=0
for format in config declaration idx safetensors tokenizer toml; do
  "$programs/fuzz_$format" --runs "$runs" --seed "$seed" \
    --dictionary "$here/dictionary/$format.txt" "$here/corpus/$format" || failed=1
done
exit $failed
