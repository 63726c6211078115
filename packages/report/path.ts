/** Keys and list indexes from the root of a config. */
export type Path = readonly (string | number)[]

/** `$.storage.files.0.path`; `$` for the root. */
export function formatPath(path: Path): string {
  return ['$', ...path].join('.')
}
