import { listMachines } from '@afloat/vm/state'
import { Command } from 'commander'

/** `afloat list`: the machines that run on this computer. */
export function listCommand(): Command {
  return new Command('list').description('List the machines that "afloat run" started').action(list)
}

async function list(): Promise<void> {
  for (const { name, ports, startedAt, qemu } of await listMachines()) {
    const forwards = ports.map(({ host, guest }) => `${host}:${guest}`).join(' ')
    console.log([name, `pid ${qemu?.pid ?? '-'}`, `since ${startedAt}`, forwards].join('\t').trimEnd())
  }
}
