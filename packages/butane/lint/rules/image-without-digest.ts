import { parseImage } from '@afloat/boot2container/parse-image'
import type { Rule } from '../rule.ts'

/** A tag may name another image tomorrow, so two machines of one config may run different programs. */
export const imageWithoutDigest: Rule = {
  code: 'lint/image-without-digest',
  severity: 'warning',
  looksAt: 'images of containers and Quadlet files',
  *find({ containers }) {
    for (const { title, images } of containers)
      for (const { text, at } of images) {
        const image = parseImage(text)
        // No reference: the name of an .image or .build file, or of a local root file system.
        if (image?.digest !== '' || /\.(image|build)$/.test(text)) continue
        const tag = image.tag === '' ? 'no tag, so "latest"' : `tag "${image.tag}"`
        yield {
          at,
          message: `Image of ${title} has ${tag} and no digest: what it names may change`,
          hint: `Add the digest that skopeo inspect prints: ${text}@sha256:…`,
        }
      }
  },
}
