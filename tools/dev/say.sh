# What ./dev prints: one line a stage, with the time it took; the rest goes to a log.

# fail WHAT [NEXT]: ends the script with one line.
fail() {
  printf 'dev: %s%s\n' "$1" "${2:+ ($2)}" >&2
  exit 1
}

# elapsed_s START_NS: whole and tenth seconds since `date +%s%N` said START_NS.
elapsed_s() {
  local tenths=$((($(date +%s%N) - $1) / 100000000))
  printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
}

# ticker LABEL LOG START_NS: shows, on a terminal, how long the stage has run and the last line of its log.
ticker() {
  while kill -0 $$ 2>/dev/null; do
    printf '\r\033[K  %-34s %8s  %.60s' "$1" "$(elapsed_s "$3")" "$(tail -n 1 "$2" 2>/dev/null | tr -d '\r\033')"
    sleep 0.5
  done
}

# stage LABEL LOG COMMAND...: runs the command with its output in build/logs/LOG.log; says how it went; returns its status.
stage() {
  local label=$1 log=build/logs/$2.log start_ns ticker_pid= status=0
  shift 2
  mkdir -p build/logs
  : >"$log"
  start_ns=$(date +%s%N)
  if [ -t 1 ]; then
    ticker "$label" "$log" "$start_ns" &
    ticker_pid=$!
  fi
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ -n "$ticker_pid" ]; then
    kill "$ticker_pid" 2>/dev/null || true
    wait "$ticker_pid" 2>/dev/null || true
    printf '\r\033[K'
  fi
  if [ "$status" -eq 0 ]; then
    printf '  %-34s %8s\n' "$label" "$(elapsed_s "$start_ns")"
  else
    printf '  %-34s %8s  FAILED\n' "$label" "$(elapsed_s "$start_ns")"
  fi
  return "$status"
}

# must_stage: as stage, but a failure ends the script.
must_stage() { stage "$@" || show_failure "$1" "$2"; }

# show_failure LABEL LOG: ends the script with the end of the log and its path.
show_failure() {
  tail -n 25 "build/logs/$2.log" | sed 's/^/    /' >&2
  fail "$1 failed" "whole log: build/logs/$2.log"
}
