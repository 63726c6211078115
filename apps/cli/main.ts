import { Command } from 'commander'
import { fail } from './fail.ts'
import { imageCommand } from './image.ts'
import { readVersion } from './version.ts'

const program = new Command('afloat')
  .description('Keep containers running while the operating system beneath them is replaced')
  .version(readVersion())
  .showHelpAfterError('(add --help for usage)')
  .showSuggestionAfterError()
  .addCommand(imageCommand())

try {
  await program.parseAsync()
} catch (error) {
  fail(error)
}
