import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** What can be wrong with health probes, limits and volumes. */
export const containerErrors = {
  survivorProbe: () =>
    finding(
      'butane/survivor-probe',
      'Health probe of a container that survives is not run after a soft reboot, until the container is restarted',
      'Probe it from outside as well: under "updates: health:" with a URL',
    ),
  unhealthyStaysDown: (restart: string) =>
    finding(
      'butane/unhealthy-stays-down',
      `A container that fails its health probe would be killed and stay down: restart is ${q(restart)}`,
      'Write on_failure: none under health:, or restart: on-failure',
    ),
  badOnFailure: (value: string, known: readonly string[], nearest: string | undefined) =>
    finding(
      'butane/bad-on-failure',
      `Unknown action ${q(value)}: expected ${known.join(', ')}`,
      `Write ${nearest ?? 'restart'}`,
    ),
  outOfRange: (key: string, value: number, least: number, most: number) =>
    finding('butane/out-of-range', `Cannot use ${value} as ${key}: expected ${least} to ${most}`),
  durationOutOfRange: (text: string, least: string, most: string) =>
    finding('butane/duration-out-of-range', `Cannot use duration ${q(text)}: expected ${least} to ${most}`),
  badSize: (text: string) =>
    finding(
      'butane/bad-size',
      `Cannot read size ${q(text)}: expected a number and K, M, G or T, in powers of 1024`,
      /^[1-9][0-9]{0,9}[KMGT]i?B?$/i.test(text)
        ? `Write ${text.replace(/i?B?$/i, '')}`
        : 'Write for example 512M',
    ),
  sizeTooSmall: (text: string, least: string) =>
    finding(
      'butane/size-too-small',
      `Size ${q(text)} is too small: expected at least ${least}`,
      /^[0-9]+$/.test(text) ? `A number alone is bytes; write ${text}M` : `Write ${least} or more`,
    ),
  badCpus: (text: string) =>
    finding(
      'butane/bad-cpus',
      `Cannot read ${q(text)} as a number of processors: expected 0.01 or more, with up to three decimals`,
      /^[0-9]+m$/.test(text)
        ? `Write ${Number(text.slice(0, -1)) / 1000}`
        : 'Write for example 1.5 for one and a half',
    ),
  notPlain: (what: string, text: string) =>
    finding(
      'butane/not-plain',
      `Cannot use ${q(text)} as ${what}: spaces, quotes, "%", "$", backslashes and other than ASCII are not possible`,
    ),
  deviceMissing: (key: string) =>
    finding('butane/device-missing', `A volume with ${key} needs a device to mount`, 'Add device:'),
}
