export interface PublishedPort {
  /** Address of the host, empty for all. */
  readonly address: string
  readonly host: number
  readonly container: number
  readonly protocol: string
}

/** Reads `[ADDRESS:]HOST:CONTAINER[/PROTOCOL]`; an IPv6 address is in brackets. Undefined if it is not of that form. */
export function parsePort(text: string): PublishedPort | undefined {
  const parts = /^(?:(\[[0-9a-fA-F:.]+\]|[0-9.]+):)?([0-9]{1,5}):([0-9]{1,5})(?:\/(tcp|udp|sctp))?$/.exec(
    text,
  )
  if (!parts) return undefined
  const [, address = '', host = '', container = '', protocol = 'tcp'] = parts
  if (!isPort(Number(host)) || !isPort(Number(container))) return undefined
  if (address !== '' && !address.startsWith('[') && !isIpv4(address)) return undefined
  return {
    address: ANY.has(address) ? '' : address,
    host: Number(host),
    container: Number(container),
    protocol,
  }
}

/** Whether both cannot be published on one host. */
export function portsCollide(a: PublishedPort, b: PublishedPort): boolean {
  const sameAddress = a.address === b.address || a.address === '' || b.address === ''
  return a.host === b.host && a.protocol === b.protocol && sameAddress
}

const ANY = new Set(['0.0.0.0', '[::]'])

function isPort(port: number): boolean {
  return port >= 1 && port <= 65535
}

function isIpv4(address: string): boolean {
  const numbers = address.split('.')
  return (
    numbers.length === 4 && numbers.every((number) => /^[0-9]{1,3}$/.test(number) && Number(number) <= 255)
  )
}
