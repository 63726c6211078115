import type { Sys } from '../sys/sys.ts'
import type { Finding, Survivor } from './survivor.ts'

const nameServerPid = '/run/containers/networks/aardvark-dns/aardvark.pid'
const nameServerUnit = 'afloat-dns.service'

/** Finds what would cut survivors off for as long as the switch takes: addresses, and the names of other containers. */
export function checkNetwork(sys: Sys, survivors: readonly Survivor[]): Finding[] {
  return [...checkUplinks(sys, survivors), ...checkNameServer(sys, survivors)]
}

/** systemd-networkd drops what it has configured when it stops, unless told to keep it. */
function checkUplinks(sys: Sys, survivors: readonly Survivor[]): Finding[] {
  const reachable = survivors.filter(({ kind }) => kind !== 'network' && kind !== 'helper')
  if (reachable.length === 0) return []
  const findings: Finding[] = []
  for (const index of sys.list('/run/systemd/netif/links') ?? []) {
    const state = sys.readText(`/run/systemd/netif/links/${index}`) ?? ''
    const file = /^NETWORK_FILE=(.*)$/m.exec(state)?.[1]
    if (file === undefined || file === '') continue
    const dropIns =
      /^NETWORK_FILE_DROPINS="?(.*?)"?$/m
        .exec(state)?.[1]
        ?.split(/[ :]+/)
        .filter((path) => path !== '') ?? []
    if (keeps(sys, [file, ...dropIns])) continue
    const text = `the network port configured by ${file} loses its addresses during a soft reboot`
    const remedy = `Set "KeepConfiguration=yes" in [Network] of ${file}, and run: networkctl reload`
    for (const { unit } of reachable)
      findings.push({ unit, code: 'survivors/uplink-ends', text, remedy, fatal: false })
  }
  return findings
}

/** Whether the last word of these files is to keep addresses. Source: systemd.network(5), KeepConfiguration= */
function keeps(sys: Sys, files: readonly string[]): boolean {
  const text = files.map((file) => sys.readText(file) ?? '').join('\n')
  const value = [...text.matchAll(/^[ \t]*KeepConfiguration[ \t]*=[ \t]*(.*?)[ \t]*$/gm)].at(-1)?.[1] ?? ''
  return !['', 'no', 'false', 'off', '0', 'n', 'f', 'static'].includes(value.toLowerCase())
}

function checkNameServer(sys: Sys, survivors: readonly Survivor[]): Finding[] {
  const pid = (sys.readText(nameServerPid) ?? '').trim()
  if (pid === '' || survivors.some(({ unit }) => unit === nameServerUnit)) return []
  const group = /^0::(.*)$/m.exec(sys.readText(`/proc/${pid}/cgroup`) ?? '')?.[1]
  if (group === undefined) return []
  return survivors
    .filter(({ kind }) => kind === 'container')
    .map(({ unit }) => ({
      unit,
      code: 'survivors/names-end',
      text: `the name server of container networks (process ${pid}) runs in ${group} and ends at a soft reboot`,
      remedy: `Remove "helper_binaries_dir" from containers.conf of this machine, kill ${pid}, and run: systemctl start ${nameServerUnit}`,
      fatal: false,
    }))
}
