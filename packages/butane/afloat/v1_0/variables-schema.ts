import { type variableKeys, variableTypes } from './variables.ts'

/** JSON Schema of the section `variables`, which is gone before the rest of a file is read. */
export const variablesSchema = {
  description:
    'What the file leaves open: each name with a type. Used as !var NAME, and by name in a text with the tag !text',
  type: ['object', 'null'],
  additionalProperties: {
    type: 'object',
    properties: describe({
      type: { description: 'What a value must be; string unless it is said', enum: variableTypes },
      default: {
        description: 'The value where none is given; without it, one must be given',
        type: ['string', 'number', 'boolean', 'array'],
      },
      description: { description: 'For people', type: 'string' },
    }),
    additionalProperties: false,
  },
}

/** All keys that a declaration may have, and no others. */
function describe(properties: Readonly<Record<(typeof variableKeys)[number], object>>) {
  return properties
}
