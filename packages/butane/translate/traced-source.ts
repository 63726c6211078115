import { isFilled, isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Context } from './context.ts'
import { snakePath } from './translation-map.ts'

/**
 * The path of the file that the reference program names for a path of the Ignition config. It does not know where what is
 * missing would have come from, nor what its types cannot tell from missing: then it is the path in the output, in
 * snake case.
 */
export function tracedSource(
  config: ObjectValue,
  path: Path,
  { map, outputRoot }: Pick<Context, 'map' | 'outputRoot'>,
): Path {
  return isTraced(config, path, map.isMerged) ? map.source(path) : [...outputRoot, ...snakePath(path)]
}

function isTraced(config: ObjectValue, path: Path, isMerged: boolean): boolean {
  let value: Value | undefined = config
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)]
    else value = isObject(value) ? value[step] : undefined
  }
  if (isObject(value)) return isFilled(value)
  if (isPlain(config, path) && (value === undefined || value === '' || value === 0)) return !isMerged
  return value !== undefined
}

/** Fields that the reference program has as plain text or number, where an empty one is none. */
function isPlain({ ignition }: ObjectValue, path: Path): boolean {
  const field = String(path.at(-1))
  if (field === 'device') return path[1] !== 'luks'
  const isOld = isObject(ignition) && /^3\.[012]\./.test(String(ignition['version']))
  return PLAIN.includes(field) || (isOld && PLAIN_BEFORE_3_3.includes(field))
}

const PLAIN: readonly string[] = ['name', 'path', 'url', 'number']
const PLAIN_BEFORE_3_3: readonly string[] = ['level', 'target', 'pin']
