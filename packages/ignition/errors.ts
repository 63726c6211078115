import { finding } from '@afloat/report'
import { decodeErrors } from './source/decode-errors.ts'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** A URL in quotes without what may be secret in it: user, password and query. */
const qUrl = (url: string) => q(url.replace(/\/\/[^/?#]*@/, '//…@').replace(/[?#].*$/s, '?…'))

/** Everything that can be wrong with an Ignition config. */
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
    finding('ignition/duplicate', `${what} ${qUrl(name)} is given twice`, 'Remove one of the two'),
  pathMissing: () => finding('ignition/path-missing', 'Path is missing', 'Add an absolute path'),
  pathRelative: (path: string) =>
    finding(
      'ignition/path-relative',
      `Path ${q(path)} is not absolute`,
      `Write ${q(`/${path.replace(/^(\.?\/)+/, '')}`)}`,
    ),
  pathNotClean: (path: string, clean: string) =>
    finding('ignition/path-not-clean', `Path ${q(path)} is not in its simplest form`, `Write ${q(clean)}`),
  pathBadCharacter: () => finding('ignition/path-bad-character', 'Path holds a NUL character'),
  pathTooLong: (limit: number) =>
    finding('ignition/path-too-long', `Path is longer than ${limit} characters`, 'Use a shorter path'),
  belowLink: (path: string, link: string) =>
    finding(
      'ignition/below-link',
      `Path ${q(path)} leads through the link ${q(link)} of the same config`,
      'Use the path that the link points to',
    ),
  belowFile: (path: string, file: string) =>
    finding(
      'ignition/below-file',
      `Path ${q(path)} is below ${q(file)}, which this config makes a file`,
      'Rename one of the two',
    ),
  unitPathConflict: (path: string) =>
    finding(
      'ignition/unit-path-conflict',
      `Path ${q(path)} is also written by a unit or drop-in of this config`,
      'Keep the unit, or the file, but not both',
    ),
  modeRange: (mode: number) =>
    finding(
      'ignition/mode-range',
      `Mode ${mode} is out of range: expected 0 to 4095 (octal 7777)`,
      'Write the octal mode with a leading zero in YAML; JSON needs it in decimal (0644 is 420)',
    ),
  modeSpecialBits: () =>
    finding(
      'ignition/mode-special-bits',
      'Setuid, setgid and sticky bits of a mode have no effect before version 3.6.0',
      'Use a mode up to 0777',
    ),
  idAndName: (what: string) =>
    finding('ignition/id-and-name', `Both id and name of the ${what} are given`, 'Keep one of the two'),
  idRange: (id: number) => finding('ignition/id-range', `Id ${id} is out of range: expected 0 to 4294967294`),
  overwriteWithoutSource: () =>
    finding(
      'ignition/overwrite-without-source',
      'Overwrite is set, but there is nothing to write',
      'Add contents, or remove overwrite',
    ),
  linkTargetMissing: () =>
    finding('ignition/link-target-missing', 'Target of the link is missing', 'Add a target'),
  hardLinkToDirectory: (target: string) =>
    finding(
      'ignition/hard-link-to-directory',
      `Hard link points to ${q(target)}, which this config makes a directory`,
    ),
  hardLinkOwner: () =>
    finding('ignition/hard-link-owner', 'Owner of a hard link is ignored: it shares the owner of its target'),

  // sources
  sourceRequired: () => finding('ignition/source-required', 'Source is missing', 'Add a URL'),
  badUrl: (url: string) => finding('ignition/bad-url', `Cannot read URL ${qUrl(url)}`),
  badScheme: (url: string) =>
    finding(
      'ignition/bad-scheme',
      `Cannot fetch ${qUrl(url)}: the scheme is not one of https, http, data, tftp, s3, arn, gs`,
      'Use an https: URL',
    ),
  badDataUrl: (problem: string) => finding('ignition/bad-data-url', problem),
  badArn: (url: string) => finding('ignition/bad-arn', `Cannot read S3 address ${qUrl(url)}`),
  badVersionId: () => finding('ignition/bad-version-id', 'The versionId of the S3 address is empty'),
  badCompression: (name: string) =>
    finding('ignition/bad-compression', `Unknown compression ${q(name)}: expected "gzip" or nothing`),
  notGzip: () =>
    finding(
      'ignition/not-gzip',
      'Compression is "gzip", but the data is not gzip',
      'Remove compression: inline contents are compressed for you',
    ),
  hashMalformed: (hash: string) =>
    finding(
      'ignition/hash-malformed',
      `Cannot read hash ${q(hash)}: expected "sha256-" or "sha512-" and hexadecimal digits`,
    ),
  hashUnknown: (name: string) =>
    finding('ignition/hash-unknown', `Unknown hash function ${q(name)}: expected "sha256" or "sha512"`),
  hashLength: (name: string, expected: number, found: number) =>
    finding(
      'ignition/hash-length',
      `Hash has the wrong length for ${name}: expected ${expected} digits, found ${found}`,
    ),
  hashWithoutSource: () => finding('ignition/hash-without-source', 'Verification is given, but no source'),
  headerName: () => finding('ignition/header-name', 'Name of the HTTP header is empty'),
  headerValue: () =>
    finding(
      'ignition/header-value',
      'Value of the HTTP header is empty',
      'Leave value out to remove the header',
    ),
  headerScheme: () =>
    finding('ignition/header-scheme', 'HTTP headers are given for a source that is not http: or https:'),
  proxyScheme: (url: string) =>
    finding('ignition/proxy-scheme', `Cannot use proxy ${qUrl(url)}: expected an http: or https: URL`),
  proxyInsecure: () =>
    finding('ignition/proxy-insecure', 'Proxy for https: is reached by plain http:', 'Use an https: proxy'),

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
  unitExtension: (name: string, types: readonly string[]) =>
    finding(
      'ignition/unit-extension',
      `Unit ${q(name)} has no known type: expected a name that ends in ${types.map((type) => `.${type}`).join(', ')}`,
    ),
  unitName: (name: string) =>
    finding(
      'ignition/unit-name',
      `Unit name ${q(name)} is not valid: expected letters, digits and any of ":-_.\\@", at most 255`,
    ),
  dropinExtension: (name: string) =>
    finding(
      'ignition/dropin-extension',
      `Drop-in ${q(name)} does not end in ".conf"`,
      `Write ${q(`${name}.conf`)}`,
    ),
  unitSyntax: (line: number, problem: string, hint: string | undefined) =>
    finding('ignition/unit-syntax', `Line ${line} of the unit: ${problem}`, hint),
  unitNotInstalled: (name: string) =>
    finding(
      'ignition/unit-not-installed',
      `Unit ${q(name)} is enabled, but has no [Install] section: nothing starts it`,
      'Add an [Install] section with WantedBy=multi-user.target',
    ),
  templateNotInstalled: (template: string, name: string) =>
    finding(
      'ignition/template-not-installed',
      `Unit ${q(name)} is enabled, but its template ${q(template)} has no [Install] section`,
      'Add an [Install] section to the template',
    ),

  // disks
  deviceMissing: () =>
    finding('ignition/device-missing', 'Device is missing', 'Add an absolute path such as /dev/sda'),
  partitionNumbersCollide: (number: number) =>
    finding('ignition/partition-number', `Partition number ${number} is given twice`),
  partitionLabelsCollide: (label: string) =>
    finding('ignition/partition-label-twice', `Partition label ${q(label)} is given twice`),
  partitionsOverlap: () =>
    finding('ignition/partitions-overlap', 'Partition overlaps another one of this disk'),
  partitionUnnamed: () =>
    finding(
      'ignition/partition-unnamed',
      'Partition has neither a number nor a label',
      'Add a number of at least 1, or a label',
    ),
  partitionRemovedWithFields: () =>
    finding(
      'ignition/partition-removed-with-fields',
      'Partition should not exist, but more than its number is given',
      'Keep only the number',
    ),
  partitionLabelLength: (label: string) =>
    finding('ignition/partition-label-length', `Partition label ${q(label)} is longer than 36 characters`),
  partitionLabelColon: (label: string) =>
    finding('ignition/partition-label-colon', `Partition label ${q(label)} holds a colon`),
  badGuid: (guid: string) =>
    finding(
      'ignition/bad-guid',
      `Cannot read GUID ${q(guid)}: expected the form 01234567-89AB-CDEF-EDCB-A98765432101`,
    ),
  raidLevelMissing: () =>
    finding('ignition/raid-level-missing', 'RAID level is missing', 'Add a level such as raid1'),
  raidLevelUnknown: (level: string) =>
    finding(
      'ignition/raid-level-unknown',
      `Unknown RAID level ${q(level)}: expected linear, raid0, raid1, raid4, raid5, raid6 or raid10`,
    ),
  raidSpares: (level: string) => finding('ignition/raid-spares', `RAID level ${q(level)} cannot have spares`),
  raidDevicesMissing: () => finding('ignition/raid-devices-missing', 'Devices of the RAID are missing'),
  filesystemFormatMissing: () =>
    finding(
      'ignition/filesystem-format-missing',
      'Format of the file system is missing, but other fields need it',
    ),
  filesystemFormatUnknown: (format: string, known: readonly string[]) =>
    finding(
      'ignition/filesystem-format-unknown',
      `Unknown file system ${q(format)}: expected ${known.join(', ')}`,
    ),
  filesystemLabelLength: (format: string, limit: number) =>
    finding(
      'ignition/filesystem-label-length',
      `Label is longer than the ${limit} characters that ${format} allows`,
    ),
  filesystemOverPartitions: () =>
    finding(
      'ignition/filesystem-over-partitions',
      'File system is made on a disk that this config partitions',
    ),
  filesystemWiped: () =>
    finding(
      'ignition/filesystem-wiped',
      'File system is on a disk whose table is wiped: it will be wiped too',
    ),
  luksNameSlash: (name: string) =>
    finding('ignition/luks-name-slash', `Name of the LUKS volume ${q(name)} holds a slash`),
  luksLabelLength: () =>
    finding('ignition/luks-label-length', 'Label of the LUKS volume is longer than 47 characters'),
  luksKeyFile: () =>
    finding('ignition/luks-key-file', 'Source of the key file is not a URL that can be fetched'),
  cexWithClevis: () => finding('ignition/cex-with-clevis', 'cannot use cex with clevis'),
  cexWithKeyFile: () => finding('ignition/cex-with-key-file', 'cannot use key file with cex'),
  clevisCustomWithOthers: () =>
    finding(
      'ignition/clevis-custom-with-others',
      'Custom Clevis pin is given together with tpm2, tang or threshold',
    ),
  clevisPinMissing: () =>
    finding('ignition/clevis-pin-missing', 'Pin of the custom Clevis setting is missing'),
  clevisPinUnknown: (pin: string) =>
    finding('ignition/clevis-pin-unknown', `Unknown Clevis pin ${q(pin)}: expected tpm2, tang or sss`),
  clevisConfigMissing: () =>
    finding('ignition/clevis-config-missing', 'Config of the custom Clevis setting is missing'),
  tangThumbprintMissing: () =>
    finding('ignition/tang-thumbprint-missing', 'Thumbprint of the Tang server is missing'),
  tangAdvertisement: () =>
    finding('ignition/tang-advertisement', 'Advertisement of the Tang server is not JSON'),
}

export type IgnitionErrorCode = ReturnType<(typeof ignitionErrors)[keyof typeof ignitionErrors]>['code']
