import { type Cmdline, type IpSetting, parseIp } from '@afloat/cmdline'
import type { Sys } from '../sys/sys.ts'
import { type DeviceEvents, deviceEvents } from './device-events.ts'
import { dhcpScript } from './dhcp-script.ts'
import { loadAllDrivers } from './drivers.ts'
import { initError } from './errors.ts'
import { listEthernet } from './ethernet.ts'
import { inStage } from './usr.ts'

/** The interface that was brought up for provisioning. */
export type Network = { readonly device: string; readonly summary: string }

const resolvConf = '/run/systemd/resolve/stub-resolv.conf'
const script = '/run/afloat/dhcp'
const leases = '/run/afloat/leases'
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
  sys.run(['ip', 'link', 'set', 'lo', 'up'])
  const events = deviceEvents(sys, inStage)
  try {
    loadAllDrivers(sys, inStage)
    const end = sys.uptimeMs() + patienceMs
    if (setting.kind === 'dhcp') return await askForAddress(sys, events, setting.device, end)
    const [device] = await waitForDevices(sys, events, setting.device, end)
    return setStatic(sys, device, setting)
  } finally {
    events.stop()
  }
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

/** Returns the named interface, else all Ethernet interfaces, as soon as there is one; they are up then. */
async function waitForDevices(
  sys: Sys,
  events: DeviceEvents,
  wanted: string | undefined,
  end: number,
): Promise<[string, ...string[]]> {
  for (;;) {
    const [first, ...others] = listEthernet(sys).filter((name) => wanted === undefined || name === wanted)
    if (first !== undefined) {
      for (const device of [first, ...others]) sys.run(['ip', 'link', 'set', device, 'up'])
      return [first, ...others]
    }
    const leftMs = end - sys.uptimeMs()
    if (leftMs <= 0) throw noDevice(wanted)
    await events.next(Math.min(leftMs, 2_000))
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

function setStatic(sys: Sys, device: string, setting: Extract<IpSetting, { kind: 'static' }>): Network {
  sys.mustRun(['ip', 'addr', 'add', `${setting.address}/${setting.prefix}`, 'dev', device])
  if (setting.gateway !== undefined)
    sys.mustRun(['ip', 'route', 'add', 'default', 'via', setting.gateway, 'dev', device, 'onlink'])
  sys.makeDirs('/run/systemd/resolve')
  sys.writeFile(resolvConf, setting.nameservers.map((address) => `nameserver ${address}\n`).join(''))
  return { device, summary: `${device} has ${setting.address}/${setting.prefix}` }
}

/**
 * Asks on each interface in turn, again and again: a port that runs the spanning tree opens after 30 s, and the
 * interface with the cable may be the last to appear.
 */
async function askForAddress(
  sys: Sys,
  events: DeviceEvents,
  wanted: string | undefined,
  end: number,
): Promise<Network> {
  sys.makeDirs('/run/systemd/resolve')
  sys.makeDirs(leases)
  sys.writeFile(script, dhcpScript({ resolvConf, leases }), { mode: 0o755 })
  for (;;) {
    const devices = await waitForDevices(sys, events, wanted, end)
    for (const device of devices) {
      const { code } = sys.run(['udhcpc', '-i', device, ...briefly, '-s', script])
      if (code !== 0) continue
      const address = sys.run(['ip', '-o', '-4', 'addr', 'show', 'dev', device]).stdout.split(/\s+/)[3]
      return { device, summary: `${device} has ${address ?? 'an address'}` }
    }
    if (sys.uptimeMs() >= end) throw noAnswer(devices)
    // udhcpc ends at once when it cannot ask at all.
    sys.sleepMs(500)
  }
}

/** Three requests, 3 s apart; ends with or without an answer. */
const briefly = ['-n', '-q', '-f', '-t', '3', '-T', '3']

function noAnswer(devices: readonly string[]) {
  return initError('init/no-network', `Cannot get an address by DHCP on ${devices.join(', ')}`, {
    hint: 'Check the DHCP server, or give the address with "ip=" on the kernel command line',
  })
}
