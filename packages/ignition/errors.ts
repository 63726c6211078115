import { finding } from '@afloat/report'
import { decodeErrors } from './source/decode-errors.ts'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** A URL in quotes without what may be secret in it: user, password and query. */
const qUrl = (url: string) => q(url.replace(/\/\/[^/?#]*@/, '//…@').replace(/[?#].*$/s, '?…'))

/**
 * Everything that can be wrong with an Ignition config. What the reference program finds too has its words, which
 * scripts and people know; what to do about it is the hint.
 */
export const ignitionErrors = {
  ...decodeErrors('ignition'),

  // the file as a whole
  empty: () =>
    finding('ignition/empty', 'Config is empty', 'Compile one from YAML: afloat config compile CONFIG.yaml'),
  tooLarge: (limitMb: number) =>
    finding(
      'ignition/too-large',
      `Config is larger than ${limitMb} MB`,
      'Load large files from an https: source instead of putting them into the config',
    ),
  notJson: (looksLike: string) =>
    finding(
      'ignition/not-json',
      `Cannot read config: expected JSON, found ${looksLike}`,
      looksLike === 'YAML'
        ? 'Compile it first: afloat config compile CONFIG.yaml --output CONFIG.ign'
        : 'Pass the .ign file that afloat config compile wrote',
    ),
  badJson: (problem: string) => finding('ignition/bad-json', `Cannot read JSON: ${problem}`),
  duplicateKey: (key: string) =>
    finding(
      'ignition/duplicate-key',
      `Key "${key}" is given twice: the last one counts`,
      'Remove one of the two',
    ),
  versionMissing: () =>
    finding('ignition/version-missing', 'Version is missing', 'Add "ignition": {"version": "3.4.0"}'),
  versionUnsupported: (version: string, known: readonly string[], hint: string) =>
    finding(
      'ignition/version-unsupported',
      `Cannot read Ignition version ${q(version)}: expected one of ${known.join(', ')}`,
      hint,
    ),
  unsupportedSection: (section: string) =>
    finding(
      'ignition/unsupported-section',
      `Section "${section}" is not applied by this version of Afloat`,
      'Remove it, or provision this machine with another tool',
    ),
  unsupportedSource: (scheme: string) =>
    finding(
      'ignition/unsupported-source',
      `Source "${scheme}:" is not fetched by this version of Afloat`,
      'Use a data:, http: or https: URL',
    ),

  // entries and paths
  duplicate: (what: string, name: string) =>
    finding(
      'ignition/duplicate',
      'duplicate entry defined',
      `${what} ${qUrl(name)} is given twice: remove one of the two`,
    ),
  pathMissing: () => finding('ignition/path-missing', 'path not specified', 'Add an absolute path'),
  pathRelative: (path: string) =>
    finding('ignition/path-relative', 'path not absolute', `Write ${q(`/${path.replace(/^(\.?\/)+/, '')}`)}`),
  pathNotClean: (_path: string, clean: string) =>
    finding('ignition/path-not-clean', 'path is not fully simplified', `Write ${q(clean)}`),
  pathBadCharacter: () => finding('ignition/path-bad-character', 'Path holds a NUL character'),
  pathTooLong: (limit: number) =>
    finding('ignition/path-too-long', `Path is longer than ${limit} characters`, 'Use a shorter path'),
  belowLink: (kind: 'file' | 'directory' | 'link', link: string) =>
    finding(
      'ignition/below-link',
      `${kind} path includes link in config`,
      `${q(link)} is a link of this config: use the path that it points to`,
    ),
  belowFile: (path: string, file: string) =>
    finding(
      'ignition/below-file',
      `Path ${q(path)} is below ${q(file)}, which this config makes a file`,
      'Rename one of the two',
    ),
  unitPathConflict: (_path: string) =>
    finding(
      'ignition/unit-path-conflict',
      'path conflicts with systemd unit or dropin',
      'Keep the unit, or the file, but not both',
    ),
  modeRange: (_mode: number) =>
    finding(
      'ignition/mode-range',
      'illegal file mode',
      'Write the octal mode with a leading zero, at most 07777; JSON needs it in decimal (0644 is 420)',
    ),
  modeSpecialBits: () =>
    finding(
      'ignition/mode-special-bits',
      'setuid/setgid/sticky bits are not supported or functional in spec versions older than 3.6.0',
      'Use a mode up to 0777',
    ),
  idAndName: (what: string) =>
    finding('ignition/id-and-name', 'cannot set both id and name', `Keep one of the two for the ${what}`),
  idRange: (id: number) => finding('ignition/id-range', `Id ${id} is out of range: expected 0 to 4294967294`),
  overwriteWithoutSource: () =>
    finding(
      'ignition/overwrite-without-source',
      'overwrite must be false if source is unspecified',
      'Add contents, or remove overwrite',
    ),
  linkTargetMissing: () => finding('ignition/link-target-missing', 'link target is required', 'Add a target'),
  hardLinkToDirectory: (target: string) =>
    finding(
      'ignition/hard-link-to-directory',
      'hard link target is a directory',
      `${q(target)} is a directory of this config: make the link symbolic`,
    ),
  hardLinkOwner: () =>
    finding(
      'ignition/hard-link-owner',
      'user/group ignored for hard link',
      'Give the owner to the target of the link',
    ),

  // sources
  sourceRequired: () => finding('ignition/source-required', 'source is required', 'Add a URL'),
  badUrl: (url: string) =>
    finding('ignition/bad-url', 'unable to parse url', url === '' ? 'Add a URL' : `Correct ${qUrl(url)}`),
  urlWithoutHost: (url: string) =>
    finding('ignition/url-without-host', 'URL names no host', `Correct ${qUrl(url)}`),
  badScheme: (_url: string) =>
    finding(
      'ignition/bad-scheme',
      'invalid url scheme',
      'Use an https: URL, or one of http:, data:, tftp:, s3:, arn: and gs:',
    ),
  badDataUrl: (problem: string) =>
    finding('ignition/bad-data-url', problem, 'Correct the data URL, or let inline: make one in YAML'),
  badArn: (_url: string) =>
    finding(
      'ignition/bad-arn',
      'invalid S3 ARN format',
      'Write arn:aws:s3:::BUCKET/KEY or arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/KEY',
    ),
  badVersionId: () =>
    finding('ignition/bad-version-id', 'invalid S3 object VersionId', 'Give versionId a value, or remove it'),
  badCompression: (_name: string) =>
    finding('ignition/bad-compression', 'invalid compression method', 'Write "gzip", or remove compression'),
  notGzip: () =>
    finding(
      'ignition/not-gzip',
      'Compression is "gzip", but the data is not gzip',
      'Remove compression: inline contents are compressed for you',
    ),
  hashMalformed: (_hash: string) =>
    finding(
      'ignition/hash-malformed',
      'malformed hash specifier',
      'Write "sha256-" or "sha512-" and hexadecimal digits',
    ),
  hashUnknown: (_name: string) =>
    finding('ignition/hash-unknown', 'unrecognized hash function', 'Use "sha256" or "sha512"'),
  hashLength: (name: string, expected: number, found: number) =>
    finding(
      'ignition/hash-length',
      'incorrect size for hash sum',
      `Give ${expected} digits for ${name}: there are ${found}`,
    ),
  hashWithoutSource: () =>
    finding(
      'ignition/hash-without-source',
      'source must be specified if verification is specified',
      'Add a source, or remove verification',
    ),
  headerName: () => finding('ignition/header-name', "HTTP header name can't be empty", 'Add a name'),
  headerValue: () =>
    finding('ignition/header-value', 'unable to parse HTTP header', 'Leave value out to remove the header'),
  headerScheme: () =>
    finding(
      'ignition/header-scheme',
      'cannot use HTTP headers with this source scheme',
      'Use an http: or https: source, or remove the headers',
    ),
  proxyScheme: (_url: string) =>
    finding('ignition/proxy-scheme', 'proxies must be http(s)', 'Use an http: or https: URL'),
  proxyInsecure: () =>
    finding(
      'ignition/proxy-insecure',
      'insecure plaintext HTTP proxy specified for HTTPS resources',
      'Use an https: proxy',
    ),

  // users and units
  nameMissing: (what: string) => finding('ignition/name-missing', `Name of the ${what} is missing`),
  badAccountName: (what: string, name: string) =>
    finding(
      'ignition/bad-account-name',
      `Name of the ${what} is ${q(name)}: expected letters, digits, ".", "_" and "-", not starting with "-" or "."`,
    ),
  badAccountField: (field: string) =>
    finding(
      'ignition/bad-account-field',
      `Field ${field} holds a colon or a line break, which /etc/passwd cannot hold`,
    ),
  badKeyLine: () =>
    finding('ignition/bad-key-line', 'SSH key holds a line break', 'Give every key as an item of its own'),
  unitExtension: (_name: string, types: readonly string[]) =>
    finding(
      'ignition/unit-extension',
      'invalid systemd unit extension',
      `Use a name that ends in ${types.map((type) => `.${type}`).join(', ')}`,
    ),
  unitName: (name: string) =>
    finding(
      'ignition/unit-name',
      `Unit name ${q(name)} is not valid: expected letters, digits and any of ":-_.\\@", at most 255`,
    ),
  dropinExtension: (name: string) =>
    finding(
      'ignition/dropin-extension',
      'invalid systemd drop-in extension',
      `Write ${q(`${name || 'NAME'}.conf`)}`,
    ),
  unitSyntax: (problem: string, line: number | undefined, hint: string | undefined) =>
    finding(
      'ignition/unit-syntax',
      `invalid unit content: ${problem}`,
      line === undefined ? hint : `Line ${line} of the unit: ${hint ?? 'correct it'}`,
    ),
  unitLine: (line: number, problem: string, hint: string | undefined) =>
    finding('ignition/unit-line', `Line ${line} of the unit: ${problem}`, hint),
  unitNotInstalled: (name: string) =>
    finding(
      'ignition/unit-not-installed',
      `unit ${JSON.stringify(name)} is enabled, but has no install section so enable does nothing`,
      'Add an [Install] section with WantedBy=multi-user.target',
    ),
  templateNotInstalled: (template: string, name: string) =>
    finding(
      'ignition/template-not-installed',
      `template unit ${JSON.stringify(template)} for ${JSON.stringify(name)} doesn't have Install section`,
      'Add an [Install] section to the template',
    ),

  // disks
  deviceMissing: () =>
    finding('ignition/device-missing', 'disk device is required', 'Add an absolute path such as /dev/sda'),
  partitionNumbersCollide: (number: number) =>
    finding(
      'ignition/partition-number',
      'partition numbers collide',
      `Number ${number} is given twice: choose another one`,
    ),
  partitionLabelsCollide: (label: string) =>
    finding(
      'ignition/partition-label-twice',
      'cannot use the same partition label twice',
      `${q(label)} is given twice: rename one of the two`,
    ),
  partitionsOverlap: () =>
    finding(
      'ignition/partitions-overlap',
      'partitions overlap',
      'Let it start after the end of the other one, or leave its start out',
    ),
  partitionUnnamed: () =>
    finding(
      'ignition/partition-unnamed',
      'a partition number >= 1 or a label must be specified',
      'Add a number of at least 1, or a label',
    ),
  partitionRemovedWithFields: () =>
    finding(
      'ignition/partition-removed-with-fields',
      'shouldExist specified false with other options also specified',
      'Keep only the number',
    ),
  partitionLabelLength: (_label: string) =>
    finding(
      'ignition/partition-label-length',
      'partition labels may not exceed 36 characters',
      'Use a shorter label',
    ),
  partitionLabelColon: (_label: string) =>
    finding(
      'ignition/partition-label-colon',
      'partition label will be truncated to text before the colon',
      'Use a label without a colon',
    ),
  badGuid: (_guid: string) =>
    finding('ignition/bad-guid', 'doesn\'t match the form "01234567-89AB-CDEF-EDCB-A98765432101"'),
  raidLevelMissing: () =>
    finding('ignition/raid-level-missing', 'raid level is required', 'Add a level such as raid1'),
  raidLevelUnknown: (_level: string) =>
    finding(
      'ignition/raid-level-unknown',
      'unrecognized raid level',
      'Use one of linear, raid0, raid1, raid4, raid5, raid6 and raid10',
    ),
  raidSpares: (_level: string) =>
    finding(
      'ignition/raid-spares',
      'spares unsupported for linear and raid0 arrays',
      'Remove spares, or use another level',
    ),
  raidDevicesMissing: () =>
    finding('ignition/raid-devices-missing', 'raid devices required', 'Add the devices it is made of'),
  filesystemLabelWithoutFormat: () =>
    finding(
      'ignition/filesystem-label-without-format',
      'filesystem must specify format if label is specified',
      'Add a format such as ext4',
    ),
  partitionsRemovedAndNew: () =>
    finding(
      'ignition/partitions-removed-and-new',
      'shouldExist is false for a partition and other partition(s) has start or size 0',
      'Number all partitions of a disk from which some are to be removed',
    ),
  hashDigits: () =>
    finding('ignition/hash-digits', 'Hash holds other than hexadecimal digits', 'Copy it once more'),
  filesystemFormatMissing: () =>
    finding(
      'ignition/filesystem-format-missing',
      'format cannot be empty when path, label, uuid, wipeFilesystem, options, or mountOptions is specified',
      'Add a format such as ext4',
    ),
  filesystemFormatUnknown: (_format: string, known: readonly string[]) =>
    finding(
      'ignition/filesystem-format-unknown',
      'invalid filesystem format',
      `Use one of ${known.join(', ')}`,
    ),
  filesystemLabelLength: (format: string, limit: number) =>
    finding(
      'ignition/filesystem-label-length',
      `filesystem labels cannot be longer than ${limit} characters when using ${format}`,
      'Use a shorter label',
    ),
  filesystemOverPartitions: () =>
    finding(
      'ignition/filesystem-over-partitions',
      'filesystem overwrites partitioned device',
      'Use the device of a partition',
    ),
  filesystemWiped: () =>
    finding(
      'ignition/filesystem-wiped',
      'device matches disk with wipeTable enabled; filesystem will be wiped',
      'Remove one of the two, or set wipe_filesystem too',
    ),
  luksNameSlash: (_name: string) =>
    finding('ignition/luks-name-slash', 'device names cannot contain slashes', 'Use a name without slashes'),
  luksLabelLength: () =>
    finding(
      'ignition/luks-label-length',
      'luks device labels cannot be longer than 47 characters',
      'Use a shorter label',
    ),
  luksKeyFile: () =>
    finding('ignition/luks-key-file', 'invalid key-file source', 'Use a URL that can be fetched'),
  cexWithClevis: () =>
    finding('ignition/cex-with-clevis', 'cannot use cex with clevis', 'Keep one of the two'),
  cexWithKeyFile: () =>
    finding('ignition/cex-with-key-file', 'cannot use key file with cex', 'Keep one of the two'),
  clevisCustomWithOthers: () =>
    finding(
      'ignition/clevis-custom-with-others',
      'cannot use custom clevis config with tpm2, tang, or threshold',
      'Keep the custom setting, or the others',
    ),
  clevisPinMissing: () =>
    finding(
      'ignition/clevis-pin-missing',
      'missing required custom clevis pin',
      'Add a pin: tpm2, tang or sss',
    ),
  clevisPinUnknown: (_pin: string) =>
    finding('ignition/clevis-pin-unknown', 'unsupported clevis pin', 'Use one of tpm2, tang and sss'),
  clevisConfigMissing: () =>
    finding(
      'ignition/clevis-config-missing',
      'missing required custom clevis config',
      'Add the config of the pin',
    ),
  tangThumbprintMissing: () =>
    finding(
      'ignition/tang-thumbprint-missing',
      'thumbprint is required',
      'Add what tang-show-keys prints on the server',
    ),
  tangAdvertisement: () => finding('ignition/tang-advertisement', 'advertisement is not valid JSON'),
}

/**
 * What Ignition itself does not look at, but what would fail, or do harm, when Afloat applies the config. Only
 * configs that are for Afloat are held to it.
 */
export const ownFindings: ReadonlySet<string> = new Set([
  'ignition/path-bad-character',
  'ignition/path-too-long',
  'ignition/below-file',
  'ignition/id-range',
  'ignition/name-missing',
  'ignition/bad-account-name',
  'ignition/bad-account-field',
  'ignition/bad-key-line',
  'ignition/unit-name',
  'ignition/unit-line',
  'ignition/url-without-host',
  'ignition/hash-digits',
] satisfies IgnitionErrorCode[])

export type IgnitionErrorCode = ReturnType<(typeof ignitionErrors)[keyof typeof ignitionErrors]>['code']
