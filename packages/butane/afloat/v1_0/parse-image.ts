export { type ImageReference, parseImage } from '@afloat/boot2container/parse-image'
