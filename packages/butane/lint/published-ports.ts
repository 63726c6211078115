import { type PublishedPort, parsePort } from '../afloat/v1_0/parse-port.ts'

/**
 * The ports of the host that a `PublishPort=` takes: one, or each of a range `8000-8010:80-90`. None if the host's port is
 * left to podman, or the text is not of that form. Source: podman-run(1), `--publish`
 */
export function publishedPorts(text: string): PublishedPort[] {
  const [, address = '', first = '', last = first, container = '', protocol = ''] =
    /^((?:\[[^\]]*\]|[0-9.]+):)?([0-9]+)(?:-([0-9]+))?:([0-9]+)(?:-[0-9]+)?(\/[a-z]+)?$/.exec(text) ?? []
  const count = Number(last) - Number(first) + 1
  if (first === '' || count < 1 || count > 65_535) return []
  return Array.from({ length: count }, (_, index) => {
    const host = Number(first) + index
    return parsePort(`${address}${host}:${container}${protocol}`)
  }).filter((port) => port !== undefined)
}
