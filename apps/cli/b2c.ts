import { Command } from 'commander'

/** `afloat b2c`: machines without an operating system on disk, which run a pipeline of containers. */
export async function b2cCommand(asked = process.argv[3]): Promise<Command> {
  const group = new Command('b2c').description('Boot straight into containers, from a kernel command line')
  const load = commands[asked ?? '']
  const loaded = load === undefined ? Object.values(commands) : [load]
  for (const command of await Promise.all(loaded.map((load) => load()))) group.addCommand(command)
  return group
}

/** Only the one that is asked for is loaded. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import('./b2c-build.ts')).buildCommand(),
  image: async () => (await import('./b2c-image.ts')).imageCommand(),
  run: async () => (await import('./b2c-run.ts')).runCommand(),
  check: async () => (await import('./b2c-check.ts')).checkCommand(),
  sign: async () => (await import('./b2c-sign.ts')).signCommand(),
  serve: async () => (await import('./b2c-serve.ts')).serveCommand(),
}
