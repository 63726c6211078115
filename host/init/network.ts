import { type Cmdline, type IpSetting, parseIp } from '@afloat/cmdline'
import type { Sys } from '../sys/sys.ts'
import { listModaliases } from './drivers.ts'
import { initError } from './errors.ts'
import { inStage } from './usr.ts'

/** The interface that was brought up for provisioning. */
export type Network = { readonly device: string; readonly summary: string }

const resolvConf = '/run/systemd/resolve/stub-resolv.conf'
const dhcpScript = '/run/afloat/dhcp'
const patienceMs = 60_000

/**
 * Brings one Ethernet interface up as `ip=` says, by DHCP when it says nothing.
 * Throws `init/no-network` with what was tried after a minute, `init/bad-parameter` for an unreadable `ip=`.
 */
export async function networkUp(sys: Sys, cmdline: Cmdline): Promise<Network> {
  const setting = readSetting(cmdline)
  if (setting.kind === 'off') {
    throw initError('init/no-network', 'Cannot fetch the configuration: ip=off forbids the network', {
      hint: 'Remove "ip=off" from the kernel command line, or provide the configuration locally',
    })
  }
  sys.run(inStage(['modprobe', '-q', '-a', ...listModaliases(sys)]))
  sys.run(['ip', 'link', 'set', 'lo', 'up'])
  const devices = await waitForDevices(sys, setting.device)
  for (const device of devices) sys.run(['ip', 'link', 'set', device, 'up'])
  return setting.kind === 'static' ? setStatic(sys, devices[0]!, setting) : askForAddress(sys, devices)
}

/** Leaves the interface as it was found, so that the system's own network service starts from nothing. */
export function networkDown(sys: Sys, network: Network): void {
  sys.run(['ip', 'addr', 'flush', 'dev', network.device])
  sys.run(['ip', 'link', 'set', network.device, 'down'])
  sys.remove(resolvConf)
}

function readSetting(cmdline: Cmdline): IpSetting {
  const value = cmdline.get('ip')
  if (value === undefined || value === '') return { kind: 'dhcp' }
  const setting = parseIp(value)
  if (typeof setting === 'string') {
    throw initError('init/bad-parameter', setting, { hint: 'Correct "ip=" on the kernel command line' })
  }
  return setting
}

/** Returns the named interface, else all Ethernet interfaces, as soon as there is one. */
async function waitForDevices(sys: Sys, wanted: string | undefined): Promise<string[]> {
  const events = sys.watch(['uevent'])
  const end = sys.uptimeMs() + patienceMs
  try {
    for (;;) {
      const devices = listEthernet(sys).filter((name) => wanted === undefined || name === wanted)
      if (devices.length > 0) return devices
      const leftMs = end - sys.uptimeMs()
      if (leftMs <= 0) throw noDevice(wanted)
      await events.nextLine(Math.min(leftMs, 2_000))
    }
  } finally {
    events.stop()
  }
}

function noDevice(wanted: string | undefined) {
  return initError(
    'init/no-network',
    `Cannot find network interface ${wanted === undefined ? 'of any kind' : `"${wanted}"`}`,
    {
      hint: 'Check the cable, the virtual machine definition, or the device name in "ip="',
    },
  )
}

/** Physical Ethernet: ARPHRD type 1 with a device behind it. */
function listEthernet(sys: Sys): string[] {
  return (sys.list('/sys/class/net') ?? []).filter((name) => {
    const home = `/sys/class/net/${name}`
    return sys.readText(`${home}/type`)?.trim() === '1' && sys.exists(`${home}/device`)
  })
}

function setStatic(sys: Sys, device: string, setting: Extract<IpSetting, { kind: 'static' }>): Network {
  sys.mustRun(['ip', 'addr', 'add', `${setting.address}/${setting.prefix}`, 'dev', device])
  if (setting.gateway !== undefined)
    sys.mustRun(['ip', 'route', 'add', 'default', 'via', setting.gateway, 'dev', device])
  sys.makeDirs('/run/systemd/resolve')
  sys.writeFile(resolvConf, setting.nameservers.map((address) => `nameserver ${address}\n`).join(''))
  return { device, summary: `${device} has ${setting.address}/${setting.prefix}` }
}

/** Asks on each interface in turn: 5 tries of 3 s are what a spanning-tree port needs to open. */
function askForAddress(sys: Sys, devices: readonly string[]): Network {
  sys.makeDirs('/run/systemd/resolve')
  sys.makeDirs('/run/afloat')
  sys.writeFile(dhcpScript, dhcpScriptText, { mode: 0o755 })
  for (const device of devices) {
    const { code } = sys.run([
      'udhcpc',
      '-i',
      device,
      '-n',
      '-q',
      '-f',
      '-t',
      '10',
      '-T',
      '3',
      '-s',
      dhcpScript,
    ])
    if (code !== 0) continue
    const address =
      sys.run(['ip', '-o', '-4', 'addr', 'show', 'dev', device]).stdout.split(/\s+/)[3] ?? 'an address'
    return { device, summary: `${device} has ${address}` }
  }
  throw initError('init/no-network', `Cannot get an address by DHCP on ${devices.join(', ')}`, {
    hint: 'Check the DHCP server, or give the address with "ip=" on the kernel command line',
  })
}

const dhcpScriptText = `#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip addr flush dev "$interface"
ip addr add "$ip/\${mask:-24}" dev "$interface"
[ -z "$router" ] || ip route replace default via "\${router%% *}" dev "$interface"
: > ${resolvConf}
for address in $dns; do echo "nameserver $address" >> ${resolvConf}; done
`
