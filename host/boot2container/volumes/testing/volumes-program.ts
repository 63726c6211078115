import { AfloatError } from '@afloat/report'
import { startProgram } from '../../../sys/program.ts'
import { decodeUtf8 } from '../../../sys/utf8.ts'
import type { Reporter } from '../../report.ts'
import { openVolumes, type Volumes } from '../open-volumes.ts'
import type { Answer, Step } from './steps.ts'

// Runs openVolumes() on real QuickJS.
void startProgram((sys) => {
  let said: string[] = []
  let volumes: Volumes | undefined
  const report: Reporter = {
    stage: (_name, _subject, run) => run({}),
    note: (text) => said.push(text),
    warn: ({ code, message }) => said.push(`${code}: ${message}`),
    hide: () => {},
    finish: () => {},
  }
  let output = ''
  const take = (step: Step): void => {
    if ('open' in step) {
      const { cacheDir, filesystems = {} } = step
      volumes = openVolumes(
        {
          sys,
          report,
          config: step.open,
          secrets: { get: (text) => text },
          storage: cacheDir === undefined ? {} : { cacheDir },
          filesystemPath: (name) => filesystems[name] ?? '/nowhere',
        },
        step.open.volumes,
      )
    } else if ('sh' in step) output = sys.mustRun(['sh', '-c', step.sh])
    else if ('on' in step) volumes?.on(step.on)
    else volumes?.close()
  }
  let text = ''
  for (let piece = sys.readInput(4096); piece !== undefined; piece = sys.readInput(4096)) {
    text += decodeUtf8(piece)
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const step = JSON.parse(text.slice(0, end)) as Step
      text = text.slice(end + 1)
      said = []
      output = ''
      let failure = {}
      try {
        take(step)
      } catch (error) {
        failure =
          error instanceof AfloatError
            ? { code: error.code, message: error.message }
            : { message: String(error) }
      }
      sys.writeOutput(`${JSON.stringify({ ...failure, said, output } satisfies Answer)}\n`)
    }
  }
  return 0
})
