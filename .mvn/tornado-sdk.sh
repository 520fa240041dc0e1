# shellcheck shell=sh
# Sourced by ./skipstone and ./setup-tornado.sh: where TornadoVM's SDK lies, and how Java runs with it.

tornado_root=${HOME:-/}/.skipstone/tornadovm

# is_tornado HOME: whether an SDK lies there.
is_tornado() {
  [ -r "$1/tornado-argfile.template" ] && [ -d "$1/share/java/tornado" ]
}

# find_tornado: sets and exports TORNADOVM_HOME, or fails where there is no SDK. One that was chosen by
# hand wins, and it is an error where it is none.
find_tornado() {
  if [ -z "${TORNADOVM_HOME:-}" ]; then
    is_tornado "$tornado_root/current" || return 1
    TORNADOVM_HOME=$tornado_root/current
  elif ! is_tornado "$TORNADOVM_HOME"; then
    printf '%s: TORNADOVM_HOME, %s, is not the folder of a TornadoVM SDK: it has no %s\n' \
      "${0##*/}" "$TORNADOVM_HOME" 'tornado-argfile.template. Unset it, or set it to the right one.' >&2
    exit 1
  fi
  export TORNADOVM_HOME
}

# tornado_version HOME: prints the SDK's version, such as 5.2.0-jdk25.
tornado_version() {
  sed -n 's/^version=//p' "$1/etc/tornado.release"
}

# tornado_jdk HOME: prints the version of the only JDK that the SDK runs on, such as 25; nothing where
# the SDK does not tell.
tornado_jdk() {
  tornado_version "$1" | sed -n 's/.*-jdk\([0-9]*\).*/\1/p'
}

# tornado_options: prints the options that the SDK at TORNADOVM_HOME needs, one a line. The choice of a
# garbage collector is the caller's: Java refuses two. The current folder is not searched for modules.
tornado_options() {
  tornado_home=$(printf '%s\n' "$TORNADOVM_HOME" | sed 's/[&|\\]/\\&/g')
  sed -e '/^#/d' -e '/^[[:space:]]*$/d' -e '/^-XX:+Use[A-Za-z0-9]*GC$/d' \
    -e 's/^\(--[a-z-]*\) /\1=/' -e 's/^--module-path=\.:/--module-path=/' \
    -e "s|\${TORNADOVM_HOME}|$tornado_home|g" "$TORNADOVM_HOME/tornado-argfile.template"
}
