#!/bin/sh
# Stands where podman is until somebody calls it. podman is three quarters of this initramfs once unpacked, and a machine
# whose containers start from kept bundles does without. Without arguments it only puts podman in its place.
/usr/lib/afloat/unpack /usr/lib/afloat/podman.zst /usr/bin/podman || exit 125
[ $# = 0 ] || exec /usr/bin/podman "$@"
