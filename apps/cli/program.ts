import { readVersion } from '@afloat/build/version'
import { Command } from 'commander'
import { fail } from './fail.ts'

/** Runs the program with what is on its command line, of these commands. */
export async function runProgram(commands: readonly Command[]): Promise<void> {
  const program = new Command('afloat')
    .description('Keep containers running while the operating system beneath them is replaced')
    .version(readVersion())
    .enablePositionalOptions() // or the --version of a subcommand would be taken for this one
    .showHelpAfterError('(add --help for usage)')
    .showSuggestionAfterError()
  for (const command of commands) program.addCommand(command)
  try {
    await program.parseAsync()
  } catch (error) {
    fail(error)
  }
}
