export { partitionTypes, toUuid, usrPartitionUuids } from './discoverable.ts'
export { ext4Bytes } from './ext4.ts'
export { type GptPartition, type GptTable, parseBackupGpt, parseGpt } from './gpt.ts'
export { parseVeritySuperblock, type VeritySuperblock, verityTable } from './verity.ts'
