#!/bin/sh
# Fails when a binary calls a vector intrinsic that the compiler did not inline: such a call costs several times the
# work it does, and nothing else would show it. Usage: scripts/check-inlined.sh BIN
set -eu
[ $# -eq 1 ] && [ -r "$1" ] || { echo "usage: $0 BIN" >&2; exit 2; }
listing=$(mktemp)
trap 'rm -f "$listing"' EXIT
objdump -d --no-show-raw-insn "$1" > "$listing" || { echo "$1: not a binary that objdump reads" >&2; exit 2; }
grep -q '<.*>:' "$listing" || { echo "$1: no symbols; build without stripping" >&2; exit 2; }
# Vector intrinsics live in core::core_arch and are named _mm_…, _mm256_… or _mm512_…; detection of the CPU does not count.
# Only callers of this workspace count: what compression libraries do with theirs is theirs.
ours='/^[0-9a-f]+ <.*>:$/ { own = /tissue_|vesicle/ } own && /(call|jmp)[a-z]* .*core_arch.*_mm(256|512)?_[a-z]/'
if awk "$ours" "$listing" | sort | uniq -c | sort -rn | head -20 | grep .; then
    echo "$1: intrinsics above are called, not inlined" >&2
    exit 1
fi
functions=$(grep -c '^[0-9a-f]* <.*\(tissue_\|vesicle\).*>:$' "$listing")
[ "$functions" -gt 100 ] || { echo "$1: only $functions functions of this workspace; is it built with symbols?" >&2; exit 2; }
echo "$1: no intrinsic is called in $functions functions"
