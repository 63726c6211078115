import type { FakeSys } from '../../sys/fake-sys.ts'
import { createdFile } from '../podman/configure-podman.ts'

/**
 * What a fake podman answers to one `podman run`: an exit code of the container, with what that says as it ends, or an
 * error of its own.
 */
export type FakeRun = number | string | { readonly code: number; readonly stderr: string }

/**
 * Makes `podman run` of a fake machine answer by the image's name: with each of its answers in turn, the last again and
 * again; `podman system check` by `check`; `podman rmi` take images out of the file `store`, and
 * `podman load` put one of the name `loads` there, or fail. Returns the runs so far, without the options that all containers get.
 */
export function addPodman(
  sys: FakeSys,
  answers: Readonly<Record<string, readonly FakeRun[]>>,
  { check = '', store = '', loads }: { check?: string; store?: string; loads?: string | undefined } = {},
): string[] {
  const runs: string[] = []
  const turns = new Map<string, number>()
  sys.addProgram('mkfifo', ([path = '']) => void sys.addFile(path, ''))
  sys.addProgram('podman', (args) => {
    if (args[0] === 'system') return { stdout: check }
    const images = () => JSON.parse(sys.readText(store) ?? '[]') as { id: string }[]
    if (args[0] === 'rmi') sys.addFile(store, JSON.stringify(images().filter(({ id }) => !args.includes(id))))
    if (args[0] === 'load' && loads === undefined)
      return { code: 125, stderr: 'Error: no format:\n * oci: none\n * dir: none' }
    if (args[0] === 'load')
      sys.addFile(store, JSON.stringify([...images(), { id: 'f'.repeat(64), names: [loads] }]))
    if (args[0] !== 'run') return {}
    const image = args.findLast((word) => word in answers) ?? ''
    const turn = turns.get(image) ?? 0
    turns.set(image, turn + 1)
    const own = answers[image] ?? ['Error: manifest unknown']
    const answer = own[Math.min(turn, own.length - 1)]!
    const pull = args.find((word) => word.startsWith('--pull='))
    runs.push([pull, ...args.slice(args.indexOf(pull ?? '') + 1)].join(' '))
    if (typeof answer === 'string') return { code: 125, stderr: answer }
    sys.addFile(createdFile, '')
    return typeof answer === 'number' ? { code: answer } : answer
  })
  return runs
}
