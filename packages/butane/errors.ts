import { decodeErrors, resolveAlias, type SourceNode } from '@afloat/ignition'
import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

/**
 * Everything that can be wrong with a Butane config before it is Ignition. What the reference program finds too has
 * its words, which scripts and people know; what to do about it is the hint.
 */
export const butaneErrors = {
  ...decodeErrors('butane', typeHint),

  // the file as a whole
  tooLarge: (limitMb: number) =>
    finding(
      'butane/too-large',
      `Config is larger than ${limitMb} MB`,
      'Load large files from local files or an https: source',
    ),
  badYaml: (problem: string, hint?: string) =>
    finding('butane/bad-yaml', `Cannot read YAML: ${problem}`, hint),
  tooManyPieces: (limit: number) =>
    finding(
      'butane/too-many-pieces',
      `Config has more than ${limit} words and marks`,
      'Load what is long from local files',
    ),
  tooDeep: (levels: number) =>
    finding('butane/too-deep', `Nesting is deeper than ${levels} levels`, 'No config needs more than ten'),
  duplicateKey: (key: string, line: number) =>
    finding('butane/duplicate-key', `Key ${q(key)} is given twice: first on line ${line}`, 'Merge the two'),
  badKey: () => finding('butane/bad-key', 'Key is a list or a mapping: expected a word'),
  unknownAlias: (name: string) =>
    finding(
      'butane/unknown-alias',
      `Alias "*${name}" has no anchor before it`,
      `Put &${name} before the value it stands for`,
    ),

  // variant and version
  variantMissing: (known: string) =>
    finding(
      'butane/variant-missing',
      'error parsing variant; must be specified',
      `Add "variant:" and "version:"; known are ${known}`,
    ),
  versionInvalid: (newest: string | undefined) =>
    finding(
      'butane/version-invalid',
      'error parsing version; must be a valid semver',
      newest === undefined ? 'Write three numbers such as 1.1.0' : `Write version: ${newest}`,
    ),
  variantUnknown: (variant: string, version: string, nearest: string | undefined, known: string) =>
    finding(
      'butane/variant-unknown',
      `No translator exists for variant ${variant} with version ${version}`,
      nearest === undefined ? `Use one of: ${known}` : `Write variant: ${nearest}`,
    ),
  rhcosRemoved: () =>
    finding(
      'butane/rhcos-removed',
      'rhcos variant has been removed; use openshift variant instead: https://coreos.github.io/butane/upgrading-openshift/',
      'Write variant: openshift',
    ),

  // sugar of the base
  severalSources: (fields: readonly string[]) =>
    finding(
      'butane/several-sources',
      `only one of the following can be set: ${fields.join(', ')}`,
      'Keep one of them',
    ),
  decimalMode: (mode: number) =>
    finding(
      'butane/decimal-mode',
      'unreasonable mode would be reasonable if specified in octal; remember to add a leading zero',
      `Write 0${mode}`,
    ),
  treeWithoutLocal: () =>
    finding('butane/tree-without-local', 'local is required', 'Add local: with a directory'),
  treeNotDirectory: (path: string) =>
    finding(
      'butane/tree-not-directory',
      'root of tree must be a directory',
      `Name a directory, or embed ${q(path)} with contents: {local: …}`,
    ),
  treeFileType: (path: string) =>
    finding(
      'butane/tree-file-type',
      'trees may only contain files, directories, and symlinks',
      `Remove ${q(path)}`,
    ),
  treeCollision: (path: string) =>
    finding(
      'butane/tree-collision',
      'matching filesystem node has existing contents or different type',
      `${q(path)} is in the tree and in the config: remove one of the two`,
    ),
  mountUnitFormat: () =>
    finding(
      'butane/mount-unit-format',
      'format is required if with_mount_unit is true',
      'Add a format such as ext4',
    ),
  mountUnitPath: () =>
    finding(
      'butane/mount-unit-path',
      'path is required if with_mount_unit is true and format is not swap',
      'Add the path to mount it at',
    ),
  filesDirMissing: () =>
    finding(
      'butane/files-dir-missing',
      'local file paths are relative to a files directory that must be specified with -d/--files-dir',
      'Name the directory with -d/--files-dir',
    ),
  filesDirEscape: (path: string) =>
    finding(
      'butane/files-dir-escape',
      'local file path traverses outside the files directory',
      `Move ${q(path)} below the files directory`,
    ),
  localUnreadable: (problem: string, hint: string | undefined) =>
    finding('butane/local-unreadable', problem, hint),
  localNotText: (path: string) =>
    finding('butane/local-not-text', `Local file ${q(path)} is not UTF-8 text, which a unit or key must be`),
  innerConfig: (problem: string, place: string) =>
    finding('butane/inner-config', problem, `It is at ${place} of the config to merge`),
  innerUnreadable: (problem: string) =>
    finding('butane/inner-config', 'config is not valid', `Correct the config to merge: ${problem}`),
  innerVersion: (version: string) =>
    finding(
      'butane/inner-version',
      // The spelling is the reference program's.
      'skipping validation for the merge/replace ignition config due to an unkown version',
      `Give it version ${version} to have it checked`,
    ),

  // sugar of the afloat variant
  badHostname: (name: string) =>
    finding(
      'butane/bad-hostname',
      `Hostname ${q(name)} is not valid: expected letters, digits, "-" and ".", at most 64 characters`,
    ),
  containerNameMissing: () =>
    finding('butane/container-name-missing', 'Name of the container is missing', 'Add name:'),
  containerName: (what: string, name: string) =>
    finding(
      'butane/container-name',
      `Name of the ${what} is ${q(name)}: expected letters, digits, "_", "." and "-", starting with a letter or digit`,
    ),
  imageMissing: () => finding('butane/image-missing', 'Image of the container is missing', 'Add image:'),
  badImage: (image: string) =>
    finding(
      'butane/bad-image',
      `Cannot read image ${q(image)}: expected [HOST[:PORT]/]NAME[:TAG][@sha256:DIGEST] with a name in lower case`,
      imageHint(image),
    ),
  imageWithoutRegistry: (image: string) =>
    finding(
      'butane/image-without-registry',
      `Image ${q(image)} names no registry: the machine may not know where to fetch it`,
      `Write the registry in front: docker.io/${image.includes('/') ? image : `library/${image}`} is on Docker Hub`,
    ),
  badCommand: (command: string) =>
    finding(
      'butane/bad-command',
      `Cannot split command ${q(command)}: a quote is not closed`,
      'Write a list of words',
    ),
  loneSemicolon: () =>
    finding(
      'butane/lone-semicolon',
      'Command has the word ";", which systemd takes for the end of the command',
      "Run it through a shell: sh -c '…'",
    ),
  badPort: (port: string) =>
    finding(
      'butane/bad-port',
      `Cannot read port ${q(port)}: expected [ADDRESS:]HOST:CONTAINER[/tcp|udp|sctp] with ports 1 to 65535`,
      portHint(port),
    ),
  portTwice: (port: string, container: string) =>
    finding(
      'butane/port-twice',
      `Port ${port} of the host is already published by container ${q(container)}`,
      'Choose another port of the host',
    ),
  portsWithoutNetwork: (network: string) =>
    finding(
      'butane/ports-without-network',
      `Ports cannot be published with network "${network}"`,
      network === 'host'
        ? 'Remove ports: the container uses those of the host'
        : 'Remove ports, or use network: bridge',
    ),
  badVolume: (volume: string) =>
    finding(
      'butane/bad-volume',
      `Cannot read volume ${q(volume)}: expected NAME:/PATH[:OPTIONS] or /HOST/PATH:/PATH[:OPTIONS]`,
      volumeHint(volume),
    ),
  relativeVolume: (volume: string) =>
    finding(
      'butane/relative-volume',
      `Host path of volume ${q(volume)} is not absolute`,
      'Write the full path, or a name for a volume that podman manages',
    ),
  survivorHoldsSystem: (source: string) =>
    finding(
      'butane/survivor-holds-system',
      `A container that survives would go on seeing ${q(source)} of the old system, and keep it from being replaced`,
      'Put what the container needs below /var, or leave out "survive"',
    ),
  networkTypo: (name: string, builtIn: string) =>
    finding(
      'butane/network-typo',
      `Network ${q(name)} will be made: it is not the built-in ${q(builtIn)}`,
      `Write ${builtIn}, or give the network another name`,
    ),
  badVariable: (name: string) =>
    finding(
      'butane/bad-variable',
      `Name of the variable is ${q(name)}: expected letters, digits, "_", "." and "-", starting with a letter or "_"`,
    ),
  nulCharacter: () => finding('butane/nul-character', 'Value holds a NUL character'),
  badRestart: (value: string, known: readonly string[]) =>
    finding(
      'butane/bad-restart',
      `Unknown restart policy ${q(value)}: expected ${known.join(', ')}`,
      'Write always',
    ),
  keyMissing: (key: string, of: string) =>
    finding('butane/key-missing', `Key "${key}" ${of} is missing`, `Add ${key}:`),
  nameTwice: (what: string, name: string) =>
    finding('butane/name-twice', `${what} ${q(name)} is given twice`, 'Rename one of the two'),
  serviceTwice: (name: string) =>
    finding(
      'butane/service-twice',
      `Service ${q(name)} is that of the container of this name already`,
      'Rename one of the two',
    ),
  updateServerMissing: () =>
    finding(
      'butane/update-server-missing',
      'Server that updates come from is missing',
      'Add server: with its URL',
    ),
  badHttpUrl: (key: string, url: string) =>
    finding(
      'butane/bad-http-url',
      `Cannot use ${q(url.replace(/\/\/[^/?#]*@/, '//…@'))} as ${key}: expected an http: or https: URL`,
      url.includes('://') ? undefined : `Write http:// or https:// in front`,
    ),
  badUpdateWord: (key: string, word: string) =>
    finding(
      'butane/bad-update-word',
      `Cannot use ${q(word)} as ${key}: expected at most 64 letters, digits, "_", "." and "-"`,
    ),
  publicKeyMissing: () =>
    finding(
      'butane/public-key-missing',
      'Machine will refuse every update: the public key that releases are signed with is missing',
      'Add public_keys: with the line that afloat key generate prints',
    ),
  badPublicKey: (isPrivate: boolean) =>
    finding(
      'butane/bad-public-key',
      isPrivate
        ? 'Cannot use a private key: machines are given the public one'
        : 'Cannot read public key: expected an ed25519 key, as base64 of its 32 bytes or as PEM',
      isPrivate
        ? 'Take the .pub file, and make a new pair: this one was shown'
        : 'Take the content of the .pub file',
    ),
  badStrategy: (value: string, known: readonly string[], nearest: string | undefined) =>
    finding(
      'butane/bad-strategy',
      `Unknown update strategy ${q(value)}: expected ${known.join(', ')}`,
      `Write ${nearest ?? 'auto'}`,
    ),
  badDuration: (text: string, example = '60s') =>
    finding(
      'butane/bad-duration',
      `Cannot read duration ${q(text)}: expected hours, minutes and seconds, as in 90s, 2m or 1m30s`,
      /^[0-9]{1,6}$/.test(text) ? `Write ${text}s` : `Write ${example}`,
    ),
  settleOutOfRange: (text: string) =>
    finding('butane/settle-out-of-range', `Cannot wait ${q(text)} for a release: expected 1s to 24h`),
  healthUnitMissing: () =>
    finding('butane/health-unit-missing', 'Unit that must be active is missing', 'Add unit:'),
  badHealthUnit: (unit: string, hint: string) =>
    finding(
      'butane/bad-health-unit',
      `Cannot watch ${q(unit)}: expected the name of a unit, as in web.service`,
      hint,
    ),
}

