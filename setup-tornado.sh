#!/bin/sh
# Installs TornadoVM's SDK into ~/.skipstone/tornadovm, where ./skipstone finds it.
#   SKIPSTONE_TORNADO_URL   a folder of a server that holds the archives, instead of the project's own
set -eu

version=5.2.0
jdk=25
project=https://github.com/beehive-lab/TornadoVM
releases=https://api.github.com/repos/beehive-lab/TornadoVM/releases/tags

home=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source=.mvn/find-jdk.sh
. "$home/.mvn/find-jdk.sh"
# shellcheck source=.mvn/tornado-sdk.sh
. "$home/.mvn/tornado-sdk.sh"

usage() {
  cat <<END
Usage: ./setup-tornado.sh [--backend opencl|ptx] [--from FILE] [--sha256 HEX]
       ./setup-tornado.sh --check | --remove
Installs TornadoVM $version for JDK $jdk into $tornado_root.
  --backend NAME  what its kernels are compiled to: opencl (default), or ptx for NVIDIA's CUDA
  --from FILE     install this archive, downloaded elsewhere, instead of fetching it
  --sha256 HEX    the checksum that the archive must have
  --check         say what is installed and which devices it sees
  --remove        remove what was installed
END
}

fail() {
  echo "setup-tornado.sh: $*" >&2
  exit 1
}

wrong_usage() {
  echo "setup-tornado.sh: $*" >&2
  usage >&2
  exit 2
}

action=install
backend=opencl
from=
sum=
while [ $# -gt 0 ]; do
  case $1 in
    --backend | --from | --sha256)
      [ $# -ge 2 ] || wrong_usage "$1 needs a value"
      case $1 in
        --backend) backend=$2 ;;
        --from) from=$2 ;;
        --sha256) sum=$2 ;;
      esac
      shift
      ;;
    --check) action=check ;;
    --remove) action=remove ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) wrong_usage "unknown option $1" ;;
  esac
  shift
done
case $backend in
  opencl | ptx) ;;
  *) wrong_usage "--backend is opencl or ptx, not $backend" ;;
esac
if [ -n "$sum" ]; then
  sum=$(printf '%s' "$sum" | tr 'A-F' 'a-f')
  case $sum in
    *[!0-9a-f]*) wrong_usage '--sha256 takes 64 hexadecimal digits' ;;
  esac
  [ ${#sum} -eq 64 ] || wrong_usage '--sha256 takes 64 hexadecimal digits'
fi

# find_platform: sets platform, named as in the archives.
find_platform() {
  system=$(uname -s)
  machine=$(uname -m)
  case $system-$machine in
    Linux-x86_64 | Linux-amd64) platform=linux-amd64 ;;
    Linux-aarch64 | Linux-arm64) platform=linux-aarch64 ;;
    Darwin-arm64 | Darwin-aarch64) platform=mac-aarch64 ;;
    Darwin-x86_64) platform=mac-amd64 ;;
    *) fail "TornadoVM runs on Linux (x86-64, aarch64) and macOS; this is $system on $machine" ;;
  esac
}

# interruptible COMMAND...: in the background, so that a signal reaches the trap at once.
interruptible() {
  "$@" &
  child=$!
  status=0
  wait "$child" || status=$?
  child=
  return "$status"
}

# fetch URL FILE: fails with what went wrong in FILE.error.
fetch() {
  if command -v curl >/dev/null; then
    interruptible curl -fsSL --connect-timeout 20 -o "$2" "$1" 2>"$2.error"
  elif command -v wget >/dev/null; then
    interruptible wget -nv --tries=2 --timeout=20 -O "$2" "$1" 2>"$2.error"
  else
    echo 'neither curl nor wget is installed' >"$2.error"
    return 1
  fi
}

sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1"
  else
    shasum -a 256 <"$1"
  fi | cut -d ' ' -f 1
}

# first_sum FILE: prints the checksum that the file begins with, where it does.
first_sum() {
  sed -n '1s/^\([0-9a-fA-F]\{64\}\).*/\1/p' "$1" | tr 'A-F' 'a-f'
}

