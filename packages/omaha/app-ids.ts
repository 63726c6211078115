/** The application that machines with Afloat belong to. Chosen at random once; part of the protocol ever since. */
export const afloatAppId = 'f40d42a7-ce6a-4881-8aa9-b1aaa237d0be'

/** The application of Flatcar Container Linux. */
export const flatcarAppId = 'e96281a6-d1af-4bde-9a0a-97b76e56dc57'

/** What Afloat machines send as their board. */
export const afloatBoard = 'amd64-usr'

/** One spelling of an application id: clients send UUIDs with or without braces, in either case. */
export function normaliseAppId(appId: string): string {
  const bare = /^\{(.*)\}$/s.exec(appId)?.[1] ?? appId
  return bare.toLowerCase()
}
