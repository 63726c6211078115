#!/bin/busybox sh
# PID 1 of the initramfs. QuickJS cannot replace itself by another program, so this script is PID 1: it
# starts the TypeScript part, collects orphans while that runs, and then does what it was left to do.
/bin/busybox --install -s /bin 2>/dev/null
export PATH=/usr/sbin:/usr/bin TERM=linux
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /run
mkdir -p /run/afloat
# Without a console the kernel's own, which may be none, must do: a failed exec would end PID 1.
(: </dev/console >/dev/console) 2>/dev/null && exec </dev/console >/dev/console 2>&1
qjs --std --no-unhandled-rejection -m /usr/lib/afloat/init.js
code=$?
[ -r /run/afloat/next ] && . /run/afloat/next
# Reached only when the program died without saying what comes next, or what it said came to nothing.
echo "error: The initramfs program ended with code $code and left nothing to do (init/died)"
case " $(cat /proc/cmdline) " in
*" afloat.on_failure=hold "* | *" afloat.on_failure=shell "*)
  echo "hint: Power the machine off and on; if it happens again, boot the other slot from the boot menu"
  ;;
*)
  echo "hint: The machine restarts in 60 seconds; when the tries of this boot entry are used up, the other slot boots"
  sync
  sleep 60
  reboot -f
  ;;
esac
while :; do sleep 3600; done
