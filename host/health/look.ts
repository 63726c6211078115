import { listFailed, parseShown } from '../survivors/units.ts'
import type { Sys } from '../sys/sys.ts'
import type { HealthCheck } from './config.ts'

/** What a machine looked like at one moment. */
export type Look = {
  /** Milliseconds since the kernel started. */
  readonly atMs: number
  /** What is wrong with systemd; undefined when it answers, and only then the rest is known. */
  readonly silence?: string
  readonly boot: UnitLook
  /** Units that have failed; asked only while the boot is not complete. */
  readonly failed: readonly string[]
  /** In the order of the checks. */
  readonly units: readonly UnitLook[]
  /** In the order of the checks; undefined for one without a URL, or whose unit is not up. */
  readonly probes: readonly (string | undefined)[]
}

/** Properties of a unit. Source: org.freedesktop.systemd1(5) */
export type UnitLook = {
  readonly loadState: string
  readonly activeState: string
  readonly subState: string
  readonly result: string
  readonly mainPid: number
  readonly restarts: number
  /** Whether systemd is about to start or stop it. */
  readonly hasJob: boolean
}

/** Reached when everything that a boot starts is started. Source: systemd.special(7) */
export const bootComplete = 'boot-complete.target'

/** What `probe()` returns for an answer that will do. */
export const probeOk = 'ok'

const systemdTimeoutMs = 10_000
const probeTimeoutSec = 5

const properties = ['Id', 'LoadState', 'ActiveState', 'SubState', 'Result', 'MainPID', 'NRestarts', 'Job']

/** Looks at the machine. Never waits longer than some seconds for anything, and throws nothing. */
export function lookAt(sys: Sys, checks: readonly HealthCheck[]): Look {
  const atMs = sys.uptimeMs()
  const names = [bootComplete, ...checks.map(({ unit }) => unit)]
  const argv = ['systemctl', 'show', '--no-pager', `--property=${properties.join(',')}`, '--', ...names]
  const { code, stdout, stderr, timedOut } = sys.run(argv, { timeoutMs: systemdTimeoutMs })
  const shown = parseShown(stdout)
  if (code !== 0 || timedOut || shown.length !== names.length) {
    const silence = timedOut
      ? `no answer in ${systemdTimeoutMs / 1000} s`
      : stderr.trim().split('\n')[0] || 'no answer'
    return {
      atMs,
      silence,
      boot: unknown,
      failed: [],
      units: checks.map(() => unknown),
      probes: checks.map(() => undefined),
    }
  }
  const [boot = unknown, ...units] = shown.map(toLook)
  const probes = checks.map(({ url }, index) =>
    url === undefined || units[index]?.activeState !== 'active' ? undefined : probe(sys, url),
  )
  const failed = boot.activeState === 'active' ? [] : listFailed(sys)
  return { atMs, boot, failed, units, probes }
}

const unknown = toLook({})

function toLook(shown: Readonly<Record<string, string>>): UnitLook {
  return {
    loadState: shown['LoadState'] ?? '',
    activeState: shown['ActiveState'] ?? '',
    subState: shown['SubState'] ?? '',
    result: shown['Result'] ?? '',
    mainPid: Number(shown['MainPID'] ?? 0),
    restarts: Number(shown['NRestarts'] ?? 0),
    hasJob: !['', '0'].includes(shown['Job'] ?? ''),
  }
}

/** Returns "ok", or what came instead of a good answer. Redirections are answers, and not followed. */
function probe(sys: Sys, url: string): string {
  const limits = [
    '--max-time',
    String(probeTimeoutSec),
    '--proto',
    '=http,https',
    '--noproxy',
    '*',
    '--globoff',
  ]
  const output = ['--silent', '--show-error', '--output', '/dev/null', '--write-out', '%{http_code}']
  const { code, stdout, stderr } = sys.run(['curl', ...limits, ...output, '--url', url], {
    timeoutMs: (probeTimeoutSec + 3) * 1000,
  })
  if (code !== 0) return stderr.trim().replace(/^curl: /, '') || `curl ended with exit code ${code}`
  return /^[23]\d\d$/.test(stdout.trim()) ? probeOk : `status ${stdout.trim()}`
}
