import { extendSpec, flag, integer, many, one, text, texts } from '../spec.ts'
import { v3_1 } from '../v3_1/spec.ts'

/** Ignition 3.2.0 adds LUKS volumes, partition resizing, and removing users and groups. */
export const v3_2 = extendSpec(v3_1, '3.2.0', {
  storage: { luks: many('luks') },
  luks: {
    name: text,
    device: text,
    keyFile: one('resource'),
    label: text,
    uuid: text,
    options: texts,
    wipeVolume: flag,
    clevis: one('clevis'),
  },
  clevis: { tpm2: flag, threshold: integer, tang: many('tang'), custom: one('clevisCustom') },
  clevisCustom: { pin: text, config: text, needsNetwork: flag },
  tang: { url: text, thumbprint: text },
  partition: { resize: flag },
  user: { shouldExist: flag },
  passwdGroup: { shouldExist: flag },
})
