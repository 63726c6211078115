/** Butane's name of an Ignition field: `sizeMiB` is `size_mib`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/MiB|[A-Z]/g, (part) => `_${part.toLowerCase()}`)
}