/** For variants that only Afloat compiles: there an unknown key is an error. */
export const strictErrors: typeof butaneErrors = {
  ...butaneErrors,
  unknownKey: (key, nearest, known) => ({
    ...butaneErrors.unknownKey(key, nearest, known),
    message: `Unknown key "${key}"`,
  }),
  laterKey: (key, version) => ({
    ...butaneErrors.laterKey(key, version),
    message: `Unknown key "${key}" in this version`,
  }),
}

export type ButaneErrorCode = ReturnType<(typeof butaneErrors)[keyof typeof butaneErrors]>['code']

function typeHint(expected: string, node: SourceNode): string | undefined {
  const found = resolveAlias(node)
  if (expected === 'a list') return 'Write one item per line, each with "- " in front'
  if (expected === 'a mapping' && found.kind === 'list')
    return 'Write "name: value" lines, without "- " in front'
  if (expected === 'a whole number' && found.kind === 'scalar' && /^[0-9]+$/.test(found.text))
    return 'Remove the quotes'
  return undefined
}

function imageHint(image: string): string | undefined {
  const scheme = /^[a-z-]+:\/\//.exec(image)?.[0]
  if (scheme !== undefined) return `Remove ${q(scheme)}`
  if (image.includes('@')) return 'A digest is "sha256:" and 64 hexadecimal digits'
  return /[A-Z]/.test(image) ? 'Write the name in lower case' : undefined
}

function portHint(port: string): string {
  if (/^[0-9]+$/.test(port)) return `Write "${port}:${port}", or another port of the host in front`
  if (/^[0-9]+-[0-9]/.test(port)) return 'Write each port of the range as an item of its own'
  if (/\/[A-Z]+$/.test(port)) return 'Write the protocol in lower case'
  return 'Write for example "8080:80"'
}

function volumeHint(volume: string): string {
  if (/[\s"'\\$%]/.test(volume)) return 'Spaces, quotes, "%", "$" and backslashes are not possible in volumes'
  if (!volume.includes(':/')) return 'Add ":" and the path in the container, which starts with "/"'
  return 'Write paths without "//", "." and a "/" at the end; options are words such as ro'
}
