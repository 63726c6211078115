import { FakeSys } from '../../sys/fake-sys.ts'
import { survivalMark } from '../control-groups.ts'

export const containerId = 'ab'.repeat(32)
export const unitGroup = '/system.slice/web.service'
export const payloadGroup = `${unitGroup}/libpod-payload-${containerId}`
export const conmonGroup = `${unitGroup}/runtime`
const bundle = `/var/lib/containers/storage/overlay-containers/${containerId}/userdata`

/** A machine on which the container "web" runs as process 200, with conmon as 100, in the way of Quadlet. */
export function machineWithContainer(options: { netns?: string; shown?: string } = {}): FakeSys {
  const { netns = '/run/netns/netns-1' } = options
  const sys = new FakeSys()
  addGroup(sys, '/system.slice', [])
  addGroup(sys, unitGroup, [])
  addGroup(sys, payloadGroup, [200])
  addGroup(sys, conmonGroup, [100])
  const runHome = `/run/containers/storage/overlay-containers/${containerId}/userdata`
  sys.addFile(`${runHome}/pidfile`, '200')
  sys.addFile(`${runHome}/conmon.pid`, '100')
  const args = ['/run/afloat/outside/now/conmon', '-b', bundle, '-p', `${runHome}/pidfile`, '-n', 'shop']
  sys.addFile('/proc/100/cmdline', args.map((word) => `${word}\0`).join(''))
  sys.addFile('/proc/200/cgroup', `0::${payloadGroup}\n`)
  sys.addFile('/proc/200/ns/net', '')
  const namespaces = [{ type: 'pid' }, { type: 'network', path: netns }]
  sys.addFile(`${bundle}/config.json`, JSON.stringify({ linux: { namespaces } }))
  sys.addProgram('systemctl', () => ({ stdout: options.shown ?? webUnit }))
  sys.addProgram('mount')
  addMarks(sys, [unitGroup])
  return sys
}

const webUnit = `Id=web.service
LoadState=loaded
ActiveState=active
SurviveFinalKillSignal=yes
ControlGroup=${unitGroup}
MainPID=100
RootImage=
RootDirectory=

Id=plain.service
LoadState=loaded
ActiveState=active
SurviveFinalKillSignal=no
ControlGroup=/system.slice/plain.service
`

export function addGroup(sys: FakeSys, group: string, pids: readonly number[]): void {
  sys.addFile(`/sys/fs/cgroup${group}/cgroup.procs`, pids.map((pid) => `${pid}\n`).join(''))
}

/** Has getfattr and setfattr work on the groups of the fake; returns those that are marked. */
export function addMarks(sys: FakeSys, groups: readonly string[]): Set<string> {
  const marked = new Set(groups)
  sys.addProgram('getfattr', () => ({
    code: 1,
    stdout: [...marked].map((group) => `# file: /sys/fs/cgroup${group}\n${survivalMark}="1"\n`).join('\n'),
  }))
  sys.addProgram('setfattr', (args) => {
    const paths = args.filter((word) => word.startsWith('/sys/fs/cgroup'))
    const missing = paths.filter((path) => !sys.exists(path))
    for (const path of paths) if (sys.exists(path)) marked.add(path.slice('/sys/fs/cgroup'.length))
    return { code: missing.length === 0 ? 0 : 1 }
  })
  return marked
}
