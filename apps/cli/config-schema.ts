import { writeFileSync } from 'node:fs'
import { variants } from '@afloat/butane'
import { jsonSchema } from '@afloat/butane/schema/json-schema'
import { AfloatError } from '@afloat/report'
import { Command } from 'commander'
import { readProblem } from './local-files.ts'

interface SchemaArguments {
  readonly variant: string
  readonly version?: string
  readonly output?: string
}

/** `afloat config schema`: a JSON Schema, with which editors complete and explain configs. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('Print the JSON Schema of a variant, for editors')
    .option('--variant <NAME>', 'variant of the files', 'afloat')
    .option('--version <VERSION>', 'version of the variant, default its newest stable one')
    .option('-o, --output <FILE>', 'write to a file instead of standard output')
    .showHelpAfterError('(add --help for usage)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action((options: SchemaArguments, command: Command) => {
      const schema = schemaText(options.variant, options.version)
      if (schema === undefined) command.error(unknownVariant(options.variant), { exitCode: 2 })
      else writeSchema(schema, options.output)
    })
}

/** The schema as indented JSON; undefined for a variant or version that does not exist. */
export function schemaText(name: string, version?: string): string | undefined {
  const known = variants.filter((variant) => variant.name === name)
  const newest = known.findLast((variant) => !variant.version.includes('-')) ?? known.at(-1)
  const variant = version === undefined ? newest : known.find((one) => one.version === version)
  return variant && `${JSON.stringify(jsonSchema(variant), null, 2)}\n`
}

function unknownVariant(name: string): string {
  const known = variants.filter((variant) => variant.name === name).map(({ version }) => version)
  return known.length > 0
    ? `error: ${name} has the versions ${known.join(', ')}`
    : `error: variant must be one of ${[...new Set(variants.map((variant) => variant.name))].join(', ')}`
}

/** Throws `config/unwritable`. */
function writeSchema(schema: string, output: string | undefined): void {
  if (output === undefined) {
    process.stdout.write(schema)
    return
  }
  try {
    writeFileSync(output, schema)
  } catch (cause) {
    throw new AfloatError('config/unwritable', `Cannot write "${output}": ${readProblem(cause)}`, { cause })
  }
}
