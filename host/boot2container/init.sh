#!/bin/busybox sh
# PID 1. QuickJS cannot replace itself by another program, so this script is PID 1: it starts the TypeScript part,
# collects orphans while that runs, and then does what it was left to do, which may be to begin again.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=linux LC_ALL=C.UTF-8
if [ ! -e /proc/1 ]; then
  mount -t proc proc /proc
  mount -t sysfs sysfs /sys
  mount -t devtmpfs devtmpfs /dev
  mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /run
  mkdir -p /run/afloat
  # What most machines need is loaded while QuickJS reads the program, which then waits for it: see drivers.ts.
  modprobe -q -a overlay ext4 af_packet $(cat /sys/bus/virtio/devices/*/modalias 2>/dev/null) &
fi
rm -f /run/afloat/next
# Without a console the kernel's own, which may be none, must do: a failed exec would end PID 1.
(: </dev/console >/dev/console) 2>/dev/null && exec </dev/console >/dev/console 2>&1
qjs --std --no-unhandled-rejection -m /usr/lib/afloat/init.js
code=$?
[ -r /run/afloat/next ] && . /run/afloat/next
# Reached only when the program died without saying what comes next, or what it said came to nothing.
echo "error: The program of the initramfs ended with code $code and left nothing to do (b2c/died)"
read -r uptime _ < /proc/uptime
echo "[$uptime]: Execution is over, pipeline status: 1"
sync
case " $(cat /proc/cmdline) " in
*" b2c.on_finish=hold "*) while :; do sleep 3600; done ;;
*) echo "[$uptime]: It's now safe to turn off your computer" ;;
esac
poweroff -f
while :; do sleep 3600; done
