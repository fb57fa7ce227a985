# ./dev test: builds, runs ctest, counts.

passed=0 failed=0 skipped=0

cmd_test() {
  local sanitizers=no browser=no filter=
  while [ $# -gt 0 ]; do
    case $1 in
      --sanitizers) sanitizers=yes ;;
      --browser) browser=yes ;;
      -*) fail "./dev test does not know '$1'" "./dev test [--sanitizers] [--browser] [NAME...]" ;;
      *) filter=${filter:+$filter|}$1 ;;
    esac
    shift
  done
  ensure_packages build run
  if [ $browser = yes ]; then ensure_browser; fi
  build_preset release
  run_tests release 'unit, golden and scenario tests' "$filter" -LE e2e -j 2
  run_tests release 'end-to-end tests' "$filter" -L e2e -j 2
  if [ $sanitizers = yes ]; then test_sanitizers "$filter"; fi
  closing_line
}

# Node may be there from elsewhere, whose package Debian's npm does not go with: only commands that are missing are installed.
ensure_browser() {
  local name missing=()
  for name in $(package_names browser); do
    command -v "${name/nodejs/node}" >/dev/null || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] || get_packages "${missing[@]}"
  # Without the registry the tests in a browser say what is missing, and are skipped.
  stage "libraries of the console's tests" npm-ci npm --prefix web ci --no-audit --no-fund || true
}

test_sanitizers() {
  local preset
  for preset in asan tsan; do
    build_preset "$preset"
    run_tests "$preset" "unit and scenario tests under $preset" "$1" -L 'unit|scenarios' -j 2
  done
}

# run_tests PRESET LABEL FILTER CTEST_OPTION...: runs and adds to the counts.
run_tests() {
  local preset=$1 label=$2 filter=$3 log results status=0
  shift 3
  log=test-$preset-$(printf '%s' "$label" | tr -c 'a-z\n' -)
  results=build/$preset/$log.xml
  rm -f "$results"
  [ -z "$filter" ] || set -- "$@" -R "$filter"
  stage "$label" "$log" $(fixed_addresses "$preset") ctest --test-dir "build/$preset" --output-on-failure --no-tests=ignore \
    --timeout 300 --output-junit "$PWD/$results" "$@" || status=$?
  count_results "$results" "$status" "$log"
}

# g++ 12's thread sanitizer can't live with the address randomisation of newer kernels.
fixed_addresses() {
  if [ "$1" = tsan ] && setarch -R true 2>/dev/null; then echo setarch -R; fi
}

junit_count() { sed -n "s/^[[:space:]]*$2=\"\([0-9]*\)\".*/\1/p;T;q" "$1"; }

count_results() {
  local results=$1 status=$2 log=$3 tests=0 bad=0 left_out=0
  if [ -e "$results" ]; then
    tests=$(junit_count "$results" tests) bad=$(junit_count "$results" failures) left_out=$(junit_count "$results" skipped)
  fi
  # ctest may fail without a failed test (a program that can't be run): that counts as one.
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1 tests=$((tests + 1)); fi
  if [ "$bad" -gt 0 ]; then
    sed -n '/^The following tests FAILED/,$p' "build/logs/$log.log" | sed 's/^/    /'
    show_failures "build/logs/$log.log"
    printf '    whole log: build/logs/%s.log\n' "$log"
  fi
  passed=$((passed + tests - bad - left_out)) failed=$((failed + bad)) skipped=$((skipped + left_out))
}

# What the failed tests printed, for whoever has only this output: the last lines of the first few.
show_failures() {
  awk '/^ *[0-9]+\/[0-9]+ Test +#/ { keep = /\*\*\*/; if (keep) { shown++; lines = 0 } }
    keep && shown <= 3 && lines++ < 60 { print "    | " substr($0, 1, 400) }' "$1"
}

# The last line is read by machines: its form does not change.
closing_line() {
  if [ $((passed + failed + skipped)) -eq 0 ]; then
    printf 'No test has such a name.\n'
    failed=1
  fi
  printf '%d passed, %d failed' "$passed" "$failed"
  if [ "$skipped" -gt 0 ]; then printf ', %d skipped' "$skipped"; fi
  printf '\n'
  [ "$failed" -eq 0 ]
}
