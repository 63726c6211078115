import { extendSpec, many, one, text, texts } from '../spec.ts'
import { v3_0 } from '../v3_0/spec.ts'

/** Ignition 3.1.0 adds the proxy, request headers, compression of fetched configs, and mount options. */
export const v3_1 = extendSpec(v3_0, '3.1.0', {
  ignition: { proxy: one('proxy') },
  proxy: { httpProxy: text, httpsProxy: text, noProxy: texts },
  reference: { compression: text, httpHeaders: many('header') },
  resource: { httpHeaders: many('header') },
  header: { name: text, value: text },
  filesystem: { mountOptions: texts },
})
