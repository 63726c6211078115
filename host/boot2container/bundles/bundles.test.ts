import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { machineReporter } from '../reporter.ts'
import { type Asked, openBundles } from './bundles.ts'

const graphRoot = '/cache/containers'
const dir = '/cache/bundles'
const id = 'a'.repeat(64)
const userdata = `/run/containers/storage/overlay-containers/${id}/userdata`
const stored = { id: 'i1', names: [], digests: [], layers: ['top', 'base'] }
const options = '--rm --privileged --network=host --env B2C_PIPELINE_STATUS=0'

const asked = (words: string, name = 'img'): Asked => ({
  words: `${options} ${words}`.split(' '),
  image: { name, stored },
})

/** As podman 5.4 writes it, without much of what is taken as it is. */
function configOf(args: readonly string[], env: readonly string[], mounts: readonly object[] = []) {
  const own = ['hosts', 'resolv.conf', 'hostname', '.containerenv', 'shm'].map((name) => ({
    destination: `/of/${name}`,
    type: 'bind',
    source: `${userdata}/${name}`,
    options: ['bind'],
  }))
  return {
    process: { args, env: ['PATH=/bin', 'B2C_PIPELINE_STATUS=0', ...env], cwd: '/', noNewPrivileges: true },
    root: { path: '/var/merged' },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc', options: [] }, ...own, ...mounts],
    hooks: { poststart: [] },
    linux: { cgroupsPath: `/libpod_parent/libpod-${id}`, namespaces: [{ type: 'pid' }] },
  }
}

type Crun = { code: number; stderr?: string; starts?: boolean }

/** A machine whose podman left this bundle of a container, and whose crun ends like this. */
function machine(config: object = configOf(['sh', '-c', 'secret'], ['A=hidden']), crun: Crun = { code: 0 }) {
  const sys = new FakeSys({ files: { '/proc/self/mountinfo': '', '/etc/hosts': 'h' } })
  for (const layer of stored.layers) sys.addFile(`${graphRoot}/overlay/${layer}/link`, layer.toUpperCase())
  sys.addFile(`${userdata}/config.json`, JSON.stringify(config))
  for (const name of ['hosts', 'resolv.conf', 'hostname', '.containerenv'])
    sys.addFile(`${userdata}/${name}`, `${name} of ${id}`)
  sys.makeDirs('/var/diff/etc', { mode: 0o750 })
  sys.symlink('/proc/mounts', '/var/diff/etc/mtab')
  // Mount points.
  sys.makeDirs('/var/diff/proc/x')
  sys.addFile('/var/diff/run/.containerenv', '')
  sys.addProgram('rm')
  sys.addProgram('sh', ([option]) => {
    if (option !== '-ec') return {}
    if (crun.starts !== false) sys.addFile('/run/afloat/bundle/pid', '7')
    return crun
  })
  const bundles = openBundles({ sys, report: machineReporter(sys), graphRoot, dir })
  const make = (one: Asked) => {
    bundles.willBeMade(one.words)
    bundles.created(`{"pid":7,\n "bundle": "${userdata}"}`)
    bundles.running(one)()
  }
  const made = (path: string) => JSON.parse(sys.readText(`/run/afloat/bundle/${path}`) ?? '{}')
  return { sys, bundles, make, made }
}

const plain = asked('-e A=hidden img sh -c secret')

test('bundles start a container by what podman made of it, with what is given this time', () => {
  const { sys, bundles, make, made } = machine()
  assert.equal(bundles.isEmpty, true)
  assert.equal(bundles.find(plain), undefined)
  make(plain)
  const [folder] = sys.list(`${dir}/kept`)!
  assert.doesNotMatch(sys.readText(`${dir}/kept/${folder}/bundle.json`)!, /hidden|secret/)

  const layer = `${dir}/kept/${folder}/layer`
  assert.deepEqual([sys.list(layer), sys.stat(`${layer}/etc`)?.mode], [['etc'], 0o750])
  assert.equal(sys.readLink(`${layer}/etc/mtab`), '/proc/mounts')

  let starts = 0
  const kept = bundles.find(asked('-e A=else img echo'))
  assert.equal(
    kept?.run(() => starts++),
    0,
  )
  assert.equal(starts, 1)
  const { process, root, mounts, hooks, linux } = made('config.json')
  assert.deepEqual(process.args, ['echo'])
  assert.deepEqual(process.env, ['PATH=/bin', 'B2C_PIPELINE_STATUS=0', 'A=else'])
  assert.equal(process.noNewPrivileges, true)
  assert.equal(hooks, undefined)
  const own = /^\/libpod_parent\/libpod-(\w{64})$/.exec(linux.cgroupsPath)![1]!
  assert.notEqual(own, id)
  assert.equal(root.path, `${dir}/layers/${own}/merged`)
  assert.deepEqual(
    mounts.map(({ type, source }: { type: string; source: string }) => `${type} ${source}`),
    [
      'proc proc',
      ...['hosts', 'resolv.conf', 'hostname', '.containerenv'].map(
        (name) => `bind /run/afloat/bundle/${name}`,
      ),
      'tmpfs shm',
    ],
  )
  assert.equal(sys.readText('/run/afloat/bundle/hosts'), `hosts of ${own}`)
  const command = sys.commands.find((line) => line.startsWith('sh -ec'))!
  assert.match(command, /lowerdir=\/cache\/bundles\/kept\/\w+\/layer:overlay\/l\/TOP:overlay\/l\/BASE,/)
})

