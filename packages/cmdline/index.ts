export { type Cmdline, parseCmdline } from './cmdline.ts'
export { type IpSetting, parseIp } from './ip.ts'
