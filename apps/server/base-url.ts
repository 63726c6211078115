/** How the server tells clients where it is: as configured, or the way they came. */
export function baseUrlOf(publicUrl: string | undefined): (request: Request) => string {
  if (publicUrl !== undefined) {
    const fixed = publicUrl.replace(/\/+$/, '')
    return () => fixed
  }
  return (request) => new URL(request.url).origin
}

/** An address to reach a listening server at from the same computer. */
export function formatUrl(host: string, port: number, scheme: 'http' | 'https' = 'http'): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
