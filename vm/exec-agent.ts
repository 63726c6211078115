import type { Credentials } from './guest-input.ts'

/** Name of the virtio-serial port that the agent listens on. */
export const execPortName = 'afloat.exec'

/**
 * The credentials that make an ordinary image run the command agent, so that the image itself has no such door.
 * PID 1 of systemd 256 or later turns `systemd.extra-unit.*` into a unit and `systemd.unit-dropin.*` into a
 * drop-in; the script stays where PID 1 keeps the credentials. Source: systemd-debug-generator(8).
 */
export function execCredentials(): Credentials {
  return {
    'afloat.exec-agent': agentScript,
    'systemd.extra-unit.afloat-exec.service': agentUnit,
    'systemd.unit-dropin.sysinit.target~afloat-exec': '[Unit]\nWants=afloat-exec.service\n',
  }
}

// Ordered after nothing, so that a boot that hangs can still be looked at. It is stopped at shutdown and at
// soft reboot like any service: if it survived it would pin the old root, and change what a scenario measures.
const agentUnit = `[Unit]
Description=Command agent of the test harness
DefaultDependencies=no
IgnoreOnIsolate=yes
Conflicts=shutdown.target
Before=shutdown.target
StartLimitIntervalSec=0

[Service]
ExecStart=/bin/sh /run/credentials/@system/afloat.exec-agent
Restart=always
RestartSec=200ms
TimeoutStopSec=2s
StandardInput=null
`

// POSIX sh, base64, head, timeout, flock. The port is found in /sys, as udev may not have run yet.
// It can be open only once at a time: commands get it closed (3>&-), or a left-over one would lock out the next agent.
const agentScript = `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
dir=/run/afloat-exec
rm -rf "$dir"; mkdir -m 700 "$dir"; cd /

find_port() {
  for p in /sys/class/virtio-ports/*; do
    [ -r "$p/name" ] && read -r name <"$p/name" && [ "$name" = ${execPortName} ] && port=/dev/\${p##*/}
  done
  [ -c "$port" ]
}
port=
until find_port; do sleep 0.2; done
exec 3<>"$port"

say() { flock "$dir/lock" printf '%s\\n' "$*" >&3; }
take() { head -c "$1" <&3 | base64 -d; }

run() {
  work=$dir/$1
  timeout -k 2 "$2" sh "$work.sh" <"$work.in" >"$work.out" 2>"$work.err" 3>&-
  code=$?
  {
    printf '@answer %s %s :' "$1" "$code"
    base64 <"$work.out" | tr -d '\\n'
    printf ' :'
    base64 <"$work.err" | tr -d '\\n'
    printf ' .\\n'
  } >"$work.frame"
  flock "$dir/lock" cat "$work.frame" >&3
  rm -f "$work".*
}

read -r session </proc/sys/kernel/random/uuid
say "@hello $session ."
while read -r tag for id mode limit script_length input_length <&3; do
  [ "$tag" = @run ] || continue
  take "$script_length" >"$dir/$id.sh"
  take "$input_length" >"$dir/$id.in"
  [ "$for" = "$session" ] || { rm -f "$dir/$id".*; continue; }
  say "@started $id ."
  if [ "$mode" = detach ]; then
    (sleep 0.3; exec sh "$dir/$id.sh") <"$dir/$id.in" >/dev/null 2>&1 3>&- &
    say "@answer $id 0 : : ."
  else
    run "$id" "$limit" &
  fi
done
`
