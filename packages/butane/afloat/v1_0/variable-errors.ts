import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
const meant = (nearest: string | undefined) => (nearest === undefined ? undefined : `Write ${nearest}`)

/** What can be wrong with variables. Values are not shown: they may be secrets. */
export const variableErrors = {
  badDeclaration: () =>
    finding(
      'butane/variable-declaration',
      'Cannot read declaration of variables: expected names, each with its type',
      'Write for example "port: { type: integer, default: 80 }"',
    ),
  badName: (name: string) =>
    finding(
      'butane/variable-name',
      `Name of the variable is ${q(name)}: expected letters, digits and "_", starting with a letter`,
    ),
  unknownKey: (key: string, nearest: string | undefined) =>
    finding(
      'butane/variable-key',
      `Variables have no ${q(key)}: expected type, default and description`,
      meant(nearest),
    ),
  unknownType: (type: string, known: readonly string[]) =>
    finding('butane/variable-type', `Unknown type ${q(type)}: expected ${known.join(', ')}`, 'Write string'),
  unknown: (name: string, nearest: string | undefined) =>
    finding(
      'butane/variable-unknown',
      `Variable ${q(name)} is not declared`,
      meant(nearest) ?? `Add "${name}: { type: string }" below "variables:"`,
    ),
  notDeclared: (name: string, from: string, nearest: string | undefined) =>
    finding(
      'butane/variable-not-declared',
      `Variable ${q(name)} of ${from} is not declared here`,
      nearest === undefined ? 'Leave it out, or declare it below "variables:"' : `Is ${nearest} meant?`,
    ),
  missing: (name: string) =>
    finding(
      'butane/variable-missing',
      `Variable ${q(name)} has no value`,
      `Give it with --set ${name}=…, --values FILE or AFLOAT_VAR_${name.toUpperCase()}, or declare a default`,
    ),
  badValue: (name: string, from: string, wrong: string) =>
    finding('butane/variable-value', `Value of variable ${q(name)} from ${from} ${wrong}`),
  badDefault: (name: string, wrong: string) =>
    finding('butane/variable-default', `Default of variable ${q(name)} ${wrong}`),
  listInText: (name: string) =>
    finding(
      'butane/variable-list-in-text',
      `Variable ${q(name)} is a list, which a text cannot hold`,
      'Use "!var" where a list is expected',
    ),
}
