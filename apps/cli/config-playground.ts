import { Command } from 'commander'
import { port } from './port.ts'
import type { PlaygroundArguments } from './run-playground.ts'

/** `afloat config playground`: the compiler as a page in the browser. */
export function playgroundCommand(): Command {
  return new Command('playground')
    .description('Write and check configs in the browser, until stopped with Ctrl-C')
    .option('-o, --output <DIR>', 'write the page to a directory instead of serving it')
    .option('--port <PORT>', 'port of this computer to serve it at; 0 for one that is free', port, 8088)
    .showHelpAfterError('(add --help for usage)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action(async (options: PlaygroundArguments) => {
      // Loaded here only: the other commands of this group start without a bundler.
      const { runPlayground } = await import('./run-playground.ts')
      await runPlayground(options)
    })
}