# published: prints a line for each archive that the project publishes: its checksum or -, its name.
published() {
  sed '/^#/d' "$home/.mvn/tornado-sdk.sha256"
}

# find_sum: sets sum to the archive's checksum: as asked for, as this project noted it, as a file beside
# the archive tells it, or as the server of the project's releases does.
find_sum() {
  [ -z "$sum" ] || return 0
  sum=$(published | awk -v name="$name" '$2 == name && $1 != "-" { print $1 }')
  [ -z "$sum" ] || return 0
  if [ -n "$from" ]; then
    [ ! -r "$from.sha256" ] || sum=$(first_sum "$from.sha256")
    [ -n "$sum" ] || fail "no checksum is known for $name: give the one that its publisher tells" \
      "($project/releases) with --sha256"
  elif fetch "$url.sha256" "$new/sum"; then
    sum=$(first_sum "$new/sum")
  elif [ -z "${SKIPSTONE_TORNADO_URL:-}" ] && fetch "$releases/v$version-jdk$jdk" "$new/sum"; then
    sum=$(tr ',' '\n' <"$new/sum" | sed -n \
      "/\"name\": *\"$name\"/,/\"digest\"/s/.*\"digest\": *\"sha256:\([0-9a-f]\{64\}\)\".*/\1/p")
  fi
  reason=$(tail -n 1 "$new/sum.error" 2>/dev/null || :)
  [ -n "$sum" ] || fail "could not learn the checksum of $url (${reason:-none is told}): get the" \
    'archive on another machine, and install it with --from and --sha256'
}

# get_archive: sets archive to a file whose checksum is right.
get_archive() {
  name=tornadovm-$version-jdk$jdk-$backend-$platform.zip
  if [ -n "$from" ]; then
    if [ ! -f "$from" ] || [ ! -r "$from" ]; then
      fail "cannot read $from"
    fi
    name=$(basename -- "$from")
    archive=$(CDPATH='' cd -- "$(dirname -- "$from")" && pwd -P)/$name
    find_sum
  else
    published | grep -Fq "  $name" ||
      fail "TornadoVM $version is not published with $backend for $system on $machine:" \
        "build it from source ($project), zip the SDK's folder and install that with --from and --sha256"
    url=${SKIPSTONE_TORNADO_URL:-$project/releases/download/v$version-jdk$jdk}/$name
    archive=$new/$name
    find_sum
    echo "downloading $url ..."
    fetch "$url" "$archive" ||
      fail "could not download $url ($(tail -n 1 "$archive.error")):" \
        'get it on another machine, and install it with --from'
  fi
  actual=$(sha256 "$archive")
  [ "$actual" = "$sum" ] ||
    fail "$archive is damaged or not the right file: its SHA-256 is $actual, but should be $sum"
}

