# Debian packages: which are missing, and the three ways to get them.

# package_names SECTION...: the names that packages.txt lists in these sections.
package_names() {
  local wanted=" $* " section= line
  while read -r line; do
    line=${line%%#*}
    case $line in
      \[*\]*) section=${line#\[}; section=${section%%\]*} ;;
      ?*) case $wanted in *" $section "*) set -- $line; printf '%s\n' "$1" ;; esac ;;
    esac
  done <packages.txt
}

# missing_packages NAME...: those that dpkg does not report as installed.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p') || true
  printf '%s\n' "$@" | grep -vxF -e "$installed" || true
}

# ensure_packages SECTION...: afterwards every package of these sections can be used by this process. Without network if
# nothing is missing.
ensure_packages() {
  local names missing
  command -v dpkg-query >/dev/null || unsupported
  clean_up_after_killed_installation
  mapfile -t names < <(package_names "$@")
  mapfile -t missing < <(missing_packages "${names[@]}")
  [ ${#missing[@]} -eq 0 ] && return
  get_packages "${missing[@]}"
}

# get_packages NAME...: installs or unpacks these.
get_packages() {
  local missing=("$@")
  use_unpacked "${missing[@]}" && return
  check_distribution
  if [ "$(id -u)" -eq 0 ]; then
    fetch_stage "installing ${#missing[@]} packages" packages tools/dev/install-packages "${missing[@]}"
  elif may_sudo; then
    fetch_stage "installing ${#missing[@]} packages (sudo)" packages sudo tools/dev/install-packages "${missing[@]}"
  else
    unpack_packages "${missing[@]}"
  fi
}

# An installation that was killed may have left the policy that forbids service starts.
clean_up_after_killed_installation() {
  grep -qsF 'made by lifeboat/dev' /usr/sbin/policy-rc.d || return 0
  if [ "$(id -u)" -eq 0 ]; then
    tools/dev/install-packages
  elif sudo -n true 2>/dev/null; then
    sudo tools/dev/install-packages
  fi
}

# fetch_stage: as must_stage, and one plain line when there is no network.
fetch_stage() {
  stage "$@" && return
  if grep -qE 'Temporary failure resolving|Could not (resolve|connect)|Network is unreachable|Connection timed out' "build/logs/$2.log"; then
    fail 'packages are missing and there is no network to fetch them from' "whole log: build/logs/$2.log"
  fi
  show_failure "$1" "$2"
}

check_distribution() {
  command -v apt-get >/dev/null || unsupported
  (. /etc/os-release && [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ]) || unsupported
}

unsupported() {
  local name=
  [ -r /etc/os-release ] && name=$(. /etc/os-release && printf '%s' "${PRETTY_NAME:-}")
  fail "some packages of packages.txt are missing, and ./dev can install them on Debian 12 only; this is ${name:-an unknown system}" \
    "install them yourself, or use a Debian 12 machine or container"
}

# may_sudo: true if sudo works without a question, or after one that a person at the terminal answers.
may_sudo() {
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null && return
  [ -t 0 ] && [ -t 1 ] || return 1
  printf 'Some Debian packages are missing. Installing them needs your password (Ctrl-C or three wrong ones: they are unpacked into %s instead).\n' \
    "$unpacked_home"
  sudo -v
}
