#!/bin/sh
# Finds Chromium and a font with Chinese characters for the browser tests, or installs Debian's.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="chromium"
if ! command -v fc-list >/dev/null 2>&1 || [ -z "$(fc-list :lang=zh-cn family)" ]; then
  missing="$missing fontconfig fonts-wqy-microhei"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="no"; fi
if [ "$as_root" = "no" ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "The browser tests need Chromium and a font with Chinese characters: install them, on Debian with 'apt-get install $missing', and run make again." >&2
  exit 1
fi

echo "Installing $missing for the browser tests …"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install --yes --no-install-recommends -qq $missing >/dev/null
