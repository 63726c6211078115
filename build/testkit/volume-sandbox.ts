import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Answer, Step } from '../../host/boot2container/volumes/testing/steps.ts'
import { bundleHostProgram } from '../bundle.ts'
import { repoDir } from '../paths.ts'
import type { ToolsTree } from '../tools-tree.ts'

/** A machine of sorts: openVolumes() on QuickJS with a cache at `/mnt`, and processes of its own. */
export type Sandbox = {
  step(step: Step): Promise<Answer>
  /** Runs a shell command in it and returns what that prints. */
  sh(command: string): Promise<string>
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>
}

/** Puts all that sandboxes run into `dir`, with an ext4 image for their cache. */
export async function prepareSandboxes(tree: ToolsTree, dir: string): Promise<void> {
  await mkdir(`${dir}/lib`, { recursive: true })
  for (const [name, entry] of [
    ['program.js', 'volumes/testing/volumes-program.ts'],
    ['volume-watch.js', 'volumes/watch-main.ts'],
  ])
    await writeFile(`${dir}/lib/${name}`, await bundleHostProgram(`host/boot2container/${entry}`))
  const flags = ['-Os', '-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector', '-fno-builtin']
  const source = `${repoDir}/host/boot2container/volumes/fscrypt.c`
  await tree.run(['gcc', '-Wall', '-Wextra', '-Werror', ...flags, '-o', `${dir}/lib/fscrypt`, source])
  await tree.run(['truncate', '-s', '64M', `${dir}/cache`])
  await tree.run(['mkfs.ext4', '-q', `${dir}/cache`])
  await tree.run(['mkdir', '-p', '/usr/lib/afloat'])
}

export function startSandbox(tree: ToolsTree, dir: string): Sandbox {
  const child = tree.spawn(
    ['unshare', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sandbox', dir],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'close')
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const step = async (what: Step): Promise<Answer> => {
    child.stdin!.write(`${JSON.stringify(what)}\n`)
    const line = await lines.next()
    if (line.done === true) throw new Error('The sandbox has ended')
    return JSON.parse(line.value) as Answer
  }
  return {
    step,
    async sh(command) {
      const { message, output = '' } = await step({ sh: command })
      if (message !== undefined) throw new Error(message)
      return output.trimEnd()
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const script = `set -e
mount -t proc proc /proc
mount -t tmpfs run /run
mount --bind "$1/lib" /usr/lib/afloat
mount -o loop "$1/cache" /mnt
exec qjs --std --no-unhandled-rejection -m /usr/lib/afloat/program.js`
