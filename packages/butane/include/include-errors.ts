import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** What can be wrong with `include`. */
export const includeErrors = {
  absolute: (path: string) =>
    finding(
      'butane/include-path',
      `Cannot include ${q(path)}: expected a path relative to this file`,
      /^[a-z]+:\/\//.test(path) ? 'Download it, and name the file' : 'Write it without a leading "/"',
    ),
  empty: () => finding('butane/include-path', 'Cannot include a file without a name', 'Remove the entry'),
  variable: () =>
    finding(
      'butane/include-variable',
      'Cannot use a variable here: files are read before variables have values',
      'Write the path out',
    ),
  unavailable: (path: string) =>
    finding('butane/include-unreadable', `Cannot include ${q(path)}: no files can be read here`),
  unreadable: (path: string, problem: string, hint: string | undefined) =>
    finding('butane/include-unreadable', `Cannot include ${q(path)}: ${problem}`, hint),
  cycle: (path: string, chain: readonly string[]) =>
    finding(
      'butane/include-cycle',
      `Cannot include ${q(path)}: it is being read already: ${chain.join(' > ')}`,
      'Remove one of these includes',
    ),
  tooDeep: (path: string, levels: number) =>
    finding(
      'butane/include-too-deep',
      `Cannot include ${q(path)}: files include each other over more than ${levels} levels`,
      'Include it from a file further up',
    ),
  tooMany: (path: string, files: number) =>
    finding(
      'butane/include-too-many',
      `Cannot include ${q(path)}: a config has at most ${files} files`,
      'Put several of them into one',
    ),
  tooManyEntries: (entries: number) =>
    finding(
      'butane/include-too-many',
      `Cannot include files more than ${entries} times`,
      'Name each file once, where it is needed first',
    ),
  tooLarge: (path: string, limitMb: number) =>
    finding(
      'butane/include-too-large',
      `Cannot include ${q(path)}: all files together are larger than ${limitMb} MB`,
      'Load large files from local files or an https: source',
    ),
  otherHeader: (key: string, found: string, expected: string) =>
    finding(
      'butane/include-header',
      `Included file has ${key} ${q(found)}, but the one that includes it ${q(expected)}`,
      `Leave ${key} out of included files`,
    ),
}
