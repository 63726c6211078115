export { type CpioEntry, formatCpio } from './cpio.ts'
