/** Why podman made no container. */
export type FailureKind =
  /** It may work in a moment. */
  | 'passing'
  | 'disk-full'
  /** What is stored of the image is damaged. */
  | 'damaged-image'
  | 'damaged-store'
  /** What is to run is no program: the image may be damaged. */
  | 'not-executable'
  /** No image of this name. */
  | 'missing'
  /** Signature or digest are not what they must be. */
  | 'refused'
  /** The arguments make no sense. */
  | 'usage'

/** Tried in this order on podman's last error. Source: messages of podman 5.4 and its libraries. */
const signs: readonly (readonly [FailureKind, RegExp])[] = [
  ['disk-full', /no space left on device|disk quota exceeded/i],
  // Also while it looks for signatures, or in an address that is itself signed.
  ['passing', /dial (tcp|udp)|i\/o timeout|TLS handshake timeout|connection (refused|reset)|no such host/i],
  [
    'refused',
    /Source image rejected|manifest does not match|does not match (the )?(provided|expected) (manifest )?digest/i,
  ],
  [
    'damaged-store',
    /(images|layers|containers)\.json.*(unexpected end|invalid character)|unexpected end of JSON/i,
  ],
  [
    'damaged-image',
    /layer not known|image not known.*layer|locating item named|readlink .*overlay|(stat|open|lstat|faccessat) \S*\/overlay\/\S+: (no such file|structure needs cleaning|input\/output error)|structure needs cleaning/i,
  ],
  [
    'usage',
    /unknown flag|unknown shorthand flag|flag needs an argument|invalid argument "|invalid reference format|invalid option|cannot set multiple networks|requires at least 1 arg|short-name .* did not resolve|no such volume|invalid (container|volume|mount)/i,
  ],
  [
    'missing',
    /manifest unknown|name unknown|repository .* not found|requested access to the resource is denied|unauthorized|image not known|no such image/i,
  ],
]

/** Returns why podman failed, by its last error. What is not known may pass. */
export function explainFailure(error: string): FailureKind {
  return signs.find(([, sign]) => sign.test(error))?.[0] ?? 'passing'
}

/** Whether a container ended before its first program began, because that cannot be read as one. Source: crun 1.21 */
export function isNotExecutable(stderr: string): boolean {
  return /exec container process .*: (exec format error|input\/output error|structure needs cleaning|bad message)/i.test(
    stderr,
  )
}

/** Returns the error that podman ended with; its last line when it named none. */
export function lastError(stderr: string): string {
  const at = stderr.lastIndexOf('Error: ')
  return at < 0 ? (stderr.trim().split('\n').at(-1) ?? '') : stderr.slice(at + 'Error: '.length).trim()
}
