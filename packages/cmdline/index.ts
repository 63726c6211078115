export { type Cmdline, type PlacedWord, parseCmdline, placeWords, splitCmdline } from './cmdline.ts'
export { type IpSetting, parseIp } from './ip.ts'
