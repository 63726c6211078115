/** What a hostile server does, each in one sentence. Where nothing else is said it is a good server otherwise. */
export const hostileBehaviours = {
  good: 'does everything right, for comparison',

  // the bundle
  'wrong-signature': 'serves a bundle whose signature is by the right key and over something else',
  'wrong-key': 'serves a bundle that is signed by a key that nobody knows',
  unsigned: 'serves a bundle with no signature',
  'replayed-version':
    'offers a newer version and serves the bundle it was given, which should be an older one',
  downgrade: 'offers the bundle it was given, which should be an older one, as what it is',
  'wrong-payload': 'serves the signed manifest with one byte of the payload changed',
  'wrong-digest': 'offers a checksum that is not that of the bundle',
  'truncated-head': 'serves the first 40 bytes of the bundle and says that is all',
  garbage: 'serves as many zeros as the bundle has bytes',
  'size-too-small': 'offers half of the size that the bundle has',
  'size-too-large': 'offers ten times the size that the bundle has',

  // how it is sent
  'endless-body': 'sends the bundle and then zeros without end',
  'endless-manifest': 'sends a first line with the largest sizes and then zeros without end',
  slow: 'sends one byte of the bundle a second',
  stall: 'sends half of the bundle, then nothing, and keeps the connection open',
  'close-at-99': 'closes the connection after 99 % of the bundle, counted from the start of it, every time',
  'close-once': 'closes the connection in the middle of the bundle, once',
  'range-ignored': 'closes in the middle, once, and then answers ranges with 200 and the whole bundle',
  'wrong-content-range':
    'closes in the middle, once, and then answers ranges with the bytes and numbers of others',
  'wrong-range-bytes': 'closes in the middle, once, and then answers ranges with the bytes of others',
  'redirect-loop': 'redirects bundle and check to themselves',
  'redirect-file': 'redirects bundle and check to file:///etc/passwd',
  'http-500': 'answers the request for the bundle with 500',
  'http-404': 'answers the request for the bundle with 404',

  // the answer to the check
  'malformed-xml': 'answers the check with XML that ends in the middle of a tag',
  'huge-xml': 'answers the check with 100 MB of well-formed XML',
  'endless-xml': 'answers the check with white space without end',
  'slow-xml': 'answers the check with one byte a second',
  'entity-bomb': 'answers the check with entities that would unfold to gigabytes',
  'empty-answer': 'answers the check with nothing',
  'html-answer': 'answers the check with a web page, as a captive portal does',
  'answer-500': 'answers the check with 500',
  'refused-check': 'answers the check with an error status of Omaha',
  'file-url': 'offers an address of the bundle that begins with file:',
} as const

export type HostileBehaviour = keyof typeof hostileBehaviours
