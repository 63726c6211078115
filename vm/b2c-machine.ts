import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Architecture } from '@afloat/build/architecture'
import { concatFiles } from '@afloat/build/concat-files'
import { B2cReport } from './b2c-report.ts'
import { escapeOption } from './guest-input.ts'
import { type Machine, type MachineOptions, startMachine } from './machine.ts'
import { platforms } from './platform.ts'

export type B2cMachineOptions = Omit<
  MachineOptions,
  'direct' | 'vars' | 'kernelArgs' | 'exec' | 'ssh' | 'keep'
> & {
  readonly kernel: string
  /** Of kernel and initramfs; default x86_64. */
  readonly architecture?: Architecture
  /** Archives of the initramfs, the base first. */
  readonly archives: readonly string[]
  /** Words of the kernel command line, quoted as the kernel wants them. */
  readonly cmdline: readonly string[]
  /** A folder that is there for as long as the machine: for the joined initramfs and the report. */
  readonly work: string
}

export type B2cMachine = { readonly machine: Machine; readonly report: B2cReport }

/** The port to which a machine writes its report without being asked to. */
const reportPort = 'org.afloat.report'

/** Starts a machine that boots straight into containers: no firmware, no disk but those that are given. */
export async function startB2cMachine(options: B2cMachineOptions): Promise<B2cMachine> {
  const { kernel, architecture = 'x86_64', archives, cmdline, work, extra = [], ...rest } = options
  const initrd = join(work, `${options.name}.initramfs`)
  await concatFiles(archives, initrd)
  const report = join(work, `${options.name}.jsonl`)
  await writeFile(report, '')
  const machine = await startMachine({
    ...rest,
    direct: { kernel, architecture, initrd, append: [...consoleArgs(architecture), ...cmdline].join(' ') },
    exec: false,
    ssh: false,
    extra: [
      ...['-chardev', `file,id=report,path=${escapeOption(report)}`],
      ...['-device', `virtserialport,chardev=report,name=${reportPort},id=report`],
      ...extra,
    ],
  })
  return { machine, report: new B2cReport(report, machine.exited) }
}

/** Kernel messages take longer on a serial line than what they tell about. */
function consoleArgs(architecture: Architecture): string[] {
  return [`console=${platforms[architecture].console}`, 'quiet']
}
