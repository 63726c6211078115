export { type Cmdline, parseCmdline, splitCmdline } from './cmdline.ts'
export { type IpSetting, parseIp } from './ip.ts'
