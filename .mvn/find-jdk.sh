# shellcheck shell=sh
# Sourced by ./skipstone and ./run-tests. Finds a JDK without starting a JVM: the version stands in
# the file "release" of each JDK.

# is_jdk HOME MINIMUM [MAXIMUM]: whether HOME has a compiler of such a feature version.
is_jdk() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r jdk_key jdk_value; do
    if [ "$jdk_key" = JAVA_VERSION ]; then
      jdk_value=${jdk_value#\"}
      jdk_value=${jdk_value%%[!0-9]*}
      [ -n "$jdk_value" ] && [ "$jdk_value" -ge "$2" ] && [ "$jdk_value" -le "${3:-$jdk_value}" ]
      return
    fi
  done <"$1/release"
  return 1
}

# java_on_path: prints the home of the java on the PATH, symbolic links followed.
java_on_path() {
  jdk_java=$(command -v java) || return 1
  while [ -L "$jdk_java" ]; do
    jdk_link=$(readlink "$jdk_java")
    case $jdk_link in
      /*) jdk_java=$jdk_link ;;
      *) jdk_java=${jdk_java%/*}/$jdk_link ;;
    esac
  done
  case $jdk_java in
    */bin/java) printf '%s\n' "${jdk_java%/bin/java}" ;;
    *) return 1 ;;
  esac
}

# find_jdk MINIMUM [MAXIMUM]: sets JAVA_HOME, or says what is missing and fails. The java on the PATH is
# looked at only after JAVA_HOME, and folders only after that: what was chosen by hand wins.
find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && is_jdk "$JAVA_HOME" "$@"; then
    export JAVA_HOME
    return 0
  fi
  if jdk_home=$(java_on_path) && is_jdk "$jdk_home" "$@"; then
    JAVA_HOME=$jdk_home
    export JAVA_HOME
    return 0
  fi
  for jdk_home in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/*jdk* /usr/local/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${HOME:-/}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.jbang/cache/jdks/* \
    "${HOME:-/}"/.local/share/mise/installs/java/* "${HOME:-/}"/.asdf/installs/java/*; do
    if is_jdk "$jdk_home" "$@"; then
      JAVA_HOME=$jdk_home
      export JAVA_HOME
      return 0
    fi
  done
  jdk_found=none
  if [ -n "${JAVA_HOME:-}" ]; then
    jdk_found="JAVA_HOME, $JAVA_HOME, is not one"
  elif jdk_home=$(java_on_path); then
    jdk_found="the java on the PATH, in $jdk_home, is not one"
  fi
  jdk_wanted="$1 or later"
  [ "${2:-}" != "$1" ] || jdk_wanted=$1
  printf '%s: needs a JDK %s, and found none (%s).\n' "${0##*/}" "$jdk_wanted" "$jdk_found" >&2
  printf '  Install one (adoptium.net, or your package manager), or set JAVA_HOME to its folder.\n' >&2
  return 1
}

# find_maven ROOT: sets MAVEN to a Maven 3.8 or later: the one on the PATH, else ROOT's wrapper, which
# downloads one. Maven's version stands in the name of its core library.
find_maven() {
  if MAVEN=$(command -v mvn) && maven_is_recent "$MAVEN"; then
    return 0
  fi
  MAVEN=$1/mvnw
  if command -v unzip >/dev/null || [ -d "${MAVEN_USER_HOME:-${HOME:-/}/.m2}/wrapper" ]; then
    return 0
  fi
  printf '%s: needs Maven 3.8 or later, or unzip to fetch it with. Install one of them.\n' \
    "${0##*/}" >&2
  return 1
}

maven_is_recent() {
  maven_bin=$1
  while [ -L "$maven_bin" ]; do
    jdk_link=$(readlink "$maven_bin")
    case $jdk_link in
      /*) maven_bin=$jdk_link ;;
      *) maven_bin=${maven_bin%/*}/$jdk_link ;;
    esac
  done
  for maven_core in "${maven_bin%/*}"/../lib/maven-core-*.jar; do
    case ${maven_core##*/maven-core-} in
      3.[0-7].* | 2.*) return 1 ;;
      *.jar) [ -e "$maven_core" ] && return 0 ;;
    esac
  done
  # A distribution that keeps its libraries elsewhere: ask it.
  case $("$1" -v 2>/dev/null) in
    *'Apache Maven 3.'[0-7].* | *'Apache Maven 2.'*) return 1 ;;
    *'Apache Maven '*) return 0 ;;
  esac
  return 1
}
