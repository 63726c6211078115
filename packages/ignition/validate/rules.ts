/** What versions allow beyond the fields they have. */
export interface Rules {
  /** Schemes of the URLs that things are fetched from. */
  readonly schemes: readonly string[]
  readonly hashes: readonly string[]
  readonly formats: readonly string[]
  /** Names a custom Clevis pin may have; undefined for any. */
  readonly clevisPins: readonly string[] | undefined
  /** Whether setuid, setgid and sticky bits of a mode have an effect. */
  readonly specialModeBits: boolean
  /** Whether merged configs and certificate authorities are nothing without a source, as resources are. */
  readonly fullReferences: boolean
  /**
   * Whether RAID level, link target and Clevis pin may be left out of an object that is to be merged, so that the rules
   * for a whole config find them missing. Before, they were strings that could only be empty.
   */
  readonly findsMissing: boolean
}

const v3_0: Rules = {
  schemes: ['http', 'https', 'tftp', 's3', 'data'],
  hashes: ['sha512'],
  formats: ['ext4', 'btrfs', 'xfs', 'swap', 'vfat'],
  clevisPins: ['tpm2', 'tang', 'sss'],
  specialModeBits: false,
  fullReferences: false,
  findsMissing: false,
}

/** By minor version, oldest first: what became different. Source: the types of every version in Ignition 2.26 */
const CHANGES: readonly [since: number, change: (before: Rules) => Partial<Rules>][] = [
  [1, ({ hashes }) => ({ hashes: [...hashes, 'sha256'], fullReferences: true })],
  [2, ({ schemes }) => ({ schemes: [...schemes, 'gs'] })],
  [3, ({ formats }) => ({ formats: [...formats, 'none'], findsMissing: true })],
  [4, ({ schemes }) => ({ schemes: [...schemes, 'arn'] })],
  [6, () => ({ clevisPins: undefined, specialModeBits: true })],
]

/** The rules of a version such as `3.4.0` or `3.7.0-experimental`. */
export function rulesOf(version: string): Rules {
  const minor = Number(version.split('.')[1])
  let rules = v3_0
  for (const [since, change] of CHANGES) if (since <= minor) rules = { ...rules, ...change(rules) }
  return rules
}
