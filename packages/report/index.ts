export { AfloatError } from './afloat-error.ts'
