import { askControl } from '@afloat/vm/control'
import { quote } from '@afloat/vm/quote'
import { findMachine } from '@afloat/vm/state'
import { Command, InvalidArgumentError } from 'commander'

/** `afloat exec`: a command in a machine, without a network. */
export function execCommand(): Command {
  return new Command('exec')
    .description('Run a command as root in a machine that "afloat run" started; works without a network')
    .argument('<name>', 'name of the machine')
    .argument('<command...>', 'the command, after --; one word is taken as a shell script')
    .option('--timeout <seconds>', 'give up after this time', seconds, 60)
    .action(exec)
}

/** Exits with the code of the command. */
async function exec(name: string, command: string[], options: { timeout: number }): Promise<void> {
  const { dir } = await findMachine(name)
  const script = command.length === 1 ? command[0]! : command.map(quote).join(' ')
  const answer = await askControl(dir, { kind: 'exec', script, timeoutMs: options.timeout * 1000 })
  if (answer.kind !== 'exec') return
  process.stdout.write(Buffer.from(answer.stdout, 'base64'))
  process.stderr.write(Buffer.from(answer.stderr, 'base64'))
  process.exitCode = answer.code
}

function seconds(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a number of seconds')
  return Number(text)
}
