import type { Gunzip, IgnitionConfig } from '@afloat/ignition'
import { explainContents } from './explain-contents.ts'
import type { ExplainedExtension } from './explanation.ts'

/** The images that systemd-sysext will merge into `/usr`, files or links to such. Source: systemd-sysext(8) */
export function explainExtensions(
  { files = [], links = [] }: NonNullable<IgnitionConfig['storage']>,
  gunzip?: Gunzip,
): ExplainedExtension[] {
  return [...files, ...links].flatMap((node) => {
    const [, name] = /^\/(?:etc|var\/lib)\/extensions\/([^/]+)\.raw$/.exec(node.path) ?? []
    if (name === undefined) return []
    const contents = 'contents' in node && node.contents ? explainContents(node.contents, gunzip) : undefined
    return [{ name, path: node.path, contents }]
  })
}
