import { extendSpec, flag, integer, many, one, type Spec, text, texts } from '../spec.ts'

const node = { path: text, overwrite: flag, user: one('owner'), group: one('owner') }

/** Ignition 3.0.0. Source: coreos.github.io/ignition/configuration-v3_0 */
export const v3_0: Spec = extendSpec({ version: '', objects: {} }, '3.0.0', {
  config: {
    ignition: one('ignition'),
    passwd: one('passwd'),
    storage: one('storage'),
    systemd: one('systemd'),
  },

  ignition: {
    version: text,
    config: one('configReferences'),
    security: one('security'),
    timeouts: one('timeouts'),
  },
  configReferences: { merge: many('reference'), replace: one('reference') },
  reference: { source: text, verification: one('verification') },
  security: { tls: one('tls') },
  tls: { certificateAuthorities: many('reference') },
  timeouts: { httpResponseHeaders: integer, httpTotal: integer },
  verification: { hash: text },

  passwd: { users: many('user'), groups: many('passwdGroup') },
  user: {
    name: text,
    passwordHash: text,
    sshAuthorizedKeys: texts,
    uid: integer,
    gecos: text,
    homeDir: text,
    noCreateHome: flag,
    primaryGroup: text,
    groups: texts,
    noUserGroup: flag,
    noLogInit: flag,
    shell: text,
    system: flag,
  },
  passwdGroup: { name: text, gid: integer, passwordHash: text, system: flag },

  storage: {
    disks: many('disk'),
    raid: many('raid'),
    filesystems: many('filesystem'),
    files: many('file'),
    directories: many('directory'),
    links: many('link'),
  },
  disk: { device: text, wipeTable: flag, partitions: many('partition') },
  partition: {
    label: text,
    number: integer,
    sizeMiB: integer,
    startMiB: integer,
    typeGuid: text,
    guid: text,
    wipePartitionEntry: flag,
    shouldExist: flag,
  },
  raid: { name: text, level: text, devices: texts, spares: integer, options: texts },
  filesystem: {
    device: text,
    format: text,
    path: text,
    wipeFilesystem: flag,
    label: text,
    uuid: text,
    options: texts,
  },
  owner: { id: integer, name: text },
  file: { ...node, append: many('resource'), contents: one('resource'), mode: integer },
  directory: { ...node, mode: integer },
  link: { ...node, target: text, hard: flag },
  resource: { compression: text, source: text, verification: one('verification') },

  systemd: { units: many('unit') },
  unit: { name: text, enabled: flag, mask: flag, contents: text, dropins: many('dropin') },
  dropin: { name: text, contents: text },
})
