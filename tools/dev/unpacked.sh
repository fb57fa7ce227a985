# Packages without root: downloaded by apt into the user's cache, unpacked there, and found through the environment.
# The unpacked tree is merged-usr like Debian's own root; its name is a hash of what it holds, so a changed list makes a new one.

unpacked_home=${XDG_CACHE_HOME:-$HOME/.cache}/lifeboat/packages

unpacked_tree() { printf '%s/%s' "$unpacked_home" "$(printf '%s\n' "$(dpkg --print-architecture)" "$@" | sha256sum | cut -c1-16)"; }

# use_unpacked NAME...: true, with the environment set, if these packages are unpacked already.
use_unpacked() {
  local tree
  tree=$(unpacked_tree "$@")
  [ -e "$tree/complete" ] || return 1
  write_environment "$tree" build/env.sh
  . build/env.sh
}

unpack_packages() {
  local tree
  tree=$(unpacked_tree "$@")
  mkdir -p "$unpacked_home"
  exec 9>"$unpacked_home/lock"
  flock 9
  if [ ! -e "$tree/complete" ]; then
    printf 'No root and no sudo: unpacking %d packages into %s\n' $# "$tree"
    rm -rf "$tree"
    mkdir -p "$tree"
    fetch_stage 'reading package lists' packages-lists update_lists "$tree"
    fetch_stage 'downloading packages' packages-download download_debs "$tree" "$@"
    must_stage 'unpacking packages' packages-unpack unpack_debs "$tree"
    touch "$tree/complete"
  fi
  exec 9>&-
  use_unpacked "$@"
}

# apt with every file that it writes inside the tree; it still reads the machine's sources, keys and installed packages.
private_apt() {
  local tree=$1
  shift
  apt-get -o Dir::State::Lists="$tree/apt/lists" -o Dir::Cache="$tree/apt/cache" -o Dir::Cache::archives="$tree/apt/debs" \
    -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)" -o APT::Keep-Downloaded-Packages=true -o Dpkg::Use-Pty=0 "$@"
}

update_lists() {
  mkdir -p "$1/apt/lists/partial" "$1/apt/cache" "$1/apt/debs/partial"
  private_apt "$1" update
  # A broken source of somebody else is survivable; no list at all is not.
  find "$1/apt/lists" -maxdepth 1 -type f -name '*_Packages*' | grep -q .
}

download_debs() {
  local tree=$1
  shift
  private_apt "$tree" install -y --no-install-recommends --no-remove --download-only "$@"
}

unpack_debs() {
  local tree=$1 deb
  mkdir -p "$tree/root/usr/lib" "$tree/root/usr/bin" "$tree/root/usr/sbin" "$tree/root/usr/lib64" "$tree/bin"
  ln -s usr/lib usr/bin usr/sbin usr/lib64 "$tree/root/"
  for deb in "$tree"/apt/debs/*.deb; do
    case ${deb##*/} in
      # The C library must be the one of the running system: its loader and its libraries belong together.
      libc6_* | libc-bin_*) continue ;;
    esac
    echo "${deb##*/}"
    dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner -C "$tree/root" || return
  done
  rm -rf "$tree/apt"
  relocate_tree "$tree/root" && write_compilers "$tree"
}

# Packages expect to live in /. What names an absolute path and is read by a build is pointed into the tree.
relocate_tree() {
  local root=$1 link target script
  find "$root" -type l -lname '/*' | while read -r link; do
    target=$(readlink "$link")
    [ ! -e "$root$target" ] || ln -sfn "$root$target" "$link"
  done
  find "$root/usr/lib" "$root/usr/share" -name '*.pc' -exec sed -i "s#=/usr#=$root/usr#" {} +
  script=$root/usr/lib/$(multiarch)/libc.so
  [ ! -e "$script" ] || sed -i "s# /usr/lib/# $root/usr/lib/#g" "$script"
  # Python's scripts name an interpreter that may be here alone.
  [ -x /usr/bin/python3 ] || grep -lI '^#! */usr/bin/python3' "$root"/usr/bin/* 2>/dev/null |
    xargs -r sed -i "1s|^#! */usr/bin/python3|#!$root/usr/bin/python3|"
  link_system_libraries "$root/usr/lib/$(multiarch)"
  relocate_alertmanager "$root/usr/bin/prometheus-alertmanager"
}

# Debian's Alertmanager reads its templates from a path that is compiled in and that no flag changes. The copy here looks
# in its working directory instead, where Lifeboat puts a link; the new path is as long as the old one.
relocate_alertmanager() {
  [ ! -e "$1" ] || sed -i 's#/usr/share/prometheus/alertmanager#alertmanager-share////////////////#g' "$1"
}

# A development package whose library is installed in the system has a link libx.so -> libx.so.1 that dangles here.
link_system_libraries() {
  local link name
  [ -d "$1" ] || return 0
  find "$1" -maxdepth 1 -xtype l | while read -r link; do
    name=$(basename "$(readlink "$link")")
    [ ! -e "/usr/lib/$(multiarch)/$name" ] || ln -sfn "/usr/lib/$(multiarch)/$name" "$link"
  done
}

multiarch() { printf '%s-linux-gnu' "$(uname -m)"; }

# The tree's headers come after the system's (libstdc++ relies on the order), and programs find the tree's
# libraries when they run, those of their libraries too (an old-style rpath; the new one is not inherited).
write_compilers() {
  local tree=$1 name real
  for name in gcc g++; do
    real=$tree/root/usr/bin/$name
    [ -x "$real" ] || real=/usr/bin/$name
    printf '#!/bin/sh\nexec "%s" "$@" -idirafter "%s" -idirafter "%s" -Wl,--disable-new-dtags,-rpath,"%s"\n' "$real" "$tree/root/usr/include/$(multiarch)" \
      "$tree/root/usr/include" "$tree/root/usr/lib/$(multiarch)" >"$tree/bin/$name"
    chmod 755 "$tree/bin/$name"
  done
}

# write_environment TREE FILE: what a shell sources to use the tree.
write_environment() {
  local usr=$1/root/usr arch
  arch=$(multiarch)
  mkdir -p "${2%/*}"
  cat >"$2" <<TEXT
# Written by ./dev: the Debian packages that are unpacked for this user. Source it to use them in your own shell.
export LIFEBOAT_PACKAGES='$1/root'
export PATH='$1/bin:$usr/lib/postgresql/15/bin:$usr/bin:$usr/sbin':"\$PATH"
export LD_LIBRARY_PATH='$usr/lib/$arch'\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
export LIBRARY_PATH='$usr/lib/$arch'\${LIBRARY_PATH:+:\$LIBRARY_PATH}
export CMAKE_PREFIX_PATH='$usr'\${CMAKE_PREFIX_PATH:+:\$CMAKE_PREFIX_PATH}
export PKG_CONFIG_PATH='$usr/lib/$arch/pkgconfig:$usr/share/pkgconfig'\${PKG_CONFIG_PATH:+:\$PKG_CONFIG_PATH}
export PYTHONPATH='$usr/lib/python3/dist-packages'\${PYTHONPATH:+:\$PYTHONPATH}
export CC='$1/bin/gcc' CXX='$1/bin/g++'
TEXT
}

show_environment_hint() {
  [ -z "${LIFEBOAT_PACKAGES:-}" ] || printf 'To use build/release/src/cli/lifeboat in your own shell: . build/env.sh\n'
}
