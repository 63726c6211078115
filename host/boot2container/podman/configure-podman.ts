import type { ImagePolicy } from '@afloat/boot2container'
import { mount, unmount } from '../../sys/mounts.ts'
import type { Sys } from '../../sys/sys.ts'
import { toHex } from '../../sys/to-hex.ts'
import { places } from '../places.ts'

/** Where podman keeps what. */
export type PodmanPlaces = {
  /** Images and containers. */
  readonly graphRoot: string
  /** Of seeds that came with the initramfs: they are trusted as it is. */
  readonly seeds: string
}

/**
 * How hooks tell that a container is about to start, and that it has started: by these files. Then they wait for a line from
 * the pipe, and podman for them. The state is the runtime's. Source: OCI runtime-spec 1.2, runtime.md, "State"
 */
export const stateFile = '/run/afloat/container-state'
export const createdFile = '/run/afloat/container-created'
export const runningFile = '/run/afloat/container-running'
export const goPipe = '/run/afloat/container-go'
/** All hooks that podman has; those of Afloat are `hookFiles`, and are there once there was a container. */
export const hooksDir = '/etc/containers/oci/hooks.d'
export const hookFiles: readonly string[] = ['created.json', 'running.json']
const turnAnnotation = 'org.afloat.turn'
/** What podman writes for each container and mounts into it. */
export const ownFiles = ['.containerenv', 'hostname', 'hosts', 'resolv.conf'] as const
/** Podman's own data of volumes; those of b2c.volume are mounted there. */
export const volumesDir = '/run/afloat/volumes'

const runRoot = '/run/containers/storage'
/** What podman knows of containers, and of where everything is. */
const database = `${runRoot}/db.sql`
const keysDir = '/run/afloat/image-keys'

/** Writes all configuration of podman: nothing of it is in the initramfs. */
export function configurePodman(sys: Sys, policy: ImagePolicy, { graphRoot, seeds }: PodmanPlaces): void {
  sys.makeDirs(hooksDir)
  sys.makeDirs('/etc/containers/registries.d')
  sys.makeDirs(volumesDir)
  makeStore(sys, graphRoot)
  const keys = policy.publicKeys.map((pem, index) => {
    const path = `${keysDir}/${index}.pem`
    sys.makeDirs(keysDir)
    sys.writeFile(path, pem.endsWith('\n') ? pem : `${pem}\n`)
    return path
  })
  const write = (name: string, text: string) => sys.writeFile(`/etc/containers/${name}`, text)
  const storage = storageConf(graphRoot)
  // Before a soft reboot there was another cache, or none, and podman insists on it.
  const before = sys.readText('/etc/containers/storage.conf')
  if (before !== undefined && before !== storage)
    for (const file of ['', '-wal', '-shm']) sys.remove(`${database}${file}`)
  write('storage.conf', storage)
  write('containers.conf', containersConf)
  write('registries.conf', 'unqualified-search-registries = []\nshort-name-mode = "disabled"\n')
  write('policy.json', JSON.stringify(policyJson(policy, keys, seeds)))
  write('registries.d/default.yaml', 'default-docker:\n  use-sigstore-attachments: true\n')
}

/**
 * Has hooks wait for one container, and returns the option that makes it the one. Not for any other: a service that podman
 * starts again at that moment would take its turn. When its turn is over the pipe must go: it may be started again itself.
 */
export function armHooks(sys: Sys): string {
  const turn = toHex(sys.randomBytes(8))
  // Another one each time: a hook of a podman that was ended may still wait at the last one.
  sys.remove(goPipe)
  sys.mustRun(['mkfifo', goPipe])
  sys.makeDirs(hooksDir)
  for (const [at, [stage, script]] of hooks.entries())
    sys.writeFile(`${hooksDir}/${hookFiles[at]}`, JSON.stringify(hook(stage, script, turn)))
  return `--annotation=${turnAnnotation}=${turn}`
}

/** Whether a hook of a bundle is one of those. */
export function isOwnHook({ args = [] }: { args?: readonly string[] }): boolean {
  return hooks.some(([, script]) => args[2] === script)
}

/** Makes what podman does not make of a store by itself: the folder for downloads. */
export function makeStore(sys: Sys, graphRoot: string): void {
  sys.makeDirs(`${graphRoot}/tmp`)
}

/** Puts volumes that containers make by naming them on the cache. Returns how to take them away again. */
export function keepVolumesOn(sys: Sys, cacheDir: string): () => void {
  const source = `${cacheDir}/container-volumes`
  sys.makeDirs(source, { mode: 0o700 })
  mount(sys, { source, target: volumesDir, options: ['bind'] })
  return () => unmount(sys, volumesDir)
}

/** Containers are of one boot, and images of many: what podman knows of the former is in memory, which is also faster. */
const storageConf = (graphRoot: string): string => `[storage]
driver = "overlay"
runroot = "${runRoot}"
graphroot = ${JSON.stringify(graphRoot)}
transient_store = true
`

/**
 * There is no systemd, no journal, and a root file system that cannot be pivoted away from: the initramfs. What fails is
 * tried again here, where it is known what for.
 */
const containersConf = `[containers]
log_driver = "none"
log_size_max = 1048576
[engine]
runtime = "crun"
no_pivot_root = true
cgroup_manager = "cgroupfs"
events_logger = "none"
retry = 0
image_copy_tmp_dir = "storage"
hooks_dir = ["${hooksDir}"]
volume_path = "${volumesDir}"
`

/** The runtime wants its state to be read. */
const leaveUnlessAwaited = `[ -p ${goPipe} ] || { while read -r _; do :; done; exit 0; }`

/**
 * Before a container can crash the machine, the images that were fetched for it are on the medium; that may take minutes, and
 * is not podman's time. Only builtins of the shell but for that: each program costs more than ten milliseconds under emulation.
 */
const hooks: readonly (readonly [stage: string, script: string])[] = [
  [
    'createRuntime',
    `${leaveUnlessAwaited}
while read -r line || [ "$line" ]; do echo "$line"; done > ${stateFile}
: > ${createdFile}
/bin/sync
read -r _ < ${goPipe}`,
  ],
  [
    'poststart',
    `${leaveUnlessAwaited}
: > ${runningFile}
read -r _ < ${goPipe}`,
  ],
]

/** Source: oci-hooks(5) */
function hook(stage: string, script: string, turn: string) {
  const when = { annotations: { [`^${turnAnnotation.replaceAll('.', '\\.')}$`]: `^${turn}$` } }
  return { version: '1.0.0', hook: { path: '/bin/sh', args: ['sh', '-c', script] }, when, stages: [stage] }
}

/**
 * Returns what images must fulfil, as containers-policy.json(5). Seeds of the initramfs are let in unsigned; those on
 * disks are not, when signatures are required.
 */
export function policyJson(
  { publicKeys, requireSignature }: ImagePolicy,
  keyPaths: readonly string[],
  seeds: string = places.seeds,
) {
  const anything = [{ type: 'insecureAcceptAnything' }]
  if (publicKeys.length === 0 && requireSignature !== true) return { default: anything }
  const signedIdentity = { type: 'matchRepoDigestOrExact' }
  const signed =
    publicKeys.length === 0 ? { type: 'reject' } : { type: 'sigstoreSigned', keyPaths, signedIdentity }
  return { default: [signed], transports: { 'oci-archive': { [seeds]: anything } } }
}