# unpack: sets sdk to the folder of the unpacked SDK.
unpack() {
  mkdir "$new/sdk"
  # Every JDK can unpack it; unzip is not everywhere.
  interruptible "$JAVA_HOME/bin/jar" --extract --file "$archive" --dir "$new/sdk" 2>/dev/null ||
    fail "could not unpack $archive: it is cut off, or the disk is full"
  sdk=$new/sdk
  is_tornado "$sdk" || for sdk in "$new"/sdk/*/; do
    sdk=${sdk%/}
    break
  done
  is_tornado "$sdk" || fail "$archive is not an SDK of TornadoVM: it has no tornado-argfile.template"
  found=$(tornado_version "$sdk")
  [ "$(tornado_jdk "$sdk")" = "$jdk" ] ||
    fail "$archive is TornadoVM $found, for another JDK: Skipstone runs on JDK $jdk, take $version-jdk$jdk"
  [ "$found" = "$version-jdk$jdk" ] ||
    fail "$archive is TornadoVM $found: Skipstone is made for $version-jdk$jdk"
  grep -q "$backend-backend" "$sdk/etc/tornado.backend" ||
    fail "$archive has no $backend backend ($(cat "$sdk/etc/tornado.backend"))"
  case $platform in
    linux-*) library=so ;;
    *) library=dylib ;;
  esac
  set -- "$sdk"/lib/*."$library"
  [ -e "$1" ] || fail "$archive is an SDK for another platform than $platform"
  chmod +x "$sdk"/bin/* # zip files that jar unpacks lose it
}

install() {
  find_platform
  target=$tornado_root/$version-$backend
  if is_tornado "$target"; then
    ln -sfn "$version-$backend" "$tornado_root/current"
    echo "TornadoVM $version ($backend) is already installed in $target"
    return
  fi
  find_jdk "$jdk" "$jdk"
  new=$tornado_root/.new.$$
  child=
  trap 'rm -rf "$new"; remove_empty' EXIT
  trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 130' INT
  trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 143' TERM HUP
  for abandoned in "$tornado_root"/.new.*; do
    kill -0 "${abandoned##*.}" 2>/dev/null || rm -rf "$abandoned"
  done
  mkdir -p "$new" 2>/dev/null ||
    fail "cannot write to $tornado_root: make it writable, or set HOME to another folder"
  get_archive
  unpack
  rm -rf "$target" # half a folder, if anything
  mv "$sdk" "$target"
  ln -sfn "$version-$backend" "$tornado_root/current"
  echo "TornadoVM $version ($backend) is installed in $target"
  TORNADOVM_HOME=$target
  export TORNADOVM_HOME
  list_devices || :
}

# remove_empty: leaves no trace of an installation that failed, nor one of a removed one.
remove_empty() {
  rmdir "$tornado_root" "${tornado_root%/*}" 2>/dev/null || :
}

# list_devices: prints the devices that the SDK sees, or why it sees none.
list_devices() {
  set -f
  IFS='
'
  # With previews, Java compiles a source for the API of one release alone, without the SDK's modules.
  # shellcheck disable=SC2046 # an option a line
  set -- $(tornado_options | grep -vx -e --enable-preview)
  unset IFS
  set +f
  works=yes
  devices=$("$JAVA_HOME/bin/java" "$@" "$home/.mvn/TornadoDevices.java" 2>/dev/null) || works=
  if [ -n "$works" ] && [ -n "$devices" ]; then
    echo 'Devices:'
    printf '%s\n' "$devices"
    return 0
  fi
  case $devices in
    *'No OpenCL platforms'*)
      reason='no OpenCL driver is installed: install that of your GPU, or PoCL to use the processor'
      ;;
    *'JNI Library not found'* | *UnsatisfiedLinkError*)
      reason='the driver is missing: OpenCL needs libOpenCL and the GPU'"'"'s driver, PTX needs CUDA'"'"'s'
      ;;
    '') reason='it sees no device' ;;
    *) reason=$(printf '%s\n' "$devices" | tail -n 1) ;;
  esac
  echo "setup-tornado.sh: TornadoVM is installed but cannot run here: $reason" >&2
  return 1
}

check() {
  find_tornado || fail 'TornadoVM is not installed: ./setup-tornado.sh installs it'
  folder=$(CDPATH='' cd -- "$TORNADOVM_HOME" && pwd -P)
  echo "TornadoVM $(tornado_version "$folder") in $folder, $(sed -n 's/^tornado.backends=//p' \
    "$folder/etc/tornado.backend")"
  [ "$(tornado_jdk "$folder")" = "$jdk" ] ||
    fail "this SDK is for another JDK: Skipstone runs on JDK $jdk; ./setup-tornado.sh installs the right one"
  find_jdk "$jdk" "$jdk"
  list_devices
}

remove() {
  if [ ! -e "$tornado_root" ]; then
    echo 'TornadoVM is not installed'
    return
  fi
  rm -rf "$tornado_root" 2>/dev/null || fail "could not remove $tornado_root"
  remove_empty
  echo "removed $tornado_root"
}

"$action"
