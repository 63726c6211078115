/** What editors show for an object of a spec and its fields. */
export interface ObjectDescription {
  readonly about: string
  readonly fields: Readonly<Record<string, FieldDescription | string>>
}

export interface FieldDescription {
  readonly text: string
  /** An object without the field is an error. */
  readonly required?: true
  /** All that the field may hold. */
  readonly values?: readonly string[]
}

/** By object name of a spec. */
export type Descriptions = Readonly<Record<string, ObjectDescription>>

export function required(text: string): FieldDescription {
  return { text, required: true }
}

export function oneOf(values: readonly string[], text: string): FieldDescription {
  return { text, values }
}
