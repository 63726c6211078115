import type { IgnitionConfig } from '@afloat/ignition'
import type { Step } from '../plan/step.ts'
import { formatPreset } from './preset.ts'

const unitDir = '/etc/systemd/system'

/** Before the presets of the image, which end in `disable *`. */
const presetPath = '/etc/systemd/system-preset/20-ignition.preset'

/** Plans the files of a config's units: contents, drop-ins, masks, and the preset. Pure. */
export function planUnitFiles(config: IgnitionConfig): Step[] {
  const units = config.systemd?.units ?? []
  const steps = units.flatMap((unit, i): Step[] => {
    const place = `$.systemd.units.${i}`
    const path = `${unitDir}/${unit.name}`
    const files: Step[] = []
    if (unit.contents !== undefined && unit.contents !== '' && unit.mask !== true) {
      files.push(textFile(path, unit.contents, `${place}.contents`))
    }
    for (const [k, { name, contents }] of (unit.dropins ?? []).entries()) {
      if (contents !== undefined && contents !== '') {
        files.push(textFile(`${path}.d/${name}`, contents, `${place}.dropins.${k}`))
      }
    }
    if (unit.mask === true) {
      const target = '/dev/null'
      files.push({
        kind: 'link',
        path,
        target,
        hard: false,
        overwrite: true,
        owner: {},
        place: `${place}.mask`,
      })
    }
    if (unit.mask === false) files.push({ kind: 'unmask', path, place: `${place}.mask` })
    return files
  })
  const preset = formatPreset(units)
  return preset === '' ? steps : [...steps, textFile(presetPath, preset, '$.systemd.units')]
}

/** Plans which units start at boot. After everything else: what enables a unit may be a file of the config. Pure. */
export function planUnitStates(config: IgnitionConfig): Step[] {
  return (config.systemd?.units ?? []).flatMap(({ name, enabled, mask }, i): Step[] => {
    if (enabled === undefined || mask === true) return []
    return [{ kind: enabled ? 'enable-unit' : 'disable-unit', name, place: `$.systemd.units.${i}.enabled` }]
  })
}

function textFile(path: string, text: string, place: string): Step {
  return {
    kind: 'file',
    path,
    contents: { kind: 'text', text },
    append: [],
    mode: 0o644,
    owner: {},
    overwrite: true,
    place,
  }
}
