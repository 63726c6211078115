import type { FakeSys } from '../../sys/fake-sys.ts'
import { syncedFile } from '../podman/configure-podman.ts'

/** What a fake podman answers to one `podman run`: an exit code of the container, or an error of its own. */
export type FakeRun = number | string

/**
 * Makes `podman run` of a fake machine answer by the image's name: with each of its answers in turn, the last again and
 * again. Returns the runs so far, without the options that all containers get.
 */
export function addPodman(sys: FakeSys, answers: Readonly<Record<string, readonly FakeRun[]>>): string[] {
  const runs: string[] = []
  const turns = new Map<string, number>()
  sys.addProgram('podman', (args) => {
    if (args[0] !== 'run') return {}
    const image = args.findLast((word) => word in answers) ?? ''
    const turn = turns.get(image) ?? 0
    turns.set(image, turn + 1)
    const own = answers[image] ?? ['Error: manifest unknown']
    const answer = own[Math.min(turn, own.length - 1)]!
    const pull = args.find((word) => word.startsWith('--pull='))
    runs.push([pull, ...args.slice(args.indexOf(pull ?? '') + 1)].join(' '))
    if (typeof answer === 'string') return { code: 125, stderr: answer }
    sys.addFile(syncedFile, '')
    return { code: answer }
  })
  return runs
}
