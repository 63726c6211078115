import type { PublishedPort } from '../../afloat/v1_0/parse-port.ts'
import { publishedPorts } from '../published-ports.ts'
import type { Rule } from '../rule.ts'

/** A port of the host that two containers publish: the second one does not start. */
export const portTwice: Rule = {
  code: 'lint/port-twice',
  severity: 'error',
  looksAt: 'ports of containers and PublishPort= of Quadlet files',
  *find({ containers }) {
    const taken: TakenPorts = new Map()
    let room = MOST_PORTS
    for (const { title, ports } of containers)
      for (const { text, at } of ports) {
        const published = publishedPorts(text)
        room -= published.length
        if (room < 0) return
        const clash = take(published, title, taken)
        if (!clash) continue
        yield {
          at,
          message: `Port ${clash.host}/${clash.protocol} of the host is published by ${title} and by ${clash.by}`,
          hint: 'Publish one of them at another port, or at another address',
        }
      }
  },
}

type Taken = PublishedPort & { readonly by: string }

/** By port and protocol, then by address. */
type TakenPorts = Map<string, Map<string, Taken>>

/** A text of a few bytes may name 65535 ports; so many are looked at in all. */
const MOST_PORTS = 200_000

/** Notes who publishes the ports; returns the first that someone else has. */
function take(ports: readonly PublishedPort[], by: string, taken: TakenPorts): Taken | undefined {
  let clash: Taken | undefined
  for (const port of ports) {
    const key = `${port.host}/${port.protocol}`
    const others = taken.get(key) ?? new Map<string, Taken>()
    // All addresses are the empty one, which collides with each of them.
    clash ??= port.address === '' ? firstOf(others) : (others.get('') ?? others.get(port.address))
    others.set(port.address, { ...port, by })
    taken.set(key, others)
  }
  return clash
}

function firstOf<T>(map: ReadonlyMap<string, T>): T | undefined {
  return map.values().next().value
}
