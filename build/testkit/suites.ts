import { glob } from 'node:fs/promises'
import { repoDir } from '../paths.ts'

/** What the name of a test file says about where it runs. */
export const suites = {
  /** On Node, in seconds, without network or root. */
  unit: {
    patterns: ['{packages,host,apps,console,build,bench}/**/*.test.ts', 'vm/*.test.ts'],
    except: /\.integration\.test\.ts$/,
  },
  /** Once more on QuickJS, the runtime of the hosts. A corpus test reads files and stays on Node. */
  quickjs: {
    patterns: ['{packages,host}/**/*.test.ts'],
    except: /\.(corpus|integration)\.test\.ts$/,
  },
  /** Drives a real browser. */
  browser: { patterns: ['console/**/*.browser.ts'], except: undefined },
  /** Needs the tools tree. */
  integration: {
    patterns: [
      '{packages,host,apps,build}/**/*.integration.ts',
      '{packages,host,apps}/**/*.integration.test.ts',
    ],
    except: undefined,
  },
  /** Boots virtual machines. */
  scenarios: { patterns: ['vm/scenarios/*.scenario.ts'], except: undefined },
  /** Boots one under load. */
  alone: { patterns: ['vm/scenarios/*.alone.ts'], except: undefined },
} as const

export type Suite = keyof typeof suites

/** Returns the test files of a suite, sorted, as paths from the root of the checkout. */
export async function findTests(suite: Suite): Promise<string[]> {
  const { patterns, except } = suites[suite]
  const found: string[] = []
  const options = { cwd: repoDir, exclude: (name: string) => /(^|\/)(node_modules|out)$/.test(name) }
  for await (const path of glob([...patterns], options)) {
    if (except?.test(path) !== true) found.push(path)
  }
  return [...new Set(found)].sort()
}
