import { existsSync, mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { cacheDir } from '@afloat/build/cache'
import type { Command } from 'commander'

// Most of the time of a short command goes into reading programs: what was read before is kept, and only the command that
// is asked for is loaded.
keepWhatWasRead(join(cacheDir(), 'compiled'))

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  list: async () => (await import('./list.ts')).listCommand(),
  exec: async () => (await import('./exec.ts')).execCommand(),
  ssh: async () => (await import('./ssh.ts')).sshCommand(),
  stop: async () => (await import('./stop.ts')).stopCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  butane: async () => (await import('./butane.ts')).butaneCommand(),
  b2c: async () => (await import('./b2c.ts')).b2cCommand(),
  image: async () => (await import('./image.ts')).imageCommand(),
  key: async () => (await import('./key.ts')).keyCommand(),
  release: async () => (await import('./release.ts')).releaseCommand(),
  server: async () => (await import('./server.ts')).serverCommand(),
  test: async () => (await import('./test.ts')).testCommand(),
  bench: async () => (await import('./bench.ts')).benchCommand(),
}

const asked = commands[process.argv[2] ?? '']
const loaded = asked === undefined ? Object.values(commands) : [asked]
const { runProgram } = await import('./program.ts')
await runProgram(await Promise.all(loaded.map((load) => load())))

/** Node would try for ever to make a folder where there can be none, as below /proc. */
function keepWhatWasRead(dir: string): void {
  try {
    if (!existsSync(dir)) mkdirSync(dir)
  } catch {
    return // nothing is kept
  }
  enableCompileCache(dir)
}