test('bundles are for the same image, options and machine', () => {
  const { sys, bundles, make } = machine()
  make(plain)
  assert.ok(bundles.find(plain))
  assert.equal(bundles.find(asked('-e A=1 -e B=1 img sh')), undefined)
  assert.equal(bundles.find(asked('-e A=1 img')), undefined)
  assert.equal(bundles.find({ ...plain, image: { ...plain.image, name: 'other' } }), undefined)
  const newer = { ...plain, image: { name: 'img', stored: { ...stored, id: 'i2' } } }
  assert.equal(bundles.find(newer), undefined)
  sys.addDevice('/dev/sda', 'block', '8:0')
  assert.equal(bundles.find(plain), undefined)
  sys.remove('/dev/sda')
  assert.ok(bundles.find(plain))
  sys.addFile('/etc/hosts', 'another address')
  assert.equal(bundles.find(plain), undefined)
})

test('bundles are for one address of IPv6 where there is no other, and for one configuration', () => {
  const { sys, bundles, make } = machine()
  const line = (address: string) => `${address} 02 40 00 80 eth0\n`
  const own = line('fd000000000000000000000000000002')
  sys.addFile('/proc/net/if_inet6', own)
  make(plain)
  sys.addFile('/proc/net/if_inet6', line('fe800000000000000000000000000001') + own)
  assert.ok(bundles.find(plain))
  sys.addFile('/proc/net/if_inet6', line('fd000000000000000000000000000003'))
  assert.equal(bundles.find(plain), undefined)
  sys.addFile('/proc/net/fib_trie', '  |-- 10.0.2.15\n     /32 host LOCAL\n')
  make(plain)
  sys.addFile('/proc/net/if_inet6', own)
  assert.ok(bundles.find(plain))
  sys.addFile('/etc/containers/containers.conf.d/x.conf', '[containers]\numask = "0077"\n')
  assert.equal(bundles.find(plain), undefined)
})

test('bundles for all devices are told from others however that is written', () => {
  const { sys, bundles, make } = machine()
  const one = asked('--privileged=0 --privileged=1 img sh -c secret')
  make(one)
  assert.ok(bundles.find(one))
  sys.addDevice('/dev/sda', 'block', '8:0')
  assert.equal(bundles.find(one), undefined)
})

test('bundles are neither kept nor used where podman gives containers a proxy', () => {
  for (const name of ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'HTTP_PROXY', 'NO_PROXY']) {
    const { sys, bundles, make } = machine()
    sys.addFile('/proc/self/environ', `A=1\0${name}=http://user:pw@h\0`)
    make(plain)
    assert.equal(sys.exists(`${dir}/kept`), false, name)
    sys.addFile('/proc/self/environ', `A=${name}=1\0`)
    make(plain)
    assert.ok(bundles.find(plain))
  }
})

test('bundles are not kept of what podman did more for, nor of a machine that changed meanwhile', () => {
  const rows: [string, object][] = [
    [
      'a network',
      {
        ...configOf([], []),
        linux: { cgroupsPath: `/libpod-${id}`, namespaces: [{ type: 'network', path: '/n' }] },
      },
    ],
    [
      'a volume of the image',
      configOf(['sh', '-c', 'secret'], [], [{ type: 'bind', source: '/run/afloat/volumes/x/_data' }]),
    ],
    [
      'users of its own',
      configOf(['sh', '-c', 'secret'], [], [{ type: 'bind', source: `${userdata}/passwd` }]),
    ],
    ['another command', configOf(['sh', '-c', 'else'], [])],
    [
      "a site's hook",
      {
        ...configOf(['sh', '-c', 'secret'], []),
        hooks: { prestart: [{ path: '/x', args: ['x'] }], poststart: [] },
      },
    ],
    ['systemd', configOf(['/lib/systemd/systemd', 'sh', '-c', 'secret'], [])],
  ]
  for (const [what, config] of rows) {
    const { bundles, make } = machine(config)
    make(plain)
    assert.equal(bundles.find(plain), undefined, what)
  }
  const { sys, bundles } = machine()
  bundles.willBeMade(plain.words)
  bundles.created(`{"bundle":"${userdata}"}`)
  sys.addFile('/etc/resolv.conf', 'nameserver 1.2.3.4')
  bundles.running(plain)()
  assert.equal(sys.exists(`${dir}/kept`), false)
})

