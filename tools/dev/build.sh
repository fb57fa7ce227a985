# Configure and build a CMake preset.

# Two gigabytes a job, so that a small machine is slow instead of out of memory.
build_jobs() {
  local cores memory_jobs
  cores=$(nproc)
  memory_jobs=$(awk '/^MemTotal/ { jobs = int($2 / 2097152); print jobs < 1 ? 1 : jobs }' /proc/meminfo)
  printf '%s' "${LIFEBOAT_JOBS:-$((cores < memory_jobs ? cores : memory_jobs))}"
}

# build_preset PRESET [TARGET]: everything that the preset builds, or the target.
build_preset() {
  local preset=$1
  grep -q "\"name\": \"$preset\", \"inherits\"" CMakePresets.json ||
    fail "there is no preset '$preset'" "presets: release, debug, asan, tsan, clang, fuzz"
  # Ninja configures again by itself when a CMake file changed.
  [ -e "build/$preset/build.ninja" ] || must_stage "configuring $preset" "configure-$preset" cmake --preset "$preset"
  must_stage "building $preset" "build-$preset" cmake --build --preset "$preset" -j "$(build_jobs)" ${2:+--target "$2"}
}

cpp_files() { find src events pg tests bench fuzz \( -name '*.cc' -o -name '*.c' -o -name '*.h' \) -print0 2>/dev/null; }
