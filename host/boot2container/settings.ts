import type { PipelineConfig } from '@afloat/boot2container'
import type { Sys } from '../sys/sys.ts'
import { insertModules } from './drivers.ts'
import { places } from './places.ts'
import type { Reporter } from './report.ts'

/** What the command line says of the machine itself. */
export type MachineSettings = Pick<PipelineConfig, 'hostname' | 'keymap' | 'modules'>

/** Applies hostname, keymap and modules. `done` are settings that were applied before, by fewer parameters. */
export function applySettings(
  sys: Sys,
  report: Reporter,
  { hostname, keymap, modules }: MachineSettings,
  done?: MachineSettings,
): void {
  if (hostname !== done?.hostname) {
    sys.writeFile('/proc/sys/kernel/hostname', hostname)
    sys.writeFile('/etc/hostname', `${hostname}\n`)
    sys.writeFile('/etc/hosts', `127.0.0.1 localhost ${hostname}\n::1 localhost ${hostname}\n`)
  }
  if (keymap !== undefined && keymap !== done?.keymap) loadKeymap(sys, report, keymap)
  const added = modules.filter((module) => !(done?.modules ?? []).includes(module))
  for (const [file, why] of insertModules(sys, added, places.modules)) {
    report.warn({
      code: 'b2c/module-missing',
      message: `Cannot load module "${file}": ${why || 'not found'}`,
      hint: 'Correct b2c.insmods, add the pack "modules", or an archive with the file in /usr_mods',
    })
  }
}

function loadKeymap(sys: Sys, report: Reporter, keymap: string): void {
  const file = `${places.keymaps}/${keymap}.bmap`
  if (sys.exists(file) && sys.run(['sh', '-c', 'loadkmap < "$1"', 'sh', file]).code === 0) return
  report.warn({
    code: 'b2c/keymap-missing',
    message: `Cannot load keymap "${keymap}"`,
    hint: 'Correct b2c.keymap, or add the pack "keymaps"',
  })
}