test('bundles are not used where containers have hooks of a site', () => {
  for (const [path, text] of [
    ['/etc/containers/oci/hooks.d/site.json', '{}'],
    ['/etc/containers/containers.conf.d/x.conf', '[engine]\nhooks_dir = ["/x"]\n'],
  ] as const) {
    const { sys, bundles, make } = machine()
    sys.addFile('/etc/containers/oci/hooks.d/created.json', '{}')
    make(plain)
    assert.ok(bundles.find(plain))
    sys.addFile(path, text)
    make(plain)
    assert.equal(bundles.find(plain), undefined, path)
  }
})

test('bundles with a volume are kept once something is in it: podman fills empty ones', () => {
  const data = '/run/afloat/volumes/job/_data'
  const { sys, bundles, make } = machine(configOf(['sh'], [], [{ type: 'bind', source: data }]))
  const withVolume = asked('-v job:/job img sh')
  sys.makeDirs(data)
  make(withVolume)
  assert.equal(bundles.find(withVolume), undefined)
  sys.addFile(`${data}/x`, '')
  make(withVolume)
  assert.ok(bundles.find(withVolume))
})

test('a bundle that does not start is podman’s, and so is one for which there is no room', () => {
  const rows: [Crun, number | undefined][] = [
    [{ code: 3 }, 3],
    [{ code: 1, starts: false, stderr: 'executable file `x` not found' }, undefined],
    [{ code: 1, stderr: 'exec container process `/x`: Exec format error' }, undefined],
  ]
  for (const [crun, expected] of rows) {
    const { bundles, make } = machine(undefined, crun)
    make(plain)
    assert.equal(
      bundles.find(plain)!.run(() => {}),
      expected,
    )
  }
  const stuck = machine(undefined, { code: 143, starts: false })
  stuck.make(plain)
  stuck.sys.addProgram('sh', ([option]) => {
    if (option === '-ec') stuck.sys.sleepMs(61_000)
    return { code: 143 }
  })
  let asked = 0
  const runAttached = stuck.sys.runAttached.bind(stuck.sys)
  stuck.sys.runAttached = (argv, options) => {
    const result = runAttached(argv, options)
    asked += result.timedOut ? 1 : 0
    return result
  }
  assert.equal(
    stuck.bundles.find(plain)!.run(() => {}),
    undefined,
  )
  assert.equal(asked, 1)
  const { sys, bundles, make } = machine()
  make(plain)
  sys.fault = (_, path) => (path.startsWith(`${dir}/layers`) ? 'ENOSPC' : undefined)
  assert.equal(
    bundles.find(plain)!.run(() => {}),
    undefined,
  )
  sys.fault = (_, path) => (path.startsWith(dir) ? 'ENOSPC' : undefined)
  make(plain)
})

test('a bundle that was cut off, or whose image lost a layer, is as good as none', () => {
  const { sys, bundles, make } = machine()
  make(plain)
  const [folder] = sys.list(`${dir}/kept`)!
  const path = `${dir}/kept/${folder}/bundle.json`
  const text = sys.readText(path)!
  for (const cut of ['', '{', '{}', '[]', '7']) {
    sys.addFile(path, cut)
    assert.equal(bundles.find(plain), undefined, cut)
  }
  sys.addFile(path, text)
  assert.ok(bundles.find(plain))
  sys.remove(`${graphRoot}/overlay/base/link`)
  assert.equal(bundles.find(plain), undefined)
})

test('bundles keep the working directory that podman made, and nothing when it put files into the layer', () => {
  const inWork = { ...configOf(['sh'], []), process: { args: ['sh'], env: [], cwd: '/srv/work' } }
  const { sys, bundles, make } = machine(inWork)
  sys.makeDirs('/var/diff/srv/work')
  sys.makeDirs('/var/diff/srv/other')
  const one = asked('img sh')
  make(one)
  const [folder] = sys.list(`${dir}/kept`)!
  assert.deepEqual(sys.list(`${dir}/kept/${folder}/layer/srv`), ['work'])
  assert.ok(bundles.find(one))

  const other = machine()
  other.sys.addFile('/var/diff/etc/passwd', 'somebody')
  other.make(plain)
  assert.equal(other.bundles.find(plain), undefined)
})
