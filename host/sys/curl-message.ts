/**
 * Returns what curl (with --show-error) said of a failure, without its name and number: of a certificate advice follows,
 * such as where to read on. The last line of another program, so that both can be asked. Empty when nothing was said.
 */
export function curlMessage(stderr: string): string {
  const lines = stderr.trim().split('\n')
  const said = lines.findLast((line) => /^curl: \(\d+\) /.test(line)) ?? lines.at(-1)!
  return said.replace(/^curl: \(\d+\) /, '')
}
