import { setTimeout as sleep } from 'node:timers/promises'
import { AfloatError } from '@afloat/report'
import { askControl } from '@afloat/vm/control'
import { isRunning } from '@afloat/vm/process-ref'
import { findMachine } from '@afloat/vm/state'
import { Command } from 'commander'

const timeoutMs = 120_000

/** `afloat stop`: the power button of a machine. */
export function stopCommand(): Command {
  return new Command('stop')
    .description('Switch off a machine that "afloat run" started, and wait until it is off')
    .argument('[name]', 'name of the machine; not needed if only one runs')
    .action(stop)
}

async function stop(name: string | undefined): Promise<void> {
  const machine = await findMachine(name)
  await askControl(machine.dir, { kind: 'stop' })
  const deadline = Date.now() + timeoutMs
  while (isRunning(machine.owner)) {
    if (Date.now() > deadline)
      throw new AfloatError('vm/not-off', `Machine "${machine.name}" is still on after ${timeoutMs / 1000} s`)
    await sleep(100)
  }
}
