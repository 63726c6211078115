/** Returns a URL as it may be shown: without user, password, query and fragment, which may hold secrets. */
export function publicUrl(url: string): string {
  const [scheme, rest] = split(url)
  const end = rest.search(/[?#]/)
  const shown = end < 0 ? rest : `${rest.slice(0, end)}?…`
  const slash = shown.indexOf('/')
  const host = slash < 0 ? shown : shown.slice(0, slash)
  return `${scheme}${host.slice(host.lastIndexOf('@') + 1)}${slash < 0 ? '' : shown.slice(slash)}`
}

function split(url: string): [string, string] {
  const at = url.indexOf('://')
  return at < 0 ? ['', url] : [url.slice(0, at + 3), url.slice(at + 3)]
}
