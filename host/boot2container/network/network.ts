import type { Interface } from '@afloat/boot2container'
import { dhcpScript } from '../../init/dhcp-script.ts'
import { listEthernet } from '../../init/ethernet.ts'
import { shellLine } from '../../sys/shell-line.ts'
import type { Sys } from '../../sys/sys.ts'
import { waitUntil } from '../../sys/wait-until.ts'
import { b2cError } from '../errors.ts'
import { places } from '../places.ts'
import type { Reporter } from '../report.ts'
import { interfaceScript, type NetworkPlan } from './plan-network.ts'

/** The network of the machine. It comes up beside other work, and is waited for by who needs it. */
export interface Network {
  /** Waits until the network is up. Throws `b2c/no-network` after a minute with what was tried, and then at once. */
  need(): void
  /** Waits `patienceMs` at most, and not at all where no cable is. Returns whether the network is up. */
  wish(patienceMs: number): boolean
}

const script = '/run/afloat/dhcp'
/** A script for each interface with DHCP that has more than what comes by it. */
const additions = '/run/afloat/network-additions'
const dhcpLog = '/run/afloat/dhcp.log'
const patienceMs = 60_000

/** Starts with the interfaces that are there. */
export function startNetwork(
  sys: Sys,
  report: Reporter,
  plan: NetworkPlan,
  options: { hostname: string },
): Network {
  // From before a soft reboot.
  for (const folder of [places.network, additions]) {
    sys.remove(folder, { recursive: true })
    sys.makeDirs(folder)
  }
  const { resolvConf, network: leases } = places
  sys.writeFile(script, dhcpScript({ resolvConf, leases, additions }), { mode: 0o755 })
  sys.run(['ip', 'link', 'set', 'lo', 'up'])
  const asked = new Set<string>()
  let failed: Error | undefined

  const look = (): void => {
    for (const one of wantedInterfaces(sys, plan)) {
      if (asked.has(one.name) || !sys.exists(`/sys/class/net/${one.name}`)) continue
      asked.add(one.name)
      setUp(sys, one, options.hostname)
    }
  }
  const isUp = (): true | undefined => {
    look()
    const up = (name: string) => sys.exists(`${places.network}/${name}`)
    const done = plan.kind === 'named' ? plan.interfaces.every(({ name }) => up(name)) : [...asked].some(up)
    return done && plan.kind !== 'off' ? true : undefined
  }
  look()
  return {
    need() {
      if (failed !== undefined) throw failed
      if (isUp()) return
      report.stage('network', undefined, () => {
        if (plan.kind !== 'off' && waitUntil(sys, patienceMs, isUp)) return
        failed = noNetwork(sys, plan, [...asked])
        throw failed
      })
    },
    wish(wishMs) {
      if (failed !== undefined || plan.kind === 'off') return false
      return isUp() ?? waitUntil(sys, hasCable(sys) ? wishMs : 0, isUp) ?? false
    },
  }
}

function wantedInterfaces(sys: Sys, plan: NetworkPlan): readonly Interface[] {
  switch (plan.kind) {
    case 'off':
      return []
    case 'any':
      return listEthernet(sys).map(byDhcp)
    case 'named':
      return plan.interfaces
    case 'first':
      return listEthernet(sys)
        .slice(0, 1)
        .map((name) => ({ ...plan.interface, name }))
  }
}

const byDhcp = (name: string): Interface => ({
  name,
  dhcp: true,
  addresses: [],
  routes: [],
  nameservers: [],
  forward: false,
})

/** The client stays: leases want to be renewed for as long as containers run. */
function setUp(sys: Sys, one: Interface, hostname: string): void {
  sys.run(['ip', 'link', 'set', one.name, 'up'])
  const lines = interfaceScript(one, shellLine)
  if (one.dhcp) {
    // Not before: the first lease takes other addresses away.
    const all = [...lines, ...nameserverLines(one).map((line) => `echo ${line}`)]
    if (all.length > 0) sys.writeFile(`${additions}/${one.name}`, `${all.join('\n')}\n`)
    const often = ['-t', '5', '-T', '1', '-A', '3']
    const ask = ['udhcpc', '-i', one.name, '-f', ...often, '-s', script, '-x', `hostname:${hostname}`]
    sys.spawnDetached(['sh', '-c', `exec ${shellLine(ask)} >> ${dhcpLog} 2>&1`])
    return
  }
  sys.run(['sh', '-c', lines.join('\n')])
  sys.writeFile(
    `${places.network}/${one.name}`,
    nameserverLines(one)
      .map((line) => `${line}\n`)
      .join(''),
  )
  sys.run(['sh', '-c', `cat ${places.network}/* > ${places.resolvConf}`])
}

function nameserverLines({ nameservers }: Interface): string[] {
  return nameservers.map((address) => `nameserver ${address}`)
}

/** A link that is still being negotiated counts: the kernel says so a moment after it is set up. */
function hasCable(sys: Sys): boolean {
  const read = (name: string, file: string) => sys.readText(`/sys/class/net/${name}/${file}`)?.trim()
  return listEthernet(sys).some((name) => {
    // One that its driver could not set up, for want of firmware say, has a carrier that cannot even be read.
    const isDown = (Number(read(name, 'flags') ?? interfaceUp) & interfaceUp) === 0
    return !isDown && read(name, 'carrier') !== '0'
  })
}

/** Source: Linux, include/uapi/linux/if.h, IFF_UP */
const interfaceUp = 1

function noNetwork(sys: Sys, plan: NetworkPlan, asked: readonly string[]) {
  const there = listEthernet(sys)
  const seen = there.length === 0 ? 'no Ethernet interface' : there.join(', ')
  if (plan.kind === 'off') {
    return b2cError('b2c/no-network', 'Cannot go on without a network: ip=off forbids it', {
      hint: 'Remove "ip=off" from the kernel command line, or have all images in the cache or in a seed',
    })
  }
  if (plan.kind === 'named') {
    const open = plan.interfaces.filter(({ name }) => !sys.exists(`${places.network}/${name}`))
    const names = open.map(({ name }) =>
      asked.includes(name) ? `${name} (no answer)` : `${name} (not there)`,
    )
    return b2cError('b2c/no-network', `Cannot bring up ${names.join(', ')}: found ${seen}`, {
      hint: 'Check cable and DHCP server, or correct the names in b2c.iface or "ip="',
    })
  }
  return b2cError('b2c/no-network', `Cannot get an address by DHCP: asked on ${seen}`, {
    hint: 'Check cable and DHCP server; a driver may be in the packs "modules" and "firmware"; or use b2c.iface',
  })
}
