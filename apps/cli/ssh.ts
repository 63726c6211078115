import { once } from 'node:events'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { AfloatError } from '@afloat/report'
import { sshArgv } from '@afloat/vm/ssh-key'
import { findMachine } from '@afloat/vm/state'
import { Command } from 'commander'

/** `afloat ssh`: a session in a machine that `afloat run` started. */
export function sshCommand(): Command {
  return new Command('ssh')
    .description('Log in to a machine that "afloat run" started, or run one command there')
    .argument('[name]', 'name of the machine; not needed if only one runs')
    .argument('[command...]', 'command to run, after --')
    .action(ssh)
}

async function ssh(name: string | undefined, command: string[]): Promise<void> {
  const { sshPort, sshKey, name: found } = await findMachine(name)
  if (sshPort === undefined || sshKey === undefined) {
    throw new AfloatError('vm/no-ssh', `Cannot log in to machine "${found}": it is still being started`, {
      hint: 'Try again in a moment',
    })
  }
  const tools = await ensureToolsTree()
  process.on('SIGINT', () => {}) // ssh gets it as well and decides
  const child = tools.spawn(sshArgv(sshKey, sshPort, command), { stdio: 'inherit', cwd: '/' })
  const [code] = await once(child, 'close')
  process.exitCode = code ?? 1
}
