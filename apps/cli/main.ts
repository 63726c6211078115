import { readVersion } from '@afloat/build/version'
import { Command } from 'commander'
import { benchCommand } from './bench.ts'
import { butaneCommand } from './butane.ts'
import { configCommand } from './config.ts'
import { demoCommand } from './demo.ts'
import { execCommand } from './exec.ts'
import { fail } from './fail.ts'
import { imageCommand } from './image.ts'
import { keyCommand } from './key.ts'
import { listCommand } from './list.ts'
import { releaseCommand } from './release.ts'
import { runCommand } from './run.ts'
import { serverCommand } from './server.ts'
import { sshCommand } from './ssh.ts'
import { stopCommand } from './stop.ts'
import { testCommand } from './test.ts'

const program = new Command('afloat')
  .description('Keep containers running while the operating system beneath them is replaced')
  .version(readVersion())
  .enablePositionalOptions() // or the --version of a subcommand would be taken for this one
  .showHelpAfterError('(add --help for usage)')
  .showSuggestionAfterError()
  .addCommand(demoCommand())
  .addCommand(runCommand())
  .addCommand(listCommand())
  .addCommand(execCommand())
  .addCommand(sshCommand())
  .addCommand(stopCommand())
  .addCommand(configCommand())
  .addCommand(butaneCommand())
  .addCommand(imageCommand())
  .addCommand(keyCommand())
  .addCommand(releaseCommand())
  .addCommand(serverCommand())
  .addCommand(testCommand())
  .addCommand(benchCommand())

try {
  await program.parseAsync()
} catch (error) {
  fail(error)
}
