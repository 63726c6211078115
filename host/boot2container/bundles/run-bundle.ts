import { shellLine } from '../../sys/shell-line.ts'
import type { FileStat, Sys } from '../../sys/sys.ts'
import { toHex } from '../../sys/to-hex.ts'
import type { StoredImage } from '../images/image-store.ts'
import { isNotExecutable } from '../podman/explain-failure.ts'
import { makeFolder } from './kept-bundle.ts'
import type { Shape } from './read-shape.ts'
import { fillTemplate, type Template } from './template.ts'

const runDir = '/run/afloat/bundle'
const pidFile = `${runDir}/pid`
/** Whatever keeps it from its first instruction for so long, podman is the better one to find out. */
const startLimitMs = 60_000
/** The kernel takes a page of options. */
const longestFolders = 3_500

/** What the container's own layer lies on: folders, top first, and the attributes of the topmost. */
export type Below = { readonly folders: string; readonly root: FileStat }

/**
 * Returns the layers of an image by their short names, as podman mounts them, and over them `own`. Undefined when they are
 * not as podman leaves them. Relative to the store, but not to the folder of layers: podman mounts that onto itself and
 * takes it away again as it likes.
 */
export function layersBelow(
  sys: Sys,
  graphRoot: string,
  { layers }: StoredImage,
  own: string,
): Below | undefined {
  const links = layers.map((layer) => sys.readText(`${graphRoot}/overlay/${layer}/link`))
  const root = sys.stat(own)
  const folders = [own, ...links.map((link) => `overlay/l/${link}`)].join(':')
  if (root === undefined || links.includes(undefined) || folders.length > longestFolders) return undefined
  return { folders, root }
}

/** A bundle that is ready to be run. */
export type Ready = {
  readonly command: string
  readonly id: string
  readonly layer: string
  readonly hasTerminal: boolean
}

/** Makes a layer for the container alone, and its bundle. */
export function makeReady(
  sys: Sys,
  { graphRoot, layersDir }: { graphRoot: string; layersDir: string },
  { template, shape, below }: { template: Template; shape: Shape; below: Below },
): Ready {
  const id = toHex(sys.randomBytes(32))
  const layer = `${layersDir}/${id}`
  const merged = `${layer}/merged`
  sys.remove(runDir, { recursive: true })
  for (const path of [runDir, `${layer}/work`, merged]) sys.makeDirs(path)
  makeFolder(sys, `${layer}/diff`, below.root)
  const { config, files } = fillTemplate(template, shape, { id, dir: runDir, root: merged })
  for (const [name, text] of [...files, ['config.json', JSON.stringify(config)] as const])
    sys.writeFile(`${runDir}/${name}`, text)

  const options = `lowerdir=${below.folders},upperdir=${layer}/diff,workdir=${layer}/work,volatile`
  const crun = ['crun', '--cgroup-manager=cgroupfs', 'run', '--no-pivot']
  // One shell for all: each further program costs several milliseconds.
  const script = [
    ['cd', graphRoot],
    ['mount', '-t', 'overlay', '-o', options, 'overlay', merged],
    ['exec', ...crun, `--bundle=${runDir}`, `--pid-file=${pidFile}`, id],
  ]
  return {
    command: script.map(shellLine).join('\n'),
    id,
    layer,
    hasTerminal: config.process.terminal === true,
  }
}

/** Returns the exit code of the container; undefined when its first program did not begin. */
export function runReady(
  sys: Sys,
  { command, id, layer, hasTerminal }: Ready,
  onStart: () => void,
): number | undefined {
  const sinceMs = sys.uptimeMs()
  let started = false
  const look = (): boolean => {
    if (!started && sys.exists(pidFile)) {
      started = true
      onStart()
    }
    return !started && sys.uptimeMs() - sinceMs > startLimitMs
  }
  const { code, stderr, timedOut } = sys.runAttached(['sh', '-ec', command], {
    giveUp: look,
    apart: !hasTerminal,
  })
  if (!timedOut) look()
  // What crun leaves when it fails half-way. What cannot be unmounted is not removed: below it is the image.
  const leftovers = started ? '' : `crun --cgroup-manager=cgroupfs delete --force ${id}; `
  const removal = [
    ['umount', `${layer}/merged`],
    ['rm', '-rf', layer],
  ]
  sys.run(['sh', '-c', `${leftovers}${removal.map(shellLine).join(' && ')}`])
  return started && !(code !== 0 && isNotExecutable(stderr)) ? code : undefined
}
